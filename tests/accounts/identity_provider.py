"""An identity provider for the tests: allauth's own OpenID Connect server, in a process and a database of its own.

`python -m tests.accounts.identity_provider FOLDER CALLBACK` prints its port once it answers. Whoever a request names in its
« X-Person » header is signed in there. Its userinfo is a signed JWT, as ProConnect's; the same in plain JSON, and spoiled in
the ways that a forger would try, stand beside it.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, make_server

import django
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

CLIENT_ID, CLIENT_SECRET = "portail", "un-secret-d-essai"
PEOPLE = {"ines@exemple.fr": True, "sans-preuve@exemple.fr": False}  # address: did the provider verify it?


def new_key() -> str:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def configure(folder: Path) -> None:
    settings.configure(
        SECRET_KEY="fournisseur",
        ALLOWED_HOSTS=["127.0.0.1"],
        ROOT_URLCONF=__name__,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": folder / "fournisseur.sqlite3"}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "allauth",
            "allauth.account",
            "allauth.idp.oidc",
        ],
        MIDDLEWARE=[
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "allauth.account.middleware.AccountMiddleware",
            f"{__name__}.sign_in_the_person",
        ],
        TEMPLATES=[{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}],
        IDP_OIDC_PRIVATE_KEY=new_key(),
        USE_TZ=True,
    )


def sign_in_the_person(get_response: Any) -> Any:
    def middleware(request: HttpRequest) -> HttpResponse:
        from django.contrib.auth.models import User

        if person := request.headers.get("X-Person"):
            request.user = User.objects.get(email=person)
        answer: HttpResponse = get_response(request)
        return answer

    return middleware


def claims(request: HttpRequest) -> dict[str, Any]:
    from allauth.idp.oidc.views import user_info

    answer = user_info(request)
    assert answer.status_code == 200, answer.content
    said: dict[str, Any] = json.loads(answer.content)
    return said | {"given_name": "Inès", "usual_name": "Morel"}


def plain(request: HttpRequest) -> HttpResponse:
    return HttpResponse(json.dumps(claims(request)), content_type="application/json")


def signed(request: HttpRequest, key: str = "", **changes: Any) -> HttpResponse:
    from allauth.core.internal import jwkkit

    pem = settings.IDP_OIDC_PRIVATE_KEY
    _jwk, private_key = jwkkit.load_jwk_from_pem(pem)
    said = {"iss": f"http://{request.get_host()}", "aud": CLIENT_ID, "exp": int(time.time()) + 60}
    token = jwt.encode(
        said | claims(request) | changes, key or private_key, algorithm="RS256", headers={"kid": _jwk["kid"]}
    )
    return HttpResponse(token, content_type="application/jwt; charset=utf-8")


def forged(request: HttpRequest) -> HttpResponse:
    """Signed, but with another key."""
    return signed(request, key=new_key())


def someone_else(request: HttpRequest) -> HttpResponse:
    """About another person than the id_token."""
    return signed(request, sub="999")


urlpatterns: list[Any] = []


def open_addresses() -> None:
    """Once the settings are there: allauth's addresses bring its models with them."""
    urlpatterns.extend(
        [
            path("userinfo-plain", plain),
            path("userinfo-forged", forged),
            path("userinfo-someone-else", someone_else),
            path("identity/o/api/userinfo", signed),
            path("", include("allauth.idp.urls")),
        ]
    )


def prepare(callback: str) -> None:
    from allauth.account.models import EmailAddress
    from allauth.idp.oidc.models import Client
    from django.contrib.auth.models import User
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for email, verified in PEOPLE.items():
        user = User.objects.create_user(email, email)
        EmailAddress.objects.create(user=user, email=email, verified=verified, primary=True)
    client = Client(
        id=CLIENT_ID,
        name="Portail",
        scopes="openid\nemail\ngiven_name\nusual_name",
        redirect_uris=callback,
        skip_consent=True,
    )
    client.set_secret(CLIENT_SECRET)
    client.save()


class Silent(WSGIRequestHandler):
    def log_message(self, *_args: Any) -> None:
        pass


if __name__ == "__main__":
    configure(Path(sys.argv[1]))
    django.setup()
    open_addresses()
    prepare(sys.argv[2])
    from django.core.wsgi import get_wsgi_application

    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Silent) as server:
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()

"""Signing in through an identity provider: allauth's own server in a second process, and what a forger would try."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.http import HttpResponse
from django.test import Client

from soco.accounts.models import User
from soco.accounts.oidc.provider import verified_claims
from soco.mailing.models import Message
from tests.accounts.identity_provider import CLIENT_ID, CLIENT_SECRET
from tests.factories import UserFactory

CALLBACK = "http://testserver/compte/oidc/connexion/login/callback/"
ROOT = Path(__file__).resolve().parents[2]


# --- what a signed answer must prove ------------------------------------------------------------------------------------------
RSA_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC_KEY = ec.generate_private_key(ec.SECP256R1())
CLAIMS = {"iss": "https://fournisseur.exemple", "aud": "portail", "sub": "42", "email": "ines@exemple.fr"}


def jwks() -> dict[str, Any]:
    rsa_key = jwt.algorithms.RSAAlgorithm.to_jwk(RSA_KEY.public_key(), as_dict=True)
    ec_key = jwt.algorithms.ECAlgorithm.to_jwk(EC_KEY.public_key(), as_dict=True)
    return {"keys": [rsa_key | {"kid": "r", "use": "sig"}, ec_key | {"kid": "e", "use": "sig"}]}


def verified(token: str) -> dict[str, Any]:
    return verified_claims(token, jwks(), issuer="https://fournisseur.exemple", audience="portail")


@pytest.mark.parametrize(("key", "algorithm", "kid"), [(RSA_KEY, "RS256", "r"), (EC_KEY, "ES256", "e")])
def test_a_signed_answer_is_believed(key: Any, algorithm: str, kid: str) -> None:
    token = jwt.encode(CLAIMS, key, algorithm=algorithm, headers={"kid": kid})

    assert verified(token) == CLAIMS


@pytest.mark.parametrize(
    "token",
    [
        jwt.encode(CLAIMS | {"iss": "https://ailleurs.exemple"}, RSA_KEY, "RS256", {"kid": "r"}),
        jwt.encode(CLAIMS | {"aud": "un-autre"}, RSA_KEY, "RS256", {"kid": "r"}),
        jwt.encode(CLAIMS | {"exp": 1_000_000_000}, RSA_KEY, "RS256", {"kid": "r"}),
        jwt.encode({name: CLAIMS[name] for name in ("iss", "aud")}, RSA_KEY, "RS256", {"kid": "r"}),
        jwt.encode(CLAIMS, rsa.generate_private_key(public_exponent=65537, key_size=2048), "RS256", {"kid": "r"}),
        jwt.encode(CLAIMS, RSA_KEY, "RS256", {"kid": "inconnue"}),
        jwt.encode(CLAIMS, RSA_KEY, "RS256", {"kid": "e"}),
        jwt.encode(CLAIMS, "un secret assez long pour être accepté", "HS256", {"kid": "r"}),
        jwt.encode(CLAIMS, None, "none", {"kid": "r"}),
        "pas.un.jeton",
        "",
    ],
    ids=["émetteur", "destinataire", "périmé", "sans sujet", "autre clé", "clé inconnue", "clé d’un autre type",
         "secret partagé", "sans signature", "illisible", "vide"],
)  # fmt: skip
def test_anything_else_is_refused(token: str) -> None:
    with pytest.raises(OAuth2Error):
        verified(token)


# --- with a real provider --------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Its address."""
    command = [sys.executable, "-m", "tests.accounts.identity_provider", str(tmp_path_factory.mktemp("oidc")), CALLBACK]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True) as process:
        try:
            port = process.stdout.readline().strip()
            assert port, "the identity provider did not start"
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


@pytest.fixture
def sign_in(provider: str, settings, client: Client) -> Callable[..., HttpResponse]:
    """`sign_in("ines@exemple.fr", userinfo="userinfo-plain", trusted=True)`: our answer to the provider's redirection."""

    def walk(person: str, *, userinfo: str = "", trusted: bool = False) -> HttpResponse:
        app: dict[str, Any] = {
            "provider_id": "connexion", "name": "ProConnect", "client_id": CLIENT_ID, "secret": CLIENT_SECRET,
            "settings": {
                "server_url": provider,
                "scope": ["openid", "email", "given_name", "usual_name"],
                "verified_email": trusted,
                "openid_configuration_overrides": {"userinfo_endpoint": f"{provider}/{userinfo}"} if userinfo else {},
            },
        }  # fmt: skip
        providers = deepcopy(settings.SOCIALACCOUNT_PROVIDERS)
        providers["openid_connect"]["APPS"] = [app]
        settings.SOCIALACCOUNT_PROVIDERS = providers
        left = client.post("/compte/oidc/connexion/login/")
        back = requests.get(left["Location"], headers={"X-Person": person}, allow_redirects=False, timeout=10)
        assert back.headers["Location"].startswith(CALLBACK)
        return client.get(back.headers["Location"].removeprefix("http://testserver"))

    return walk


pytestmark = pytest.mark.django_db
SignIn = Callable[..., HttpResponse]


@pytest.mark.parametrize("userinfo", ["", "userinfo-plain"], ids=["signé", "en clair"])
def test_a_newcomer_gets_an_account(sign_in: SignIn, client: Client, userinfo: str) -> None:
    done = sign_in("ines@exemple.fr", userinfo=userinfo)

    user = User.objects.get()
    assert (done.status_code, done["Location"]) == (302, "/mon-espace/")
    assert (user.email, user.get_full_name(), user.has_usable_password()) == ("ines@exemple.fr", "Inès Morel", False)
    assert [group.name for group in user.groups.all()] == ["membre"]
    assert "relié" in client.get("/mon-espace/").content.decode()


def test_a_verified_address_opens_the_account_that_bears_it(sign_in: SignIn, client: Client) -> None:
    user = UserFactory(email="ines@exemple.fr")

    first = sign_in("ines@exemple.fr")
    client.post("/compte/logout/")
    again = sign_in("ines@exemple.fr")

    assert (first["Location"], again["Location"]) == ("/mon-espace/", "/mon-espace/")
    assert SocialAccount.objects.get().user == user
    assert User.objects.count() == 1
    assert Message.objects.of_kind("accounts.account_connected").get().to_email == "ines@exemple.fr"


def test_an_unverified_address_never_does(sign_in: SignIn, client: Client) -> None:
    UserFactory(email="sans-preuve@exemple.fr")

    done = sign_in("sans-preuve@exemple.fr")

    assert done["Location"] == "/compte/confirm-email/"
    assert client.get("/mon-espace/").status_code == 302
    assert (User.objects.count(), SocialAccount.objects.count()) == (1, 0)
    assert Message.objects.get().kind == "accounts.account_already_exists"


def test_an_unverified_newcomer_copies_a_code_first(sign_in: SignIn, client: Client, last_code) -> None:
    done = sign_in("sans-preuve@exemple.fr")
    refused = client.get("/mon-espace/").status_code
    client.post(done["Location"], {"code": last_code("sans-preuve@exemple.fr")})

    assert (done["Location"], refused, client.get("/mon-espace/").status_code) == ("/compte/confirm-email/", 302, 200)


def test_a_provider_may_be_trusted_with_addresses(sign_in: SignIn, client: Client) -> None:
    UserFactory(email="sans-preuve@exemple.fr")

    sign_in("sans-preuve@exemple.fr", trusted=True)

    assert client.get("/mon-espace/").status_code == 200


def test_staff_still_give_their_second_proof(sign_in: SignIn) -> None:
    UserFactory(staff=True, email="ines@exemple.fr")

    assert sign_in("ines@exemple.fr")["Location"].startswith("/compte/2fa/authenticate/")


@pytest.mark.parametrize("userinfo", ["userinfo-forged", "userinfo-someone-else"])
def test_a_forged_answer_is_refused_in_words(sign_in: SignIn, client: Client, userinfo: str) -> None:
    UserFactory(email="ines@exemple.fr")

    refused = sign_in("ines@exemple.fr", userinfo=userinfo)

    assert refused.status_code == 401
    assert "n’a pas pu être vérifiée" in refused.content.decode()
    assert client.get("/mon-espace/").status_code == 302
    assert not SocialAccount.objects.exists()


def test_an_answer_to_another_request_is_refused(sign_in: SignIn, client: Client, monkeypatch) -> None:
    """The id_token carries the nonce of the request that it answers: one that leaked serves nobody else."""
    monkeypatch.setattr("soco.accounts.oidc.provider.nonce_of", lambda state: f"nonce-{next(turns)}")
    turns = iter(range(9))

    assert sign_in("ines@exemple.fr").status_code == 401
    assert not User.objects.exists()


def test_without_settings_nothing_is_offered(client: Client) -> None:
    assert "ProConnect" not in client.get("/compte/login/").content.decode()
    assert client.get("/compte/oidc/connexion/login/").status_code == 404
    assert client.get("/compte/oidc/connexion/login/callback/?code=x&state=y").status_code == 404


def test_leaving_for_the_provider_is_a_gesture(sign_in: SignIn, client: Client) -> None:
    sign_in("ines@exemple.fr")
    client.post("/compte/logout/")

    page = client.get("/compte/oidc/connexion/login/")

    assert (page.status_code, "Continuer avec ProConnect" in page.content.decode()) == (200, True)

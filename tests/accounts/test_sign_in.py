"""Signing up, in and out: what works, what is refused, and that nobody learns who has an account."""

from collections.abc import Callable

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import Client, RequestFactory

from soco.accounts import roles
from soco.accounts.adapter import AccountAdapter
from soco.accounts.models import User
from soco.mailing.models import Message
from tests.accounts.conftest import PASSWORD, same_for_all
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
Code = Callable[[str], str]
NEW = {"first_name": "Inès", "last_name": "Morel", "email": "ines@exemple.fr", "password1": "une petite phrase à moi"}


def is_signed_in(client: Client) -> bool:
    return client.get("/mon-espace/").status_code == 200


# --- signing up -------------------------------------------------------------------------------------------------------------
def test_a_code_confirms_the_address_and_makes_a_member(client: Client, last_code: Code) -> None:
    asked = client.post("/compte/signup/", NEW)
    user = User.objects.get()
    before = (asked["Location"], is_signed_in(client), user.groups.count())

    done = client.post("/compte/confirm-email/", {"code": last_code("ines@exemple.fr")})

    assert before == ("/compte/confirm-email/", False, 0)
    assert (done.status_code, done["Location"], is_signed_in(client)) == (302, "/mon-espace/", True)
    assert (user.first_name, user.last_name, [group.name for group in user.groups.all()]) == (
        "Inès",
        "Morel",
        [roles.MEMBER],
    )


def test_reading_the_page_of_the_code_confirms_nothing(client: Client) -> None:
    client.post("/compte/signup/", NEW)

    for _visit in range(3):
        assert client.get("/compte/confirm-email/").status_code == 200

    assert not User.objects.get().emailaddress_set.get().verified


def test_the_button_pressed_twice_makes_one_account(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second request looked before the first one wrote."""
    monkeypatch.setattr("soco.accounts.forms.SignupForm.validate_unique_email", lambda form, value: value)

    for browser in (client, Client()):
        cache.clear()  # on two machines, or ten seconds apart
        assert browser.post("/compte/signup/", NEW)["Location"] == "/compte/confirm-email/"

    assert User.objects.count() == 1
    kinds = sorted(Message.objects.values_list("kind", flat=True))
    assert kinds == ["accounts.account_already_exists", "accounts.email_confirmation"]


def test_three_wrong_codes_end_the_attempt(client: Client, last_code: Code) -> None:
    client.post("/compte/signup/", NEW)
    right = last_code("ines@exemple.fr")

    answers = [client.post("/compte/confirm-email/", {"code": "0000-0000"}).status_code for _try in range(3)]
    client.post("/compte/confirm-email/", {"code": right})

    assert answers == [200, 200, 302]
    assert not is_signed_in(client)


def test_another_code_replaces_the_first(client: Client, last_code: Code) -> None:
    client.post("/compte/signup/", NEW)
    first = last_code("ines@exemple.fr")
    cache.clear()  # ten seconds apart

    client.post("/compte/confirm-email/", {"action": "resend"})
    client.post("/compte/confirm-email/", {"code": first})
    refused = is_signed_in(client)
    client.post("/compte/confirm-email/", {"code": last_code("ines@exemple.fr")})

    assert (refused, is_signed_in(client)) == (False, True)


@pytest.mark.parametrize("email", ["connue@exemple.fr", "inconnue@exemple.fr"])
def test_another_code_is_said_to_have_left_account_or_not(client: Client, email: str, last_code: Code) -> None:
    UserFactory(email="connue@exemple.fr")
    asked = client.post("/compte/login/code/", {"email": email})
    first = client.get(asked["Location"]).content.decode()
    cache.clear()  # ten seconds apart

    again = client.post("/compte/login/code/confirm/", {"action": "resend"}, follow=True).content.decode()

    assert ("Un nouveau code est parti" in first, "Un nouveau code est parti" in again) == (False, True)


@pytest.mark.parametrize("email", ["connue@exemple.fr", "inconnue@exemple.fr"])
def test_another_code_of_confirmation_is_said_to_have_left(client: Client, email: str) -> None:
    UserFactory(email="connue@exemple.fr")
    client.post("/compte/signup/", NEW | {"email": email})
    first = client.get("/compte/confirm-email/").content.decode()
    cache.clear()  # ten seconds apart

    again = client.post("/compte/confirm-email/", {"action": "resend"}, follow=True).content.decode()

    assert ("Un nouveau code est parti" in first, "Un nouveau code est parti" in again) == (False, True)


def test_a_refused_sign_in_says_only_what_is_true(client: Client) -> None:
    wrong = client.post("/compte/login/", {"login": "ines@exemple.fr", "password": "raté"}).content.decode()
    weak = client.post("/compte/signup/", NEW | {"password1": "court"}).content.decode()

    assert "n’est pas le bon" in wrong
    assert ("à corriger" in wrong, "est gardé" in wrong) == (False, False)
    assert ("Le mot de passe est à retaper." in weak, "est gardé" in weak) == (True, False)


# --- why one signs in -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("page", ["login", "signup"])
@pytest.mark.parametrize(
    ("next_url", "words"),
    [
        ("/repertoire/limoges/representer/", "Pour représenter un acteur du répertoire"),
        ("/mon-espace/donnees/", "Pour continuer vers la page demandée"),
        ("/mon-espace/", ""),
        ("https://ailleurs.exemple/", ""),
        ("", ""),
    ],
)
def test_the_page_says_what_one_signs_in_for(client: Client, page: str, next_url: str, words: str) -> None:
    shown = client.get(f"/compte/{page}/", {"next": next_url}).content.decode()

    said = [
        w for w in ("Pour représenter un acteur du répertoire", "Pour continuer vers la page demandée") if w in shown
    ]
    assert said == ([words] if words else [])


def test_a_newcomer_keeps_where_they_were_going(client: Client) -> None:
    shown = client.get("/compte/login/?next=/repertoire/limoges/representer/").content.decode()

    assert shown.index("/compte/signup/?next=%2Frepertoire%2Flimoges%2Frepresenter%2F") < shown.index('name="login"')


# --- the same words for everybody ----------------------------------------------------------------------------------------------
def both_ways(address: str, data: Callable[[str], dict[str, str]]) -> list[tuple[object, ...]]:
    """The whole walk (answer, where it leads, the next page) for an address with an account, then for one without."""
    UserFactory(email="connue@exemple.fr")
    walks: list[tuple[object, ...]] = []
    for email in ("connue@exemple.fr", "autrui@exemple.fr"):
        cache.clear()
        client = Client()
        posted = client.post(address, data(email))
        shown = client.get(posted["Location"])
        wrong = client.post(posted["Location"], {"code": "0000-0000"})
        headers = [sorted(answer.headers) for answer in (posted, shown, wrong)]
        cookies = sorted(client.cookies)
        pages = [same_for_all(answer, email) for answer in (posted, shown, wrong)]
        walks.append(
            (posted.status_code, posted["Location"], shown.status_code, wrong.status_code, headers, cookies, pages)
        )
    return walks


@pytest.mark.parametrize(
    ("address", "data", "mails"),
    [
        ("/compte/signup/", lambda email: NEW | {"email": email}, ["account_already_exists", "email_confirmation"]),
        ("/compte/login/code/", lambda email: {"email": email}, ["login_code", "unknown_account"]),
        ("/compte/password/reset/", lambda email: {"email": email}, ["password_reset_code", "unknown_account"]),
    ],
    ids=["inscription", "code", "mot de passe oublié"],
)
def test_nobody_learns_from_the_site_who_has_an_account(
    address: str, data: Callable[[str], dict[str, str]], mails: list[str]
) -> None:
    known, unknown = both_ways(address, data)

    assert known == unknown
    assert sorted(Message.objects.values_list("kind", flat=True)) == [f"accounts.{name}" for name in mails]


def test_a_wrong_password_says_the_same_as_a_wrong_address(client: Client) -> None:
    UserFactory(email="connue@exemple.fr")

    known = client.post("/compte/login/", {"login": "connue@exemple.fr", "password": "x"})
    unknown = client.post("/compte/login/", {"login": "autre@exemple.fr", "password": "x"})

    assert same_for_all(known, "connue@exemple.fr") == same_for_all(unknown, "autre@exemple.fr")
    assert "n’est pas le bon" in known.content.decode()


# --- signing in ---------------------------------------------------------------------------------------------------------------
def test_a_code_by_mail_signs_in_once(client: Client, last_code: Code) -> None:
    UserFactory(email="a@exemple.fr")
    asked = client.post("/compte/login/code/", {"email": "A@exemple.fr"})
    code = last_code("a@exemple.fr")

    done = client.post(asked["Location"], {"code": code})
    again = Client().post("/compte/login/code/confirm/", {"code": code})

    assert (done["Location"], is_signed_in(client)) == ("/mon-espace/", True)
    assert again["Location"] == "/compte/login/code/"


def test_the_page_that_was_asked_for_comes_after_signing_in(client: Client) -> None:
    UserFactory(email="a@exemple.fr")
    sent_to = client.get("/mon-espace/donnees/")["Location"]

    done = client.post(sent_to, {"login": "a@exemple.fr", "password": PASSWORD, "next": "/mon-espace/donnees/"})
    elsewhere = Client().post(
        "/compte/login/", {"login": "a@exemple.fr", "password": PASSWORD, "next": "https://ailleurs.exemple/"}
    )

    assert (sent_to, done["Location"]) == ("/compte/login/?next=/mon-espace/donnees/", "/mon-espace/donnees/")
    assert elsewhere["Location"] == "/mon-espace/"


def test_a_suspended_account_does_not_enter(client: Client) -> None:
    UserFactory(email="a@exemple.fr", is_active=False)

    client.post("/compte/login/", {"login": "a@exemple.fr", "password": PASSWORD})

    assert not is_signed_in(client)


def test_an_address_never_confirmed_asks_for_its_code_before_entering(client: Client, last_code: Code) -> None:
    UserFactory(email="a@exemple.fr", address=False)

    asked = client.post("/compte/login/", {"login": "a@exemple.fr", "password": PASSWORD})
    refused = is_signed_in(client)
    client.post(asked["Location"], {"code": last_code("a@exemple.fr")})

    assert (asked["Location"], refused, is_signed_in(client)) == ("/compte/confirm-email/", False, True)


def test_five_wrong_passwords_pause_that_address_alone(client: Client) -> None:
    UserFactory(email="a@exemple.fr")
    UserFactory(email="b@exemple.fr")

    for attempt in range(5):
        client.post("/compte/login/", {"login": "a@exemple.fr", "password": f"essai {attempt}"})
    paused = client.post("/compte/login/", {"login": "A@exemple.fr", "password": PASSWORD})
    client.post("/compte/login/", {"login": "b@exemple.fr", "password": PASSWORD})

    assert "Trop d’essais" in paused.content.decode()
    assert is_signed_in(client)


def test_too_many_codes_asked_for_say_to_wait(client: Client) -> None:
    for _ask in range(5):
        Client().post("/compte/password/reset/", {"email": "a@exemple.fr"})

    answer = client.post("/compte/password/reset/", {"email": "a@exemple.fr"})

    assert answer.status_code == 429
    assert "Trop de demandes en peu de temps" in answer.content.decode()


def test_the_limits_are_kept_where_every_process_sees_them() -> None:
    assert settings.ACCOUNT_ADAPTER == "soco.accounts.adapter.AccountAdapter"
    assert settings.ACCOUNT_RATE_LIMITS["request_login_code"].endswith("20/d/key")


@pytest.mark.parametrize(("proxies", "seen"), [(0, "10.0.0.1"), (1, "203.0.113.7"), (2, "198.51.100.9")])
def test_the_visitor_is_told_apart_behind_our_own_proxies_only(
    rf: RequestFactory, settings, proxies: int, seen: str
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="192.0.2.66, 198.51.100.9, 203.0.113.7")

    assert AccountAdapter().get_client_ip(request) == seen


# --- password and address ---------------------------------------------------------------------------------------------------------
def test_a_forgotten_password_is_replaced_with_a_code(client: Client, last_code: Code) -> None:
    UserFactory(email="a@exemple.fr")
    client.post("/compte/password/reset/", {"email": "a@exemple.fr"})
    client.post("/compte/password/reset/confirm/", {"code": last_code("a@exemple.fr")})
    new = "encore une petite phrase"

    done = client.post("/compte/password/reset/complete/", {"password1": new, "password2": new})
    client.post("/compte/login/", {"login": "a@exemple.fr", "password": new})

    assert done["Location"] == "/compte/password/reset/done/"
    assert is_signed_in(client)
    assert Message.objects.of_kind("accounts.password_reset").count() == 1


def test_an_address_changes_once_its_code_is_copied(client: Client, last_code: Code) -> None:
    user = UserFactory(email="avant@exemple.fr")
    client.post("/compte/login/", {"login": "avant@exemple.fr", "password": PASSWORD})

    client.post("/compte/email/", {"email": "apres@exemple.fr", "action_add": "1"})
    user.refresh_from_db()
    before = user.email
    client.post("/compte/confirm-email/", {"code": last_code("apres@exemple.fr")})
    user.refresh_from_db()

    assert (before, user.email) == ("avant@exemple.fr", "apres@exemple.fr")
    assert [address.email for address in user.emailaddress_set.all()] == ["apres@exemple.fr"]
    assert Message.objects.of_kind("accounts.email_changed").get().to_email == "avant@exemple.fr"


def test_signing_out_is_a_gesture_and_not_a_link(client: Client) -> None:
    client.force_login(UserFactory())

    page = client.get("/compte/logout/")
    still = is_signed_in(client)
    client.post("/compte/logout/")

    assert (page.status_code, still, is_signed_in(client)) == (200, True, False)

"""Staff open nothing before they have a second proof; everybody may have one."""

import time

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client

from soco.accounts import services
from soco.accounts.models import User
from soco.mailing.models import Message
from tests.accounts.conftest import PASSWORD, totp_code
from tests.factories import TOTP_SECRET, UserFactory

pytestmark = pytest.mark.django_db
ENROLMENT = "/compte/double-verification/"


@pytest.fixture
def newcomer(client: Client) -> Client:
    """Staff who just signed in for the first time."""
    UserFactory(superuser=True, email="lea@exemple.fr", second_factor=False)
    client.post("/compte/login/", {"login": "lea@exemple.fr", "password": PASSWORD})
    return client


@pytest.mark.parametrize("page", ["/", "/mon-espace/", "/gestion/", "/gestion/directory/collectivite/", "/repertoire/"])
def test_staff_without_a_second_proof_are_sent_to_add_one(newcomer: Client, page: str) -> None:
    assert newcomer.get(page)["Location"] == ENROLMENT


def test_a_gesture_is_refused_too(newcomer: Client) -> None:
    user = UserFactory()

    answer = newcomer.post(f"/gestion/accounts/user/{user.pk}/change/", {"email": "pris@exemple.fr"})

    user.refresh_from_db()
    assert (answer.status_code, answer["Location"], user.email != "pris@exemple.fr") == (302, ENROLMENT, True)


def test_a_part_of_a_page_sends_the_whole_page(newcomer: Client) -> None:
    answer = newcomer.get("/repertoire/", headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == ENROLMENT


def test_what_staff_may_still_open(newcomer: Client) -> None:
    pages = [ENROLMENT, "/compte/2fa/", "/compte/2fa/totp/activate/", "/compte/2fa/webauthn/add/", "/compte/logout/"]

    assert [newcomer.get(page).status_code for page in pages] == [200] * 5
    assert newcomer.post("/compte/logout/")["Location"] == "/"


def test_members_need_no_second_proof(client: Client) -> None:
    client.force_login(UserFactory())

    assert client.get("/mon-espace/").status_code == 200


def test_an_app_of_codes_opens_the_site(newcomer: Client) -> None:
    secret = newcomer.get("/compte/2fa/totp/activate/").context["form"].secret

    done = newcomer.post("/compte/2fa/totp/activate/", {"code": totp_code(secret)})
    codes = newcomer.get(done["Location"])

    assert done["Location"] == "/compte/2fa/recovery-codes/"
    assert "10 codes encore valables" in codes.content.decode()
    assert '<a class="bouton" href="/equipe/">' in codes.content.decode()
    assert newcomer.get("/gestion/").status_code == 200


def test_the_second_proof_is_asked_at_the_next_sign_in(client: Client) -> None:
    UserFactory(staff=True, email="lea@exemple.fr")

    asked = client.post("/compte/login/", {"login": "lea@exemple.fr", "password": PASSWORD})
    refused = client.get("/gestion/").status_code
    wrong = client.post(asked["Location"], {"code": "000000"})
    done = client.post(asked["Location"], {"code": totp_code(TOTP_SECRET)})

    assert (asked["Location"], refused, wrong.status_code) == ("/compte/2fa/authenticate/", 302, 200)
    assert done.status_code == 302
    assert client.get("/gestion/").status_code == 200


def test_a_code_by_mail_does_not_replace_the_second_proof(client: Client, last_code) -> None:
    UserFactory(staff=True, email="lea@exemple.fr")
    asked = client.post("/compte/login/code/", {"email": "lea@exemple.fr"})

    done = client.post(asked["Location"], {"code": last_code("lea@exemple.fr")})

    assert done["Location"].startswith("/compte/2fa/authenticate/")


def test_staff_keep_one_proof_and_members_may_remove_theirs(client: Client) -> None:
    for user, left in ((UserFactory(staff=True), 1), (UserFactory(second_factor=True), 0)):
        client.force_login(user)
        client.post("/compte/reauthenticate/", {"password": PASSWORD})
        client.post("/compte/2fa/totp/deactivate/")

        assert Authenticator.objects.filter(user=user).count() == left


def test_a_proof_withdrawn_closes_the_open_session(client: Client) -> None:
    user = UserFactory(staff=True)
    client.force_login(user)
    before = client.get("/gestion/").status_code

    Authenticator.objects.filter(user=user).delete()

    assert (before, client.get("/gestion/")["Location"]) == (200, ENROLMENT)


def test_what_touches_security_asks_again_who_one_is(client: Client) -> None:
    UserFactory(email="a@exemple.fr")
    client.post("/compte/login/", {"login": "a@exemple.fr", "password": PASSWORD})
    fresh = client.get("/compte/2fa/totp/activate/").status_code

    with time_machine.travel(time.time() + 301):
        asked = client.get("/compte/2fa/totp/activate/")
        client.post(asked["Location"], {"password": PASSWORD})
        proved = client.get("/compte/2fa/totp/activate/").status_code

    assert (fresh, asked.status_code, proved) == (200, 302, 200)
    assert asked["Location"].startswith("/compte/reauthenticate/?next=")


def test_who_lost_everything_is_helped_by_an_administrator(client: Client) -> None:
    lost = UserFactory(staff=True, email="lea@exemple.fr")
    theirs = Client()
    theirs.post("/compte/login/", {"login": "lea@exemple.fr", "password": PASSWORD})
    theirs.post("/compte/2fa/authenticate/", {"code": totp_code(TOTP_SECRET)})
    client.force_login(UserFactory(superuser=True))

    client.post("/gestion/accounts/user/", {"action": "forget_second_factor", "_selected_action": [lost.pk]})

    assert not Authenticator.objects.filter(user=lost).exists()
    assert theirs.get("/mon-espace/")["Location"].startswith("/compte/login/")


def test_nobody_forgets_the_proof_of_somebody_above(client: Client) -> None:
    services.sync_roles()
    administrator, above = UserFactory(second_factor=True), UserFactory(superuser=True)
    services.give_role(administrator, "administrateur", by=None)
    client.force_login(administrator)

    client.post("/gestion/accounts/user/", {"action": "forget_second_factor", "_selected_action": [above.pk]})

    assert Authenticator.objects.filter(user=above).exists()


def test_the_person_is_told_by_mail(newcomer: Client, django_capture_on_commit_callbacks) -> None:
    secret = newcomer.get("/compte/2fa/totp/activate/").context["form"].secret

    with django_capture_on_commit_callbacks(execute=True):
        newcomer.post("/compte/2fa/totp/activate/", {"code": totp_code(secret)})

    assert Message.objects.of_kind("accounts.totp_activated").get().to_email == "lea@exemple.fr"


def test_the_gestion_sends_visitors_to_the_sign_in_page_and_refuses_members(client: Client) -> None:
    visitor = client.get("/gestion/", follow=True)
    client.force_login(UserFactory())
    member = client.get("/gestion/", follow=True)

    assert visitor.redirect_chain[-1][0].startswith("/compte/login/?next=")
    assert (member.status_code, User.objects.filter(is_staff=True).count()) == (403, 0)


def test_the_key_of_an_app_is_shown_in_groups_of_four(newcomer: Client) -> None:
    page = newcomer.get("/compte/2fa/totp/activate/")

    secret = page.context["form"].secret
    assert f'class="cle">{secret[:4]} {secret[4:8]} ' in page.content.decode()

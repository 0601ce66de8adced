"""« Mon espace »: the account, what awaits the person, what they may take away or erase."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from soco.accounts.models import User
from soco.web import registries, slots
from tests.accounts.conftest import PASSWORD
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client: Client) -> Client:
    client.user = UserFactory(email="ines@exemple.fr", first_name="Inès", last_name="Morel")
    client.force_login(client.user)
    return client


def test_a_visitor_is_sent_to_sign_in(client: Client) -> None:
    UserFactory()

    for page in ("", "donnees/", "donnees/telecharger/", "donnees/effacer/", "nom/"):
        assert client.get(f"/mon-espace/{page}")["Location"] == f"/compte/login/?next=/mon-espace/{page}"


def test_the_account_and_the_blocks_of_the_apps(member: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def block(request: object, user: User) -> slots.Block:
        return "components/breadcrumb.html", {"trail": [{"label": f"À faire pour {user.first_name}", "url": ""}]}

    monkeypatch.setitem(slots._providers, "my_space.todo", [(50, block)])

    page = member.get("/mon-espace/").content.decode()

    assert "Bonjour Inès." in page
    assert "À faire pour Inès" in page
    assert page.count("ines@exemple.fr") == 1
    assert "ProConnect" not in page


@pytest.mark.parametrize("sessions", [1, 3])
def test_the_page_takes_the_same_queries_however_many_sessions(
    client: Client, django_assert_num_queries, sessions: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    for slot in ("my_space.todo", "my_space.main", "layout.navigation", "layout.banner"):
        monkeypatch.setitem(slots._providers, slot, [])  # each app counts its own
    UserFactory(email="ines@exemple.fr")
    for _session in range(sessions):
        client = Client()
        client.post("/compte/login/", {"login": "ines@exemple.fr", "password": PASSWORD})
    client.get("/mon-espace/")

    with django_assert_num_queries(5):
        client.get("/mon-espace/")


def test_one_signs_out_from_every_page(member: Client) -> None:
    header = member.get("/").content.decode().partition("<main")[0]
    visitor = Client().get("/").content.decode()

    assert ('action="/compte/logout/"' in header, 'action="/compte/logout/"' in visitor) == (True, False)


def test_a_name_changes(member: Client) -> None:
    empty = member.post("/mon-espace/nom/", {"first_name": "", "last_name": "Martin"})
    done = member.post("/mon-espace/nom/", {"first_name": "Inès", "last_name": "Martin"})

    assert (empty.status_code, done["Location"]) == (200, "/mon-espace/")
    assert User.objects.get().last_name == "Martin"


def test_the_other_sessions_end_and_this_one_stays(client: Client) -> None:
    UserFactory(email="ines@exemple.fr")
    other = Client(headers={"User-Agent": "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0"})
    for browser in (client, other):
        browser.post("/compte/login/", {"login": "ines@exemple.fr", "password": PASSWORD})

    listed = client.get("/compte/sessions/").content.decode()
    client.post("/compte/sessions/")

    assert ("Firefox sur Windows" in listed, UserSession.objects.count()) == (True, 1)
    assert (client.get("/mon-espace/").status_code, other.get("/mon-espace/").status_code) == (200, 302)


def test_reading_the_list_of_sessions_forgets_those_that_are_over(client: Client) -> None:
    UserFactory(email="ines@exemple.fr")
    other = Client()
    for browser in (client, other):
        browser.post("/compte/login/", {"login": "ines@exemple.fr", "password": PASSWORD})
    other.session.flush()

    page = client.get("/compte/sessions/")

    assert (page.status_code, page.context["session_count"]) == (200, 1)


# --- my data ----------------------------------------------------------------------------------------------------------------------
@pytest.fixture
def notes() -> Iterator[list[str]]:
    """An app that knows something of people: its calls to `erase`."""
    erased: list[str] = []

    def erase(user: User) -> str:
        erased.append(user.email)
        return "Vos notes restent sans votre nom."

    rows = [
        {"note": "=1+1", "jour": 3, "lue": True},
        {"note": "été", "lieu": "Pau", "ecrite_le": "2026-07-01T22:30:00+00:00"},
    ]
    registries.register(registries.PersonalData("tests.notes", "Vos notes", lambda user: rows, erase))
    yield erased
    del registries._personal_data["tests.notes"]


def test_everything_known_is_in_the_archive(member: Client, notes: list[str]) -> None:
    UserFactory(email="autrui@exemple.fr")

    response = member.get("/mon-espace/donnees/telecharger/")

    assert response["Content-Type"] == "application/zip"
    bundle = zipfile.ZipFile(io.BytesIO(response.content))
    said = json.loads(bundle.read("donnees.json"))
    table = list(csv.DictReader(io.StringIO(bundle.read("vos-notes.csv").decode("utf-8-sig")), delimiter=";"))
    account = {row["quoi"]: row["valeur"] for row in said["donnees"]["accounts.compte"]["lignes"]}
    assert account == {"compte": "Inès Morel", "adresse confirmée": "ines@exemple.fr"}
    assert said["donnees"]["tests.notes"] == {
        "libelle": "Vos notes",
        "lignes": [
            {"note": "=1+1", "jour": 3, "lue": True},
            {"note": "été", "lieu": "Pau", "ecrite_le": "2026-07-01T22:30:00+00:00"},
        ],
    }
    assert table == [
        {"note": "'=1+1", "jour": "3", "lue": "oui", "lieu": "", "ecrite_le": ""},
        {"note": "été", "jour": "", "lue": "", "lieu": "Pau", "ecrite_le": "02/07/2026 00:30"},
    ]
    assert "autrui" not in json.dumps(said)


def test_no_secret_is_in_the_archive(client: Client) -> None:
    client.force_login(UserFactory(superuser=True))

    bundle = zipfile.ZipFile(io.BytesIO(client.get("/mon-espace/donnees/telecharger/").content))

    everything = b"".join(bundle.read(name) for name in bundle.namelist()).decode()
    assert "preuve d’identité" in everything
    assert ("JBSWY3DP" in everything, "md5$" in everything) == (False, False)


def test_erasing_asks_every_app_says_what_is_kept_and_signs_out(member: Client, notes: list[str]) -> None:
    UserFactory(email="autrui@exemple.fr")

    read = member.get("/mon-espace/donnees/effacer/").status_code
    wrong = member.post("/mon-espace/donnees/effacer/", {"email": "autrui@exemple.fr"})
    before = (list(notes), User.objects.count())
    done = member.post("/mon-espace/donnees/effacer/", {"email": "INES@exemple.fr"})

    assert (read, before) == (200, ([], 2))
    assert "Rien n’a été effacé." in wrong.content.decode()
    assert "Vos notes restent sans votre nom." in done.content.decode()
    assert (notes, [user.email for user in User.objects.all()]) == (["ines@exemple.fr"], ["autrui@exemple.fr"])
    assert member.get("/mon-espace/").status_code == 302


def test_an_app_that_fails_leaves_everything_as_it_was(member: Client, notes: list[str]) -> None:
    def fail(user: User) -> str:
        raise RuntimeError

    registries.register(registries.PersonalData("tests.notes", "Vos notes", lambda user: [], fail, order=99))

    with pytest.raises(RuntimeError):
        member.post("/mon-espace/donnees/effacer/", {"email": "ines@exemple.fr"})

    assert User.objects.get().emailaddress_set.count() == 1


def test_the_last_administrator_is_told_to_name_another(client: Client) -> None:
    last = UserFactory(superuser=True, email="lea@exemple.fr")
    UserFactory(superuser=True, is_active=False)
    client.force_login(last)

    refused = client.post("/mon-espace/donnees/effacer/", {"email": "lea@exemple.fr"})
    UserFactory(superuser=True)
    done = client.post("/mon-espace/donnees/effacer/", {"email": "lea@exemple.fr"})

    assert "dernier administrateur" in refused.content.decode()
    assert "Votre compte est effacé" in done.content.decode()
    assert not User.objects.filter(email="lea@exemple.fr").exists()


def test_the_journal_of_staff_keeps_its_lines_without_the_person(client: Client) -> None:
    UserFactory(superuser=True)
    gone = UserFactory(superuser=True, email="lea@exemple.fr", first_name="Léa")
    LogEntry.objects.create(
        user=gone, content_type=ContentType.objects.get_for_model(User), object_id="1", action_flag=CHANGE
    )
    client.force_login(gone)

    done = client.post("/mon-espace/donnees/effacer/", {"email": "lea@exemple.fr"})

    gone.refresh_from_db()
    assert gone.email.startswith(f"compte-{gone.pk}-")
    assert "sans votre nom" in done.content.decode()
    assert (str(gone), gone.is_active, gone.is_staff, gone.is_superuser) == (
        gone.email, False, False, False,
    )  # fmt: skip
    assert (gone.has_usable_password(), gone.emailaddress_set.count(), gone.authenticator_set.count()) == (False, 0, 0)
    assert LogEntry.objects.get().user == gone

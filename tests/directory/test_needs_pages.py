"""The staff's pages of needs: who comes in, each filter, exports, the gestures; and the fiche of an actor as staff sees it."""

import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from directory import services
from directory.enums import NeedState
from directory.models import Need
from directory.need_blocks import PERSONAL_DATA, QUEUE
from soco.accounts import roles
from soco.accounts.models import User
from soco.accounts.services import give_role
from soco.web.registries import Waiting
from tests.directory.pages import text_of
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    DepartementFactory,
    NeedFactory,
    ServiceFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/equipe/besoins/"
TODAY = timezone.localdate()
YESTERDAY, TOMORROW = TODAY - timedelta(days=1), TODAY + timedelta(days=1)


def _signed_in(role: str, **names: str) -> Client:
    call_command("sync_permissions", stdout=io.StringIO())
    client = Client()
    client.user = UserFactory(second_factor=True, **names)
    give_role(client.user, role, by=None)
    client.force_login(client.user)
    return client


@pytest.fixture
def team(db) -> Client:
    return _signed_in(roles.TEAM, email="marie@reseau.exemple", first_name="Marie", last_name="Roux")


@pytest.fixture
def voltigeur(db) -> Client:
    return _signed_in(roles.FIELD, email="paul@reseau.exemple")


def labels(answer: Any) -> list[str]:
    return [need.label for need in answer.context["page"].rows]


def colleague() -> User:
    return UserFactory(staff=True, first_name="Léa", last_name="Petit")


# --- the list ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("path", ["", "export.csv", "export.xlsx", "1/"])
def test_only_those_who_read_needs_come_in(client: Client, path: str) -> None:
    assert client.get(LIST + path).status_code == 302
    for user in (UserFactory(), AttachmentFactory(accepted=True).user, UserFactory(staff=True)):
        client.force_login(user)
        assert client.get(LIST + path).status_code == 403


def test_an_empty_list_says_what_will_be_there(team: Client) -> None:
    assert "Ce que des acteurs demandent dans un questionnaire" in text_of(team.get(LIST))
    assert "Aucun besoin de cette liste ne répond à ces filtres" in text_of(team.get(LIST, {"q": "rien"}))


def test_each_filter(team: Client) -> None:
    vienne = DepartementFactory(name="Haute-Vienne", code="87")
    lea = colleague()
    NeedFactory(label="a", actor=CommuneFactory(name="Limoges", departement=vienne), service=None)
    NeedFactory(label="b", in_hand=True, owner=team.user, due_on=TOMORROW, service=ServiceFactory(code="formations"))
    NeedFactory(label="c", in_hand=True, owner=lea, due_on=YESTERDAY, detail="Une convention")
    NeedFactory(label="d", answered=True, owner=lea)
    NeedFactory(label="e", dropped=True)

    for query, found in (
        ({}, ["c", "b", "a"]),
        ({"etat": "nouveau"}, ["a"]),
        ({"etat": "en_cours"}, ["c", "b"]),
        ({"etat": "repondu"}, ["d"]),
        ({"etat": "sans_suite"}, ["e"]),
        ({"etat": "tous"}, ["e", "d", "c", "b", "a"]),
        ({"q": "limoges"}, ["a"]),
        ({"q": "CONVENTION"}, ["c"]),
        ({"service": "formations"}, ["b"]),
        ({"service": "aucun"}, ["a"]),
        ({"departement": "87"}, ["a"]),
        ({"suivi": "moi"}, ["b"]),
        ({"suivi": "aucun"}, ["a"]),
        ({"suivi": str(lea.pk)}, ["c"]),
        ({"suivi": str(lea.pk), "etat": "tous"}, ["d", "c"]),
        ({"retard": "on"}, ["c"]),
        ({"source": "visit"}, []),
        ({"secteur": "on"}, ["c", "b", "a"]),  # who has no area has none to keep to
    ):
        assert labels(team.get(LIST, query)) == found, query


def test_every_tab_counts_what_it_holds(team: Client) -> None:
    NeedFactory.create_batch(2, label="une convention")
    for trait in ("in_hand", "answered", "dropped"):
        NeedFactory(label="une convention", **{trait: True})
    NeedFactory()

    answer = team.get(LIST, {"q": "une convention"})

    tabs = answer.context["search"].tabs
    assert [(name, count) for _state, name, count, _query in tabs] == [
        *(("À traiter", 4), ("Nouveau", 3), ("Pris en charge", 1), ("Répondu", 1), ("Sans suite", 1), ("Tous", 6)),
    ]
    for _state, _name, count, query in tabs:
        assert len(labels(team.get(f"{LIST}?{query}"))) == count


@pytest.mark.parametrize(
    "query", ["etat=x", "service=%27", "suivi=zz", "departement=%00", "retard=x&q=%00", "page=x", "page=99"]
)
def test_no_address_breaks_the_list(team: Client, query: str) -> None:
    NeedFactory()

    assert team.get(f"{LIST}?{query}").status_code == 200


def test_what_is_late_is_said_and_what_is_closed_is_not_late(team: Client) -> None:
    NeedFactory(due_on=YESTERDAY)
    NeedFactory(answered=True, due_on=YESTERDAY)

    assert text_of(team.get(LIST, {"etat": "tous"})).count(">en retard<") == 1


def test_pages(team: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("directory.views.staff_needs.PAGE_SIZE", 2)
    NeedFactory.create_batch(3)

    answer = team.get(LIST, {"etat": "nouveau", "retard": "", "page": "2"})

    assert len(labels(answer)) == 1
    assert f'href="{LIST}?etat=nouveau"' in answer.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(team: Client, django_assert_num_queries: Any, count: int) -> None:
    for _one in range(count):
        NeedFactory(in_hand=True)
    team.get(LIST)

    with django_assert_num_queries(12):
        team.get(LIST)


def test_exports_follow_the_filters_and_carry_no_formula(team: Client) -> None:
    actor = CommuneFactory(name="Limoges", code="01001")
    NeedFactory(label="=1+1", actor=actor, in_hand=True, owner=colleague(), due_on=YESTERDAY)
    NeedFactory(label="autre", answered=True)

    csv = b"".join(team.get(f"{LIST}export.csv", {"etat": "en_cours"})).decode()
    book = load_workbook(io.BytesIO(b"".join(team.get(f"{LIST}export.xlsx", {"etat": "repondu"}))))

    header, line = csv.splitlines()
    assert header.startswith("numéro,acteur,code,département,ce qui est demandé,précisions,service,source,exprimé le")
    assert ",Limoges,01001,Charente,'=1+1,,Un conseil individuel,questionnaire," in line
    assert f"pris en charge,Léa Petit,{YESTERDAY.isoformat()},oui,,," in line
    assert [row[4].value for row in book.active.rows] == ["ce qui est demandé", "autre"]


# --- one need ---------------------------------------------------------------------------------------------------------------
def test_a_need_says_who_asked_what_and_which_service_answers(team: Client) -> None:
    actor = CommuneFactory(name="Limoges", email="mairie@limoges.exemple", phone="05 55 00 00 00")
    need = NeedFactory(actor=actor, label="Une convention", detail="Pour <mars>.", origin="response:42:Q35:conseil")

    page = text_of(team.get(need.get_absolute_url()))

    for words in (
        *("Une convention", "Pour &lt;mars&gt;.", "Limoges", "mairie@limoges.exemple", "05 55 00 00 00"),
        *("Un conseil individuel", "Écrivez à l’équipe.", 'href="/contact/"', "questionnaire"),
        *("Référence : response:42:Q35:conseil", "Personne encore.", "Prendre en charge"),
    ):
        assert words in page
    assert team.get(f"{LIST}{need.pk + 1}/").status_code == 404


def test_a_need_without_a_service_says_so(team: Client) -> None:
    assert "Aucun service du réseau n’y répond encore." in text_of(
        team.get(NeedFactory(service=None).get_absolute_url())
    )


def test_every_gesture_of_a_life(team: Client) -> None:
    need = NeedFactory()
    page = need.get_absolute_url()

    def does(**posted: str) -> str:
        answer = team.post(page, posted, follow=True)
        assert answer.redirect_chain == [(page, 302)]
        need.refresh_from_db()
        return text_of(answer)

    assert "Vous suivez ce besoin." in does(geste="prendre", suivi="")
    assert (need.state, need.owner) == (NeedState.IN_HAND, team.user)
    assert "L’échéance est enregistrée." in does(geste="echeance", due_on=TOMORROW.isoformat())
    assert need.due_on == TOMORROW
    assert "C’était déjà fait" in does(geste="echeance", due_on=TOMORROW.isoformat())
    assert "La réponse est notée" in does(geste="repondre", text="Appelé le maire.")
    assert (need.state, need.answer, need.closed_by) == (NeedState.ANSWERED, "Appelé le maire.", "marie@reseau.exemple")
    assert "Ce qui avait été noté avant d’être rouvert" in does(geste="rouvrir")
    assert need.state == NeedState.IN_HAND
    assert "Pourquoi sans suite" in does(geste="sans-suite", reason="La commune a renoncé.")
    assert (need.state, need.answer) == (NeedState.DROPPED, "La commune a renoncé.")


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"geste": "repondre", "text": " "}, "Dites ce qui a été répondu, ou fait."),
        ({"geste": "sans-suite"}, "Dites pourquoi ce besoin est sans suite."),
        ({"geste": "echeance", "due_on": "demain"}, "Saisissez une date valide"),
        ({"geste": "echeance", "due_on": YESTERDAY.isoformat()}, "cette échéance est déjà passée"),
    ],
)
def test_what_is_to_correct_stays_on_the_page(team: Client, posted: dict[str, str], sentence: str) -> None:
    need = NeedFactory()

    answer = team.post(need.get_absolute_url(), posted)

    assert answer.status_code == 200
    assert sentence in text_of(answer)
    need.refresh_from_db()
    assert (need.state, need.due_on, need.answer) == (NeedState.NEW, None, "")


def test_what_was_typed_is_kept_if_a_colleague_closed_it_meanwhile(team: Client) -> None:
    need = NeedFactory(answered=True)

    page = text_of(team.post(need.get_absolute_url(), {"geste": "repondre", "text": "Tout autre chose."}))

    assert "ce besoin est déjà clos (répondu). Rouvrez-le d’abord." in page
    assert ">\nTout autre chose.</textarea>" in page


def test_a_colleague_is_told_before_being_replaced(team: Client) -> None:
    need = NeedFactory(in_hand=True, owner=colleague())
    page = need.get_absolute_url()
    assert "Reprendre à mon nom" in text_of(team.get(page))

    for seen in ("", "x", str(team.user.pk)):
        assert "Léa Petit suit déjà ce besoin" in text_of(
            team.post(page, {"geste": "prendre", "suivi": seen}, follow=True)
        )
    assert Need.objects.get().owner != team.user

    team.post(page, {"geste": "prendre", "suivi": str(need.owner_id)})
    assert Need.objects.get().owner == team.user


@pytest.mark.parametrize("geste", ["", "inconnu"])
def test_a_gesture_that_does_not_exist_changes_nothing(team: Client, geste: str) -> None:
    need = NeedFactory()

    assert team.post(need.get_absolute_url(), {"geste": geste}).status_code == 200
    assert Need.objects.get().state == NeedState.NEW


def test_a_voltigeur_follows_needs(voltigeur: Client) -> None:
    need = NeedFactory(due_on=TOMORROW)

    voltigeur.post(need.get_absolute_url(), {"geste": "prendre"})

    need.refresh_from_db()
    assert (need.state, need.owner) == (NeedState.IN_HAND, voltigeur.user)


def test_who_only_reads_changes_nothing(client: Client) -> None:
    need, reader = NeedFactory(due_on=TOMORROW), UserFactory(staff=True, second_factor=True)
    reader.user_permissions.add(Permission.objects.get(codename="view_need"))
    client.force_login(reader)
    page, listed = text_of(client.get(need.get_absolute_url())), text_of(client.get(LIST))

    assert "À traiter avant le" in page
    assert [name in page + listed for name in ('name="geste"', 'name="besoin"', "Noter un besoin")] == [False] * 3
    for geste in ("prendre", "confier", "service", "echeance", "repondre", "sans-suite", "rouvrir"):
        posted = {"geste": geste, "text": "x", "reason": "x", "besoin": f"{need.pk}-"}
        assert client.post(need.get_absolute_url(), posted).status_code == 403
        assert client.post(LIST, posted).status_code == 403
    assert client.post(f"{LIST}nouveau/", {"label": "x"}).status_code == 403
    need.refresh_from_db()
    assert (need.state, need.owner, need.due_on) == (NeedState.NEW, None, TOMORROW)


# --- elsewhere --------------------------------------------------------------------------------------------------------------
def test_the_fiche_of_an_actor_shows_its_open_needs_to_staff_alone(
    client: Client, team: Client, voltigeur: Client
) -> None:
    actor = CommuneFactory(name="Limoges")
    for number in range(6):
        NeedFactory(actor=actor, label=f"besoin {number}", due_on=TODAY + timedelta(days=number))
    NeedFactory(actor=actor, label="besoin clos", answered=True)
    NeedFactory(label="besoin d’ailleurs")

    for reader in (team, voltigeur):
        page = text_of(reader.get(actor.get_absolute_url()))
        assert [
            words in page for words in ("besoin 0", "besoin 4", "besoin 5", "besoin clos", "besoin d’ailleurs")
        ] == [
            *(True, True, False, False, False),
        ]
        assert f'href="{LIST}?q=Limoges"' in page
    client.force_login(AttachmentFactory(actor=actor, accepted=True).user)
    for visitor in (client, Client()):
        assert "besoin 0" not in text_of(visitor.get(actor.get_absolute_url()))


def test_the_home_of_staff_leads_to_what_waits(team: Client) -> None:
    NeedFactory.create_batch(2)

    page = text_of(team.get("/equipe/"))

    assert f'<h3><a href="{LIST}">Besoins à traiter</a></h3><p><b>2</b>' in page


def test_the_queue_counts_what_is_open_and_since_when() -> None:
    assert QUEUE.measure() == Waiting(0, None)
    oldest = datetime(2026, 3, 2, 9, tzinfo=UTC)
    NeedFactory(in_hand=True, created_at=oldest)
    NeedFactory()
    NeedFactory(answered=True, created_at=datetime(2025, 1, 1, tzinfo=UTC))

    assert QUEUE.measure() == Waiting(2, oldest)


def test_a_colleague_reads_what_they_followed_and_leaves_without_their_name() -> None:
    user = UserFactory(staff=True, email="marie@reseau.exemple")
    need = NeedFactory(answered=True, owner=user, actor__name="Limoges")
    NeedFactory(in_hand=True)

    rows = list(PERSONAL_DATA.export(user))
    assert [(row["acteur"], row["suivi_par_vous"], row["repondu_le"]) for row in rows] == [
        ("Limoges", True, need.answered_at)
    ]

    services.forget_name_in_histories(user.every_address())
    user.delete()
    need.refresh_from_db()
    assert (need.state, need.owner, need.closed_by) == (NeedState.ANSWERED, None, "compte effacé")

"""The pages of whom to meet next: who reads them, each filter, what each signal is worth, « pourquoi pas elle ? »."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from directory.enums import ContactState, Vitality
from directory.models import Actor
from outreach.enums import WishKind
from outreach.models import Priority, PrioritySettings
from outreach.services import note_wish, score_priorities, settle_contacts
from soco.accounts.models import User
from soco.accounts.roles import FIELD, MEMBER, TEAM
from tests.directory.pages import text_of
from tests.factories import (
    CommuneFactory,
    DepartementFactory,
    EpciFactory,
    FieldAreaFactory,
    JumelageFactory,
    NeedFactory,
    VisitFactory,
)
from tests.surveys.drafts import signed_in

pytestmark = pytest.mark.django_db
LIST, SETTINGS = "/equipe/priorites/", "/equipe/priorites/reglages/"


def signed(role: str) -> Client:
    """A client that knows who it is."""
    client = signed_in(role)
    client.user = User.objects.get(pk=client.session["_auth_user_id"])
    return client


@pytest.fixture
def team(db: Any) -> Client:
    return signed(TEAM)


@pytest.fixture
def voltigeur(db: Any) -> Client:
    return signed(FIELD)


def counted(*actors: Actor) -> None:
    settle_contacts()
    score_priorities()


def names(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"{LIST}?{query}")
    return [row.actor.name for row, _points in answer.context["lines"] if row.actor.nature == "commune"]


# --- the list -------------------------------------------------------------------------------------------------------------
def test_the_most_pressing_comes_first_with_its_reasons(voltigeur: Client) -> None:
    asking = NeedFactory(actor=CommuneFactory(name="Aubusson"), origin="response:1:Q36:mois").actor
    VisitFactory(done=True, actor=CommuneFactory(name="Bellac"))
    CommuneFactory(name="Crocq")
    counted()

    answer = voltigeur.get(LIST)

    assert names(voltigeur) == ["Aubusson", "Crocq", "Bellac"]
    assert "visite demandée" in text_of(answer) and "jamais rencontrée par le réseau : +30" in text_of(answer)
    assert f"/equipe/priorites/{asking.slug}/" in text_of(answer)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=aubus", ["Aubusson"]),
        ("q=64001", ["Billère"]),
        ("nature=commune", ["Aubusson", "Billère", "Crocq"]),
        ("nature=epci", []),
        ("population=0-500", ["Crocq"]),
        ("departement=64", ["Billère"]),
        ("signal=to_wake", ["Aubusson"]),
        ("signal=asked", []),
        ("etat=refus", ["Dax"]),
        ("q=dax", ["Dax"]),
        ("etat=nimporte&population=x&page=zz&q=%00", ["Aubusson", "Billère", "Crocq"]),
    ],
)
def test_each_filter(voltigeur: Client, query: str, expected: list[str]) -> None:
    aubusson = CommuneFactory(name="Aubusson", population=3000)
    JumelageFactory(collectivite=aubusson, vitality=Vitality.DORMANT)
    CommuneFactory(name="Billère", code="64001", departement_codes=["64"], population=2500)
    DepartementFactory(code="64", name="Pyrénées-Atlantiques")
    CommuneFactory(name="Crocq", population=400)
    note_wish(CommuneFactory(name="Dax", population=20_000), WishKind.REFUSAL, by="v@soco.example")
    counted()
    Actor.objects.exclude(name="Billère").filter(nature="commune").update(departement_codes=["23"])
    Priority.objects.exclude(actor__nature="commune").delete()

    assert names(voltigeur, query) == expected


def test_an_area_holds_its_departements_and_intercommunalites(voltigeur: Client) -> None:
    epci = EpciFactory(name="CC du Pays")
    CommuneFactory(name="Aubusson", departement_codes=["23"])
    CommuneFactory(name="Billère", departement_codes=["64"])
    CommuneFactory(name="Crocq", departement_codes=["87"], epci=epci)
    mine = FieldAreaFactory(user=voltigeur.user, departement_codes=["64"], epci_codes=[epci.code])
    other = FieldAreaFactory(departement_codes=["23"])
    everywhere = FieldAreaFactory(departement_codes=[])
    counted()

    assert sorted(names(voltigeur, "secteur=moi")) == ["Billère", "Crocq"]
    assert sorted(names(voltigeur)) == ["Billère", "Crocq"], "without a word, one's own"
    assert len(names(voltigeur, "secteur=tous")) == 3
    assert names(voltigeur, "q=aubusson") == ["Aubusson"], "what is asked for is not narrowed to one's own"
    exported = b"".join(voltigeur.get(f"{LIST}export.csv").streaming_content).decode()
    assert ("Billère" in exported, "Aubusson" in exported) == (True, False)
    assert names(voltigeur, f"secteur={other.user.pk}") == ["Aubusson"]
    assert len(names(voltigeur, f"secteur={everywhere.user.pk}")) == 3
    assert (
        "le mien" in text_of(voltigeur.get(LIST))
        and str(mine.user) not in text_of(voltigeur.get(LIST)).split("<main")[1]
    )


def test_nothing_found_and_nothing_counted_are_told_apart(voltigeur: Client) -> None:
    assert "Rien n’est encore compté" in text_of(voltigeur.get(LIST))
    assert "Aucune collectivité ne répond à ces filtres" in text_of(voltigeur.get(f"{LIST}?q=zzz"))


def test_the_files_hold_what_the_list_shows(voltigeur: Client) -> None:
    CommuneFactory(name="Aubusson", population=3000)
    CommuneFactory(name="=Bellac", population=100)
    counted()

    text = b"".join(voltigeur.get("/equipe/priorites/export.csv?nature=commune")).decode()
    sheet = load_workbook(io.BytesIO(b"".join(voltigeur.get("/equipe/priorites/export.xlsx?q=aubus")))).active

    rows = list(csv.reader(io.StringIO(text)))
    assert [row[0] for row in rows] == ["collectivité", "Aubusson", "'=Bellac"]
    assert rows[1][8:] == ["30", "jamais rencontrée par le réseau\u00a0: +30"]
    assert next(cell.value for cell in sheet[2]) == "Aubusson" and sheet.max_row == 2


def test_a_page_asks_the_database_as_often_for_one_as_for_many(
    voltigeur: Client, django_assert_num_queries: Any
) -> None:
    CommuneFactory()
    counted()
    voltigeur.get(LIST)
    with django_assert_num_queries(9):
        voltigeur.get(LIST)
    for _each in range(20):
        CommuneFactory()
    counted()
    with django_assert_num_queries(9):
        voltigeur.get(LIST)


def test_counting_anew_says_what_changed(voltigeur: Client) -> None:
    CommuneFactory()

    said = [text_of(voltigeur.post("/equipe/priorites/recompter/", follow=True)) for _each in range(2)]

    assert "Collectivités dont les points ont changé" in said[0] and "Rien n’a changé" in said[1]


# --- one collectivité -----------------------------------------------------------------------------------------------------
def test_why_and_why_not(voltigeur: Client) -> None:
    actor = CommuneFactory(name="Aubusson")
    VisitFactory(done=True, actor=actor)
    CommuneFactory(departement_codes=actor.departement_codes)
    counted()

    told = text_of(voltigeur.get(f"/equipe/priorites/{actor.slug}/"))

    assert "-50 points" in told and "rencontrée le" in told and ": −50" in told
    assert "rang 2 sur 2 du même niveau dans son département" in told
    assert "Jamais rencontrée : +30" in told and "Jumelage en sommeil ou à relancer : +15" in told


def test_one_at_rest_one_that_is_over_and_one_that_is_none(voltigeur: Client) -> None:
    resting, closed = CommuneFactory(), CommuneFactory(closed=True)
    note_wish(resting, WishKind.PAUSE, until=timezone.localdate() + timedelta(days=3), by="v@soco.example")
    counted()

    assert "Elle a demandé à ne pas être contactée" in text_of(voltigeur.get(f"/equipe/priorites/{resting.slug}/"))
    assert "n’existe plus" in text_of(voltigeur.get(f"/equipe/priorites/{closed.slug}/"))
    assert voltigeur.get("/equipe/priorites/inconnue/").status_code == 404


# --- what each signal is worth --------------------------------------------------------------------------------------------
def weights(**changed: Any) -> dict[str, Any]:
    from outreach.priority import WEIGHTS

    return WEIGHTS | changed


def test_the_team_says_what_a_signal_is_worth_and_all_is_counted_anew(team: Client) -> None:
    actor = CommuneFactory()
    counted()

    answer = team.post(SETTINGS, weights(never_met=70), follow=True)

    assert "C’est enregistré, et tout est recompté." in text_of(answer)
    assert Priority.objects.get(actor=actor).score == 70
    assert PrioritySettings.objects.get().changed_by == team.user.email
    assert "Rien n’a changé." in text_of(team.post(SETTINGS, weights(never_met=70), follow=True))


def test_a_wild_weight_is_refused_and_kept_on_the_page(team: Client) -> None:
    for value in ("999", "beaucoup", ""):
        answer = team.post(SETTINGS, weights(asked=value))
        assert answer.status_code == 200 and answer.context["form"].errors["asked"]
        assert f'value="{value}"' in text_of(answer) or not value
    assert not PrioritySettings.objects.exists()


def test_a_voltigeur_reads_the_weights_and_changes_none(voltigeur: Client) -> None:
    told = text_of(voltigeur.get(SETTINGS))

    assert "L’équipe du réseau change ces nombres." in told and "+40" in told
    assert voltigeur.post(SETTINGS, weights(asked=1)).status_code == 403


def test_others_see_nothing(client: Client) -> None:
    CommuneFactory()
    assert client.get(LIST).status_code == 302
    assert signed_in(MEMBER).get(LIST).status_code == 403
    assert ContactState.NEVER  # the state itself is public nowhere
    assert "jamais rencontrée" not in text_of(client.get(f"/repertoire/{Actor.objects.first().slug}/")).lower()

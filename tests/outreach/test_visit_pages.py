"""The pages of visits: the list, the plan, one visit; who may see and take away what."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from events.enums import EventKind
from outreach.enums import VisitKind, VisitState
from outreach.models import Visit
from soco.accounts.roles import FIELD, TEAM
from tests.factories import (
    CommitmentFactory,
    CommuneFactory,
    DepartementFactory,
    EventFactory,
    PartnerFactory,
    PersonMetFactory,
    UserFactory,
    VisitFactory,
)
from tests.factories.surveys import InvitationFactory, WaveFactory
from tests.outreach.visiting import signed_in

pytestmark = pytest.mark.django_db
LIST = "/equipe/visites/"


@pytest.fixture
def voltigeur() -> Client:
    return signed_in(FIELD)


def rows(client: Client, query: str = "") -> list[str]:
    """The collectivités of the lines of the list, in order."""
    return [visit.actor.name for visit in client.get(LIST + query).context["page"].rows]


def plan_of(**typed: str) -> dict[str, str]:
    day = timezone.localdate() + timedelta(days=5)
    return {"kind": "visite", "starts_at_0": day.isoformat(), "starts_at_1": "14:30", "minutes": "60"} | typed


# --- the list -------------------------------------------------------------------------------------------------------------
def test_the_tabs_tell_what_comes_what_is_to_write_what_is_done(voltigeur) -> None:
    now = timezone.now()
    VisitFactory(actor__name="Pau", starts_at=now + timedelta(days=9))
    VisitFactory(actor__name="Dax", starts_at=now + timedelta(days=2))
    VisitFactory(actor__name="Nay", starts_at=now - timedelta(days=2))
    VisitFactory(actor__name="Guéret", done=True, next_contact_on=timezone.localdate())

    assert rows(voltigeur) == ["Dax", "Pau"]
    assert rows(voltigeur, "?etat=a-ecrire") == ["Nay"]
    assert rows(voltigeur, "?etat=realisees") == rows(voltigeur, "?etat=a-recontacter") == ["Guéret"]
    assert rows(voltigeur, "?etat=toutes") == ["Pau", "Dax", "Nay", "Guéret"]
    assert [count for _state, _name, count, _query in voltigeur.get(LIST).context["search"].tabs] == [2, 1, 1, 1, 4]


def test_each_filter_narrows(voltigeur) -> None:
    landes = DepartementFactory(name="Landes", code="40")
    mine = VisitFactory(
        actor=CommuneFactory(name="Dax", code="40088", departement=landes, departement_codes=["40"]),
        voltigeur=voltigeur.user,
        kind=VisitKind.VIDEO,
    )
    VisitFactory(actor__name="Pau", voltigeur=None)
    day = timezone.localdate(mine.starts_at).isoformat()

    for query in (
        "q=dax",
        "q=40088",
        "departement=40",
        "voltigeur=moi",
        "type=visio",
        f"depuis={day}&jusque={day}&q=Dax",
    ):
        assert rows(voltigeur, f"?{query}") == ["Dax"], query
    assert rows(voltigeur, "?voltigeur=personne") == ["Pau"]
    assert rows(voltigeur, "?resultat=annulee") == []
    assert 'href="?voltigeur=moi"' in voltigeur.get(LIST).content.decode()


def test_a_filter_that_cannot_be_read_is_told_and_left_aside(voltigeur) -> None:
    VisitFactory(actor__name="Pau")

    told = voltigeur.get(LIST + "?depuis=hier&type=rien&page=zz").context["search"].notices

    assert told == [f"Ce filtre ne se lit pas, il est laissé de côté\u00a0: {name}." for name in ("Type", "Du")]
    assert rows(voltigeur, "?depuis=hier") == ["Pau"]


def test_a_period_that_ends_before_it_begins_is_told(voltigeur) -> None:
    search = voltigeur.get(LIST + "?depuis=2026-02-01&jusque=2026-01-01").context["search"]

    assert search.notices == ["Le premier jour vient après le dernier\u00a0: rien ne peut être trouvé."]


@pytest.mark.parametrize("tab", ["", "a-ecrire", "realisees", "a-recontacter", "toutes"])
def test_an_empty_list_says_what_will_be_there(voltigeur, tab) -> None:
    assert "Rien dans cette liste" in voltigeur.get(f"{LIST}?etat={tab}").content.decode()


def test_a_list_costs_the_same_for_one_visit_and_for_many(voltigeur, django_assert_num_queries) -> None:
    VisitFactory(actor__departement=DepartementFactory(code="64"))
    voltigeur.get(LIST)
    with django_assert_num_queries(9):
        voltigeur.get(LIST)
    VisitFactory.create_batch(3)
    with django_assert_num_queries(9):
        voltigeur.get(LIST)


# --- taken away -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def told() -> Visit:
    visit = VisitFactory(actor__name="Pau", done=True, report="Le maire hésite.")
    PersonMetFactory(visit=visit, job="Maire", name="Anne Roy", agrees=True)
    return visit


def text_of(response: object) -> str:
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]


def test_an_export_holds_neither_free_reports_nor_people(told, voltigeur) -> None:
    text = text_of(voltigeur.get(LIST + "export.csv?etat=toutes"))

    assert text.splitlines()[1].startswith(f"{told.pk},Pau,{told.actor.code}")
    assert not [word for word in ("hésite", "Anne Roy") if word in text]
    book = load_workbook(BytesIO(b"".join(voltigeur.get(LIST + "export.xlsx?etat=toutes").streaming_content)))
    assert [row[1] for row in book.active.iter_rows(values_only=True)] == ["collectivité", "Pau"]


def test_reports_leave_with_their_own_right_only(told, voltigeur) -> None:
    team = signed_in(TEAM)

    assert "Maire,Le maire hésite." in text_of(team.get(LIST + "comptes-rendus.csv?etat=toutes")).replace(
        "Anne Roy · ", ""
    )
    book = load_workbook(BytesIO(b"".join(team.get(LIST + "comptes-rendus.xlsx?etat=toutes").streaming_content)))
    assert [row[-1] for row in book.active.iter_rows(values_only=True)] == ["compte rendu", "Le maire hésite."]
    assert "comptes-rendus.csv" in team.get(LIST + "?etat=toutes").content.decode()
    for name in ("comptes-rendus.csv", "comptes-rendus.xlsx"):
        assert voltigeur.get(LIST + name).status_code == 403
    assert "comptes-rendus.csv" not in voltigeur.get(LIST + "?etat=toutes").content.decode()


def test_who_is_not_staff_sees_nothing(client, told) -> None:
    client.force_login(UserFactory())

    for address in (LIST, LIST + "export.csv", told.get_absolute_url(), "/equipe/notes/", "/equipe/engagements/"):
        assert client.get(address).status_code == 403


# --- planned --------------------------------------------------------------------------------------------------------------
def test_a_visit_is_planned_from_the_page_of_a_collectivite(voltigeur) -> None:
    pau = CommuneFactory(name="Pau", departement_codes=["64"])
    page = voltigeur.get(f"{LIST}nouvelle/?acteur={pau.slug}")
    assert 'value="Pau (commune, 64)"' in page.content.decode()
    once = page.context["form"]["once"].value()

    for _time in range(2):
        answer = voltigeur.post(LIST + "nouvelle/", plan_of(actor="Pau (commune, 64)", subject="Point", once=once))

    visit = Visit.objects.get()
    assert answer.url == visit.get_absolute_url()
    assert (visit.actor, visit.minutes, visit.subject, visit.created_by) == (pau, 60, "Point", voltigeur.user.email)
    assert f"{timezone.localtime(visit.starts_at):%H:%M}" == "14:30"


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"actor": "Nulle-Part"}, "actor"),
        ({"actor": "Comité de Pau"}, "actor"),
        ({"starts_at_0": "2020-01-01"}, "starts_at"),
        ({"starts_at_0": "demain"}, "starts_at"),
        ({"minutes": "5000"}, "minutes"),
        ({"kind": "danse"}, "kind"),
        ({"voltigeur": "abc"}, "voltigeur"),
    ],
)
def test_what_cannot_be_planned_is_said_and_what_was_typed_stays(voltigeur, typed, field) -> None:
    CommuneFactory(name="Pau")
    PartnerFactory(name="Comité de Pau")

    page = voltigeur.post(LIST + "nouvelle/", plan_of(actor="Pau", subject="À garder") | typed)

    assert list(page.context["form"].errors) == [field]
    assert "À garder" in page.content.decode()
    assert not Visit.objects.exists()


def test_a_plan_changes_and_a_stale_page_changes_nothing(voltigeur) -> None:
    visit = VisitFactory(voltigeur=voltigeur.user)
    breakfast = EventFactory(kind=EventKind.PETIT_DEJEUNER)
    address = f"{visit.get_absolute_url()}modifier/"
    typed = plan_of(kind="petit_dejeuner", event=str(breakfast.pk), version="1")

    assert voltigeur.post(address, typed).url == visit.get_absolute_url()
    visit.refresh_from_db()
    assert (visit.kind, visit.event, visit.version) == ("petit_dejeuner", breakfast, 2)

    stale = voltigeur.post(address, typed | {"subject": "Autre chose"})
    assert "a changé depuis" in stale.content.decode()
    assert "Autre chose" in stale.content.decode()


def test_a_plan_that_nobody_touches_keeps_its_past_hour(voltigeur) -> None:
    visit = VisitFactory(starts_at=timezone.now() - timedelta(days=1))
    page = voltigeur.get(f"{visit.get_absolute_url()}modifier/")
    day, hour = page.context["form"]["starts_at"].subwidgets[0].data["subwidgets"]
    typed = plan_of(starts_at_0=day["value"], starts_at_1=hour["value"], version="1", subject="Mieux dit")

    assert voltigeur.post(f"{visit.get_absolute_url()}modifier/", typed).status_code == 302
    assert Visit.objects.get().subject == "Mieux dit"


def test_a_visit_is_put_off_to_another_day_once(voltigeur) -> None:
    visit = VisitFactory(subject="Point")
    later = timezone.localdate() + timedelta(days=30)
    typed = {"to_0": later.isoformat(), "to_1": "09:00", "version": "1"}

    answer = voltigeur.post(f"{visit.get_absolute_url()}reporter/", typed)

    visit.refresh_from_db()
    new = Visit.objects.planned().get()
    assert (visit.state, new.follows, new.subject, answer.url) == ("reportee", visit, "Point", new.get_absolute_url())
    again = voltigeur.post(f"{visit.get_absolute_url()}reporter/", typed)
    assert "a changé depuis" in again.content.decode()
    assert Visit.objects.count() == 2


def test_a_visit_is_cancelled_after_a_page_that_asks(voltigeur) -> None:
    visit = VisitFactory()
    address = f"{visit.get_absolute_url()}annuler/"

    assert "ne se défait pas" in voltigeur.get(address).content.decode()
    voltigeur.post(address, {"version": "1"})

    visit.refresh_from_db()
    assert visit.state == VisitState.CANCELLED


# --- one of them ------------------------------------------------------------------------------------------------------------
def test_a_visit_offers_the_questionnaire_that_its_collectivite_is_asked(voltigeur) -> None:
    visit = VisitFactory()
    invitation = InvitationFactory(wave=WaveFactory(status="ouverte"), actor=visit.actor)

    page = voltigeur.get(visit.get_absolute_url()).content.decode()

    assert f"/equipe/enquetes/{invitation.wave.slug}/collectivites/{invitation.pk}/saisie/visite/" in page


def test_a_report_is_read_by_those_who_may(told, voltigeur) -> None:
    page = voltigeur.get(told.get_absolute_url()).content.decode()
    assert "Le maire hésite." in page
    assert "Anne Roy" in page

    group = voltigeur.user.groups.get()
    group.permissions.remove(Permission.objects.get(codename="read_report"))
    page = voltigeur.get(told.get_absolute_url()).content.decode()
    assert not [word for word in ("Le maire hésite.", "Anne Roy") if word in page]


def test_one_page_costs_the_same_whatever_the_visit_did(told, voltigeur, django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(16):
        voltigeur.get(told.get_absolute_url())
    PersonMetFactory.create_batch(3, visit=told)
    CommitmentFactory.create_batch(3, visit=told)
    with django_assert_max_num_queries(16):
        voltigeur.get(told.get_absolute_url())

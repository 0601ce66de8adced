"""The preparation sheet: what it tells of a collectivité, at a fixed cost; which services to mention, what convinces élus."""

import json
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from directory.enums import ProjectRole, Vitality
from directory.models import Actor
from directory.models.project import ProjectActor
from events.enums import EventKind
from outreach.argument import Example, argument
from outreach.enums import FactKind, NoteKind
from outreach.services import settle_contacts
from outreach.services_to_mention import Mention, Situation, services_to_mention
from outreach.sheet import Preparation, preparation
from surveys.models import Questionnaire
from tests.factories import (
    CommitmentFactory,
    CommuneFactory,
    ContactFactFactory,
    ContactFactory,
    CountryFactory,
    EventFactory,
    JumelageFactory,
    NeedFactory,
    PartnerFactory,
    PersonMetFactory,
    ProjectActorFactory,
    ProjectFactory,
    QuickNoteFactory,
    ResponseFactory,
    ServiceFactory,
    VisitFactory,
    WaveFactory,
)
from tests.factories.surveys import InvitationFactory

CATALOGUE = ["repertoire", "conseil", "formations", "groupes_pays", "veille", "mise_en_relation", "petits_dejeuners"]
CATALOGUE += ["appui_jumelages"]


def sheet_of(actor: Actor, **options: bool) -> Preparation:
    return preparation(Actor.objects.for_page().get(pk=actor.pk), timezone.localdate(), **options)


def twinned(name: str, *, country: str = "DE", vitality: str = "", **place: object) -> Actor:
    actor = CommuneFactory(name=name, **place)
    partner = PartnerFactory(foreign=True, name=f"Ville amie de {name}", country_id=country)
    JumelageFactory(collectivite=actor, partner=partner, vitality=vitality, year_signed=1992)
    Actor.objects.filter(pk=actor.pk).update(jumelage_count=1, cooperation_countries=[country])
    return actor


# --- pure -----------------------------------------------------------------------------------------------------------------
def test_what_it_asks_for_is_mentioned_first_then_what_applies() -> None:
    situation = Situation(
        needs=[("Être aidée sur un dossier CERV", "conseil")],
        unknown=["conseil", "veille"],
        asleep=["Fürth"],
        groups=["Groupe Allemagne"],
        cooperates=True,
    )

    assert services_to_mention(situation, CATALOGUE) == [
        Mention(
            "conseil",
            "Répond à ce qu’elle demande\u00a0: «\u00a0Être aidée sur un dossier CERV\u00a0». Elle disait ne pas le connaître.",
        ),
        Mention("appui_jumelages", "Un lien dort ou est à relancer\u00a0: Fürth."),
        Mention("groupes_pays", "Un groupe suit un pays où elle coopère\u00a0: Groupe Allemagne."),
    ]


def test_there_are_always_three_services_to_mention_each_with_a_reason() -> None:
    found = services_to_mention(Situation(), CATALOGUE)

    assert [mention.code for mention in found] == ["mise_en_relation", "conseil", "veille"]
    assert all(mention.reason for mention in found)


def test_a_service_that_is_no_longer_offered_is_not_mentioned() -> None:
    assert services_to_mention(Situation(breakfast="Petit-déjeuner de Pau"), ["conseil"]) == [
        Mention("conseil", "S’adresse à toute collectivité.")
    ]


def test_the_argument_is_made_of_facts_nearby() -> None:
    around = [Example("Nay", ["Espagne"], 3000, 4.0), Example("Orthez", ["Italie"], 10_900, 12.0)]

    assert argument(population=11_000, neighbours=around, funders=["Région"], asleep=[("Fürth", 1992)], km=20) == [
        "Le lien avec Fürth existe depuis 1992\u00a0: il reste à le relancer.",
        "Autour d’elle, 2 collectivités coopèrent déjà\u00a0: Nay (Espagne), Orthez (Italie).",
        "Une collectivité de taille proche le fait\u00a0: Orthez (Italie), 10\u202f900 habitants.",
        "Des projets du département ont trouvé un financement\u00a0: Région.",
    ]


def test_where_nobody_cooperates_it_would_be_the_first() -> None:
    assert argument(population=None, neighbours=[], funders=[], asleep=[], km=20) == [
        "Aucune collectivité n’est connue pour coopérer à moins de 20\u00a0km\u00a0: elle serait la première."
    ]


def test_who_cooperates_alone_is_not_told_that_it_would_be_the_first() -> None:
    assert argument(population=None, neighbours=[], funders=[], asleep=[], km=20, is_cooperating=True) == [
        "À moins de 20\u00a0km, aucune autre collectivité n’est connue pour coopérer\u00a0: elle montre le chemin."
    ]


# --- from the tables ------------------------------------------------------------------------------------------------------
@pytest.fixture
def known(db) -> Actor:
    """A commune with a bit of everything."""
    CountryFactory(iso2="DE", name="Allemagne")
    for code in ("conseil", "appui_jumelages", "petits_dejeuners", "veille"):
        ServiceFactory(code=code, name=code.capitalize())
    actor = twinned("Salies", vitality=Vitality.DORMANT, latitude=43.47, longitude=-0.92, population=4700)
    twinned("Orthez", latitude=43.49, longitude=-0.77, population=5000)
    twinned("Bordeaux", latitude=44.84, longitude=-0.58)
    ContactFactory(actor=actor, name="Anne Roy", email="a.roy@salies.example")
    visit = VisitFactory(actor=actor, done=True, report="Le maire veut relancer le jumelage.")
    PersonMetFactory(visit=visit, job="Maire")
    QuickNoteFactory(actor=actor, kind=NoteKind.CALL_IN, on=timezone.localdate() - timedelta(days=40), text="Rappeler.")
    CommitmentFactory(visit=visit, text="Envoyer la liste", due_on=timezone.localdate() - timedelta(days=1))
    NeedFactory(actor=actor, label="Une formation", service_id="conseil")
    settle_contacts([actor.pk])
    ContactFactFactory(
        actor=actor, kind=FactKind.MAIL, on=timezone.localdate() - timedelta(days=90), origin="message:3"
    )
    EventFactory(kind=EventKind.PETIT_DEJEUNER, title="Petit-déjeuner d’Orthez", latitude=43.49, longitude=-0.77)
    return actor


def test_a_sheet_tells_what_is_known(known) -> None:
    sheet = sheet_of(known)

    assert (sheet.name, sheet.population, sheet.state_label) == ("Salies", 4700, "Rencontrée")
    assert sheet.state_because.endswith("visite réalisée (voltigeur@soco.example)")
    assert [person.name for person in sheet.people] == ["Anne Roy"]
    assert [(past.what, past.text) for past in sheet.past] == [
        ("Visite sur place, réalisée", ""),
        ("Appel reçu", ""),
        ("courriel remis", ""),
    ]
    assert [(row.partner, row.country, row.is_asleep) for row in sheet.jumelages] == [
        ("Ville amie de Salies", "Allemagne", True)
    ]
    assert [(row.name, row.where, row.countries) for row in sheet.neighbours] == [
        ("Orthez", "12\u00a0km", ["Allemagne"])
    ]
    assert [need.label for need in sheet.needs] == ["Une formation"]
    assert [(row.text, row.is_late) for row in sheet.commitments] == [("Envoyer la liste", True)]
    assert [service.code for service in sheet.services] == ["conseil", "appui_jumelages", "petits_dejeuners"]
    assert len(sheet.argument) == 3


def test_free_reports_and_people_are_for_those_who_may_read_them(known) -> None:
    assert "Le maire veut" not in json.dumps(sheet_of(known).as_dict(), ensure_ascii=False)

    told = sheet_of(known, with_reports=True).past

    assert [past.text for past in told[:2]] == ["Maire — Le maire veut relancer le jumelage.", "Rappeler."]


def test_the_last_answers_are_told_in_words(known) -> None:
    call_command("load_questionnaire_aect")
    aect = Questionnaire.objects.published().get(code="aect")
    invitation = InvitationFactory(wave=WaveFactory(questionnaire=aect, title="AECT 2026"), actor=known)
    ResponseFactory(
        sent=True, invitation=invitation, values={"Q32": "non", "Q33": {"veille": "inconnu"}, "Q36": "mois"}
    )

    sheet = sheet_of(known)

    assert sheet.answers_from.startswith("AECT 2026, réponse du ")
    assert [answer.lines for answer in sheet.answers][::2] == [["non"], ["oui, dans le mois"]]


@pytest.mark.django_db
def test_a_sheet_of_a_collectivite_of_which_nothing_is_known_says_so() -> None:
    sheet = sheet_of(CommuneFactory(name="Bidache", latitude=None, longitude=None))

    assert (sheet.past, sheet.answers, sheet.needs, sheet.jumelages) == ([], [], [], [])
    assert len(sheet.argument) == 1


@pytest.mark.django_db
def test_a_sheet_is_plain_values_that_a_phone_can_keep(known) -> None:
    assert json.loads(json.dumps(sheet_of(known).as_dict()))["name"] == "Salies"


def test_a_sheet_costs_the_same_whatever_it_holds(known, django_assert_num_queries) -> None:
    actor = Actor.objects.for_page().get(pk=known.pk)
    sheet_of(known)  # the lists of countries and themes are kept apart
    with django_assert_num_queries(15):
        preparation(actor, timezone.localdate())
    for number in range(3):
        visit = VisitFactory(actor=known, done=True)
        PersonMetFactory(visit=visit)
        CommitmentFactory(visit=visit)
        NeedFactory(actor=known)
        QuickNoteFactory(actor=known)
        ContactFactory(actor=known)
        ContactFactFactory(actor=known, kind=FactKind.EVENT, origin=f"event:{EventFactory().pk}")
        twinned(f"Voisine {number}", latitude=43.48, longitude=-0.9)
    with django_assert_num_queries(16):  # and the titles of its events
        preparation(actor, timezone.localdate())


@pytest.mark.django_db
def test_who_pays_for_projects_of_the_departement_is_told_the_most_frequent_first() -> None:
    here = CommuneFactory(departement_codes=["64"])
    region, fund = PartnerFactory(name="Région"), PartnerFactory(name="Fonds européen")
    for funders in ([region, fund], [region]):
        project = ProjectFactory()
        ProjectActorFactory(project=project, actor=here)
        for funder in funders:
            ProjectActorFactory(project=project, actor=funder, role=ProjectRole.FUNDER)
    ProjectActorFactory(actor=PartnerFactory(name="Ailleurs"), role=ProjectRole.FUNDER)

    assert ProjectActor.objects.funders_in(["64"], most=3) == ["Région", "Fonds européen"]
    assert ProjectActor.objects.funders_in(["64"], most=1) == ["Région"]

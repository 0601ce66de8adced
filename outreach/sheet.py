"""The preparation sheet of a meeting: all that is known of a collectivité, as plain values that a page, a PDF or a phone shows."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from directory import adjacency
from directory.enums import Nature, Vitality
from directory.models import Actor, Contact, Jumelage, Need, Service
from directory.models.project import ProjectActor
from directory.models.reference import country_names, theme_names
from events.enums import EventKind, GroupKind
from events.models import Event, Group
from outreach.argument import Example, argument
from outreach.contact_words import cause_words
from outreach.models import Commitment, ContactChange, ContactFact, QuickNote, Visit
from outreach.services_to_mention import Situation, services_to_mention
from soco.web.templatetags.soco import day, kilometres, moment
from surveys.aect_codes import NOT_KNOWN, SERVICES_KNOWN, SERVICES_WANTED
from surveys.answer_words import told
from surveys.models import Response
from surveys.published import conditions_of
from surveys.typed import Lists

KM = 20  # of the neighbours
MOST_PAST, MOST_NEIGHBOURS, MOST_AROUND, MOST_JUMELAGES, MOST_FUNDERS = 12, 8, 200, 12, 3
BREAKFAST_KM = 30
MOST_LETTERS = 300  # of a report, of a note
NATURES = [Nature.COMMUNE.value, Nature.EPCI.value]
ASLEEP = (Vitality.DORMANT, Vitality.TO_RELAUNCH)
# Of the AECT questionnaire: where its action stands, who carries it, what would help, what it knows, wants and expects.
SHOWN = ("Q4", "Q5", "Q9", "Q10", "Q31", "Q32", "Q33", "Q35", "Q36", "Q36a", "Q38", "Q39", "Q41", "Q42")


@dataclass(frozen=True, slots=True)
class SheetPerson:
    name: str
    role: str
    function: str
    email: str
    phone: str


@dataclass(frozen=True, slots=True)
class PastContact:
    """`on`: ISO day, for order; `when`: the same in words; `text`: what came of it, « » if nothing may be told."""

    on: str
    when: str
    what: str
    text: str
    by: str


@dataclass(frozen=True, slots=True)
class SheetJumelage:
    pk: int
    partner: str
    country: str
    kind: str
    since: int | None
    vitality: str
    vitality_label: str
    last_action_on: str
    last_action: str
    is_asleep: bool
    url: str


@dataclass(frozen=True, slots=True)
class SheetNeighbour:
    name: str
    where: str
    countries: list[str]
    url: str


@dataclass(frozen=True, slots=True)
class SheetAnswer:
    question: str
    lines: list[str]


@dataclass(frozen=True, slots=True)
class SheetNeed:
    label: str
    service: str
    owner: str
    due: str
    is_late: bool
    url: str


@dataclass(frozen=True, slots=True)
class SheetCommitment:
    text: str
    owner: str
    due: str
    is_late: bool


@dataclass(frozen=True, slots=True)
class SheetService:
    code: str
    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Preparation:
    """Everything is text, a number, a truth or a list of these: `as_dict` is JSON. Days named `…_on` are ISO, or « » if unknown."""

    actor: int
    slug: str
    name: str
    kind: str
    place: str
    url: str
    made_on: str
    population: int | None
    address: str
    email: str
    phone: str
    website: str
    state: str
    state_label: str
    state_because: str
    last_met_on: str
    paused_until: str
    people: list[SheetPerson] = field(default_factory=list)
    past: list[PastContact] = field(default_factory=list)
    jumelages: list[SheetJumelage] = field(default_factory=list)
    neighbours: list[SheetNeighbour] = field(default_factory=list)
    answers_from: str = ""
    answers: list[SheetAnswer] = field(default_factory=list)
    needs: list[SheetNeed] = field(default_factory=list)
    commitments: list[SheetCommitment] = field(default_factory=list)
    services: list[SheetService] = field(default_factory=list)
    argument: list[str] = field(default_factory=list)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def preparation(actor: Actor, today: date, *, with_reports: bool = False) -> Preparation:
    """The sheet of a collectivité, read with `for_page`; a fixed number of queries, whatever it has.

    `with_reports`: with the free reports of former visits, and who was met; for those who have that right.
    """
    around = _around(actor)
    jumelages = list(Jumelage.objects.published().of_actor(actor).by_last_action().for_sheet()[:MOST_JUMELAGES])
    asleep = [row for row in jumelages if row.vitality in ASLEEP]
    response = (
        Response.objects.of_actor(actor).finished().latest_first().select_related("wave").defer("counted").first()
    )
    needs = list(Need.objects.open().of_actor(actor).most_pressing_first().for_list())
    change = ContactChange.objects.of_actor(actor).newest_first().first()
    countries = country_names()
    examples = [_example(other, countries) for other in around]
    return Preparation(
        actor=actor.pk,
        slug=actor.slug,
        name=actor.name,
        kind=str(actor.nature_label),
        place=", ".join(part.name for part in (actor.epci, actor.departement) if part and part.pk != actor.pk),
        url=actor.get_absolute_url(),
        made_on=today.isoformat(),
        population=actor.population,
        address=actor.address,
        email=actor.email,
        phone=actor.phone,
        website=actor.website,
        state=actor.contact_state,
        state_label=str(actor.get_contact_state_display()),
        state_because=_because(change),
        last_met_on=_iso(actor.last_met_on),
        paused_until=_iso(actor.paused_until),
        people=[_person(row) for row in Contact.objects.of_actor(actor).in_office().in_order()],
        past=_past(actor, with_reports=with_reports),
        jumelages=[_jumelage(row, actor) for row in jumelages],
        neighbours=_neighbours(actor, around, countries),
        answers_from=_answers_from(response),
        answers=_answers(response),
        needs=[_need(row, today) for row in needs],
        commitments=[
            _commitment(row, today) for row in Commitment.objects.open().of_actor(actor).soonest_first().for_list()
        ],
        services=_services(actor, needs, response, asleep),
        argument=argument(
            population=actor.population,
            neighbours=examples,
            funders=ProjectActor.objects.funders_in(actor.departement_codes, most=MOST_FUNDERS),
            asleep=[(_other(row, actor).name, row.year) for row in asleep],
            km=KM,
            is_cooperating=bool(jumelages),
        ),
    )


def _iso(value: date | None) -> str:
    return value.isoformat() if value else ""


def _because(change: ContactChange | None) -> str:
    if change is None:
        return ""
    told = _("depuis le %(day)s\u00a0: %(cause)s") % {"day": day(change.on), "cause": cause_words(change.cause)}
    return f"{told} ({change.by})" if change.by else told


def _person(contact: Contact) -> SheetPerson:
    role = str(contact.get_role_display())
    return SheetPerson(contact.name, role, contact.function, contact.email, contact.phone)


# --- what happened ------------------------------------------------------------------------------------------------------------
def _past(actor: Actor, *, with_reports: bool) -> list[PastContact]:
    """Visits and notes with their words, then what other facts show, the latest first."""
    visits = Visit.objects.of_actor(actor).written().newest_first().for_page_of_actor()[:MOST_PAST]
    notes = QuickNote.objects.of_actor(actor).newest_first().select_related("user")[:MOST_PAST]
    facts = list(ContactFact.objects.of_actor(actor).told_elsewhere().latest_first()[:MOST_PAST])
    titles = _event_titles(facts)
    found = [_past_visit(visit, with_reports=with_reports) for visit in visits]
    found += [_past_note(note, with_reports=with_reports) for note in notes]
    found += [
        PastContact(_iso(fact.on), day(fact.on), str(fact.get_kind_display()), titles.get(fact.origin, ""), fact.by)
        for fact in facts
    ]
    return sorted(found, key=lambda past: past.on, reverse=True)[:MOST_PAST]


def _past_visit(visit: Visit, *, with_reports: bool) -> PastContact:
    people = ", ".join(str(person) for person in visit.people.all()) if with_reports else ""
    text = _short(visit.report) if with_reports else ""
    what = f"{visit.get_kind_display()}, {visit.get_state_display()}"
    on = timezone.localdate(visit.starts_at)
    return PastContact(
        _iso(on), day(on), what, " — ".join(filter(None, (people, text))), str(visit.voltigeur or visit.written_by)
    )


def _past_note(note: QuickNote, *, with_reports: bool) -> PastContact:
    text = _short(note.text) if with_reports else ""
    return PastContact(_iso(note.on), day(note.on), str(note.get_kind_display()), text, str(note.user or note.by))


def _event_titles(facts: Iterable[ContactFact]) -> dict[str, str]:
    """By origin, the title of the event that a fact comes from."""
    numbers = {
        fact.origin: int(number)
        for fact in facts
        for room, _colon, number in [fact.origin.partition(":")]
        if room in ("event", "host") and number.isdecimal()
    }
    titles = Event.objects.only("title").in_bulk(numbers.values())
    return {origin: titles[number].title for origin, number in numbers.items() if number in titles}


def _short(text: str) -> str:
    return Truncator(" ".join(text.split())).chars(MOST_LETTERS)


# --- its links, and around it -------------------------------------------------------------------------------------------------
def _other(jumelage: Jumelage, actor: Actor) -> Actor:
    return jumelage.collectivite if jumelage.partner_id == actor.pk else jumelage.partner


def _jumelage(jumelage: Jumelage, actor: Actor) -> SheetJumelage:
    other = _other(jumelage, actor)
    return SheetJumelage(
        pk=jumelage.pk,
        partner=other.name,
        country=str(other.country.name) if other.pk == jumelage.partner_id else _("France"),
        kind=str(jumelage.get_kind_display()),
        since=jumelage.year,
        vitality=jumelage.vitality,
        vitality_label=str(jumelage.get_vitality_display() or _("Inconnue")),
        last_action_on=_iso(jumelage.last_action_on),
        last_action=_short(jumelage.last_action),
        is_asleep=jumelage.vitality in ASLEEP,
        url=jumelage.get_absolute_url(),
    )


def _around(actor: Actor) -> list[Actor]:
    """Communes and EPCI nearby that cooperate, the nearest first."""
    if actor.nature not in NATURES:
        return []
    region = (actor.region_codes or [""])[0]
    touching = sorted(adjacency.touching(actor.code, region)) if actor.nature == Nature.COMMUNE else []
    found = Actor.objects.published().of_nature(NATURES).cooperating().around(actor, km=KM, codes=touching)
    return [other for other in found.for_neighbours()[:MOST_AROUND] if other.pk != actor.pk]


def _example(other: Actor, countries: dict[str, str]) -> Example:
    names = [countries.get(code, code) for code in other.cooperation_countries]
    return Example(other.name, names, other.population, other.distance)  # type: ignore[attr-defined]


def _neighbours(actor: Actor, around: Sequence[Actor], countries: dict[str, str]) -> list[SheetNeighbour]:
    """Those that cooperate with a country where it does."""
    found = []
    for other in around:
        same = [
            countries.get(code, code) for code in other.cooperation_countries if code in actor.cooperation_countries
        ]
        if same:
            where = kilometres(other.distance) or _("même intercommunalité")  # type: ignore[attr-defined]
            found.append(SheetNeighbour(other.name, where, same, other.get_absolute_url()))
    return found[:MOST_NEIGHBOURS]


# --- what it said and asked ---------------------------------------------------------------------------------------------------
def _answers_from(response: Response | None) -> str:
    if response is None:
        return ""
    return _("%(title)s, réponse du %(day)s") % {"title": response.wave.title, "day": day(response.submitted_at)}


def _answers(response: Response | None) -> list[SheetAnswer]:
    if response is None:
        return []
    outline, lists = conditions_of(response.wave.questionnaire_id).outline, Lists(country_names(), theme_names())
    questions = [question for question in outline.tops() if question.code in SHOWN]
    answered = [(question.label, told(question, response.values.get(question.code), lists)) for question in questions]
    return [SheetAnswer(label, lines) for label, lines in answered if lines]


def _need(need: Need, today: date) -> SheetNeed:
    service = need.service.name if need.service else ""
    return SheetNeed(
        need.label, service, str(need.owner or ""), day(need.due_on), need.is_late(today), need.get_absolute_url()
    )


def _commitment(row: Commitment, today: date) -> SheetCommitment:
    return SheetCommitment(row.text, str(row.owner or ""), day(row.due_on), row.is_late(today))


def _services(
    actor: Actor, needs: Sequence[Need], response: Response | None, asleep: Sequence[Jumelage]
) -> list[SheetService]:
    values = response.values if response else {}
    grid = values.get(SERVICES_KNOWN)
    known = grid if isinstance(grid, dict) else {}
    groups = (
        Group.objects.published().of_kinds([GroupKind.COUNTRY]).with_countries(actor.cooperation_countries).by_name()
    )
    situation = Situation(
        needs=[(need.label, need.service_id or "") for need in needs],
        wanted=values.get(SERVICES_WANTED) or (),
        unknown=[code for code, said in known.items() if said == NOT_KNOWN],
        asleep=[_other(row, actor).name for row in asleep],
        groups=[group.name for group in groups[:2]],
        breakfast=_breakfast(actor),
        cooperates=bool(actor.jumelage_count),
    )
    names = dict(Service.objects.active().values_list("code", "name"))
    mentions = services_to_mention(situation, list(names))
    return [SheetService(mention.code, names[mention.code], mention.reason) for mention in mentions]


def _breakfast(actor: Actor) -> str:
    """The next petit-déjeuner nearby, in words."""
    if not actor.is_located:
        return ""
    near = Event.objects.published().of_kinds([EventKind.PETIT_DEJEUNER]).upcoming(timezone.now())
    event = near.near(actor.latitude, actor.longitude, BREAKFAST_KM).soonest_first().first()
    return f"{event.title}, {moment(event.starts_at)}" if event else ""

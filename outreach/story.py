"""The whole story of the network with one collectivité: steps, visits, notes, what it asked for, and what else shows a contact."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import Actor
from outreach.contact_words import cause_words
from outreach.models import ContactChange, ContactFact, ContactWish, QuickNote, Visit

MOST = 200  # of each kind of moment


@dataclass(frozen=True, slots=True)
class Moment:
    """Something that happened. `is_step`: its contact state moved; `url`: its own page, « » if it has none."""

    on: date
    what: str
    detail: str = ""
    by: str = ""
    url: str = ""
    is_step: bool = False
    is_future: bool = False


def story(actor: Actor, *, with_reports: bool) -> list[Moment]:
    """The latest first, in six queries. `with_reports`: with the words of reports and notes, and who was met."""
    today = timezone.localdate()
    found = [_step(change) for change in ContactChange.objects.of_actor(actor).newest_first()[:MOST]]
    visits = Visit.objects.of_actor(actor).newest_first().for_page_of_actor()[:MOST]
    found += [_visit(visit, today, with_reports=with_reports) for visit in visits]
    notes = QuickNote.objects.of_actor(actor).newest_first().select_related("user")[:MOST]
    found += [_note(note, with_reports=with_reports) for note in notes]
    found += [each for wish in ContactWish.objects.of_actor(actor).latest_first()[:MOST] for each in _wish(wish)]
    facts = ContactFact.objects.of_actor(actor).told_elsewhere().latest_first()[:MOST]
    found += [Moment(fact.on, _capital(str(fact.get_kind_display())), _until(fact), fact.by) for fact in facts]
    return sorted(found, key=lambda moment: (moment.on, moment.is_step), reverse=True)


def _step(change: ContactChange) -> Moment:
    return Moment(
        change.on,
        f"{change.get_before_display()} → {change.get_after_display()}",
        _("Parce que\u00a0: %(cause)s.") % {"cause": cause_words(change.cause)},
        change.by,
        is_step=True,
    )


def _visit(visit: Visit, today: date, *, with_reports: bool) -> Moment:
    people = ", ".join(str(person) for person in visit.people.all())
    words = "\n".join(filter(None, (people, visit.report))) if with_reports else ""
    on = timezone.localdate(visit.starts_at)
    return Moment(
        on,
        f"{visit.get_kind_display()}, {visit.get_state_display()}",
        words or visit.subject,
        str(visit.voltigeur or visit.written_by or visit.created_by),
        visit.get_absolute_url(),
        is_future=visit.is_planned and on >= today,
    )


def _note(note: QuickNote, *, with_reports: bool) -> Moment:
    return Moment(note.on, str(note.get_kind_display()), note.text if with_reports else "", str(note.user or note.by))


def _wish(wish: ContactWish) -> list[Moment]:
    label = str(wish.get_kind_display())
    if wish.until:
        label = _("En pause jusqu’au %(day)s") % {"day": f"{wish.until:%d/%m/%Y}"}
    moments = [Moment(wish.said_on, label, wish.reason, wish.by)]
    if wish.lifted_at:
        moments.append(
            Moment(timezone.localdate(wish.lifted_at), _("Peut de nouveau être contactée"), "", wish.lifted_by)
        )
    return moments


def _until(fact: ContactFact) -> str:
    return _("Jusqu’au %(day)s.") % {"day": f"{fact.until:%d/%m/%Y}"} if fact.until else ""


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]

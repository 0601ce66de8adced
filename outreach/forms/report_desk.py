"""A visit's report as one page: all its forms together, what they held when they are shown again, and what a colleague wrote
meanwhile beside what was typed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from directory.models import ChangeProposal, Jumelage, Need
from directory.services import WantedNeed
from outreach.enums import VisitState, WishKind
from outreach.models import ContactWish, Visit
from outreach.services import Person, Promise, Report

from .report import (
    FicheForm,
    JumelageForm,
    LearnedForm,
    Lists,
    Needs,
    Persons,
    Promises,
    ReportForm,
    UnplannedForm,
    plain,
)

PEOPLE, NEEDS, PROMISES, FICHE = "personnes", "besoins", "engagements", "fiche"
MOST_JUMELAGES = 12
ASIDE = ("version", "once", "kind", "subject", "event")  # of the main form, never compared


@dataclass
class Draft:
    """What the boxes of a report hold: from the tables, or as it was typed. `kept`: what the lists hold beside their lines."""

    main: dict[str, Any] = field(default_factory=dict)
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: {PEOPLE: [], NEEDS: [], PROMISES: []})
    learned: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen: dict[str, dict[str, str]] = field(default_factory=dict)
    kept: dict[str, list[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Difference:
    """One part of a report: what the server holds, and what was typed."""

    name: str
    label: str
    theirs: str
    mine: str

    @property
    def can_be_joined(self) -> bool:
        return self.name == "text" and bool(self.theirs) and bool(self.mine)


def draft_of(visit: Visit) -> Draft:
    """What the tables hold of a visit; of one that is not written yet, what is likely."""
    is_over = visit.starts_at <= timezone.now()
    draft = Draft(
        main={
            "result": visit.state if visit.is_written else (VisitState.DONE.value if is_over else ""),
            "kind": visit.kind,
            "starts_at": visit.starts_at,
            "minutes": visit.minutes,
            "km": visit.km,
            "checklist": visit.checklist,
            "text": visit.report,
            "next_contact_on": visit.next_contact_on,
            "wish": "",
            "wish_until": None,
            "postponed_to": None,
            "version": visit.version,
        }
    )
    if visit.pk:
        _read_rows(visit, draft)
    return draft


def _read_rows(visit: Visit, draft: Draft) -> None:
    wishes = ContactWish.objects.of_actor(visit.actor_id).from_origin(visit.origin)
    wish = wishes.holding(timezone.localdate()).first()
    if wish:
        draft.main |= {"wish": wish.kind, "wish_until": wish.until}
    following = visit.followed_by.planned().first()  # type: ignore[attr-defined]
    if following and visit.state == VisitState.POSTPONED and following.starts_at > timezone.now():
        draft.main["postponed_to"] = following.starts_at
    names = ("job", "name", "email", "phone", "agrees")
    draft.rows[PEOPLE] = [{name: getattr(person, name) for name in names} for person in visit.people.all()]
    needs = list(Need.objects.from_origin(visit.origin).oldest_first())
    draft.rows[NEEDS] = [
        {
            "label": need.label,
            "service": need.service_id or "",
            "detail": need.detail,
            "code": need.origin.rpartition(":")[2],
        }
        for need in needs
        if need.is_new
    ]
    draft.kept[NEEDS] = [need.label for need in needs if not need.is_new]
    promises = list(visit.commitments.all())
    draft.rows[PROMISES] = [
        {"text": row.text, "owner": str(row.owner_id or ""), "due_on": row.due_on, "pk": row.pk}
        for row in promises
        if not row.is_done
    ]
    draft.kept[PROMISES] = [row.text for row in promises if row.is_done]
    for proposal in (
        ChangeProposal.objects.pending().within_origin(visit.origin).oldest_first().prefetch_related("changes")
    ):
        part = f"j{proposal.jumelage_id}" if proposal.jumelage_id else FICHE
        said = {change.field: change.new for change in proposal.changes.all() if change.is_pending}
        draft.learned[part] = draft.learned.get(part, {}) | said


class ReportDesk:
    """All the forms of a report. `visit`: the one that is written down, or one that is not saved (« j’y suis passé »).

    `data`: what was posted; without it, `draft` fills the boxes.
    """

    def __init__(self, visit: Visit, data: Any = None, *, draft: Draft | None = None) -> None:
        self.visit, self.lists = visit, Lists()
        draft = draft or (draft_of(visit) if data is None else Draft())
        main = ReportForm if visit.pk else UnplannedForm
        self.main = main(data, kind=visit.kind, initial=draft.main)
        more = {"lists": self.lists}
        self.people = Persons(data, prefix=PEOPLE, initial=draft.rows[PEOPLE])
        self.needs = Needs(data, prefix=NEEDS, initial=draft.rows[NEEDS], form_kwargs=more)
        self.promises = Promises(data, prefix=PROMISES, initial=draft.rows[PROMISES], form_kwargs=more)
        self.fiche = self._learned(FicheForm, visit.actor, FICHE, data, draft)
        self.jumelages = [
            (jumelage, self._learned(JumelageForm, jumelage, f"j{jumelage.pk}", data, draft)) for jumelage in self._own
        ]

    @cached_property
    def _own(self) -> list[Jumelage]:
        found = Jumelage.objects.published().of_actor(self.visit.actor).running().by_last_action().for_sheet()
        return list(found[:MOST_JUMELAGES])

    def _learned(self, made: type[LearnedForm], fiche: Any, part: str, data: Any, draft: Draft) -> Any:
        known = {name: getattr(fiche, name) for name in made.base_fields}
        return made(
            data, prefix=part, known=known, seen=draft.seen.get(part), initial=known | draft.learned.get(part, {})
        )

    @property
    def lines(self) -> dict[str, Any]:
        return {PEOPLE: self.people, NEEDS: self.needs, PROMISES: self.promises}

    @property
    def learned(self) -> dict[str, Any]:
        return {FICHE: self.fiche} | {form.prefix: form for _jumelage, form in self.jumelages}

    def is_valid(self) -> bool:
        """Is all of it? Each form is read, so that all errors show at once."""
        read = [self.main.is_valid()]
        read += [part.is_valid() for part in (*self.lines.values(), *self.learned.values())]
        return all(read)

    def problems(self) -> Iterator[tuple[str, str, str]]:
        """What is to correct: the box's id, its label, what is wrong."""
        rows = [form for formset in self.lines.values() for form in formset]
        for form in (self.main, *rows, *self.learned.values()):
            for name, errors in form.errors.items():
                if name in form.fields:
                    box = form[name]
                    yield box.id_for_label or box.auto_id, str(box.label), " ".join(errors)
                else:
                    yield "", "", " ".join(errors)
        for formset in self.lines.values():
            for error in formset.non_form_errors():
                yield "", "", str(error)

    # --- what it says -----------------------------------------------------------------------------------------------------------
    def report(self) -> Report:
        """The report, once it is valid."""
        said, today = self.main.cleaned_data, timezone.localdate()
        return Report(
            result=VisitState(said["result"]),
            starts_at=said["starts_at"],
            minutes=said["minutes"],
            km=said["km"],
            checklist=said["checklist"],
            text=said["text"],
            people=[Person(**row) for row in self._said(self.people, "job", "name")],
            needs=[_wanted(row, today) for row in self._said(self.needs, "label")],
            promises=[
                Promise(row["text"], row["due_on"], int(row["owner"]) if row["owner"] else None, row["pk"])
                for row in self._said(self.promises, "text")
            ],
            next_contact_on=said["next_contact_on"],
            values=self.fiche.values,
            jumelages={jumelage.pk: form.values for jumelage, form in self.jumelages if form.values},
            postponed_to=said.get("postponed_to"),
            wish=WishKind(said["wish"]) if said["wish"] else None,
            wish_until=said["wish_until"],
        )

    @staticmethod
    def _said(formset: Any, *names: str) -> list[dict[str, Any]]:
        return [form.cleaned_data for form in formset if any(form.cleaned_data.get(name) for name in names)]

    # --- shown again ------------------------------------------------------------------------------------------------------------
    def typed(self) -> Draft:
        """What was typed, as it was, right or wrong."""
        return Draft(
            main=_raw(self.main),
            rows={part: _filled([_raw(form) for form in formset]) for part, formset in self.lines.items()},
            learned={part: _sent(form) for part, form in self.learned.items()},
            seen={part: form.seen() for part, form in self.learned.items()},
        )

    def differences(self, mine: Draft, theirs: Draft) -> list[Difference]:
        """The parts where what was typed is not what the server holds."""
        one, other = self._told(mine, theirs.kept), self._told(theirs, theirs.kept)
        labels = self._labels()
        return [Difference(name, labels[name], other[name], one[name]) for name in labels if one[name] != other[name]]

    def _labels(self) -> dict[str, str]:
        told = {name: str(each.label) for name, each in self.main.fields.items() if name not in ASIDE}
        told |= {PEOPLE: _("Personnes rencontrées"), NEEDS: _("Besoins"), PROMISES: _("Engagements")}
        return told | {FICHE: _("Fiche")} | {f"j{jumelage.pk}": jumelage.name for jumelage, _form in self.jumelages}

    def _told(self, draft: Draft, kept: Mapping[str, list[str]]) -> dict[str, str]:
        """Each part of a draft in words, alike for what was typed and for what the tables hold."""
        told = {
            name: _words(self.main.fields[name], draft.main.get(name)) for name in self.main.fields if name not in ASIDE
        }
        told[PEOPLE] = "\n".join(
            ", ".join(filter(None, (plain(row.get(name)) for name in ("job", "name", "email", "phone"))))
            for row in draft.rows[PEOPLE]
            if any(plain(row.get(name)) for name in ("job", "name"))
        )
        for part, name in ((NEEDS, "label"), (PROMISES, "text")):
            said = {plain(row.get(name)) for row in draft.rows[part]} | set(kept.get(part, []))
            told[part] = "\n".join(sorted(said - {""}))
        for part, form in self.learned.items():
            values = {name: _words(form.fields[name], _in(draft, part, name, form)) for name in form.fields}
            told[part] = "\n".join(
                f"{form.fields[name].label}\u00a0: {value}" for name, value in values.items() if value
            )
        return told


def take_over(draft: Draft, theirs: Draft, name: str) -> None:
    """Replace a part of what was typed by what the server holds."""
    if name in theirs.rows:
        draft.rows[name] = theirs.rows[name]
    elif name in theirs.main:
        draft.main[name] = theirs.main[name]
    else:
        draft.learned[name] = dict(draft.seen.get(name, {})) | theirs.learned.get(name, {})


def join(draft: Draft, theirs: Draft) -> None:
    """Both reports, one after the other."""
    draft.main["text"] = "\n\n".join(filter(None, (plain(theirs.main["text"]), plain(draft.main["text"]))))


def _wanted(row: Mapping[str, Any], today: date) -> WantedNeed:
    due_on = today + timedelta(days=int(row["urgency"])) if row["urgency"] else None
    owner = int(row["owner"]) if row["owner"] else None
    return WantedNeed(row["code"], row["label"], row["service"], row["detail"], owner, due_on)


def _raw(form: forms.BaseForm) -> dict[str, Any]:
    """What was posted of each box, as its widget reads it."""
    return {
        name: box.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
        for name, box in form.fields.items()
    }


def _filled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Without the lines where nothing was typed: each part shows an empty one of its own."""
    return [row for row in rows if any(value for name, value in row.items() if name != "code")]


def _sent(form: forms.BaseForm) -> dict[str, Any]:
    """The same of the boxes that were sent: of others, nothing was said."""
    return {name: value for name, value in _raw(form).items() if form.add_prefix(name) in form.data}


def _in(draft: Draft, part: str, name: str, form: Any) -> Any:
    return draft.learned.get(part, {}).get(name, form.seen().get(name))


def _words(box: Any, value: Any) -> str:
    """A value of a box in words."""
    if isinstance(box, forms.SplitDateTimeField):
        if isinstance(value, list | tuple):
            return " ".join(filter(None, (plain(each) for each in value)))
        return f"{timezone.localtime(value):%Y-%m-%d %H:%M}" if isinstance(value, datetime) else ""
    if isinstance(box, forms.ChoiceField):
        labels = {str(code): str(label) for code, label in box.choices}
        values = value if isinstance(value, list | tuple) else [value]
        return ", ".join(sorted(labels.get(plain(each), plain(each)) for each in values if plain(each)))
    return plain(value)

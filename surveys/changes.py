"""What changes from one version of a questionnaire to the next, in French, for whoever is about to publish. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, fields

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .outline import Choice, Outline, Question

PARTS = {
    "kind": gettext_lazy("type"),
    "label": gettext_lazy("texte"),
    "help": gettext_lazy("aide"),
    "why": gettext_lazy("raison de la question"),
    "visible_if": gettext_lazy("condition"),
    "is_required": gettext_lazy("obligatoire ou non"),
    "most": gettext_lazy("nombre de réponses"),
    "minimum": gettext_lazy("minimum"),
    "maximum": gettext_lazy("maximum"),
    "ends": gettext_lazy("bouts de l’échelle"),
    "has_unknown": gettext_lazy("«\u00a0ne sait pas\u00a0»"),
    "exclusive": gettext_lazy("choix qui exclut les autres"),
    "source": gettext_lazy("ce que le répertoire en sait"),
}
LISTS = ("choices", "rows")


@dataclass(frozen=True)
class Change:
    """`said`: what is no longer the same, in words."""

    code: str
    label: str
    said: tuple[str, ...]


@dataclass(frozen=True)
class Changes:
    """`others`: what touches no question by itself: title, sections, order."""

    added: tuple[Question, ...]
    removed: tuple[Question, ...]
    changed: tuple[Change, ...]
    others: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.others)


def changes(before: Outline, after: Outline) -> Changes:
    """From one version to another, questions recognised by their code."""
    known, kept = ({question.code: question for question in outline.questions()} for outline in (before, after))
    return Changes(
        added=tuple(question for question in after.questions() if question.code not in known),
        removed=tuple(question for question in before.questions() if question.code not in kept),
        changed=tuple(
            Change(code, question.label, said)
            for code, question in kept.items()
            if code in known and (said := tuple(_said(known[code], question)))
        ),
        others=tuple(_others(before, after)),
    )


def _said(before: Question, after: Question) -> Iterator[str]:
    for part in fields(Question):
        one, other = getattr(before, part.name), getattr(after, part.name)
        if one == other:
            continue
        if part.name in LISTS:
            yield _list_said(one, other)
        elif part.name in PARTS:
            yield str(PARTS[part.name])


def _list_said(before: tuple[Choice, ...], after: tuple[Choice, ...]) -> str:
    known, kept = {choice.value for choice in before}, {choice.value for choice in after}
    new = [choice.label for choice in after if choice.value not in known]
    gone = [choice.label for choice in before if choice.value not in kept]
    said = []
    if new:
        said.append(_("nouveaux choix\u00a0: %(labels)s") % {"labels": ", ".join(new)})
    if gone:
        said.append(_("choix retirés\u00a0: %(labels)s") % {"labels": ", ".join(gone)})
    return "\u00a0; ".join(said) or _("mots ou ordre des choix")


def _others(before: Outline, after: Outline) -> Iterator[str]:
    if before.title != after.title:
        yield _("Le titre change.")
    if before.intro != after.intro:
        yield _("L’introduction change.")
    known, kept = ({section.code: section for section in outline.sections} for outline in (before, after))
    for section in after.sections:
        if section.code not in known:
            yield _("Nouvelle partie\u00a0: «\u00a0%(title)s\u00a0».") % {"title": section.title}
        elif _words(known[section.code]) != _words(section):
            yield _("La partie «\u00a0%(title)s\u00a0» change de mots ou de condition.") % {"title": section.title}
    for section in before.sections:
        if section.code not in kept:
            yield _("Partie retirée\u00a0: «\u00a0%(title)s\u00a0».") % {"title": section.title}
    if _order(before, after) != _order(after, before):
        yield _("Des questions changent de place.")


def _words(section: object) -> tuple[str, ...]:
    return tuple(getattr(section, name) for name in ("title", "intro", "visible_if"))


def _order(one: Outline, other: Outline) -> list[str]:
    """What both have, as the first has it in order."""
    places = {question.code for question in other.questions()} | {section.code for section in other.sections}
    found = []
    for section in one.sections:
        found.append(section.code)
        for question in section.questions:
            found += [question.code, *(each.code for each in question.questions)]
    return [code for code in found if code in places]

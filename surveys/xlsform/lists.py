"""The lists of choices of an XLSForm, and what is found wrong on the way through its sheets. Pure."""

from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from surveys.outline import Choice

from . import words
from .sheets import Problem, Row, Sheet

MOST_NOTES = 30


@dataclass
class Reading:
    """What is found on the way."""

    languages: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)
    _refused: set[Problem] = field(default_factory=set)
    _left: dict[str, list[int]] = field(default_factory=dict)

    def refuse(self, row: Row, sentence: str) -> None:
        if (problem := row.problem(sentence)) not in self._refused:
            self._refused.add(problem)
            self.problems.append(problem)

    def leave(self, row: Row, what: str) -> None:
        self._left.setdefault(what, []).append(row.number)

    def told(self) -> list[str]:
        """What was left aside, with its rows."""
        return [
            _("%(what)s (ligne %(rows)s).") % {"what": what, "rows": ", ".join(map(str, sorted(set(rows))))}
            for what, rows in list(self._left.items())[:MOST_NOTES]
        ]


@dataclass(frozen=True)
class Listed:
    """A list of choices; `has_unknown`: one of them was « ne sait pas », taken out."""

    choices: tuple[Choice, ...] = ()
    has_unknown: bool = False


class Lists:
    """The sheet `choices`: a list is read, and checked, when a question asks for it."""

    def __init__(self, sheet: Sheet | None, reading: Reading) -> None:
        self.reading = reading
        self.rows: dict[str, list[Row]] = {}
        self._read: dict[str, Listed] = {}
        for row in sheet.rows if sheet else []:
            if name := row.get("list_name"):
                self.rows.setdefault(name, []).append(row)

    def read(self, name: str, asked_by: Row) -> Listed:
        if name not in self.rows:
            self.reading.refuse(
                asked_by, _("la liste «\u00a0%(name)s\u00a0» n’est pas dans la feuille choices.") % {"name": name[:60]}
            )
            return Listed()
        if name not in self._read:
            self._read[name] = self._listed(self.rows[name])
        return self._read[name]

    def _listed(self, rows: list[Row]) -> Listed:
        choices: dict[str, Choice] = {}
        has_unknown = False
        for row in rows:
            value = row.get("name")
            if row.get(words.UNKNOWN):
                has_unknown = True
                continue
            if not value:
                self.reading.refuse(row, _("ce choix n’a pas de nom (colonne name)."))
            elif value in choices:
                self.reading.refuse(
                    row, _("le choix «\u00a0%(name)s\u00a0» est donné deux fois dans la liste.") % {"name": value[:60]}
                )
            for column in ("image", "big-image", "audio", "video"):
                if row.get(column):
                    self.reading.refuse(row, refused_column(column))
            label = row.text("label", self.reading.languages) or value
            check_text(self.reading, row, label)
            choices[value] = Choice(value, label)
        return Listed(tuple(choices.values()), has_unknown)


def refused_column(column: str) -> str:
    reasons = {
        "calculate": _("un calcul (colonne calculation) n’existe pas dans un questionnaire du portail."),
        "choice_filter": _("des choix filtrés par une autre réponse (choice_filter) n’existent pas dans le portail."),
        "count": _("un nombre de répétitions imposé (repeat_count) n’existe pas dans le portail."),
        "default": _("une réponse donnée d’avance (default) n’existe pas dans le portail."),
        "trigger": _("un déclencheur (trigger) n’existe pas dans le portail."),
        "save_to": _("une entité (save_to) n’existe pas dans le portail."),
    }
    media = _("une image, un son ou une vidéo (%(column)s) ne se montre pas dans un questionnaire du portail.")
    return reasons.get(column) or media % {"column": column}


def check_text(reading: Reading, row: Row, text: str) -> None:
    if "${" in text:
        reading.refuse(row, _("le texte reprend une réponse (${…})\u00a0: le portail ne sait pas le faire."))

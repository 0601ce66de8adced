"""What became of each line of a file: the preview that staff read before they confirm."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.results import Result


@dataclass(frozen=True)
class ValueChange:
    label: str
    before: Any
    after: Any


@dataclass
class Outcome:
    """What one line of the file does, for the preview."""

    line: int
    name: str = ""
    code: str = ""
    state: str = "same"  # new · changed · kept · same · error
    repairs: list[str] = field(default_factory=list)
    changes: list[ValueChange] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    LABELS = {
        "new": gettext_lazy("Nouvelle fiche"),
        "changed": gettext_lazy("Modifiée"),
        "kept": gettext_lazy("Conservée"),
        "same": gettext_lazy("Inchangée"),
        "error": gettext_lazy("Refusée"),
    }

    def refuse(self, errors: Iterable[str]) -> None:
        self.state, self.errors, self.changes, self.kept = "error", list(errors), [], []

    @property
    def label(self) -> str:
        return str(self.LABELS[self.state])

    @property
    def is_worth_telling(self) -> bool:
        return self.state != "same" or bool(self.repairs)


class Preview(Result):
    """A result whose lines explain themselves."""

    MOST_LINES = 500

    def __init__(self) -> None:
        super().__init__()
        self.reading_notes: list[str] = []
        self.outcomes: list[Outcome] = []

    @property
    def counts(self) -> dict[str, int]:
        """How many lines of each state, under the state's name."""
        counted = dict.fromkeys(Outcome.LABELS, 0)
        for outcome in self.outcomes:
            counted[outcome.state] += 1
        return counted

    @property
    def told(self) -> list[Outcome]:
        """The lines to show: refused ones first, then in the order of the file, as many as a page can bear."""
        worth = [outcome for outcome in self.outcomes if outcome.is_worth_telling]
        return sorted(worth, key=lambda outcome: (outcome.state != "error", outcome.line))[: self.MOST_LINES]

    @property
    def untold(self) -> int:
        return max(0, sum(outcome.is_worth_telling for outcome in self.outcomes) - self.MOST_LINES)

    @property
    def summary(self) -> str:
        return (
            _("créées : %(new)d, modifiées : %(changed)d, conservées : %(kept)d, inchangées : %(same)d") % self.counts
        )

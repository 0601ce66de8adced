"""What staff type to write a questionnaire: its head, its sections, its questions kind by kind."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.html import format_html
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from surveys.checking import CODE, VALUE
from surveys.condition_words import words
from surveys.conditions import MOST_LETTERS, ConditionError, read
from surveys.editing import codes_of, is_free, next_code
from surveys.enums import CHOICE_KINDS, QuestionKind
from surveys.outline import Choice, Outline, Question, Section
from surveys.typed import MOST_BLOCKS, clean
from surveys.values import UNKNOWN

MOST_CHOICES = 300
LONGEST_CHOICE = 300
BIGGEST = 10**12
EXAMPLE = "selected(${Q5}, 'oui') and ${Q8} >= 2"
# What the répertoire may fill, for the kinds that it fills.
SOURCES = {
    QuestionKind.ACTOR: ("actor", gettext_lazy("la collectivité qui répond")),
    QuestionKind.REPEAT: ("jumelages", gettext_lazy("ses jumelages connus")),
    QuestionKind.KNOWN: ("oda", gettext_lazy("a-t-elle un partenaire dans un pays qui reçoit l’aide publique\u00a0?")),
}
COMMON = ("code", "label", "help", "why", "is_required", "visible_if")
PROPER: dict[QuestionKind, tuple[str, ...]] = {
    QuestionKind.SINGLE: ("choices", "has_unknown"),
    QuestionKind.MULTIPLE: ("choices", "most", "exclusive"),
    QuestionKind.SCALE: ("low", "high", "has_unknown"),
    QuestionKind.GRID: ("rows", "choices", "has_unknown"),
    QuestionKind.INTEGER: ("minimum", "maximum"),
    QuestionKind.AMOUNT: ("minimum", "maximum"),
    QuestionKind.YEAR: ("minimum", "maximum"),
    QuestionKind.RANKING: ("choices", "most"),
    QuestionKind.THEME: ("most",),
    QuestionKind.ACTOR: ("source",),
    QuestionKind.CONSENT: ("choices",),
    QuestionKind.REPEAT: ("most", "source"),
    QuestionKind.KNOWN: ("source",),
}
NOT_ASKED = ("help", "why", "is_required")  # of what nobody answers


def _on_one_line(text: str) -> str:
    """Without line breaks nor double spaces; those that do not break, which French wants, stay."""
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class LineField(forms.CharField):
    """A text on one line, without characters that no page shows."""

    def to_python(self, value: Any) -> str:
        return _on_one_line(clean(super().to_python(value)))


class LinesField(forms.CharField):
    """A text of several lines."""

    def to_python(self, value: Any) -> str:
        return clean(super().to_python(value))


class ConditionField(LinesField):
    """« visible if », read at once; what it asks about is checked with the whole questionnaire."""

    def __init__(self) -> None:
        super().__init__(
            label=gettext_lazy("Condition pour la montrer"), max_length=MOST_LETTERS, required=False, widget=_area(2)
        )

    def clean(self, value: Any) -> str:
        text = _on_one_line(super().clean(value))
        try:
            read(text)
        except ConditionError as error:
            raise ValidationError(str(error)) from error
        return text


class ChoicesField(LinesField):
    """One choice a line, « valeur = libellé »; a value that is not written is made from the label."""

    def __init__(self, label: Any, help_text: Any) -> None:
        super().__init__(label=label, help_text=help_text, max_length=60_000, widget=_area(7))

    def prepare_value(self, value: Any) -> Any:
        """What is kept as it is typed; what was typed as it was."""
        return as_lines(value) if isinstance(value, tuple) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(as_lines(initial or ()), data)

    def clean(self, value: Any) -> Any:
        return choices_of(super().clean(value))


def as_lines(choices: tuple[Choice, ...]) -> str:
    return "\n".join(f"{choice.value} = {_on_one_line(choice.label)}" for choice in choices)


def choices_of(text: str) -> tuple[Choice, ...]:
    """Raises ValidationError with the line that cannot be read."""
    lines = [(number, _on_one_line(line)) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > MOST_CHOICES:
        raise ValidationError(_("%(n)d lignes au plus.") % {"n": MOST_CHOICES})
    said = [(number, *_parted(line)) for number, line in lines]
    taken = {value for __, value, label in said if value}
    found: list[Choice] = []
    for number, value, label in said:
        if not label or len(label) > LONGEST_CHOICE:
            raise ValidationError(
                _("Ligne %(n)d\u00a0: un libellé a de un à %(most)d signes.") % {"n": number, "most": LONGEST_CHOICE}
            )
        if value and not VALUE.fullmatch(value):
            raise ValidationError(
                _("Ligne %(n)d\u00a0: la valeur «\u00a0%(value)s\u00a0» s’écrit en minuscules sans accent ni espace.")
                % {"n": number, "value": value[:40]}
            )
        if value in {choice.value for choice in found}:
            raise ValidationError(
                _("Ligne %(n)d\u00a0: la valeur «\u00a0%(value)s\u00a0» est déjà donnée.")
                % {"n": number, "value": value}
            )
        if not value:
            value = _made(label, taken)
            taken.add(value)
        found.append(Choice(value, label))
    return tuple(found)


def _parted(line: str) -> tuple[str, str]:
    value, equals, label = line.partition("=")
    return (value.strip(), label.strip()) if equals else ("", line)


def _made(label: str, taken: Collection[str]) -> str:
    """« Élu·e, adjoint » → « elu_e_adjoint », with a number when it is taken."""
    base = re.sub(r"[^a-z0-9]+", "_", slugify(label.replace("·", " ").replace("’", " "))).strip("_")[:36] or "choix"
    value, number = base, 2
    while value in taken:
        value, number = f"{base}_{number}", number + 1
    return value


class QuestionnaireForm(forms.Form):
    """A new questionnaire."""

    title = LineField(label=gettext_lazy("Titre"), max_length=150)
    code = forms.CharField(
        label=gettext_lazy("Code"),
        help_text=gettext_lazy("Des lettres sans accent, des chiffres, des tirets. Vide\u00a0: il est fait du titre."),
        max_length=40,
        required=False,
        validators=[
            RegexValidator(
                r"\A[A-Za-z0-9_-]+\Z", gettext_lazy("Écrivez des lettres sans accent, des chiffres ou des tirets.")
            )
        ],
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not given.get("code") and not self.has_error("code") and given.get("title"):
            given["code"] = slugify(given["title"])[:40].strip("-")
            if not given["code"]:
                self.add_error("code", _("Donnez un code\u00a0: le titre n’en fait pas."))
        return given


class HeadForm(forms.Form):
    """The title and the introduction of a questionnaire."""

    title = LineField(label=gettext_lazy("Titre"), max_length=150)
    intro = LinesField(label=gettext_lazy("Introduction"), max_length=3_000, required=False, widget=_area(4))

    @classmethod
    def initial_of(cls, outline: Outline) -> dict[str, Any]:
        return {"title": outline.title, "intro": outline.intro}


class PlaceForm(forms.Form):
    """What sections and questions have in common: a code that answers keep, and a condition. `fixed`: a code that stays."""

    code = forms.CharField(label=gettext_lazy("Code"), max_length=40)
    visible_if = ConditionField()
    letter = "Q"

    def __init__(
        self, data: Any, *, outline: Outline, before: Any, fixed: bool, taken: Collection[str] = (), **kwargs: Any
    ) -> None:
        """`before`: what is kept now, None for a new one; `taken`: codes that other versions have."""
        super().__init__(data, **kwargs)
        self.outline, self.before = outline, before
        if fixed:
            del self.fields["code"]
        elif before is None:
            self.fields["code"].initial = next_code([*codes_of(outline), *taken], self.letter)
        self.fields["visible_if"].help_text = self._condition_help()

    def _condition_help(self) -> str:
        """The condition in words, and how one is written."""
        typed = self.data.get("visible_if", "") if self.is_bound else self.initial.get("visible_if", "")
        try:
            said = words(_on_one_line(str(typed)), self.outline)
        except ConditionError:
            said = ""
        told = format_html("<strong>{}</strong> ", _("Montrée %(condition)s.") % {"condition": said}) if said else ""
        example = format_html("{} <code>{}</code>", _("Vide\u00a0: toujours montrée. Par exemple"), EXAMPLE)
        return format_html("{}{}", told, example)

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if not CODE.fullmatch(code):
            raise ValidationError(
                _("Une lettre d’abord, puis des lettres sans accent, des chiffres ou «\u00a0_\u00a0».")
            )
        if not is_free(self.outline, code, but=self.before.code if self.before else ""):
            raise ValidationError(_("Ce code est déjà pris dans ce questionnaire."))
        return code

    @property
    def given_code(self) -> str:
        return self.cleaned_data["code"] if "code" in self.fields else self.before.code


class SectionForm(PlaceForm):
    """One page: its title, its introduction, its condition."""

    title = LineField(label=gettext_lazy("Titre"), max_length=150)
    intro = LinesField(label=gettext_lazy("Introduction"), max_length=3_000, required=False, widget=_area(3))
    field_order = ("code", "title", "intro", "visible_if")
    letter = "S"

    @classmethod
    def initial_of(cls, section: Section) -> dict[str, Any]:
        return {name: getattr(section, name) for name in ("code", "title", "intro", "visible_if")}

    def section(self) -> Section:
        given = self.cleaned_data
        return Section(self.given_code, given["title"], given["intro"], given["visible_if"])


class QuestionForm(PlaceForm):
    """A question of one kind: only what this kind has. `kept`: the nature of the codes that were published."""

    label = LineField(label=gettext_lazy("Texte de la question"), max_length=600, widget=_area(2))
    help = LinesField(label=gettext_lazy("Aide"), max_length=2_000, required=False, widget=_area(2))
    why = LinesField(
        label=gettext_lazy("Pourquoi cette question\u00a0?"),
        help_text=gettext_lazy("Ce que vous ferez de la réponse, dit à qui répond."),
        max_length=2_000,
        required=False,
        widget=_area(2),
    )
    rows = ChoicesField(
        gettext_lazy("Lignes de la grille"), gettext_lazy("Une par ligne\u00a0: valeur = libellé, ou le libellé seul.")
    )
    choices = ChoicesField(
        gettext_lazy("Choix"),
        gettext_lazy(
            "Un par ligne\u00a0: valeur = libellé. Sans valeur, elle est faite du libellé. "
            "Les réponses gardent la valeur\u00a0: changez plutôt le libellé."
        ),
    )
    most = forms.IntegerField(
        label=gettext_lazy("Réponses au plus"), min_value=1, max_value=MOST_CHOICES, required=False
    )
    exclusive = LineField(
        label=gettext_lazy("Choix qui exclut les autres"),
        help_text=gettext_lazy("Sa valeur ou son libellé, comme «\u00a0aucune\u00a0»."),
        max_length=LONGEST_CHOICE,
        required=False,
    )
    minimum = forms.IntegerField(label=gettext_lazy("Minimum"), min_value=-BIGGEST, max_value=BIGGEST, required=False)
    maximum = forms.IntegerField(label=gettext_lazy("Maximum"), min_value=-BIGGEST, max_value=BIGGEST, required=False)
    low = LineField(label=gettext_lazy("Ce que veut dire 1"), max_length=80, required=False)
    high = LineField(label=gettext_lazy("Ce que veut dire 5"), max_length=80, required=False)
    has_unknown = forms.BooleanField(label=gettext_lazy("Proposer «\u00a0ne sait pas\u00a0»"), required=False)
    source = forms.ChoiceField(label=gettext_lazy("Remplie d’avance par le répertoire"), required=False)
    is_required = forms.BooleanField(label=gettext_lazy("Réponse obligatoire"), required=False)
    field_order = (
        *("code", "label", "help", "why", "rows", "choices", "most", "exclusive", "minimum", "maximum", "low", "high"),
        *("has_unknown", "source", "is_required", "visible_if"),
    )

    def __init__(self, data: Any, *, kind: QuestionKind, kept: Mapping[str, QuestionKind], **kwargs: Any) -> None:
        super().__init__(data, taken=kept, **kwargs)
        self.kind, self.kept = kind, kept
        wanted = {*COMMON, *PROPER.get(kind, ())} - set(NOT_ASKED if kind == QuestionKind.KNOWN else ())
        for name in [name for name in self.fields if name not in wanted]:
            del self.fields[name]
        if "source" in self.fields:
            source: Any = self.fields["source"]
            source.choices = [("", _("rien")), SOURCES[kind]]
            if self.before and self.before.source not in ("", SOURCES[kind][0]):
                source.choices.append((self.before.source, self.before.source))
        if kind == QuestionKind.GRID:
            self.fields["choices"].label = _("Colonnes de la grille")
        if kind == QuestionKind.REPEAT:
            self.fields["most"].label = _("Répétitions au plus")

    @classmethod
    def initial_of(cls, question: Question) -> dict[str, Any]:
        names = (*COMMON, "choices", "rows", "most", "minimum", "maximum", "has_unknown", "exclusive", "source")
        low, high = question.ends or ("", "")
        return {name: getattr(question, name) for name in names} | {"low": low, "high": high}

    def clean_code(self) -> str:
        code = super().clean_code()
        if (kind := self.kept.get(code)) not in (None, self.kind):
            raise ValidationError(
                _(
                    "Une version publiée a donné ce code à une question «\u00a0%(kind)s\u00a0»\u00a0: prenez-en un autre."
                )
                % {"kind": kind.label if kind else ""}
            )
        return code

    def clean_most(self) -> int | None:
        most: int | None = self.cleaned_data["most"]
        if self.kind == QuestionKind.REPEAT and most and most > MOST_BLOCKS:
            raise ValidationError(_("Un groupe se répète %(n)d fois au plus.") % {"n": MOST_BLOCKS})
        return most

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        choices: tuple[Choice, ...] = given.get("choices", ())
        if choices:
            self._check_choices(given, choices)
        low, high = given.get("minimum"), given.get("maximum")
        if low is not None and high is not None and low > high:
            self.add_error("maximum", _("Le maximum est sous le minimum."))
        if bool(given.get("low")) != bool(given.get("high")):
            self.add_error(
                "high" if given.get("low") else "low", _("Dites ce que veulent dire 1 et 5, ou ni l’un ni l’autre.")
            )
        if given.get("source") == "" and self.kind == QuestionKind.KNOWN:
            self.add_error("source", _("Une donnée connue vient du répertoire\u00a0: dites laquelle."))
        return given

    def _check_choices(self, given: dict[str, Any], choices: tuple[Choice, ...]) -> None:
        if self.kind in (*CHOICE_KINDS, QuestionKind.GRID) and self.kind != QuestionKind.CONSENT and len(choices) < 2:
            self.add_error("choices", _("Donnez deux choix au moins."))
        if given.get("has_unknown") and UNKNOWN in {choice.value for choice in choices}:
            self.add_error("choices", _("La valeur «\u00a0nsp\u00a0» est celle de «\u00a0ne sait pas\u00a0»."))
        if (most := given.get("most")) and most > len(choices):
            self.add_error("most", _("La liste n’a que %(n)d choix.") % {"n": len(choices)})
        if told := given.get("exclusive"):
            values = [choice.value for choice in choices if told in (choice.value, choice.label)]
            if values:
                given["exclusive"] = values[0]
            else:
                self.add_error("exclusive", _("Ce choix n’est pas dans la liste."))

    def question(self) -> Question:
        """What was typed; what this form does not ask stays as it was, if the kind does."""
        given = dict(self.cleaned_data)
        given.pop("code", None)
        if "low" in given:
            low, high = given.pop("low"), given.pop("high")
            given["ends"] = (low, high) if low and high else None
        before = (
            self.before if self.before and self.before.kind == self.kind else Question(self.given_code, self.kind, "")
        )
        return replace(before, code=self.given_code, **given)

"""A condition in French, for whoever reads a questionnaire. Pure."""

from .conditions import All, Compared, Condition, Counted, Either, Not, Selected, read
from .outline import Outline

OPERATORS = {
    "=": "est",
    "!=": "n’est pas",
    "<": "est moins de",
    "<=": "est au plus",
    ">": "est plus de",
    ">=": "est au moins",
}


def words(text: str, outline: Outline) -> str:
    """« si « Où en est… ? » est « active » ou « en projet » »; « » for no condition. Raises ConditionError."""
    condition = read(text)
    said = _said(condition, outline)
    return f"si {said}" if said else ""


def _said(condition: Condition, outline: Outline) -> str:
    if isinstance(condition, Not):
        return f"il n’est pas vrai que {_said(condition.part, outline)}"
    if isinstance(condition, All):
        return " et ".join(_said(part, outline) for part in condition.parts)
    if isinstance(condition, Either):
        return _either(condition, outline)
    return _atom(condition, outline)


def _either(condition: Either, outline: Outline) -> str:
    """Several answers to one question are said together."""
    flat: list[Condition] = []
    for part in condition.parts:
        flat += part.parts if isinstance(part, Either) else [part]
    said: list[str] = []
    by_code: dict[str, list[str]] = {}
    for part in flat:
        if isinstance(part, Selected):
            by_code.setdefault(part.code, []).append(part.value)
        else:
            said.append(_said(part, outline))
    for code, values in by_code.items():
        labels = " ou ".join(_quoted(_label_of(code, value, outline)) for value in values)
        said.insert(0, f"{_quoted(_question(code, outline))} est {labels}")
    return ", ou ".join(said)


def _atom(atom: Selected | Compared | Counted, outline: Outline) -> str:
    asked = _quoted(_question(atom.code, outline))
    if isinstance(atom, Selected):
        return f"{asked} est {_quoted(_label_of(atom.code, atom.value, outline))}"
    if isinstance(atom, Counted):
        return f"le nombre de réponses à {asked} {OPERATORS[atom.operator]} {atom.value:g}"
    if atom.value == "":
        return f"{asked} n’a pas de réponse" if atom.operator == "=" else f"{asked} a une réponse"
    if isinstance(atom.value, str):
        return f"{asked} {OPERATORS[atom.operator]} {_quoted(_label_of(atom.code, atom.value, outline))}"
    return f"{asked} {OPERATORS[atom.operator]} {atom.value:g}"


def _quoted(text: str) -> str:
    return f"«\u00a0{text}\u00a0»"


def _question(code: str, outline: Outline) -> str:
    found = outline.question(code)
    return found.label if found else code


def _label_of(code: str, value: str, outline: Outline) -> str:
    found = outline.question(code)
    return next((choice.label for choice in found.choices if choice.value == value), value) if found else value

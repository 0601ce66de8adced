"""What the tools that read an XLSForm will not understand of a questionnaire, in French. Pure."""

from collections.abc import Callable, Iterable

from django.utils.translation import gettext as _

from surveys.conditions import ConditionError, atoms, read
from surveys.enums import QuestionKind
from surveys.outline import Outline, Question

LISTED = frozenset({QuestionKind.COUNTRY, QuestionKind.THEME})  # their lists are the répertoire's
MOST_NAMED = 12  # codes in one sentence
# Where « ne sait pas » has no list to stand in.
WITHOUT_LIST = (
    *(QuestionKind.INTEGER, QuestionKind.AMOUNT, QuestionKind.YEAR, QuestionKind.TEXT, QuestionKind.LONG),
    *(QuestionKind.DATE, QuestionKind.CONTACT, QuestionKind.COUNTRY, QuestionKind.THEME, QuestionKind.ACTOR),
    QuestionKind.REPEAT,
)


def losses(outline: Outline, listed: frozenset[QuestionKind] = frozenset()) -> list[str]:
    """One sentence a construct, with the codes that it touches; none if everything is understood. `listed`: the kinds whose list
    comes from the répertoire and goes with the file."""
    found = []
    for concerns, sentence in _constructs(listed):
        found.append(([question.code for question in outline.questions() if concerns(question)], sentence))
    found += _conditions(outline)
    return [_told(codes, sentence) for codes, sentence in found if codes]


def _told(codes: list[str], sentence: str) -> str:
    more = "…" if len(codes) > MOST_NAMED else ""
    return f"{', '.join(codes[:MOST_NAMED])}{more}\u00a0: {sentence}"


def _constructs(listed: frozenset[QuestionKind]) -> list[tuple[Callable[[Question], object], str]]:
    typed = LISTED - listed
    numbers = (QuestionKind.AMOUNT, QuestionKind.YEAR)
    return [
        (
            lambda question: question.kind == QuestionKind.RANKING and question.most is not None,
            _("un classement limité devient un choix multiple, sans l’ordre."),
        ),
        (
            lambda question: question.kind == QuestionKind.ACTOR,
            _("la collectivité ou le partenaire s’écrit en texte libre, sans être cherché dans le répertoire."),
        ),
        (
            lambda question: question.kind in typed,
            _("la liste est celle du répertoire\u00a0: ailleurs, la réponse s’écrit en texte libre."),
        ),
        (
            lambda question: question.kind == QuestionKind.CONTACT,
            _("un contact devient quatre textes\u00a0: nom, fonction, courriel, téléphone."),
        ),
        (lambda question: question.kind in numbers, _("un montant ou une année devient un nombre ordinaire.")),
        (
            lambda question: question.kind == QuestionKind.CONSENT,
            _("un accord devient un choix multiple ordinaire\u00a0: rien n’en garde la preuve."),
        ),
        (lambda question: question.kind == QuestionKind.KNOWN, _("une donnée connue du répertoire reste vide.")),
        (
            lambda question: question.kind != QuestionKind.KNOWN and question.source,
            _("ce que le répertoire sait n’est pas rempli d’avance."),
        ),
        (lambda question: question.why, _("la raison de la question n’est pas montrée.")),
        (
            lambda question: question.has_unknown and question.kind in WITHOUT_LIST,
            _("«\u00a0ne sait pas\u00a0» n’est pas proposé."),
        ),
        (
            lambda question: question.kind == QuestionKind.REPEAT and question.most is not None,
            _("le nombre de répétitions n’est pas limité."),
        ),
        (
            lambda question: "${" in question.label + question.help,
            _("le texte contient «\u00a0${\u00a0», que ces outils remplacent par une réponse."),
        ),
    ]


def _conditions(outline: Outline) -> Iterable[tuple[list[str], str]]:
    """The conditions that will not hold elsewhere as they do here."""
    known = {question.code for question in outline.questions() if question.kind == QuestionKind.KNOWN}
    group_of = {each.code: question.code for question in outline.questions() for each in question.questions}
    places = [(section.code, _asked(section.visible_if)) for section in outline.sections]
    places += [(question.code, _asked(question.visible_if)) for question in outline.questions()]
    yield (
        [code for code, asked in places if asked & known],
        _("la condition dépend d’une donnée du répertoire, qui reste vide ailleurs."),
    )
    yield (
        [
            code
            for code, asked in places
            if any(other in group_of and group_of[other] != group_of.get(code) for other in asked)
        ],
        _("la condition porte sur un groupe répété\u00a0: la plupart des outils n’en lisent qu’une réponse."),
    )


def _asked(condition: str) -> set[str]:
    try:
        return {atom.code for atom in atoms(read(condition))}
    except ConditionError:
        return set()

"""Who else takes part in a jumelage, as a text that people read and type: one fiche a line, then what it does there."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from directory.enums import JumelageRole
from directory.fiche_names import label_of, understood
from directory.models import Actor, Jumelage

from .errors import DirectoryError

ROLES = {str(word).casefold(): role for role in JumelageRole for word in (role.label, role.value)}
MOST = 40

Participant = tuple[Actor, JumelageRole]


def told(jumelage: Jumelage) -> str:
    """« Comité de jumelage de Pau (comité de jumelage, 64) : porteur », a line for each."""
    return as_text(_present(jumelage))


def as_text(participants: Iterable[Participant]) -> str:
    return "\n".join(_line(actor, role) for actor, role in participants)


def read(text: str, *, known: Jumelage | None = None) -> list[Participant]:
    """The fiches and roles that a text names, each once, in the order of `told`. Raises DirectoryError with the line that is not
    understood, and the fiches that it may mean.

    `known`: the jumelage that they take part in already. Its own lines are always understood, even those that a stranger's
    would not be: a fiche that is hidden today, or one of two that share their name.
    """
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST:
        raise DirectoryError(_("Quarante participants au plus."))
    present: dict[str, list[Participant]] = {}
    for participant in _present(known) if known else []:
        present.setdefault(_line(*participant), []).append(participant)
    found = dict.fromkeys(present[line].pop(0) if present.get(line) else _read(line) for line in lines)
    return _in_order(list(found))


def _present(jumelage: Jumelage) -> list[Participant]:
    return [(row.actor, JumelageRole(row.role)) for row in jumelage.participations.in_order()]


def _line(actor: Actor, role: JumelageRole) -> str:
    return f"{label_of(actor)}\u00a0: {role.label}"


def _in_order(participants: list[Participant]) -> list[Participant]:
    """As the database orders them: the same participants are the same text, in whatever order they were typed."""
    named = Actor.objects.numbered([actor.pk for actor, _role in participants]).by_name().values_list("pk", flat=True)
    ranks = {pk: rank for rank, pk in enumerate(named)}
    return sorted(participants, key=lambda participant: (participant[1].value, ranks[participant[0].pk]))


def _read(line: str) -> Participant:
    name, colon, wanted = line.rpartition(":")
    role = ROLES.get(wanted.strip().casefold()) if colon else JumelageRole.PARTNER
    if role is None:
        raise DirectoryError(
            _("«\u00a0%(line)s\u00a0»\u00a0: le rôle est l’un de ceux-ci\u00a0: %(roles)s.")
            % {"line": line[:80], "roles": ", ".join(str(each.label) for each in JumelageRole)}
        )
    found = understood((name if colon else line).strip())
    if found.actor:
        return found.actor, role
    if found.candidates:
        raise DirectoryError(several(line[:80], found.candidates))
    raise DirectoryError(
        _("«\u00a0%(line)s\u00a0»\u00a0: aucune fiche du répertoire ne porte ce nom. Écrivez-le comme sur sa fiche.")
        % {"line": line[:80]}
    )


def several(typed: str, candidates: Iterable[Actor]) -> str:
    """What is said of a name that several fiches bear."""
    labels = "\u00a0; ".join(label_of(actor) for actor in candidates)
    return _(
        "«\u00a0%(line)s\u00a0»\u00a0: plusieurs fiches portent ce nom. Écrivez celle que vous voulez\u00a0: %(labels)s."
    ) % {"line": typed, "labels": labels}

"""Who else takes part in a jumelage, as a text that people read and type: one fiche a line, then what it does there."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from directory.enums import JumelageRole
from directory.fiche_names import label_of, understood
from directory.models import Actor, Jumelage

from .errors import DirectoryError

ROLES = {str(role.label).casefold(): role for role in JumelageRole}
MOST = 40


def told(jumelage: Jumelage) -> str:
    """« Comité de jumelage de Pau (comité de jumelage, 64) : porteur », a line for each."""
    return as_text((row.actor, JumelageRole(row.role)) for row in jumelage.participations.in_order())


def as_text(participants: Iterable[tuple[Actor, JumelageRole]]) -> str:
    return "\n".join(f"{label_of(actor)}\u00a0: {role.label}" for actor, role in participants)


def read(text: str) -> list[tuple[Actor, JumelageRole]]:
    """The fiches and roles that a text names, in order, each once. Raises DirectoryError with the line that is not understood, and
    the fiches that it may mean."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST:
        raise DirectoryError(_("Quarante participants au plus."))
    return list(dict.fromkeys(_read(line) for line in lines))


def _read(line: str) -> tuple[Actor, JumelageRole]:
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
        labels = "\u00a0; ".join(label_of(actor) for actor in found.candidates)
        raise DirectoryError(
            _(
                "«\u00a0%(line)s\u00a0»\u00a0: plusieurs fiches portent ce nom. Écrivez celle que vous voulez\u00a0: %(labels)s."
            )
            % {"line": line[:80], "labels": labels}
        )
    raise DirectoryError(
        _("«\u00a0%(line)s\u00a0»\u00a0: aucune fiche du répertoire ne porte ce nom. Écrivez-le comme sur sa fiche.")
        % {"line": line[:80]}
    )

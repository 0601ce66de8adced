"""What staff does of a response that was sent: read it, take its people into the répertoire."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.fiche_names import label_of
from directory.models import Contact
from directory.search import folded
from directory.services import DirectoryError, add_contact
from surveys.enums import QuestionKind, ResponseState
from surveys.models import Response
from surveys.published import conditions_of

from .answering import counting_values
from .errors import SurveysError
from .follow_up import confirm_exact
from .prefill import OF_ACTOR

_FIELDS = {"nom": "name", "fonction": "function", "courriel": "email", "telephone": "phone"}


@transaction.atomic
def mark_read(response: Response, *, by: str, seen: int | None = None) -> Response:
    """Staff read it: what it says to be exact is fresh. `seen`: the revision that was read. Twice is once; one that is under way is
    not read yet. Raises SurveysError if it changed since."""
    kept = Response.objects.select_for_update(of=("self",)).get(pk=response.pk)
    if seen is not None and seen < kept.revision:
        raise SurveysError(_("Cette réponse a changé pendant que vous la lisiez\u00a0: relisez ce qui est nouveau."))
    if kept.state == ResponseState.SUBMITTED:
        kept.state, kept.read_at, kept.read_by = ResponseState.READ, timezone.now(), by
        kept.save(update_fields=["state", "read_at", "read_by"])
        confirm_exact(kept, by=by)
    return kept


def said_to_be(response: Response) -> str:
    """The collectivité that the answers say to be for, if it is not the one that was asked; « » otherwise."""
    outline = conditions_of(response.wave.questionnaire_id).outline
    actor = response.invitation.actor
    own = {folded(actor.name), folded(label_of(actor))}
    for question in outline.questions():
        if question.kind == QuestionKind.ACTOR and question.source == OF_ACTOR:
            said = str((response.values.get(question.code) or {}).get("nom", ""))
            return said if said and folded(said) not in own else ""
    return ""


def people_named_in(response: Response) -> list[dict[str, str]]:
    """The people whom the answers name, each with the fields of a contact of the répertoire."""
    outline = conditions_of(response.wave.questionnaire_id).outline
    values = counting_values(response)
    found: list[dict[str, str]] = []
    for section in outline.sections:
        for question in section.questions:
            blocks: list[Any] = [values] if question.kind == QuestionKind.CONTACT else values.get(question.code) or []
            asked = [question] if question.kind == QuestionKind.CONTACT else question.questions
            if question.kind not in (QuestionKind.CONTACT, QuestionKind.REPEAT):
                continue
            for block in blocks:
                for each in asked:
                    said = block.get(each.code) if each.kind == QuestionKind.CONTACT else None
                    if said and said.get("nom"):
                        found.append({field: said.get(part, "") for part, field in _FIELDS.items()})
    return found


def take_contact(response: Response, number: int) -> Contact:
    """Add somebody whom the answers name to the contacts of the collectivité; they are asked by mail what may be published. Raises
    SurveysError."""
    people = people_named_in(response)
    if not 0 <= number < len(people):
        raise SurveysError(_("Cette personne n’est plus dans la réponse\u00a0: rien n’a été ajouté."))
    actor, person = response.invitation.actor, people[number]
    if any(contact.name == person["name"] for contact in Contact.objects.of_actor(actor)):
        raise SurveysError(_("%(name)s est déjà dans les contacts de la fiche.") % {"name": person["name"]})
    try:
        return add_contact(actor, person)
    except DirectoryError as error:
        raise SurveysError(str(error)) from error

"""What follows once answers are sent: proposals to the répertoire, the receipt. Safe to do twice; one that a kill interrupted is
done again by the clock."""

import logging
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone

from directory.enums import Source, Verifier
from directory.models import Jumelage
from directory.search import folded
from directory.services import (
    DirectoryError,
    WantedNeed,
    confirm,
    express_needs,
    propose_addition_again,
    propose_again,
    take_back_unsaid,
)
from surveys import notifications
from surveys.mapping import Wanted, asked_in, proposed_values
from surveys.models import Respondent, Response
from surveys.published import conditions_of

from .answering import counting_values

logger = logging.getLogger(__name__)
AT_ONCE = 200  # responses of one round of the clock


def follow_up_due() -> int:
    """Follow up the responses that were sent and were not yet; return how many."""
    due = list(Response.objects.to_follow_up().oldest_first().values_list("pk", flat=True)[:AT_ONCE])
    return sum(follow_up(pk) for pk in due)


@transaction.atomic
def follow_up(pk: int) -> bool:
    """Propose to the répertoire what a response says otherwise, and tell who sent it that it arrived. False if it was done."""
    response = Response.objects.select_for_update(of=("self",), skip_locked=True).to_follow_up().filter(pk=pk).first()
    if response is None:
        return False
    # The answers of a demonstration are fictitious: they say nothing of a real collectivité.
    if response.invitation.actor.is_demo or not response.wave.is_demo:
        propose(response)
        _express(response)
    respondent = (
        Respondent.objects.of_invitation(response.invitation).standing().with_address(response.submitted_by).first()
    )
    if respondent is not None:
        notifications.receipt(response, respondent)
    response.followed_at = timezone.now()
    response.save(update_fields=["followed_at"])
    return True


def _express(response: Response) -> None:
    outline = conditions_of(response.wave.questionnaire_id).outline
    asked = asked_in(counting_values(response), outline)
    wanted = [WantedNeed(each.code, each.label, each.service, each.detail) for each in asked]
    express_needs(response.invitation.actor, wanted, origin=response.origin, source=Source.SURVEY)


def propose(response: Response) -> list[str]:
    """Make or renew the proposals of a response; return what the répertoire could not take, in French, for staff."""
    actor = response.invitation.actor
    wanted: Wanted = proposed_values(counting_values(response))
    said: dict[str, Any] = {"source": Source.SURVEY, "by_email": _address(response)}
    kept, refused = [response.origin], []
    own = Jumelage.objects.of_actor(actor).published().in_bulk(list(wanted.jumelages))
    gestures: list[tuple[Callable[..., Any], Any, dict[str, Any], str, dict[str, Any]]]
    gestures = [(propose_again, actor, wanted.actor, response.origin, {})]
    gestures += [
        (propose_again, own[number], values, f"{response.origin}:j{number}", {})
        for number, values in wanted.jumelages.items()
        if number in own  # nobody changes another's jumelage by writing its number
    ]
    gestures += [
        (propose_addition_again, actor, values, f"{response.origin}:a{_code_of(partner)}", {"partner": partner})
        for partner, values in wanted.additions
    ]
    for gesture, subject, values, origin, more in gestures:
        kept.append(origin)
        try:
            with transaction.atomic():
                gesture(subject, values, origin=origin, **more, **said)
        except DirectoryError as error:
            refused.append(str(error))
            logger.info("survey proposal refused: %s", origin)
    take_back_unsaid(response.origin, kept)
    return refused


def confirm_exact(response: Response, *, by: str) -> int:
    """« Exact », said of these jumelages and read by staff: their facts are fresh from now on; return how many. Twice is once."""
    actor = response.invitation.actor
    if response.wave.is_demo and not actor.is_demo:
        return 0
    exact = proposed_values(counting_values(response)).exact
    own = Jumelage.objects.of_actor(actor).published().in_bulk(exact)
    for number in own:
        origin = f"{response.origin}:exact:{number}"
        confirm(own[number], origin=origin, source=Source.SURVEY, verifier=Verifier.STAFF)
    return len(own)


def _code_of(partner: dict[str, str]) -> str:
    """The same partner said twice is one addition."""
    said = f"{folded(partner['name'])}|{partner['country']}"
    return sha256(said.encode()).hexdigest()[:12]


def _address(response: Response) -> str:
    """Of who sent it by their link: staff's own name is in the response."""
    is_theirs = Respondent.objects.of_invitation(response.invitation).with_address(response.submitted_by).exists()
    return response.submitted_by if is_theirs else ""

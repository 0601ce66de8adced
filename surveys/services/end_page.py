"""What is said to who has just answered: the network already does some of what they ask, and others near them share a country."""

from typing import Any

from directory.models import Actor, Service
from surveys import mapping
from surveys.models import Response
from surveys.published import conditions_of

MOST_NEIGHBOURS = 5
NEAR_KM = 60


def end_page(response: Response) -> dict[str, Any]:
    """`services`: (one that they ask for, did they say that they did not know it?); `neighbours`: collectivités nearby that
    cooperate with the same countries, if they accept to be put in touch."""
    if not mapping.is_mapped(conditions_of(response.wave.questionnaire_id).outline):
        return {"services": [], "neighbours": []}
    wanted = mapping.services_wanted(response.values)
    services = Service.objects.active().with_codes(wanted)
    return {"services": [(each, wanted[each.pk]) for each in services], "neighbours": _neighbours(response)}


def _neighbours(response: Response) -> list[Actor]:
    if mapping.MAY_MEET not in (response.values.get(mapping.MEETING) or []):
        return []
    actor = response.invitation.actor
    if actor.latitude is None or actor.longitude is None or not actor.cooperation_countries:
        return []
    near = Actor.objects.published().collectivites().within(actor.latitude, actor.longitude, NEAR_KM)
    return list(near.with_countries(actor.cooperation_countries).exclude(pk=actor.pk).for_card()[:MOST_NEIGHBOURS])

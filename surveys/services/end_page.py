"""What is said to who has just answered: the network already does some of what they ask, and others near them share a country."""

from typing import Any

from directory.models import Actor
from surveys import mapping
from surveys.models import Response

MOST_NEIGHBOURS = 5
NEAR_KM = 60


def end_page(response: Response) -> dict[str, Any]:
    """`neighbours`: collectivités nearby that cooperate with the same countries, if they accept to be put in touch."""
    return {"neighbours": _neighbours(response)}


def _neighbours(response: Response) -> list[Actor]:
    if mapping.MAY_MEET not in (response.values.get(mapping.MEETING) or []):
        return []
    actor = response.invitation.actor
    if actor.latitude is None or actor.longitude is None or not actor.cooperation_countries:
        return []
    near = Actor.objects.published().collectivites().within(actor.latitude, actor.longitude, NEAR_KM)
    return list(near.with_countries(actor.cooperation_countries).exclude(pk=actor.pk).for_card()[:MOST_NEIGHBOURS])

"""A wave with its answers, for the tests of results."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from surveys.cells import counted
from surveys.enums import WaveStatus
from surveys.models import Response, Wave
from surveys.published import conditions_of
from tests.factories.surveys import InvitationFactory, ResponseFactory, WaveFactory


def closed_wave(**values: Any) -> Wave:
    """A wave whose last day is over."""
    return WaveFactory(**{"status": WaveStatus.CLOSED, "opens_on": "2026-01-05", "closes_on": "2026-03-05"} | values)


def respond(wave: Wave, several: Sequence[dict[str, Any]], **place: Any) -> list[Response]:
    """A finished response of a collectivité of its own for each of these answers; `place`: what it was at the launch."""
    conditions = conditions_of(wave.questionnaire_id)
    return [
        ResponseFactory(
            sent=True,
            invitation=InvitationFactory(wave=wave, **{"departement": "33", "band": "500-2000"} | place),
            values=values,
            counted=counted(conditions, values),
            saved_at=timezone.now(),
        )
        for values in several
    ]

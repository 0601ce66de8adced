"""Why a collectivité is to be met, in words. Pure."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import ngettext


def reasons(score: int, signals: Mapping[str, Any] | None) -> list[str]:
    """What makes its points, one sentence for each; nothing for a collectivité without points."""
    return [ngettext("%(n)s point", "%(n)s points", abs(score)) % {"n": score}] if score else []

"""The questions of a version of a questionnaire, read once in a process: a published version never changes."""

from functools import lru_cache

from .models import Questionnaire
from .paths import Conditions


@lru_cache(maxsize=32)
def conditions_of(questionnaire: int) -> Conditions:
    """The outline and the conditions of the published version of this id. Raises Questionnaire.DoesNotExist."""
    return Conditions(Questionnaire.objects.frozen().get(pk=questionnaire).outline)

"""Texts that staff put under words of their own, to count what they say."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from surveys.models import Response

from .errors import SurveysError

MOST_TAGS, LONGEST = 10, 40


@transaction.atomic
def code_text(response: Response, code: str, tags: Iterable[str]) -> Response:
    """Say what an answer in words is about; the tags replace those that it had. Twice is once. Raises SurveysError."""
    told = list(dict.fromkeys(" ".join(tag.split()).casefold() for tag in tags if tag.strip()))
    if len(told) > MOST_TAGS or any(len(tag) > LONGEST for tag in told):
        raise SurveysError(_("Dix mots-clés au plus, de %(longest)d lettres au plus chacun.") % {"longest": LONGEST})
    locked = Response.objects.select_for_update(of=("self",)).only("coded").get(pk=response.pk)
    coded = {name: words for name, words in locked.coded.items() if name != code} | ({code: told} if told else {})
    if coded != locked.coded:
        locked.coded = coded
        locked.save(update_fields=["coded"])
    return locked

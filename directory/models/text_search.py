"""The search by text: what matches, what comes close, and in which order."""

from typing import Any, Self

from django.contrib.postgres.search import SearchRank, SearchVectorExact
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Least, Length
from django.db.models.lookups import LessThan

from directory.search import SearchText

from .expressions import BareKey, EditDistance, IsAmong, NamePart, RowCount, SearchKey, SearchKeys, SearchQueryText

SHORT_TEXT = 6  # letters; below, a misspelling shares too few trigrams with the name
ENOUGH_BEGINNINGS = 3  # names that begin with the text: then nobody misspelt it
MOST_CLOSE_NAMES = 10


class TextSearchQuerySet(models.QuerySet):
    """For a model with `name_key`, `bare_key`, `former_keys`, `search_document`, codes and a population."""

    @staticmethod
    def matching_q(text: SearchText) -> Q:
        """Answers the text: by its code, by how its name begins, by a former name, or by words of its search document."""
        words = Value(text.words)
        condition = Q(search_document=SearchQueryText(words))
        if text.code:
            return condition | Q(code=text.code) | Q(siren=text.code) | Q(postal_codes__contains=[text.code])
        return (
            condition
            | Q(name_key__startswith=SearchKey(words))
            | Q(bare_key__startswith=BareKey(words))
            | Q(former_keys__contains=SearchKeys([text.words]))
        )

    def matching(self, text: SearchText) -> Self:
        return self.filter(self.matching_q(text))

    def close_to(self, text: SearchText) -> Self:
        """Names one or two typing mistakes away from the text, when fewer than three names begin with it.

        Candidates come from the trigram index; a short word shares too few trigrams with its misspelling, so a short text
        is compared with every short name. Two letters swapped count as one mistake, as does any other single slip
        (Damerau's distance; PostgreSQL offers Levenshtein's). Adds `mistakes`; the fewest first, then the most populated.
        """
        if text.code or not text.words:
            return self.none()
        key, bare = SearchKey(Value(text.words)), BareKey(Value(text.words))
        allowed = 1 if len(text.words) <= 3 else 2
        if len(text.words) <= SHORT_TEXT:
            candidates = self.alias(length=Length("bare_key")).filter(
                length__range=(len(text.words) - 4, len(text.words) + 2)
            )
        else:
            candidates = self.filter(bare_key__trigram_similar=bare)
        beginnings = self.filter(Q(name_key__startswith=key) | Q(bare_key__startswith=key))
        swapped = SearchKeys(text.swaps)
        return (
            candidates.filter(
                LessThan(RowCount(beginnings.order_by().values("pk")[:ENOUGH_BEGINNINGS]), ENOUGH_BEGINNINGS)
            )
            .annotate(
                mistakes=Case(
                    When(Q(IsAmong(F("name_key"), swapped)) | Q(IsAmong(F("bare_key"), swapped)), then=1),
                    default=Least(
                        EditDistance(F("bare_key"), bare, Value(allowed)),
                        EditDistance(F("name_key"), key, Value(allowed)),
                    ),
                    output_field=models.IntegerField(),
                )
            )
            .filter(mistakes__lte=allowed)
            .order_by("mistakes", F("population").desc(nulls_last=True), "name_key", "pk")
        )

    def answering(self, text: SearchText, close: list[int]) -> Self:
        """Everything that matches the text, and the close names found by `close_to` (their ids); no word, no answer."""
        if not text:
            return self.none()
        return self.filter(self.matching_q(text) | Q(pk__in=close))

    def ranked(self, text: SearchText, close: list[int]) -> Self:
        """The most relevant first. Adds `tier`:

        0 the code or the exact name · 1 the name without its article, a former name, the postal code · 2 names that begin
        so · 3 the words are in the name · 4 close names, in the order of `close` · 5 the words are elsewhere in the search
        document. Then full text by rank (3 and 5), then the most populated.
        """
        words, query = Value(text.words), SearchQueryText(Value(text.words))
        if text.code:
            tiers = [
                When(Q(code=text.code) | Q(siren=text.code), then=0),
                When(postal_codes__contains=[text.code], then=1),
            ]
        else:
            key, bare = SearchKey(words), BareKey(words)
            tiers = [
                When(name_key=key, then=0),
                When(Q(bare_key=bare) | Q(former_keys__contains=SearchKeys([text.words])), then=1),
                When(Q(name_key__startswith=key) | Q(bare_key__startswith=key), then=2),
                When(pk__in=close, then=4),
                When(SearchVectorExact(NamePart(F("search_document")), query), then=3),
            ]
        order: list[Any] = ["tier", "-rank", F("population").desc(nulls_last=True), "name_key", "pk"]
        if close:
            nearest_first = [When(pk=pk, then=position) for position, pk in enumerate(close)]
            order.insert(1, Case(*nearest_first, default=len(close), output_field=models.SmallIntegerField()))
        rank = Case(
            When(tier__in=[3, 5], then=SearchRank(F("search_document"), query)),
            default=0.0,
            output_field=models.FloatField(),
        )
        return (
            self.annotate(tier=Case(*tiers, default=5, output_field=models.SmallIntegerField()))
            .alias(rank=rank)
            .order_by(*order)
        )

    def search(self, text: SearchText) -> Self:
        """`answering` then `ranked`: one query now (the close names), one when read."""
        close = self.close_ids(text)
        return self.answering(text, close).ranked(text, close)

    def close_ids(self, text: SearchText) -> list[int]:
        return list(self.close_to(text).values_list("pk", flat=True)[:MOST_CLOSE_NAMES])

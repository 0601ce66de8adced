"""The search by text: what matches, what comes close, and in which order."""

from typing import Any, NamedTuple, Self

from django.db import connection, models
from django.db.models import Case, F, Q, Value, When
from django.db.models.expressions import RawSQL

from directory.search import SearchText

from .expressions import AnswersWords, BareKey, SearchKey, SearchQueryText

SHORT_TEXT = 6  # letters; below, a misspelling shares too few trigrams with the name
ENOUGH_BEGINNINGS = 3  # names that begin with the text: then nobody misspelt it
MOST_CLOSE_NAMES = 10
LONGEST_NAME = 80  # letters typed; beyond, it is no misspelt name


# Written out rather than built: it is the same each time, and building it took longer than running it. Folding may lengthen
# a text (« st » → « saint », « Ⅷ » → « viii »), and levenshtein() refuses more than 255 letters: hence left().
_CLOSE = """
SELECT id, mistakes FROM (
  SELECT id, population, name_key,
         CASE WHEN name_key = ANY (search_keys(%(swaps)s)) OR bare_key = ANY (search_keys(%(swaps)s)) THEN 1
              ELSE least(levenshtein_less_equal(left(bare_key, 200), left(bare_key(%(words)s), 200), %(allowed)s),
                         levenshtein_less_equal(left(name_key, 200), left(search_key(%(words)s), 200), %(allowed)s))
              END AS mistakes
  FROM directory_actor
  WHERE is_published AND valid_until IS NULL AND {candidates}
    AND (SELECT count(*) FROM (
           SELECT 1 FROM directory_actor
           WHERE is_published AND valid_until IS NULL
             AND (name_key LIKE search_key(%(words)s) || '%%' OR bare_key LIKE search_key(%(words)s) || '%%')
           LIMIT %(enough)s) AS beginnings) < %(enough)s
) AS candidates
WHERE mistakes <= %(allowed)s
ORDER BY mistakes, population DESC NULLS LAST, name_key, id
LIMIT %(most)s
"""
CLOSE_LONG = _CLOSE.format(candidates="bare_key %% bare_key(%(words)s)")
CLOSE_SHORT = _CLOSE.format(candidates="length(bare_key) BETWEEN %(shortest)s AND %(longest)s")


class CloseName(NamedTuple):
    """An actor whose name resembles the text, and by how many mistakes."""

    pk: int
    mistakes: int


def close_names(text: SearchText) -> list[CloseName]:
    """Published actors whose name is one or two typing mistakes away from the text, when fewer than three names
    begin with it: the fewest mistakes first, then the most populated.

    Candidates come from the trigram index; a short word shares too few trigrams with its misspelling, so a short text
    is compared with every short name. Two letters swapped count as one mistake, as does any other single slip
    (Damerau's distance; PostgreSQL offers Levenshtein's).
    """
    length = len(text.words)
    if text.code or not 0 < length <= LONGEST_NAME:
        return []
    parameters = {
        "words": text.words,
        "swaps": text.swaps,
        "allowed": 1 if length <= 3 else 2,
        "shortest": length - 4,
        "longest": length + 2,
        "enough": ENOUGH_BEGINNINGS,
        "most": MOST_CLOSE_NAMES,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLOSE_SHORT if length <= SHORT_TEXT else CLOSE_LONG, parameters)
        return [CloseName(pk, mistakes) for pk, mistakes in cursor.fetchall()]


# How well a row answers a text that is no code. As _CLOSE, written out: ranking rows already found needs nothing of the ORM.
TIER = """
CASE WHEN directory_actor.name_key = search_key(%s) THEN 0
     WHEN directory_actor.bare_key = bare_key(%s) OR directory_actor.former_keys @> ARRAY[search_key(%s)] THEN 1
     WHEN starts_with(directory_actor.name_key, search_key(%s)) OR starts_with(directory_actor.bare_key, search_key(%s)) THEN 2
     WHEN directory_actor.id = ANY (%s) THEN 3
     WHEN ts_filter(directory_actor.search_document, '{a}') @@ search_query(%s) THEN 4
     WHEN directory_actor.id = ANY (%s) THEN 5
     ELSE 6 END
"""
RANK = """
CASE WHEN starts_with(directory_actor.name_key, search_key(%s)) OR starts_with(directory_actor.bare_key, search_key(%s))
       OR directory_actor.bare_key = bare_key(%s) OR directory_actor.former_keys @> ARRAY[search_key(%s)] THEN 0
     ELSE ts_rank(directory_actor.search_document, search_query(%s)) END
"""


def _tier_of_name(text: SearchText, close: list[CloseName]) -> RawSQL:
    one_mistake = [name.pk for name in close if name.mistakes == 1]
    two_mistakes = [name.pk for name in close if name.mistakes > 1]
    parameters = [*[text.words] * 5, one_mistake, text.words, two_mistakes]
    return RawSQL(TIER, parameters, output_field=models.SmallIntegerField())  # noqa: S611 - its texts are parameters


class TextSearchQuerySet(models.QuerySet):
    """The words of `ActorQuerySet` about text."""

    @staticmethod
    def matching_q(text: SearchText) -> Q:
        """Answers the text: by its code, by how its name begins, by a former name, or by words of its search document."""
        if text.code:
            words = Q(search_document=SearchQueryText(Value(text.words)))
            return words | Q(code=text.code) | Q(siren=text.code) | Q(postal_codes__contains=[text.code])
        return Q(AnswersWords(text.words))

    def matching(self, text: SearchText) -> Self:
        return self.filter(self.matching_q(text))

    def named_exactly(self, text: SearchText) -> Self:
        """Those of this very name, its accents and its article apart, or of this INSEE code or SIREN; the most populated first."""
        if not text:
            return self.none()
        words = Value(text.words)
        named = Q(name_key=SearchKey(words)) | Q(bare_key=BareKey(words))
        if text.code:
            named = Q(code=text.code) | Q(siren=text.code)
        return self.filter(named).order_by(F("population").desc(nulls_last=True), "name_key", "pk")

    def answering(self, text: SearchText, close: list[CloseName]) -> Self:
        """Everything that matches the text, and the close names found by `close_names`; no word, no answer."""
        if not text:
            return self.none()
        return self.filter(self.matching_q(text) | Q(pk__in=[name.pk for name in close]))

    def ranked(self, text: SearchText, close: list[CloseName]) -> Self:
        """The most relevant first. Adds `tier`:

        0 the exact name, or the main town of the postal code · 1 the name without its article, a former name, the INSEE
        code or SIREN · 2 names that begin so, the other towns of the postal code · 3 names one mistake away · 4 the words
        are in the name · 5 names two mistakes away · 6 the words are elsewhere in the search document. Then full text by
        rank (4 and 6), then the most populated.
        """
        tier = self._tier_of_code(text) if text.code else _tier_of_name(text, close)
        order: list[Any] = ["tier", "-rank", F("population").desc(nulls_last=True), "name_key", "pk"]
        if close:
            nearest_first = [When(pk=name.pk, then=position) for position, name in enumerate(close)]
            order.insert(1, Case(*nearest_first, default=len(close), output_field=models.SmallIntegerField()))
        rank = RawSQL(RANK, [text.words] * 5, output_field=models.FloatField())  # noqa: S611 - its texts are parameters
        return self.annotate(tier=tier).alias(rank=rank).order_by(*order)

    def _tier_of_code(self, text: SearchText) -> Case:
        of_postal_code = self.filter(postal_codes__contains=[text.code])
        main_town = of_postal_code.order_by(F("population").desc(nulls_last=True), "name_key", "pk").values("pk")[:1]
        return Case(
            When(pk__in=main_town, then=0),
            When(Q(code=text.code) | Q(siren=text.code), then=1),
            When(postal_codes__contains=[text.code], then=2),
            default=6,
            output_field=models.SmallIntegerField(),
        )

    def search(self, text: SearchText) -> Self:
        """`answering` then `ranked`: one query now (the close names), one when read."""
        close = close_names(text)
        return self.answering(text, close).ranked(text, close)

"""What actors and jumelages borrow from each other: words to be found by, countries, themes, counts.

Lists and searches read these columns, so that a page of the répertoire asks nothing of the jumelages. Every service that writes a
jumelage, or the name, country or publication of an actor, calls this room in its transaction.
"""

from collections.abc import Iterable, Sequence
from itertools import islice

from django.db import connection, transaction
from django.utils.text import slugify

from directory import counts_version
from directory.models import Actor, Jumelage, JumelageActor
from directory.models.actor import LINKED_FIELDS

from . import project_words
from .naming import SLUG_LENGTH, spelled_apart

BATCH = 1000
SHOWN_BY_JUMELAGES = {"name", "short_name", "country", "is_published"}  # of an actor, by its jumelages and its partners
SIDES = ("collectivite", "partner")

# Every (actor, other actor) of a published jumelage: the leading pair both ways, and those beside with the pair's both sides.
_COLUMNS = """
WITH shown AS (
  SELECT j.id, j.collectivite_id, j.partner_id, j.theme_codes
  FROM directory_jumelage j
  JOIN directory_actor c ON c.id = j.collectivite_id AND c.is_published
  JOIN directory_actor p ON p.id = j.partner_id AND p.is_published
  WHERE j.is_published
), sides AS (
  SELECT id, collectivite_id AS actor_id, partner_id AS other_id, theme_codes FROM shown
  UNION ALL SELECT id, partner_id, collectivite_id, theme_codes FROM shown
  UNION ALL SELECT s.id, b.actor_id, s.partner_id, s.theme_codes
    FROM shown s JOIN directory_jumelageactor b ON b.jumelage_id = s.id
  UNION ALL SELECT s.id, b.actor_id, s.collectivite_id, s.theme_codes
    FROM shown s JOIN directory_jumelageactor b ON b.jumelage_id = s.id
), told AS (
  SELECT a.id,
         count(DISTINCT s.id) AS jumelage_count,
         coalesce(array_agg(DISTINCT o.country_id ORDER BY o.country_id) FILTER (WHERE o.country_id <> 'FR'), '{{}}')
           AS cooperation_countries,
         coalesce((SELECT array_agg(DISTINCT code ORDER BY code) FROM sides t, unnest(t.theme_codes) AS code
                   WHERE t.actor_id = a.id), '{{}}') AS cooperation_themes,
         coalesce(string_agg(DISTINCT concat_ws(E'\\n', o.name, nullif(o.short_name, ''),
                    CASE WHEN o.country_id <> 'FR' THEN n.name END), E'\\n'), '') AS partner_terms
  FROM directory_actor a
  LEFT JOIN sides s ON s.actor_id = a.id
  LEFT JOIN directory_actor o ON o.id = s.other_id
  LEFT JOIN directory_country n ON n.iso2 = o.country_id
  {which}
  GROUP BY a.id
)
UPDATE directory_actor SET {assigned}
FROM told WHERE directory_actor.id = told.id AND ({differs})
"""


def refresh_jumelages(pks: Iterable[int]) -> None:
    """Write the words and the address of these jumelages, then what their actors borrow from them."""
    ids = sorted(set(pks))
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        _write_words(batch)
    refresh_actors(_actors_of(ids))


def follow_actors(pks: Iterable[int]) -> None:
    """After a change of the name, country or publication of these actors: their jumelages and projects say it, and so do
    their partners."""
    ids = list(set(pks))
    project_words.follow_actors(ids)
    beside = JumelageActor.objects.filter(actor__in=ids).values("jumelage")
    theirs = Jumelage.objects.filter(pk__in=beside).union(
        Jumelage.objects.filter(collectivite__in=ids), Jumelage.objects.filter(partner__in=ids)
    )
    if found := list(theirs.values_list("pk", flat=True)):
        refresh_jumelages(found)


@transaction.atomic
def refresh_actors(pks: Sequence[int] | None = None) -> int:
    """Write what actors borrow from their jumelages, in one statement; all of them if None. Returns how many rows changed."""
    if pks is not None and not pks:
        return 0
    sql = _COLUMNS.format(
        which="" if pks is None else "WHERE a.id = ANY(%s)",
        assigned=", ".join(f"{name} = told.{name}" for name in LINKED_FIELDS),
        differs=" OR ".join(f"directory_actor.{name} IS DISTINCT FROM told.{name}" for name in LINKED_FIELDS),
    )
    if pks is not None:
        lock_actors(pks)
    with connection.cursor() as cursor:
        cursor.execute(sql, None if pks is None else [list(pks)])
        changed = cursor.rowcount
    transaction.on_commit(counts_version.bump)
    return changed


def lock_actors(pks: Iterable[int]) -> None:
    """Keep the rows of these actors for this transaction, in the order of their ids: two gestures wait for each other, and never
    deadlock."""
    rows = Actor.objects.filter(pk__in=set(pks)).order_by("pk").select_for_update(of=("self",), no_key=True)
    list(rows.values_list("pk", flat=True))


def jumelage_slug(collectivite: str, partner: str, pk: int) -> str:
    """`<collectivité>-<partenaire>-<id>`: its end is what finds the jumelage, whatever the names become."""
    ending = str(pk)
    words = slugify(spelled_apart(f"{collectivite} {partner}"))[: SLUG_LENGTH - len(ending) - 1].strip("-")
    return f"{words}-{ending}" if words else ending


def _actors_of(jumelages: list[int]) -> list[int]:
    pairs = Jumelage.objects.filter(pk__in=jumelages).order_by().values_list(*(f"{side}_id" for side in SIDES))
    beside = JumelageActor.objects.filter(jumelage__in=jumelages).order_by().values_list("actor_id", flat=True)
    return sorted({pk for pair in pairs for pk in pair} | set(beside))


def _write_words(pks: list[int]) -> None:
    names: dict[int, list[str]] = {}
    for pk, name, short_name in JumelageActor.objects.filter(jumelage__in=pks).values_list(
        "jumelage_id", "actor__name", "actor__short_name"
    ):
        names.setdefault(pk, []).extend((name, short_name))
    names_of_pair = [f"{side}__{name}" for side in SIDES for name in ("name", "short_name")]
    jumelages = list(
        Jumelage.objects.filter(pk__in=pks)
        .select_related("collectivite", "partner__country")
        .only("slug", "search_terms", "title", *names_of_pair, "partner__country__name")
        .order_by("pk")
    )
    for jumelage in jumelages:
        one, other = jumelage.collectivite, jumelage.partner
        words = [one.name, one.short_name, other.name, other.short_name, other.country.name, jumelage.title]
        jumelage.search_terms = "\n".join(dict.fromkeys(filter(None, [*words, *names.get(jumelage.pk, [])])))
        jumelage.slug = jumelage_slug(one.name, other.name, jumelage.pk)
    Jumelage.objects.bulk_update(jumelages, ["search_terms", "slug"], batch_size=BATCH)

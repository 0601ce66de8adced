"""The columns of the export of announcements, and one row."""

from collections.abc import Iterator
from typing import Any

from directory.enums import IdentityTag, Language, PopulationBand
from directory.models.partner_search import PartnerSearchQuerySet
from directory.models.reference import country_names, theme_names
from directory.search_words import labels_of, told

CHUNK = 500  # rows fetched at a time: memory stays flat whatever the export's size
COLUMNS = (
    *("numero", "objet", "titre", "qui", "nature", "code", "pays_iso2", "pays", "presentation", "pays_souhaites"),
    *("themes", "tailles", "identites", "langues", "publiee_le", "jusqu_au", "page", "demonstration"),
)


def rows(searches: PartnerSearchQuerySet, site_url: str) -> Iterator[list[Any]]:
    """One row an announcement under COLUMNS; lists in words, days in ISO 8601; nothing about who wrote it."""
    countries, themes = country_names(), theme_names()
    lists = labels_of(PopulationBand), labels_of(IdentityTag), labels_of(Language)
    for search in searches.for_card().iterator(chunk_size=CHUNK):
        actor: Any = search.actor
        yield [
            search.pk,
            search.get_kind_display(),
            search.title,
            actor.name,
            actor.nature_label,
            actor.code,
            actor.country_id,
            actor.country.name,
            search.description,
            ", ".join(told(search.country_codes, countries)),
            ", ".join(told(search.theme_codes, themes)),
            *(
                ", ".join(told(codes, labels))
                for codes, labels in zip(
                    (search.population_bands, search.identity_tags, search.languages), lists, strict=True
                )
            ),
            search.published_at.date().isoformat() if search.published_at else "",
            search.deadline.isoformat() if search.deadline else "",
            site_url + search.get_absolute_url(),
            "oui" if search.is_demo else "",
        ]

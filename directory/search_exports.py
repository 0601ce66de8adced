"""The columns of the exports of announcements, the public one and the staff's, and their rows."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import IdentityTag, Language, PopulationBand
from directory.models.partner_search import PartnerSearchQuerySet
from directory.models.reference import country_names, theme_names
from directory.search_words import criteria_of, labels_of, told

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


def queue_labels() -> list[str]:
    return [
        *(_("numéro"), _("déposée le"), _("objet"), _("titre"), _("qui"), _("fiche"), _("pays"), _("auteur")),
        *(_("courriel de l’auteur"), _("adresse confirmée le"), _("présentation"), _("critères"), _("jusqu’au")),
        *(_("état"), _("raison"), _("publiée le"), _("décidée le"), _("décidée par"), _("page de relecture")),
    ]


def queue_rows(searches: PartnerSearchQuerySet, site_url: str) -> Iterator[list[Any]]:
    """One row an announcement under queue_labels, for the team alone: it says who wrote it."""
    countries = country_names()
    for search in searches.for_page().iterator(chunk_size=CHUNK):
        country = search.actor.country_id if search.actor else search.authority_country
        yield [
            search.pk,
            _said(search.created_at),
            search.get_kind_display(),
            search.title,
            search.who,
            search.actor.code if search.actor else "",
            countries.get(country, country),
            search.by_user.get_full_name() if search.by_user else "",
            search.author_email,
            _said(search.confirmed_at),
            search.description,
            " ".join(criteria_of(search)),
            search.deadline.isoformat() if search.deadline else "",
            search.get_state_display(),
            search.reason,
            _said(search.published_at),
            _said(search.decided_at),
            search.decided_by,
            site_url + reverse("partner_search_review", args=[search.pk]),
        ]


def _said(moment: datetime | None) -> str:
    return f"{timezone.localtime(moment):%Y-%m-%d %H:%M}" if moment else ""

"""An announcement in sentences: what its author looks for, criterion by criterion."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from directory.enums import IdentityTag, Language, PopulationBand
from directory.models import PartnerSearch
from directory.models.reference import country_names, theme_names


def told(codes: Iterable[str], labels: Mapping[str, Any]) -> list[str]:
    """Codes in words, in the order of their list; an unknown one is left as it is."""
    wanted = set(codes)
    known = [str(label) for code, label in labels.items() if code in wanted]
    return known + sorted(wanted - set(labels))


def labels_of(choices: Any) -> dict[str, Any]:
    return {str(value): label for value, label in choices.choices}


def criteria_of(search: PartnerSearch) -> list[str]:
    """Each criterion as a sentence; one that nobody gave says that anything goes, or is left out when it excludes nothing."""
    countries, bands = search.country_codes, search.population_bands
    sentences = [
        _("Dans ces pays\u00a0: %(names)s.") % {"names": ", ".join(told(countries, country_names()))}
        if countries
        else _("Dans n’importe quel pays."),
        _("De cette taille\u00a0: %(names)s.") % {"names": _sizes(bands)}
        if bands
        else _("De n’importe quelle taille."),
    ]
    if search.theme_codes:
        names = ", ".join(told(search.theme_codes, theme_names()))
        sentences.append(_("Sur ces thèmes\u00a0: %(names)s.") % {"names": names})
    if search.identity_tags:
        names = ", ".join(told(search.identity_tags, labels_of(IdentityTag)))
        sentences.append(_("Avec cette identité en commun\u00a0: %(names)s.") % {"names": names})
    if search.languages:
        names = ", ".join(told(search.languages, labels_of(Language)))
        sentences.append(_("En travaillant dans ces langues\u00a0: %(names)s.") % {"names": names})
    return sentences


def _sizes(bands: list[str]) -> str:
    return ", ".join(told(bands, labels_of(PopulationBand))).lower()

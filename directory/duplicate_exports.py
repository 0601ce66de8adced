"""The staff's export of look-alikes: one line for each pair."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from directory.duplicates import Pair
from directory.models import Actor, Jumelage
from directory.services import look_alikes

BATCH = 500


def labels() -> list[str]:
    side = [_("fiche"), _("code"), _("nature"), _("pays"), _("département"), _("adresse")]
    return [
        *(_("probabilité"), _("indice sur 100"), _("motifs"), _("objet"), _("page de comparaison")),
        *(f"{label} 1" for label in side),
        *(f"{label} 2" for label in side),
        *(_("écartée le"), _("écartée par")),
    ]


def rows(found: Sequence[Pair], site: str) -> Iterator[list[Any]]:
    """`site`: the address of the portal, before each page's own."""
    for start in range(0, len(found), BATCH):
        for row in look_alikes.with_fiches(found[start : start + BATCH]):
            pair, said = row.pair, row.said
            page = reverse(
                "duplicate_jumelages" if pair.is_of_jumelages else "duplicate_pair", args=[pair.first, pair.second]
            )
            yield [
                *(pair.likelihood if pair.reasons else "", pair.score or "", " ".join(pair.sentences)),
                *(_("jumelages") if pair.is_of_jumelages else _("fiches"), site + page),
                *_side(row.first, site),
                *_side(row.second, site),
                *((said.said_at.date().isoformat(), said.said_by) if said else ("", "")),
            ]


def _side(fiche: Actor | Jumelage, site: str) -> list[str]:
    address = site + fiche.get_absolute_url()
    if isinstance(fiche, Jumelage):
        return [fiche.name, str(fiche.year or ""), fiche.get_kind_display(), fiche.partner.country.name, "", address]
    departement = fiche.departement.name if fiche.departement else ""
    return [fiche.name, fiche.code, fiche.nature_label, fiche.country.name, departement, address]

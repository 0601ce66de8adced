"""Partners: every actor that is not a collectivité. No register numbers them all: their code is the row's own id."""

from typing import Any

import pghistory
from django.db import transaction
from django.db.models import Q, Value
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import counts_version
from directory.enums import PARTNER_NATURES, Nature, Source
from directory.models import Actor, ActorQuerySet
from directory.models.expressions import BareKey, SearchKey

from .bulk import new_ids
from .editing import place_names, terms_of
from .errors import DirectoryError
from .naming import actor_slug


@transaction.atomic
def create_partner(*, nature: str, name: str, by: str, source: Source = Source.STAFF, **fields: Any) -> Actor:
    """Add a partner and return it; its code is « p » and its id, its address `<nom>-p<id>`.

    A partner with a `seat` lies where that commune lies: EPCI, département, région, postal code and coordinates are
    the commune's, unless `fields` says otherwise. Raises DirectoryError for the nature of a collectivité, which only
    the official files create, or for an empty name.
    """
    if nature not in PARTNER_NATURES:
        raise DirectoryError(_("Une collectivité vient des fichiers officiels : choisissez une autre nature."))
    if not name.strip():
        raise DirectoryError(_("Rien n’a été enregistré : donnez un nom au partenaire, puis recommencez."))
    (pk,) = new_ids(1)
    if fields.get("seat"):
        fields = _place_of(fields["seat"]) | fields
    said = {"source": str(source), "at": timezone.now().isoformat(timespec="seconds"), "by": by}
    code = f"p{pk}"
    partner = Actor(
        pk=pk,
        nature=nature,
        name=name.strip(),
        code=code,
        slug=actor_slug(name, code),
        provenance={"*": said},
        **fields,
    )
    partner.search_terms = terms_of(partner, place_names([partner]))
    with pghistory.context(source=str(source), by=by):
        partner.save(force_insert=True)
    transaction.on_commit(counts_version.bump)
    return partner


def partners_named(name: str, country: str) -> ActorQuerySet:
    """The foreign authorities of a country that bear this name, or have it as their other name; in France, every published fiche
    of this name, collectivité, comité or association. Accents and case aside."""
    key = SearchKey(Value(name))
    same = Q(name_key=key) | Q(bare_key=BareKey(Value(name))) | Q(short_key=key)
    rows = Actor.objects.alias(short_key=SearchKey("short_name")).filter(country=country)
    rows = rows.published() if country == "FR" else rows.filter(nature=Nature.ETRANGERE)
    return rows.filter(same).select_related("country").order_by("pk")


def _place_of(commune: Actor) -> dict[str, Any]:
    return {
        "region_id": commune.region_id,
        "departement_id": commune.departement_id,
        "epci_id": commune.epci_id,
        "departement_codes": commune.departement_codes,
        "region_codes": commune.region_codes,
        "postal_codes": commune.postal_codes[:1],
        "latitude": commune.latitude,
        "longitude": commune.longitude,
    }

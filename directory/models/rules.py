"""What must always be true of an actor, each rule with its French sentence, and the indexes that keep its lists fast."""

from django.contrib.postgres.indexes import GinIndex, GistIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from directory.enums import COLLECTIVITE_NATURES, Nature

from .expressions import Spot

CONSTRAINTS = [
    models.UniqueConstraint(
        fields=["nature", "code"],
        name="actor_code_unique_per_nature",
        violation_error_message=_("Un acteur de cette nature porte déjà ce code."),
    ),
    models.UniqueConstraint(
        fields=["siren"],
        condition=Q(nature__in=[str(nature) for nature in COLLECTIVITE_NATURES]) & ~Q(siren=""),
        name="actor_siren_unique_for_collectivites",
        violation_error_message=_("Une collectivité porte déjà ce numéro SIREN."),
    ),
    models.CheckConstraint(
        condition=Q(nature__in=[str(nature) for nature in Nature]),
        name="actor_nature_known",
        violation_error_message=_("Cette nature d’acteur n’existe pas."),
    ),
    models.CheckConstraint(
        condition=~Q(nature="commune") | Q(code__regex=r"^(\d{5}|2[AB]\d{3})$"),
        name="actor_commune_code",
        violation_error_message=_("Le code INSEE d’une commune a cinq caractères, comme 01004 ou 2A004."),
    ),
    models.CheckConstraint(
        condition=~Q(nature="epci") | Q(code__regex=r"^\d{9}$", siren=F("code")),
        name="actor_epci_code",
        violation_error_message=_("Le code d’une intercommunalité est son SIREN, à neuf chiffres."),
    ),
    models.CheckConstraint(
        condition=~Q(nature__in=["departement", "region"]) | Q(code__regex=r"^(\d{2,3}|2[AB])$"),
        name="actor_territory_code",
        violation_error_message=_("Le code d’un département ou d’une région a deux ou trois caractères."),
    ),
    models.CheckConstraint(
        condition=~Q(nature="commune") | Q(departement__isnull=False),
        name="actor_commune_has_departement",
        violation_error_message=_("Une commune appartient à un département."),
    ),
    models.CheckConstraint(
        condition=Q(siren="") | Q(siren__regex=r"^\d{9}$"),
        name="actor_siren_format",
        violation_error_message=_("Un SIREN a neuf chiffres."),
    ),
    models.CheckConstraint(
        condition=Q(latitude__isnull=True, longitude__isnull=True)
        | Q(  # a CHECK that comes out NULL passes: a latitude alone must come out false
            latitude__isnull=False,
            longitude__isnull=False,
            latitude__range=(-90, 90),
            longitude__range=(-180, 180),
        ),
        name="actor_coordinates_plausible",
        violation_error_message=_("Latitude (−90 à 90) et longitude (−180 à 180) vont ensemble."),
    ),
    models.CheckConstraint(
        condition=Q(valid_from__isnull=True) | Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
        name="actor_ends_after_start",
        violation_error_message=_("La fin d’existence ne peut pas précéder le début."),
    ),
    models.CheckConstraint(
        condition=Q(successor__isnull=True) | (Q(valid_until__isnull=False) & ~Q(successor=F("id"))),
        name="actor_successor_of_closed",
        violation_error_message=_("Seul un acteur qui a cessé d’exister a un successeur, autre que lui-même."),
    ),
    models.CheckConstraint(
        condition=Q(siret="") | Q(siret__regex=r"^\d{14}$"),
        name="actor_siret_format",
        violation_error_message=_("Un SIRET a quatorze chiffres."),
    ),
    models.CheckConstraint(
        condition=Q(siret="") | Q(siren="") | Q(siret__startswith=F("siren")),
        name="actor_siret_of_its_siren",
        violation_error_message=_("Le SIRET commence par le SIREN."),
    ),
    models.CheckConstraint(
        condition=Q(rna="") | Q(rna__regex=r"^W\d[0-9A-Z]\d{7}$"),
        name="actor_rna_format",
        violation_error_message=_("Un numéro RNA s’écrit W suivi de neuf chiffres."),
    ),
    models.CheckConstraint(
        condition=~Q(network=F("id")),
        name="actor_network_is_another",
        violation_error_message=_("Un acteur n’est pas sa propre tête de réseau."),
    ),
]

# No pending lists (fastupdate): after a bulk load each search would read them through.
INDEXES = [
    GinIndex(fields=["search_document"], name="actor_search_document", fastupdate=False),
    GinIndex(OpClass(F("bare_key"), name="gin_trgm_ops"), name="actor_bare_key_trigrams", fastupdate=False),
    models.Index(OpClass(F("name_key"), name="text_pattern_ops"), name="actor_name_key_prefix"),
    models.Index(OpClass(F("bare_key"), name="text_pattern_ops"), name="actor_bare_key_prefix"),
    models.Index(fields=["name_key", "id"], name="actor_by_name"),
    models.Index(F("population").desc(nulls_last=True), "id", name="actor_by_population"),
    models.Index(F("verified_at").desc(nulls_last=True), "name_key", "id", name="actor_by_confirmation"),
    GinIndex(fields=["former_keys"], name="actor_former_keys", fastupdate=False),
    GinIndex(fields=["postal_codes"], name="actor_postal_codes", fastupdate=False),
    models.Index(fields=["id"], condition=Q(is_demo=True), name="actor_demo"),
    GinIndex(fields=["departement_codes"], name="actor_departement_codes", fastupdate=False),
    models.Index(fields=["code"], name="actor_code"),
    models.Index(fields=["siren"], name="actor_siren"),
    models.Index(fields=["latitude", "longitude"], name="actor_coordinates"),
    # Boxes and nearest neighbours; at_the_place_of reads the plain one above
    GistIndex(Spot(F("longitude"), F("latitude")), name="actor_spot"),
    GinIndex(
        fields=["cooperation_countries"],
        name="actor_cooperation_countries",
        fastupdate=False,
        condition=Q(jumelage_count__gt=0),
    ),
    GinIndex(
        fields=["cooperation_themes"],
        name="actor_cooperation_themes",
        fastupdate=False,
        condition=Q(jumelage_count__gt=0),
    ),
    GinIndex(fields=["identity_tags"], name="actor_identity_tags", fastupdate=False),
]

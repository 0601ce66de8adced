"""Reference lists: countries, themes, the network's services, and which official file was loaded when."""

from collections.abc import Callable, Iterable
from typing import Any

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.cache import cache
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from directory import counts_version

NAMES_SECONDS = 600


def with_history(
    *, exclude: list[str] | None = None, meta: dict[str, Any] | None = None
) -> Callable[[type[models.Model]], type[models.Model]]:
    """Keep the whole row as it was before each UPDATE and DELETE, by database triggers that no door can bypass.

    `meta` is the event table's own Meta (its French names).
    """
    return pghistory.track(
        pghistory.UpdateEvent("update", row=pghistory.Old),
        pghistory.DeleteEvent("delete"),
        exclude=exclude,
        meta=meta,
    )


@with_history()
class Country(models.Model):
    """A country or territory of ISO 3166-1, by its French name."""

    iso2 = models.CharField(
        _("code ISO à deux lettres"), primary_key=True, max_length=2, validators=[RegexValidator(r"^[A-Z]{2}\Z")]
    )
    iso3 = models.CharField(_("code ISO à trois lettres"), max_length=3)
    name = models.CharField(_("nom"), max_length=100)
    name_en = models.CharField(_("nom anglais"), max_length=100)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)
    is_oda_eligible = models.BooleanField(
        _("éligible à l’aide publique au développement"),
        default=False,
        help_text=_("Selon la liste des bénéficiaires du Comité d’aide au développement de l’OCDE ; modifiable ici."),
    )

    class Meta:
        verbose_name = _("pays")
        verbose_name_plural = _("pays")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["iso3"], name="country_iso3_unique", violation_error_message=_("Ce code ISO existe déjà.")
            ),
        ]

    def __str__(self) -> str:
        return self.name


@with_history()
class Theme(models.Model):
    """A field of cooperation. The list is data: the codes never change, the words and the mappings may."""

    code = models.SlugField(_("code"), primary_key=True, max_length=40)
    name = models.CharField(_("nom"), max_length=100)
    dac_codes = ArrayField(
        models.CharField(max_length=5, validators=[RegexValidator(r"^\d{5}\Z")]),
        verbose_name=_("codes CAD"),
        default=list,
        blank=True,
        help_text=_("Codes-objet du Comité d’aide au développement de l’OCDE, à cinq chiffres."),
    )
    sdgs = ArrayField(
        models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(17)]),
        verbose_name=_("objectifs de développement durable"),
        default=list,
        blank=True,
        help_text=_("Numéros de 1 à 17."),
    )
    position = models.PositiveSmallIntegerField(_("rang"), default=0)

    class Meta:
        verbose_name = _("thème")
        verbose_name_plural = _("thèmes")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class ServiceQuerySet(models.QuerySet["Service"]):
    def active(self) -> "ServiceQuerySet":
        """Those that the network offers today."""
        return self.filter(is_active=True)

    def with_codes(self, codes: Iterable[str]) -> "ServiceQuerySet":
        return self.filter(pk__in=list(codes))


@with_history()
class Service(models.Model):
    """One line of the network's offer. The list is data: the codes never change, the words may."""

    code = models.SlugField(_("code"), primary_key=True, max_length=40)
    name = models.CharField(_("nom"), max_length=100)
    summary = models.CharField(_("en une phrase"), max_length=300)
    audience = models.CharField(_("pour qui"), max_length=300)
    how_to_ask = models.TextField(_("comment le demander"))
    url = models.CharField(
        _("page du portail"),
        max_length=200,
        blank=True,
        validators=[RegexValidator(r"^/(?!/)\S*\Z", _("Une adresse du portail, qui commence par «\u00a0/\u00a0»."))],
        help_text=_("Une adresse du portail, comme /agenda/\u00a0; vide s’il n’y a pas de page."),
    )
    position = models.PositiveSmallIntegerField(_("rang"), default=0)
    is_active = models.BooleanField(_("proposé aujourd’hui"), default=True)

    objects = ServiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("service du réseau")
        verbose_name_plural = _("services du réseau")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


def country_names() -> dict[str, str]:
    """The French name of every country, by its code; kept in the shared cache until a country or a fiche is written."""
    return _names("countries", Country)


def theme_names() -> dict[str, str]:
    """The name of every theme by its code, in the order of the list; kept as `country_names`."""
    return _names("themes", Theme)


def _names(what: str, model: type[models.Model]) -> dict[str, str]:
    key = f"directory.{what}:{counts_version.current()}"
    return cache.get_or_set(key, lambda: {row.pk: str(row) for row in model.objects.all()}, NAMES_SECONDS)


class DatasetLoadQuerySet(models.QuerySet["DatasetLoad"]):
    def latest_by_dataset(self) -> "DatasetLoadQuerySet":
        """The last load of each dataset, whatever its scope."""
        return self.order_by("dataset", "-loaded_at", "-pk").distinct("dataset")


class DatasetLoad(models.Model):
    """One load of an official file: which file exactly, for which scope, and what it changed."""

    dataset = models.CharField(_("jeu de données"), max_length=40)
    scope = models.CharField(_("périmètre"), max_length=40, help_text=_("Code de région, ou « all »."))
    checksum = models.CharField(_("empreinte du fichier"), max_length=64)
    counts = models.JSONField(_("décompte"), default=dict)
    loaded_at = models.DateTimeField(_("chargé le"), auto_now_add=True)

    objects = DatasetLoadQuerySet.as_manager()

    class Meta:
        verbose_name = _("chargement de données officielles")
        verbose_name_plural = _("chargements de données officielles")
        ordering = ["-loaded_at", "-pk"]
        indexes = [models.Index(fields=["dataset", "scope", "-loaded_at"], name="datasetload_dataset_scope")]

    def __str__(self) -> str:
        return f"{self.dataset} ({self.scope})"

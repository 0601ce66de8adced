"""The two faces of an actor: the collectivité, there before anyone signs up, and everyone else."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from .actor import Actor, ActorQuerySet


class CollectiviteManager(models.Manager.from_queryset(ActorQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> ActorQuerySet:
        return super().get_queryset().collectivites()


class PartnerManager(models.Manager.from_queryset(ActorQuerySet)):  # type: ignore[misc]
    def get_queryset(self) -> ActorQuerySet:
        return super().get_queryset().partners()


class Collectivite(Actor):
    """A commune, EPCI, département or région; in the répertoire before anyone signs up."""

    objects = CollectiviteManager()

    class Meta:
        proxy = True
        verbose_name = _("collectivité")
        verbose_name_plural = _("collectivités")
        permissions = [
            ("import_collectivite", _("Peut importer des collectivités")),
            ("export_collectivite", _("Peut exporter des collectivités")),
        ]


class Partner(Actor):
    """Any other actor: comité de jumelage, association, school, university, foreign local authority…"""

    objects = PartnerManager()

    class Meta:
        proxy = True
        verbose_name = _("partenaire")
        verbose_name_plural = _("partenaires")
        permissions = [
            ("import_partner", _("Peut importer des partenaires")),
            ("export_partner", _("Peut exporter des partenaires")),
        ]

"""Import and export of actors: keyed by nature and code, never by number or name; links by the code of what they name.

Each line of a file creates, changes, leaves, keeps or is refused, and says so in French under its own line number. What a
file may change is decided by `services.editing.split_by_age`; the database's constraints have the last word.
"""

from typing import Any

import tablib
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from import_export.fields import Field

from directory.enums import COLLECTIVITE_NATURES, PARTNER_NATURES, LegalForm, Nature, Source
from directory.models import Actor, Collectivite, Partner
from directory.services import create_partner, editing
from directory.services.refusals import refusal
from soco.web.imports import unescaped

from .base import MOST_CHANGES, SHARED, ActorResource, as_dataset
from .columns import ChoiceWidget, ListWidget, NumberWidget, RegisterWidget, column, fold
from .networks import Networks, NetworkWidget
from .preview import Outcome, Preview

__all__ = ["MOST_CHANGES", "CollectiviteResource", "Outcome", "PartnerResource", "Preview", "as_dataset"]


class CollectiviteResource(ActorResource):
    """Collectivités come from the official reference: a file changes them, and never makes one."""

    natures = COLLECTIVITE_NATURES

    legal_form = column("forme_juridique", "legal_form", ChoiceWidget(LegalForm.choices))
    population = column("population", "population", NumberWidget(int))
    member_count = column("nombre_de_communes", "member_count", NumberWidget(int))
    former_names = column("communes_deleguees", "former_names", ListWidget())

    class Meta:
        model = Collectivite
        name = gettext_lazy("Collectivités")
        fields = [*SHARED[:5], "legal_form", *SHARED[5:13], "former_names", "population", "member_count", *SHARED[13:]]

    def init_instance(self, row: Any = None) -> Actor:
        nature, code = self.key_of(row)
        raise ValidationError(
            {
                "code": _(
                    "Aucune fiche de nature « %(nature)s » ne porte le code « %(code)s » ; les collectivités viennent"
                    " du référentiel officiel et ne se créent pas par import."
                )
                % {"nature": Nature(nature).label, "code": code}
            }
        )


class PartnerResource(ActorResource):
    """Partners: a line with a code changes that partner, one without makes a partner unless one bears that name."""

    natures = PARTNER_NATURES
    read_with = (*ActorResource.read_with, "network")

    siret = column("siret", "siret", RegisterWidget(14))
    rna = column("rna", "rna", RegisterWidget())
    network = column("tete_de_reseau", "network__slug", NetworkWidget())

    class Meta:
        model = Partner
        name = gettext_lazy("Partenaires")
        fields = [*SHARED[:5], "siret", "rna", "network", *SHARED[5:]]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.new_lines: dict[tuple[str, str, str], int] = {}
        self.networks = Networks()

    def _load(self, dataset: tablib.Dataset) -> None:
        """With the networks that the lines may name, when the file has the column."""
        super()._load(dataset)
        if self.fields["network"].column_name not in dataset.headers:
            return
        linked = {actor.network_id for actor in self.known.values()} - {None}
        rows = Actor.objects.order_by("pk")
        told = ("pk", "slug", "name", "short_name")
        self.networks = Networks(
            rows.heads_of_network().values_list(*told), rows.filter(pk__in=linked).values_list(*told)
        )

    def _value(self, name: str, declared: Field, text: str, instance: Actor) -> Any:
        if isinstance(declared.widget, NetworkWidget):
            return self.networks.find(unescaped(text))
        return super()._value(name, declared, text, instance)

    def _told(self, name: str, value: Any) -> Any:
        if isinstance(self.fields[name].widget, NetworkWidget):
            return self.networks.slugs.get(value, "")
        return super()._told(name, value)

    def init_instance(self, row: Any = None) -> Partner:
        nature, code = self.key_of(row)
        if code:
            raise ValidationError(
                {
                    "code": _(
                        "Aucune fiche de nature « %(nature)s » ne porte le code « %(code)s » ; pour créer une fiche,"
                        " laissez le code vide : il sera attribué."
                    )
                    % {"nature": Nature(nature).label, "code": code}
                }
            )
        if not row.get("nom"):
            raise ValidationError({"name": _("une nouvelle fiche porte un nom.")})
        return Partner(nature=nature)

    def save_instance(self, instance: Actor, is_create: bool, row: Any, **kwargs: Any) -> None:
        if not is_create:
            super().save_instance(instance, is_create, row, **kwargs)
            return
        key = (instance.nature, instance.country_id, fold(instance.name))
        earlier = self.new_lines.setdefault(key, self.outcome.line)
        if earlier != self.outcome.line:
            raise ValidationError({"name": _("la même fiche est déjà à la ligne %(line)d.") % {"line": earlier}})
        namesake = editing.code_of_namesake(instance)
        if namesake:
            raise ValidationError(
                {
                    "name": _(
                        "une fiche de ce nom existe déjà sous le code %(code)s : mettez ce code pour la modifier."
                    )
                    % {"code": namesake}
                }
            )
        self.new.append((instance, self.changed, self.outcome, kwargs["row_number"], row))

    def write_new(self, result: Preview) -> None:
        for partner, names, outcome, number, row in self.new:
            try:
                with transaction.atomic():
                    made = create_partner(
                        nature=partner.nature, by=self.by, source=Source.IMPORT, **editing.given(partner, names)
                    )
            except IntegrityError as error:
                self._refuse(outcome, refusal(error, Actor), number, row, result)
            else:
                outcome.code = made.code

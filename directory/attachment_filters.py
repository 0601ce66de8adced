"""The staff's list of attachments: each address parameter one QuerySet word; what is not understood is ignored."""

from datetime import timedelta
from typing import Any

import django_filters
from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from directory.enums import AttachmentState, Nature
from directory.models import Actor, Attachment
from directory.models.attachments import AttachmentQuerySet

AGES = {"7": _("depuis plus d’une semaine"), "30": _("depuis plus d’un mois"), "90": _("depuis plus de trois mois")}


class AttachmentFilter(django_filters.FilterSet):
    q = django_filters.CharFilter(label=_("Nom ou adresse"), method="matching", max_length=100, widget=forms.TextInput)
    etat = django_filters.ChoiceFilter(
        label=_("État"), choices=AttachmentState.choices, method="of_state", empty_label=_("Tous")
    )
    departement = django_filters.ChoiceFilter(
        label=_("Département"), choices=lambda: departements(), method="in_departement", empty_label=_("Tous")
    )
    age = django_filters.ChoiceFilter(
        label=_("Demandé"), choices=list(AGES.items()), method="asked_before", empty_label=_("N’importe quand")
    )

    class Meta:
        model = Attachment
        fields: list[str] = []

    def matching(self, queryset: AttachmentQuerySet, name: str, value: str) -> AttachmentQuerySet:
        return queryset.matching(value)

    def of_state(self, queryset: AttachmentQuerySet, name: str, value: str) -> AttachmentQuerySet:
        return queryset.of_state([value])

    def in_departement(self, queryset: AttachmentQuerySet, name: str, value: str) -> AttachmentQuerySet:
        return queryset.in_departements([value])

    def asked_before(self, queryset: AttachmentQuerySet, name: str, value: str) -> AttachmentQuerySet:
        return queryset.asked_before(timezone.now() - timedelta(days=int(value)))

    @property
    def understood(self) -> QueryDict:
        """The parameters that the page's links repeat."""
        self.form.is_valid()
        params = QueryDict(mutable=True)
        params.update({name: value for name, value in self.form.cleaned_data.items() if value})
        return params

    def sorted(self) -> AttachmentQuerySet:
        """What waits: the oldest first; else the newest."""
        waiting = self.form.is_valid() and self.form.cleaned_data.get("etat") == AttachmentState.REQUESTED
        found: Any = self.qs
        return found.oldest_first() if waiting else found.newest_first()


def departements() -> list[tuple[str, str]]:
    rows = Actor.objects.of_nature([Nature.DEPARTEMENT]).by_name()
    return list(rows.values_list("code", "name"))

"""What staff types about a need: what was asked and by whom, a day, a colleague, a service, what was answered."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import NeedHeard
from directory.models import Actor, Service
from directory.models.needs import LABEL_LENGTH

from .fiches import FicheField
from .proposals import OnceField

TEXT_LENGTH = 4000
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class ColleagueField(forms.ModelChoiceField):
    """A colleague among those who may follow needs: `people`, a UserQuerySet."""

    def __init__(self, people: Any, **kwargs: Any) -> None:
        kwargs.setdefault("error_messages", {})["invalid_choice"] = gettext_lazy(
            "Choisissez une personne de la liste\u00a0: elle doit pouvoir suivre les besoins."
        )
        super().__init__(people, **kwargs)


class ServiceField(forms.ModelChoiceField):
    """A service of the network, or none yet."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Service qui y répond"))
        super().__init__(Service.objects.all(), required=False, empty_label=gettext_lazy("aucun encore"), **kwargs)


class PlanNeedForm(forms.Form):
    due_on = forms.DateField(label=gettext_lazy("À traiter avant le"), required=False, widget=DAY)


class HandNeedForm(forms.Form):
    """To whom a need is handed."""

    def __init__(self, data: Any = None, *, people: Any, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.fields["colleague"] = ColleagueField(
            people,
            label=gettext_lazy("Confier à"),
            empty_label=gettext_lazy("choisir…"),
            error_messages={"required": gettext_lazy("Choisissez la personne à qui confier ce besoin.")},
        )


class SortNeedForm(forms.Form):
    service = ServiceField()


class AnswerNeedForm(forms.Form):
    text = forms.CharField(
        label=gettext_lazy("Ce qui a été répondu"),
        help_text=gettext_lazy("Ou ce qui a été fait\u00a0: un appel, un rendez-vous, une inscription."),
        max_length=TEXT_LENGTH,
        error_messages={"required": gettext_lazy("Dites ce qui a été répondu, ou fait.")},
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class DropNeedForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Pourquoi sans suite"),
        max_length=TEXT_LENGTH,
        error_messages={"required": gettext_lazy("Dites pourquoi ce besoin est sans suite.")},
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class NoteNeedForm(forms.Form):
    """A need heard in a mail, a call or a talk. `user` follows it unless they say otherwise; `people`: who may."""

    actor = FicheField(
        label=gettext_lazy("Qui demande"),
        help_text=gettext_lazy("Une collectivité ou un partenaire\u00a0: quelques lettres de son nom suffisent."),
        error_messages={"required": gettext_lazy("Dites qui demande.")},
    )
    label = forms.CharField(
        label=gettext_lazy("Ce qui est demandé"),
        help_text=gettext_lazy("En une phrase\u00a0: «\u00a0une formation au montage de projet\u00a0»."),
        max_length=LABEL_LENGTH,
        error_messages={"required": gettext_lazy("Dites ce qui est demandé.")},
    )
    heard = forms.ChoiceField(
        label=gettext_lazy("Vous l’avez appris par"),
        choices=NeedHeard.choices,
        widget=forms.RadioSelect,
        initial=NeedHeard.CALL,
    )
    service = ServiceField()
    detail = forms.CharField(
        label=gettext_lazy("Précisions"),
        help_text=gettext_lazy("Visibles de l’équipe seulement. N’écrivez rien sur la vie privée des personnes."),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    due_on = forms.DateField(label=gettext_lazy("À traiter avant le"), required=False, widget=DAY)
    once = OnceField()
    field_order = ["actor", "label", "heard", "service", "detail", "owner", "due_on", "once"]

    def __init__(self, data: Any = None, *, user: Any, people: Any, actor: Actor | None = None) -> None:
        super().__init__(data, initial={"actor": actor, "owner": user.pk})
        self.fields["owner"] = ColleagueField(
            people, label=gettext_lazy("Suivi par"), required=False, empty_label=gettext_lazy("personne encore")
        )
        self.order_fields(self.field_order)

    def clean_due_on(self) -> date | None:
        day: date | None = self.cleaned_data["due_on"]
        if day is not None and day < timezone.localdate():
            raise ValidationError(_("Cette échéance est déjà passée\u00a0: choisissez un jour à venir."))
        return day


class BulkNeedsForm(forms.Form):
    """What to do with the needs that were ticked on a list. Each box says « 12-5 »: the need, and whom the page showed as following
    it, so that nobody is taken over from unknowingly."""

    TAKE, HAND, PLAN = "prendre", "confier", "echeance"
    MOST = 200

    template_name = "components/form_errors.html"  # the page draws its fields beside their buttons

    lot_echeance = forms.DateField(label=gettext_lazy("À traiter avant le"), required=False, widget=DAY)

    def __init__(self, data: Any = None, *, people: Any) -> None:
        super().__init__(data, auto_id="%s", label_suffix="")
        self.fields["lot_personne"] = ColleagueField(
            people, label=gettext_lazy("Confier à"), required=False, empty_label=gettext_lazy("choisir…")
        )
        self.ticked = ticked_boxes(data.getlist("besoin")) if data is not None else {}
        self.gesture = data.get("geste") if data is not None else ""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not self.ticked:
            self.add_error(None, _("Cochez d’abord les besoins concernés."))
        elif len(self.ticked) > self.MOST:
            self.add_error(None, _("%(most)s besoins au plus à la fois.") % {"most": self.MOST})
        gesture = self.gesture
        if gesture not in (self.TAKE, self.HAND, self.PLAN):
            self.add_error(None, _("Choisissez ce qu’il faut faire des besoins cochés."))
        if gesture == self.HAND and not said.get("lot_personne") and "lot_personne" not in self.errors:
            self.add_error("lot_personne", _("Choisissez la personne à qui confier ces besoins."))
        if gesture == self.PLAN and not said.get("lot_echeance") and "lot_echeance" not in self.errors:
            self.add_error("lot_echeance", _("Choisissez l’échéance à fixer."))
        return said


def ticked_boxes(boxes: list[str]) -> dict[int, int | None]:
    """Whom the page showed as following each need that was ticked; what is no such box is left out."""
    found = {}
    for box in boxes:
        need, _dash, owner = box.partition("-")
        if need.isascii() and need.isdecimal() and len(need) < 16:
            found[int(need)] = int(owner) if owner.isascii() and owner.isdecimal() and len(owner) < 16 else None
    return found

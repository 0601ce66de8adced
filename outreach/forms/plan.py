"""What staff types to plan a meeting, to change its plan, to put it off."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.forms.proposals import OnceField
from directory.models import Actor
from events.forms.planning import FicheField, MomentField
from events.models import Event
from outreach.enums import VisitKind
from outreach.models import Visit
from outreach.models.visits import LONGEST_MINUTES
from soco.accounts.models import User

EVENT_DAYS_BEFORE, EVENT_DAYS_AFTER = 90, 270  # of the events that a meeting may be part of
USUAL_HOUR, USUAL_MINUTES = 10, 90


class CollectiviteField(FicheField):
    """A collectivité that exists, typed by its name and suggested."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", gettext_lazy("Collectivité"))
        kwargs.setdefault("help_text", gettext_lazy("Son nom ou son code\u00a0; choisissez-la dans la liste proposée."))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Actor | None:
        actor = super().clean(value)
        if actor and (not actor.is_collectivite or actor.is_closed):
            raise ValidationError(
                _("Choisissez une collectivité qui existe\u00a0: celle-ci n’en est pas, ou plus, une.")
            )
        return actor


def events_around(now: datetime, *, own: Event | None = None) -> Any:
    """The events of the last months and of those to come, and the one already chosen."""
    since, until = now - timedelta(days=EVENT_DAYS_BEFORE), now + timedelta(days=EVENT_DAYS_AFTER)
    found = Event.objects.published().between(since, until)
    return (found | Event.objects.filter(pk=own.pk) if own else found).soonest_first()


class EventChoice(forms.ModelChoiceField):
    """An event, by its day and title."""

    def label_from_instance(self, obj: Any) -> str:
        return f"{timezone.localdate(obj.starts_at):%d/%m/%Y} · {obj.title}"


class PlanForm(forms.Form):
    """A meeting to come."""

    actor = CollectiviteField()
    kind = forms.ChoiceField(label=gettext_lazy("Type"), choices=VisitKind.choices)
    starts_at = MomentField(label=gettext_lazy("Date et heure"))
    minutes = forms.IntegerField(
        label=gettext_lazy("Durée en minutes"), min_value=1, max_value=LONGEST_MINUTES, required=False
    )
    voltigeur = forms.ModelChoiceField(
        label=gettext_lazy("Voltigeur"), queryset=User.objects.none(), required=False,
        empty_label=gettext_lazy("personne encore"),
    )  # fmt: skip
    subject = forms.CharField(label=gettext_lazy("Objet"), max_length=200, required=False)
    event = EventChoice(
        label=gettext_lazy("Événement"),
        queryset=Event.objects.none(),
        required=False,
        empty_label=gettext_lazy("aucun"),
        help_text=gettext_lazy("Pour un petit-déjeuner ou un salon de l’agenda."),
    )
    once = OnceField()

    def __init__(self, data: Any = None, *, user: User, actor: Actor | None = None, **kwargs: Any) -> None:
        """`actor`: the collectivité of the page it was opened from."""
        day = timezone.localtime() + timedelta(days=7)
        usual = {
            "actor": actor,
            "starts_at": day.replace(hour=USUAL_HOUR, minute=0, second=0, microsecond=0),
            "minutes": USUAL_MINUTES,
            "voltigeur": user.pk,
        }
        super().__init__(data, initial=usual | kwargs.pop("initial", {}), **kwargs)
        self._choose(None)

    def _choose(self, own: Event | None) -> None:
        self.fields["voltigeur"].queryset = User.objects.team()  # type: ignore[attr-defined]
        self.fields["event"].queryset = events_around(timezone.now(), own=own)  # type: ignore[attr-defined]

    def clean_starts_at(self) -> datetime:
        moment: datetime = self.cleaned_data["starts_at"]
        if moment < timezone.now():
            raise ValidationError(
                _("Cette date est passée\u00a0: pour une visite déjà faite, écrivez directement son compte rendu.")
            )
        return moment

    @property
    def plan(self) -> dict[str, Any]:
        """What `plan_visit` and `change_plan` take."""
        names = ("kind", "starts_at", "minutes", "voltigeur", "subject", "event")
        return {name: self.cleaned_data[name] for name in names}


class ChangePlanForm(PlanForm):
    """The same of a visit that is planned, whose collectivité stays. `version`: the one that its reader read."""

    actor = once = None  # type: ignore[assignment]
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, visit: Visit, user: User) -> None:
        names = ("kind", "starts_at", "minutes", "subject", "version")
        known = {name: getattr(visit, name) for name in names}
        known |= {"voltigeur": visit.voltigeur_id, "event": visit.event_id}
        self.visit = visit
        super().__init__(data, user=user, initial=known)
        self._choose(visit.event)

    def clean_starts_at(self) -> datetime:
        moment: datetime = self.cleaned_data["starts_at"]
        kept = timezone.localtime(self.visit.starts_at).replace(second=0, microsecond=0)
        return self.visit.starts_at if timezone.localtime(moment) == kept else super().clean_starts_at()


class PickForm(forms.Form):
    """Which collectivité."""

    actor = CollectiviteField()


class PostponeForm(forms.Form):
    """Another day, or none yet."""

    to = MomentField(
        label=gettext_lazy("Nouvelle date"), required=False,
        help_text=gettext_lazy("Laissez vide si elle n’est pas encore connue."),
    )  # fmt: skip
    version = forms.IntegerField(widget=forms.HiddenInput)


class CancelForm(forms.Form):
    version = forms.IntegerField(widget=forms.HiddenInput)

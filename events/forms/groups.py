"""What people type about groups: ask to join, answer a request, describe the group, note an action, choose whom to invite."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.forms.choices import CountriesField, ThemesField
from directory.forms.fields import ChoiceToMake
from directory.models import Actor
from events.enums import GroupKind, JoinPolicy
from events.models import Event, Group, GroupAction, GroupQuerySet

MOST_LETTERS = 2000
ALONE = ""
CHAIRS_FIELDS = ("name", "summary", "presentation", "country_codes", "theme_codes", "join_policy")
LISTED = gettext_lazy("J’accepte que mon nom soit lu par tous sur la page du groupe")


class JoinForm(forms.Form):
    """To become a member. `actors`: those that the person represents."""

    actor = ChoiceToMake(label=gettext_lazy("Vous rejoignez le groupe"), widget=forms.RadioSelect, choices=())
    message = forms.CharField(
        label=gettext_lazy("Votre message"),
        required=False,
        max_length=MOST_LETTERS,
        help_text=gettext_lazy(
            "Ce que vous faites sur ce sujet, ce que vous attendez du groupe. Les coprésidents le lisent."
        ),
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    is_listed = forms.BooleanField(
        label=LISTED,
        required=False,
        help_text=gettext_lazy("Sinon, seuls les membres du groupe et l’équipe du réseau le lisent."),
    )

    def __init__(self, data: Any = None, *, group: Group, actors: list[Actor], **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.actors = {str(actor.pk): actor for actor in actors}
        if actors:
            named = [(pk, _("pour %(name)s") % {"name": actor.name}) for pk, actor in self.actors.items()]
            self.fields["actor"].choices = [*named, (ALONE, _("à titre personnel"))]  # type: ignore[attr-defined]
            self.initial.setdefault("actor", named[0][0])
        else:
            del self.fields["actor"]
        if group.join_policy == JoinPolicy.OPEN:
            del self.fields["message"]

    @property
    def values(self) -> dict[str, Any]:
        """What `ask_to_join` takes."""
        said = self.cleaned_data
        return {
            "actor": self.actors.get(said.get("actor", ALONE)),
            "message": said.get("message", ""),
            "is_listed": said["is_listed"],
        }


class ListedForm(forms.Form):
    is_listed = forms.BooleanField(label=LISTED, required=False)


class ReasonForm(forms.Form):
    """Why a request is refused, or a membership ended."""

    reason = forms.CharField(
        label=gettext_lazy("Pourquoi"),
        max_length=500,
        help_text=gettext_lazy("Écrit à la personne."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    @property
    def words(self) -> str:
        """« » for a gesture that needs none."""
        return str(self.cleaned_data["reason"]) if self.is_bound else ""


class GroupForm(forms.ModelForm):
    """A group as its co-chairs describe it. `is_team`: its nature and whether everybody sees it too."""

    country_codes = CountriesField(most=30)
    theme_codes = ThemesField(most=None)

    class Meta:
        model = Group
        fields = ("kind", *CHAIRS_FIELDS, "is_published")
        widgets = {
            "presentation": forms.Textarea(attrs={"rows": 10}),
            "join_policy": forms.RadioSelect,
            "kind": forms.RadioSelect,
        }

    def __init__(self, *args: Any, is_team: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_team:
            del self.fields["kind"], self.fields["is_published"]

    def clean(self) -> dict[str, Any]:
        """The database says it too, but only to who chooses the nature on the same page."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("kind", self.instance.kind) == GroupKind.COUNTRY and not said.get("country_codes", True):
            self.add_error("country_codes", _("Un groupe pays porte sur un pays au moins."))
        return said

    @property
    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.fields}


class ActionForm(forms.ModelForm):
    """What the group decided to do. `meetings`: those that may have decided it."""

    class Meta:
        model = GroupAction
        fields = ("title", "owner", "due_on", "event")
        widgets = {"due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "title": gettext_lazy("Un verbe et un objet\u00a0: écrire aux communes voisines."),
            "owner": gettext_lazy("Une personne ou une structure. Les membres du groupe et l’équipe le lisent."),
        }

    def __init__(self, *args: Any, meetings: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event"].queryset = meetings  # type: ignore[attr-defined]
        self.fields["event"].empty_label = _("Hors réunion")  # type: ignore[attr-defined]

    @property
    def values(self) -> dict[str, Any]:
        said: dict[str, Any] = self.cleaned_data
        event: Event | None = said["event"]
        return {"title": said["title"], "owner": said["owner"], "due_on": said["due_on"], "event": event}


class InviteForm(forms.Form):
    """Which of the actors suggested are written to."""

    actors = forms.MultipleChoiceField(
        label=gettext_lazy("Les acteurs à inviter"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Cochez au moins un acteur.")},
    )

    def __init__(self, data: Any = None, *, actors: list[Actor]) -> None:
        super().__init__(data)
        self.by_pk = {str(actor.pk): actor for actor in actors}
        self.fields["actors"].choices = [(pk, actor.name) for pk, actor in self.by_pk.items()]  # type: ignore[attr-defined]

    @property
    def ticked(self) -> list[str]:
        """The boxes that stay ticked when the page comes back."""
        return self.data.getlist("actors") if self.is_bound else []

    @property
    def chosen(self) -> list[Actor]:
        return [self.by_pk[pk] for pk in self.cleaned_data["actors"]]


class GroupBoardFilter(forms.Form):
    """The filter of the team's list of groups."""

    quoi = forms.ChoiceField(
        label=gettext_lazy("Lesquels"),
        required=False,
        choices=[
            ("", gettext_lazy("Tous")),
            ("demandes", gettext_lazy("Avec des demandes en attente")),
            ("retards", gettext_lazy("Avec des actions en retard")),
            ("sans-copresidence", gettext_lazy("Sans coprésidence")),
        ],
    )

    @property
    def understood(self) -> QueryDict:
        """What the page's links repeat."""
        told = QueryDict(mutable=True)
        if self.is_valid() and self.cleaned_data["quoi"]:
            told["quoi"] = self.cleaned_data["quoi"]
        return told

    def applied_to(self, groups: GroupQuerySet) -> GroupQuerySet:
        """The groups asked for, loaded with_work; what is not understood is left out."""
        asked = self.cleaned_data.get("quoi") if self.is_valid() else ""
        words = {
            "demandes": groups.with_pending,
            "retards": groups.with_late_actions,
            "sans-copresidence": groups.without_chair,
        }
        return (words[asked]() if asked else groups).by_work()

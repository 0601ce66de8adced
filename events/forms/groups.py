"""What people type about groups: find one, join one, present one, note what it decided."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.forms.choices import CountriesField, ThemesField, country_choices, theme_choices
from directory.models import Actor
from events.enums import GroupKind
from events.models import Event, Group, GroupAction

EUROPE = ("europe", gettext_lazy("Toute l’Europe"))


class GroupFilter(forms.Form):
    """The filters of the list of groups."""

    q = forms.CharField(label=gettext_lazy("Nom"), required=False, max_length=100)
    type = forms.ChoiceField(
        label=gettext_lazy("Nature"), required=False, choices=[("", gettext_lazy("Tous")), *GroupKind.choices]
    )
    pays = forms.ChoiceField(label=gettext_lazy("Pays"), required=False)
    theme = forms.ChoiceField(label=gettext_lazy("Thème"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pays"].choices = [("", _("Tous")), EUROPE, *country_choices()]  # type: ignore[attr-defined]
        self.fields["theme"].choices = [("", _("Tous")), *theme_choices()]  # type: ignore[attr-defined]

    def applied_to(self, groups: Any) -> Any:
        """The groups asked for, by name. What is not understood is left out."""
        said = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        if text := said.get("q"):
            groups = groups.naming(text.replace("\x00", ""))
        if kind := said.get("type"):
            groups = groups.of_kinds([kind])
        if country := said.get("pays"):
            groups = groups.with_countries([country])
        if theme := said.get("theme"):
            groups = groups.with_themes([theme])
        return groups.by_name()


class JoinForm(forms.Form):
    """Join a group, for a structure that one represents or alone."""

    actor = forms.ModelChoiceField(
        label=gettext_lazy("Pour quelle structure"), queryset=Actor.objects.none(), required=False,
        empty_label=gettext_lazy("En mon nom"),
    )  # fmt: skip
    message = forms.CharField(
        label=gettext_lazy("Un mot aux coprésidents"), required=False, max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip
    is_listed = forms.BooleanField(
        label=gettext_lazy("J’accepte que mon nom soit lu par tous sur cette page"), required=False
    )

    def __init__(self, *args: Any, actors: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["actor"].queryset = actors  # type: ignore[attr-defined]


class GroupForm(forms.ModelForm):
    """A group as its page presents it."""

    country_codes = CountriesField(label=gettext_lazy("Pays"))
    theme_codes = ThemesField(label=gettext_lazy("Thèmes"), most=None)

    class Meta:
        model = Group
        fields = (
            "name",
            "kind",
            "summary",
            "presentation",
            "country_codes",
            "theme_codes",
            "join_policy",
            "is_published",
        )
        widgets = {"presentation": forms.Textarea(attrs={"rows": 6})}

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("kind") == GroupKind.COUNTRY and not said.get("country_codes"):
            self.add_error("country_codes", _("Un groupe pays porte sur un pays au moins."))
        if len(said.get("presentation", "")) > 10_000:
            self.add_error("presentation", _("Dix mille lettres au plus."))
        return said


class ActionForm(forms.ModelForm):
    """Something that a group decided to do."""

    class Meta:
        model = GroupAction
        fields = ("title", "owner", "due_on", "event")
        widgets = {"due_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, group: Group, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["event"].queryset = Event.objects.of_group(group).latest_first()  # type: ignore[attr-defined]
        self.fields["event"].required = False

"""What another page of the portal suggests for a new event, in its address: a title, who hosts, whom to invite then."""

from typing import Any
from urllib.parse import urlencode

from django import forms

from directory.enums import Nature
from directory.filters.fields import ForgivingTextField
from directory.models import Actor
from events.models import Event

from .inviting import NumbersField

MOST = 100  # structures to invite: they are in the address of the page


class SuggestedForm(forms.Form):
    """What is not understood is left out. `accueil`: the id of the host; `inviter`: those of the structures to invite."""

    titre = ForgivingTextField(required=False)
    accueil = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    inviter = NumbersField()

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()

    @property
    def initial_values(self) -> dict[str, Any]:
        """What the form of the event starts with. One query, if a host is suggested."""
        longest = Event._meta.get_field("title").max_length
        told: dict[str, Any] = {"title": (self.cleaned_data.get("titre") or "")[:longest]}
        if pk := self.cleaned_data.get("accueil"):
            host = Actor.objects.published().numbered([pk]).first()
            told |= {"host": host, "commune": host if host and host.nature == Nature.COMMUNE else None}
        return {name: value for name, value in told.items() if value}

    @property
    def invited(self) -> list[int]:
        return self.cleaned_data.get("inviter", [])[:MOST]

    @property
    def rest(self) -> str:
        """What the links to another kind of event repeat."""
        said = {name: self.cleaned_data.get(name) for name in ("titre", "accueil")}
        told = {name: value for name, value in said.items() if value}
        if self.invited:
            told["inviter"] = ",".join(str(pk) for pk in self.invited)
        return f"&{urlencode(told)}" if told else ""

    def guests(self) -> list[Actor]:
        """The structures to invite, by name."""
        return list(Actor.objects.published().numbered(self.invited).by_name()) if self.invited else []


class SuggestedAddresses(forms.Form):
    """Whom to invite, by the ids of their fiches."""

    structures = NumbersField()

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.is_valid()
        asked = self.cleaned_data.get("structures", [])[:MOST]
        self.actors = list(Actor.objects.published().numbered(asked).by_name()) if asked else []

    @property
    def initial_values(self) -> dict[str, str]:
        """Their public addresses, one per line."""
        return {"adresses": "\n".join(dict.fromkeys(actor.email for actor in self.actors if actor.email))}

    @property
    def unreachable(self) -> list[Actor]:
        """Those whose fiche has no address."""
        return [actor for actor in self.actors if not actor.email]

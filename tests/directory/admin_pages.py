"""What the tests of the staff's pages share: signing in with some rights, posting a change form as the browser shows it."""

from html.parser import HTMLParser
from typing import Any

from django.contrib.auth.models import Permission
from django.http import HttpResponse
from django.test import Client

from directory.models import Actor
from soco.accounts.models import User
from tests.factories import UserFactory

GESTION = "/gestion/directory/"
EVERYTHING = "tout"


def signed_in(*rights: str) -> Client:
    """A client of a staff member with these rights (`change_collectivite`…), or of a superuser."""
    user: User = UserFactory(superuser=True) if rights == (EVERYTHING,) else UserFactory(staff=True)
    if rights != (EVERYTHING,):
        user.user_permissions.set(Permission.objects.filter(codename__in=rights))
        assert user.user_permissions.count() == len(rights)
    client = Client()
    client.force_login(user)
    client.user = user
    return client


def address(actor: Actor, page: str = "change") -> str:
    kind = "collectivite" if actor.is_collectivite else "partner"
    return f"{GESTION}{kind}/{actor.pk}/{page}/"


class _Form(HTMLParser):
    """The values of the inputs of one form, as a browser would send them untouched."""

    def __init__(self, form_id: str) -> None:
        super().__init__()
        self.form_id, self.inside, self.values = form_id, False, {}
        self.select = self.textarea = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "form":
            self.inside = told.get("id") == self.form_id
        if not self.inside or (tag in ("input", "select", "textarea") and not told.get("name")):
            return
        if tag == "input" and told.get("type") not in ("submit", "checkbox", "button"):
            self.values[told["name"]] = told.get("value") or ""
        elif tag == "input" and told.get("type") == "checkbox" and "checked" in told:
            self.values[told["name"]] = told.get("value") or "on"
        elif tag == "select":
            self.select = told["name"] or ""
            self.values[self.select] = ""
        elif tag == "option" and "selected" in told:
            self.values[self.select] = told.get("value") or ""
        elif tag == "textarea":
            self.textarea = told["name"] or ""
            self.values[self.textarea] = ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.textarea = ""
        elif tag == "form":
            self.inside = False

    def handle_data(self, data: str) -> None:
        if self.textarea:
            self.values[self.textarea] += data.lstrip("\n")


def form_values(response: HttpResponse, form_id: str) -> dict[str, str]:
    parser = _Form(form_id)
    parser.feed(response.content.decode())
    assert parser.values
    return parser.values


def change(client: Client, actor: Actor, **values: Any) -> HttpResponse:
    """Open the change page, alter `values`, save."""
    kind = "collectivite" if actor.is_collectivite else "partner"
    shown = form_values(client.get(address(actor)), f"{kind}_form")
    return client.post(address(actor), {**shown, **values}, follow=True)


def listed(client: Client, query: str, kind: str = "collectivite") -> list[str]:
    """The names that a list shows."""
    changelist = client.get(f"{GESTION}{kind}/?{query}").context["cl"]
    return [actor.name for actor in changelist.result_list]


def text(response: HttpResponse) -> str:
    return response.content.decode()

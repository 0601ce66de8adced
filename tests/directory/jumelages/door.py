"""What the tests of the one door do: sign in as the team, fill the forms of a jumelage as a browser does."""

from typing import Any

from django import forms
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from directory import services
from directory.models import Actor, Jumelage
from soco.accounts.models import User
from tests.factories import (
    UserFactory,
)

YES = services.Decision(accept=True)


def team(client: Client, *permissions: str) -> User:
    user = UserFactory(staff=True, email="equipe@exemple.fr")
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    client.force_login(user)
    return user


def boxes(form: Any, **typed: Any) -> dict[str, Any]:
    """What a browser sends of a form: its boxes, and the values that they were shown with."""
    sent: dict[str, Any] = {}
    for name in form.fields:
        box = form[name]
        value = box.value()
        is_list = isinstance(form.fields[name], forms.MultipleChoiceField)
        shown = (value or None) if is_list else "" if value in (None, False) else value  # nothing ticked is not sent
        if name in form.facts:
            sent[box.html_initial_name] = shown
        sent[name] = shown
    return {name: value for name, value in (sent | typed).items() if value is not None}


def edit(client: Client, jumelage: Jumelage, **typed: Any) -> Any:
    address = reverse("jumelage_edit", args=[jumelage.slug])
    form = client.get(address).context["form"]
    return client.post(address, boxes(form, **typed))


def add(client: Client, actor: Actor, **typed: Any) -> Any:
    address = reverse("jumelage_add", args=[actor.slug])
    form = client.get(address).context["form"]
    return client.post(address, boxes(form, **typed))

"""Every route × every role, compared with two tables: who may open what changes there on purpose, or not at all.

`access.txt` is the site, `access_admin.txt` every page of /gestion/ with one object of each model. A line: the route's name,
the method, then the answer to each role. Roles: nobody signed in; a member; the référent of another actor; one of the
référents of the actor; its principal référent; voltigeur; équipe; administrateur. Our own routes and the admin's are walked by
GET and by an empty POST, whichever they take. Each request starts from the same state: nothing that another one changed,
cached or said is left. `PORTAL_WRITE_ACCESS=1` writes the tables anew, to be read before they are committed.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse

from soco.accounts import roles
from soco.accounts.services import give_role
from tests.consistency.addresses import Values, addresses, admin_addresses, fill_the_workshop, values_for
from tests.factories import UserFactory

FOLDER = Path(__file__).parent
ROLES = (
    "anonyme",
    "membre",
    "référent ailleurs",
    "référent simple",
    "référent principal",
    "voltigeur",
    "équipe",
    "administrateur",
)


@pytest.fixture
def people(db) -> dict[str, Any]:
    """The account of each role, None for nobody."""
    call_command("sync_permissions", verbosity=0)
    found: dict[str, Any] = dict.fromkeys(ROLES)
    for role in ROLES[1:]:
        is_staff = role in (roles.FIELD, roles.TEAM, roles.ADMINISTRATOR)
        found[role] = UserFactory(email=f"{role.replace(' ', '-')}@exemple.fr", second_factor=is_staff)
        give_role(found[role], role if is_staff else roles.MEMBER, by=None)
    return found


@pytest.fixture
def arguments(people: dict[str, Any]) -> Values:
    return values_for(people)


@pytest.fixture
def sessions(people: dict[str, Any]) -> dict[str, str]:
    """The session of each role, made once: what a request changes of it is undone."""
    keys = {}
    for role, user in people.items():
        client = Client()
        if user is not None:
            client.force_login(user)
            keys[role] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return keys


def answered(session: str | None, address: str, *, by_post: bool) -> int:
    """The status of one request, whatever it changed undone. Where the admin sends a member to sign in is followed."""
    cache.clear()
    client = Client()
    if session:
        client.cookies[settings.SESSION_COOKIE_NAME] = session
    with transaction.atomic():
        answer = client.post(address) if by_post else client.get(address)
        if session and answer.status_code == 302 and answer["Location"].startswith(reverse("admin:login")):
            answer = client.get(answer["Location"])
        if answer.streaming:
            list(answer)  # read to its end, so that its file is closed
        transaction.set_rollback(True)
    assert answer.status_code != 400 and answer.status_code < 500, f"{address}: {answer.status_code}"
    return answer.status_code


def compare(table: str, asked: dict[str, dict[str, str]], sessions: dict[str, str], *, by_get_only: str = "!") -> None:
    """The answers are those of `table`. `asked`: role → route name → address. `by_get_only`: the beginning of the
    addresses whose forms are not ours to walk.
    """
    lines = []
    for name, address in sorted(asked["administrateur"].items()):
        for by_post in (False,) if address.startswith(by_get_only) else (False, True):
            # An empty POST, refused or obeyed, says who may.
            if answered(sessions["administrateur"], address, by_post=by_post) == 405:
                continue
            answers = [str(answered(sessions.get(role), asked[role][name], by_post=by_post)) for role in ROLES]
            lines.append(f"{name:<48} {'POST' if by_post else 'GET':<4} {'  '.join(answers)}")

    found = "\n".join([f"# {' · '.join(ROLES)}", *lines, ""])
    if os.environ.get("PORTAL_WRITE_ACCESS"):
        (FOLDER / table).write_text(found)
    assert found == (FOLDER / table).read_text()


@pytest.mark.ignore_template_errors
def test_who_may_open_what(sessions: dict[str, str], arguments: Values) -> None:
    compare("access.txt", {role: addresses(arguments, role) for role in ROLES}, sessions, by_get_only="/compte/")


@pytest.mark.ignore_template_errors
def test_who_may_do_what_in_the_workshop(people: dict[str, Any], sessions: dict[str, str], arguments: Values) -> None:
    fill_the_workshop(people, arguments)
    compare("access_admin.txt", dict.fromkeys(ROLES, admin_addresses()), sessions)

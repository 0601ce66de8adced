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
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from directory.enums import Nature
from directory.models import Actor
from soco.accounts import roles
from soco.accounts.models import User
from soco.accounts.services import give_role
from soco.web import signed_links
from tests.consistency.test_project import routes
from tests.factories import (
    AddressFactory,
    AttachmentFactory,
    ChangeProposalFactory,
    CommuneFactory,
    ConfirmationRequestFactory,
    ConsentFactory,
    DatasetLoadFactory,
    FieldChangeFactory,
    InformationSwitchFactory,
    InvitationFactory,
    MessageFactory,
    PartnerFactory,
    ThemeFactory,
    UserFactory,
    WordingFactory,
)

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
Values = dict[str, dict[str, object]]
# Answers of the machine, of a proxy or of a provider: no role changes them, their own tests hold them.
ELSEWHERE = {"health_check", "robots", "django.contrib.sitemaps.views.sitemap"}
# The admin's answer to an address that does not exist, and its sign-in page, which allauth's replaces.
NOT_A_PAGE = {"admin:None", "admin:login"}
QUERIES = {
    "admin:autocomplete": "?app_label=directory&model_name=collectivite&field_name=country",
    "admin:directory_actor_autocomplete": "?app_label=directory&model_name=collectivite&field_name=successor",
}


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
    """What each parameter of an address is: by route name, by role for its own structures, or for all routes."""
    actor = CommuneFactory(name="Angoulême", code="16015", email="mairie@angouleme.exemple")
    elsewhere = CommuneFactory(name="Cognac", code="16102")
    own = AttachmentFactory(accepted=True, actor=actor, is_principal=True, user=people["référent principal"])
    AttachmentFactory(accepted=True, actor=elsewhere, user=people["référent ailleurs"])
    simple = AttachmentFactory(accepted=True, actor=actor, user=people["référent simple"])
    colleague = AttachmentFactory(accepted=True, actor=actor)
    proposal = ChangeProposalFactory(actor=actor, by_user=people["référent principal"])
    change = FieldChangeFactory(proposal=proposal)
    invitation = InvitationFactory(actor=actor, invited_by=people["référent principal"])
    message = MessageFactory(kind="tests.reminder", category="service")
    return {
        "message": {"pk": message.pk},
        "": {"slug": actor.slug, "pk": actor.pk, "provider": "postmark", "app_label": "directory"},
        "référent simple": {"pk": simple.pk},
        "my_attachment": {"pk": own.pk},
        "attachment_leave": {"pk": own.pk},
        "attachment_hand_over": {"pk": own.pk, "other_pk": colleague.pk},
        "attachment_remove": {"pk": own.pk, "other_pk": colleague.pk},
        "invitation_cancel": {"pk": own.pk, "invitation_pk": invitation.pk},
        "attachment_review": {"pk": own.pk},
        "attachment_make_principal": {"pk": colleague.pk},
        "proposal_withdraw": {"pk": proposal.pk},
        "proposal_review": {"pk": proposal.pk},
        "proposal_undo": {"pk": proposal.pk, "change_pk": change.pk},
        "signed_link": {"token": signed_links.make("fiche", actor.pk, version=actor.link_version).token},
        "opposition": {"token": signed_links.make("stop", message.pk).token},
    }


def addresses(arguments: Values, role: str) -> dict[str, str]:
    """Route name → an address of it, for all our routes and allauth's, as `role` would ask for it."""
    found = {}
    for address, route in routes(get_resolver()):
        if address.startswith("gestion/") or route.name in ELSEWHERE or not route.name:
            continue
        wanted = route.pattern.converters if not address.startswith("compte/") else {}
        own = arguments.get(role, {}) if address.startswith("mon-espace/structures/") else {}
        values = {**arguments[""], **arguments.get(route.name, {}), **own}
        try:
            found[route.name] = reverse(route.name, kwargs={name: values[name] for name in wanted})
        except (NoReverseMatch, KeyError) as error:
            if not address.startswith("compte/"):
                raise AssertionError(f"{route.name}: say what its parameters are") from error
    return found


@pytest.fixture
def objects(people: dict[str, Any], arguments: Values) -> None:
    """One object at least of each model that the admin shows."""
    actor = Actor.objects.get(pk=arguments[""]["pk"])
    actor.phone = "05 45 00 00 01"
    actor.save(update_fields=["phone"])  # its history has a line
    PartnerFactory()
    ConsentFactory(user=people["membre"])
    for factory in (
        AddressFactory,
        ConfirmationRequestFactory,
        DatasetLoadFactory,
        InformationSwitchFactory,
        ThemeFactory,
        WordingFactory,
    ):
        factory()


def admin_addresses() -> dict[str, str]:
    """Route name → an address of it, for every page of the admin: lists, forms, histories, transfers, pages of ours."""
    shown = {f"{model._meta.app_label}_{model._meta.model_name}": model for model in admin.site._registry}
    actor = Actor.objects.of_nature([Nature.COMMUNE]).by_name().first()
    others = {
        "admin:view_on_site": {"content_type_id": ContentType.objects.get_for_model(Actor).pk, "object_id": actor.pk},
        "admin:app_list": {"app_label": "directory"},
        "admin:mailing_wording_kind": {"code": "tests.note"},
        "admin:mailing_wording_frame": {"code": "tests.note"},
    }
    found = {}
    for address, route in routes(get_resolver()):
        name = f"admin:{route.name}"
        if not address.startswith("gestion/") or name in NOT_A_PAGE or "(?P<url>" in address:
            continue
        values = others.get(name)
        if values is None:
            model = next((model for start, model in shown.items() if name.startswith(f"admin:{start}_")), User)
            values = dict.fromkeys(route.pattern.converters, model._default_manager.earliest("pk").pk)
        found[name] = reverse(name, kwargs=values) + QUERIES.get(name, "")
    return found


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
def test_who_may_do_what_in_the_workshop(objects: None, sessions: dict[str, str]) -> None:
    compare("access_admin.txt", dict.fromkeys(ROLES, admin_addresses()), sessions)

"""Every route × every role, compared with the table `access.txt`: who may open what changes there on purpose, or not at all.

Roles: nobody signed in; a member; the référent of another actor; the référent of the actor; voltigeur; équipe;
administrateur. A line: the route's name, the method, then the answer to each role. Our own routes are walked by GET and by an
empty POST, whichever they take. `PORTAL_WRITE_ACCESS=1` writes the table anew, to be read before it is committed.
"""

import os
from pathlib import Path

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import NoReverseMatch, get_resolver, reverse

from directory.services import refresh_projects
from soco.accounts import roles
from soco.accounts.services import give_role
from soco.web import signed_links
from tests.consistency.test_project import routes
from tests.factories import (
    AttachmentFactory,
    ChangeProposalFactory,
    CommuneFactory,
    FieldChangeFactory,
    InvitationFactory,
    JumelageDocumentFactory,
    JumelageFactory,
    MessageFactory,
    ProjectActorFactory,
    ProjectFactory,
    ThemeFactory,
    UserFactory,
)

TABLE = Path(__file__).with_name("access.txt")
ROLES = ("anonyme", "membre", "référent ailleurs", "référent", "voltigeur", "équipe", "administrateur")
# Answers of the machine, of a proxy or of a provider: no role changes them, their own tests hold them.
ELSEWHERE = {"health_check", "robots", "django.contrib.sitemaps.views.sitemap"}


@pytest.fixture
def people(db) -> dict[str, Client]:
    call_command("sync_permissions", verbosity=0)
    clients = {}
    for role in ROLES:
        clients[role] = Client()
        if role == "anonyme":
            continue
        is_staff = role in (roles.FIELD, roles.TEAM, roles.ADMINISTRATOR)
        user = UserFactory(email=f"{role.replace(' ', '-')}@exemple.fr", second_factor=is_staff)
        give_role(user, role if is_staff else roles.MEMBER, by=None)
        clients[role].force_login(user)
        clients[role].user = user  # type: ignore[attr-defined]
    return clients


@pytest.fixture
def arguments(people: dict[str, Client]) -> dict[str, dict[str, object]]:
    """What each parameter of an address is, by route name, or by parameter for all routes."""
    actor = CommuneFactory(name="Angoulême", code="16015", email="mairie@angouleme.exemple")
    elsewhere = CommuneFactory(name="Cognac", code="16102")
    own = AttachmentFactory(accepted=True, actor=actor, is_principal=True, user=people["référent"].user)  # type: ignore[attr-defined]
    AttachmentFactory(accepted=True, actor=elsewhere, user=people["référent ailleurs"].user)  # type: ignore[attr-defined]
    colleague = AttachmentFactory(accepted=True, actor=actor)
    proposal = ChangeProposalFactory(actor=actor, by_user=people["référent"].user)  # type: ignore[attr-defined]
    change = FieldChangeFactory(proposal=proposal)
    invitation = InvitationFactory(actor=actor, invited_by=people["référent"].user)  # type: ignore[attr-defined]
    jumelage = JumelageFactory(collectivite=actor)
    document = JumelageDocumentFactory(jumelage=jumelage, is_public=True)
    ThemeFactory(code="education")
    message = MessageFactory(kind="tests.reminder", category="service")
    project = ProjectFactory()
    ProjectActorFactory(project=project, actor=actor)
    refresh_projects([project.pk])
    project.refresh_from_db()
    return {
        "message": {"pk": message.pk},
        "jumelage_detail": {"slug": jumelage.slug},
        "jumelage_edit": {"slug": jumelage.slug},
        "jumelage_report": {"slug": jumelage.slug},
        "jumelage_document": {"slug": jumelage.slug, "pk": document.pk},
        "jumelage_card": {"pk": jumelage.pk},
        "country_detail": {"code": "de"},
        "theme_detail": {"code": "education"},
        "project_detail": {"slug": project.slug},
        "project_report": {"slug": project.slug},
        "api_actor_by_code": {"nature": actor.nature, "code": actor.code},
        "api_jumelage": {"numero": jumelage.pk},
        "api_project": {"numero": project.pk},
        "api_unknown": {"rest": "nulle/part"},
        "": {
            "dataset": "acteurs",
            "slug": actor.slug,
            "pk": actor.pk,
            "provider": "postmark",
            "app_label": "directory",
        },
        "my_attachment": {"pk": own.pk},
        "attachment_leave": {"pk": own.pk},
        "attachment_hand_over": {"pk": own.pk, "other_pk": colleague.pk},
        "attachment_remove": {"pk": own.pk, "other_pk": colleague.pk},
        "invitation_cancel": {"pk": own.pk, "invitation_pk": invitation.pk},
        "attachment_review": {"pk": own.pk},
        "proposal_withdraw": {"pk": proposal.pk},
        "proposal_review": {"pk": proposal.pk},
        "proposal_undo": {"pk": proposal.pk, "change_pk": change.pk},
        "signed_link": {"token": signed_links.make("fiche", actor.pk, version=actor.link_version).token},
        "opposition": {"token": signed_links.make("stop", message.pk).token},
    }


def addresses(arguments: dict[str, dict[str, object]]) -> dict[str, str]:
    """Route name → an address of it, for all our routes, allauth's, and the lists and forms of the admin."""
    found = {}
    for address, route in routes(get_resolver()):
        if address.startswith("gestion/") or route.name in ELSEWHERE or not route.name:
            continue
        wanted = route.pattern.converters if not address.startswith("compte/") else {}
        values = {**arguments[""], **arguments.get(route.name, {})}
        try:
            found[route.name] = reverse(route.name, kwargs={name: values[name] for name in wanted})
        except (NoReverseMatch, KeyError) as error:
            if not address.startswith("compte/"):
                raise AssertionError(f"{route.name}: say what its parameters are") from error
    found["admin:index"] = reverse("admin:index")
    for model in sorted(admin.site._registry, key=lambda model: model._meta.label):
        for page in ("changelist", "add"):
            name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
            found[name] = reverse(name)
    actor, message = arguments[""]["pk"], arguments["message"]["pk"]
    for name, values in {
        "admin:directory_collectivite_change": [actor],
        "admin:directory_collectivite_history": [actor],
        "admin:directory_collectivite_import": [],
        "admin:directory_collectivite_export": [],
        "admin:mailing_message_change": [message],
        "admin:mailing_wording_kind": ["tests.note"],
    }.items():
        found[name] = reverse(name, args=values)
    return found


def answered(client: Client, address: str, *, by_post: bool) -> int:
    """The status of one request, whatever it changed undone. The admin's own redirection of a member is followed."""
    is_member_in_admin = address.startswith("/gestion/") and hasattr(client, "user")
    with transaction.atomic():
        answer = client.post(address) if by_post else client.get(address, follow=is_member_in_admin)
        if answer.streaming:
            list(answer)  # read to its end, so that its file is closed
        transaction.set_rollback(True)
    if hasattr(client, "user") and "_auth_user_id" not in client.session:  # the page signed them out
        client.force_login(client.user)
    return answer.status_code


@pytest.mark.ignore_template_errors
def test_who_may_open_what(people: dict[str, Client], arguments: dict[str, dict[str, object]]) -> None:
    lines = []
    for name, address in sorted(addresses(arguments).items()):
        # An empty POST, refused or obeyed, says who may; allauth's and the admin's own forms are not ours to walk.
        methods = (False,) if address.startswith(("/compte/", "/gestion/")) else (False, True)
        for by_post in methods:
            if answered(people["administrateur"], address, by_post=by_post) == 405:
                continue
            answers = [str(answered(people[role], address, by_post=by_post)) for role in ROLES]
            lines.append(f"{name:<48} {'POST' if by_post else 'GET':<4} {'  '.join(answers)}")

    found = "\n".join([f"# {' · '.join(ROLES)}", *lines, ""])
    if os.environ.get("PORTAL_WRITE_ACCESS"):
        TABLE.write_text(found)
    assert found == TABLE.read_text()

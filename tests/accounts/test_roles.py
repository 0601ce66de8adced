"""Roles: groups written in code, given and taken by services, and who enters the staff's pages."""

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.test import Client

from soco.accounts import roles, services
from soco.accounts.models import User
from soco.mailing.models import Message
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def synced(capsys: pytest.CaptureFixture[str]) -> str:
    call_command("sync_permissions")
    return capsys.readouterr().out.splitlines()[-1]


def test_groups_follow_the_code_and_a_second_run_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = synced(capsys), synced(capsys)
    Group.objects.get(name=roles.TEAM).permissions.clear()
    third = synced(capsys)

    assert first == "total: created=5 changed=0 unchanged=0"
    assert second == "total: created=0 changed=0 unchanged=5"
    assert third == "total: created=0 changed=1 unchanged=4"
    assert set(Group.objects.values_list("name", flat=True)) == {
        "administrateur", "équipe", "voltigeur", "référent", "membre",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("role", "allowed", "refused"),
    [
        (roles.ADMINISTRATOR, ["accounts.change_user", "directory.delete_actor"], []),
        (
            roles.TEAM,
            ["directory.change_collectivite", "directory.import_partner", "directory.review_attachment",
             "mailing.switch_information"],
            ["accounts.view_user", "directory.delete_actor"],
        ),
        (
            roles.FIELD,
            ["directory.view_actor", "directory.review_changeproposal"],
            ["directory.change_actor", "directory.review_attachment", "accounts.view_user", "mailing.change_message"],
        ),
        (roles.REFERENT, [], ["directory.view_actor"]),
        (roles.MEMBER, [], ["directory.view_actor"]),
    ],
)  # fmt: skip
def test_what_each_role_may_do(role: str, allowed: list[str], refused: list[str]) -> None:
    services.sync_roles()
    user = UserFactory()
    services.give_role(user, role, by=None)
    user = User.objects.get(pk=user.pk)

    assert [name for name in allowed if not user.has_perm(name)] == []
    assert [name for name in refused if user.has_perm(name)] == []


def test_a_permission_that_does_not_exist_stops_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    role = roles.Role("équipe", "équipe", permissions=("directory.view_actor", "directory.fly"))
    monkeypatch.setattr(roles, "ROLES", {"équipe": role})

    with pytest.raises(CommandError, match=r"directory\.fly"):
        call_command("sync_permissions")

    assert not Group.objects.exists()


def test_a_staff_role_opens_the_staff_pages_and_taking_it_closes_them() -> None:
    user, by = UserFactory(), UserFactory(superuser=True)

    for _twice in range(2):
        services.give_role(user, roles.TEAM, by=by)
    services.give_role(user, roles.MEMBER, by=by)
    opened = user.is_staff
    for _twice in range(2):
        services.take_role(user, roles.TEAM, by=by)

    user.refresh_from_db()
    assert (opened, user.is_staff) == (True, False)
    assert [group.name for group in user.groups.all()] == [roles.MEMBER]


def test_the_last_administrator_stays() -> None:
    last = UserFactory()
    services.give_role(last, roles.ADMINISTRATOR, by=None)

    with pytest.raises(services.AccountsError, match="dernier administrateur"):
        services.take_role(last, roles.ADMINISTRATOR, by=last)

    services.give_role(UserFactory(), roles.ADMINISTRATOR, by=last)
    services.take_role(last, roles.ADMINISTRATOR, by=last)
    assert not last.is_staff


# --- in the admin ---------------------------------------------------------------------------------------------------------------
def posted(user: User, **changes: object) -> dict[str, object]:
    return {
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "is_active": "on",
    } | changes


def test_choosing_a_role_in_the_admin_opens_the_staff_pages_at_once(client: Client) -> None:
    services.sync_roles()
    client.force_login(UserFactory(superuser=True))
    user = UserFactory()

    page = f"/gestion/accounts/user/{user.pk}/change/"
    client.post(page, posted(user, groups=[Group.objects.get(name=roles.TEAM).pk]))
    given = User.objects.get(pk=user.pk).is_staff
    client.post(page, posted(user, groups=[]))

    assert (given, User.objects.get(pk=user.pk).is_staff) == (True, False)


@pytest.mark.ignore_template_errors  # Django's own form names variables that it does not always get
@pytest.mark.parametrize("change", [{"is_active": ""}, {"groups": []}], ids=["suspendre", "retirer le rôle"])
def test_the_admin_keeps_the_last_administrator(client: Client, change: dict[str, object]) -> None:
    services.sync_roles()
    last = UserFactory(second_factor=True)
    services.give_role(last, roles.ADMINISTRATOR, by=None)
    client.force_login(last)
    form = posted(last, groups=[Group.objects.get(name=roles.ADMINISTRATOR).pk], first_name="Léa")

    refused = client.post(f"/gestion/accounts/user/{last.pk}/change/", form | change)
    accepted = client.post(f"/gestion/accounts/user/{last.pk}/change/", form)

    last.refresh_from_db()
    assert (refused.status_code, "dernier administrateur" in refused.content.decode()) == (200, True)
    assert (accepted.status_code, last.first_name, last.is_active, last.is_staff) == (302, "Léa", True, True)


def test_an_account_made_by_staff_signs_in_by_code(client: Client) -> None:
    client.force_login(UserFactory(superuser=True))
    client.post(
        "/gestion/accounts/user/add/",
        {"email": "Lea@exemple.fr", "first_name": "Léa", "last_name": "Roy", "groups": []},
    )
    visitor = Client()
    visitor.post("/compte/login/code/", {"email": "lea@exemple.fr"})
    code = Message.objects.get(kind="accounts.login_code").params["code"]
    done = visitor.post("/compte/login/code/confirm/", {"code": code})

    assert done["Location"] == "/mon-espace/"
    assert User.objects.get(email="lea@exemple.fr").first_name == "Léa"


def test_an_administrator_gives_no_right_above_their_own(client: Client) -> None:
    services.sync_roles()
    administrator, above, user = UserFactory(second_factor=True), UserFactory(superuser=True), UserFactory()
    services.give_role(administrator, roles.ADMINISTRATOR, by=None)
    client.force_login(administrator)

    client.post(f"/gestion/accounts/user/{user.pk}/change/", posted(user, is_superuser="on", user_permissions=["1"]))
    refused = client.post(f"/gestion/accounts/user/{above.pk}/change/", posted(above, first_name="Pris"))
    password = client.get(f"/gestion/accounts/user/{above.pk}/password/")

    user.refresh_from_db()
    above.refresh_from_db()
    assert (user.is_superuser, user.user_permissions.count()) == (False, 0)
    assert (refused.status_code, above.first_name, password.status_code) == (403, "Camille", 403)

"""What the tests of the pages of groups share: an address, a page's text, a group that somebody co-chairs."""

from typing import Any

from django.test import Client

from events.models import Group
from tests.factories import GroupFactory, GroupMemberFactory


def page(response: Any) -> str:
    return str(response.content.decode())


def address(group: Group, end: str = "") -> str:
    return f"{group.get_absolute_url()}{end}"


def chaired(client: Client, **said: Any) -> Group:
    """A group that the one who is signed in co-chairs."""
    group = GroupFactory(**said)
    client.force_login(GroupMemberFactory(group=group, chair=True).user)
    return group


def named(text: str, *names: str) -> list[bool]:
    return [name in text for name in names]

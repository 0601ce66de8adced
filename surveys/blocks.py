"""What questionnaires put into the pages of other rooms."""

from typing import Any

from django.http import HttpRequest

from soco.web.slots import Block
from surveys import perms


def staff_tools(request: HttpRequest, subject: Any) -> Block | None:
    """Among the tools of the team's home."""
    return ("surveys/_staff_tools.html", {}) if request.user.has_perm(perms.READ) else None


def footer(request: HttpRequest, subject: Any) -> Block:
    """On every page: where somebody who was asked finds their link."""
    return "surveys/_footer_link.html", {}


def lost_link(request: HttpRequest, subject: Any) -> Block:
    """On the page of a link that is over, or was never made."""
    return "surveys/_lost_link.html", {}

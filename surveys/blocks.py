"""What questionnaires put into the pages of other rooms."""

from typing import Any

from django.http import HttpRequest

from soco.web.slots import Block
from surveys import perms


def staff_tools(request: HttpRequest, subject: Any) -> Block | None:
    """Among the tools of the team's home."""
    return ("surveys/_staff_tools.html", {}) if request.user.has_perm(perms.READ) else None

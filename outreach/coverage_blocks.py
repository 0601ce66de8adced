"""What coverage, memberships and month reports put into the team's home."""

from typing import Any

from django.http import HttpRequest

from outreach import perms
from soco.web.slots import Block


def staff_tools(request: HttpRequest, subject: Any) -> Block | None:
    """Among the tools of the team's home."""
    return ("outreach/_coverage_tools.html", {}) if request.user.has_perm(perms.VIEW) else None

"""Who may do what in the outreach: asked by views and templates, never by services."""

from typing import Any

from django.core.exceptions import PermissionDenied

VIEW = "outreach.view_visit"  # visits, tours, the coverage board, whom to meet next
WRITE = "outreach.change_visit"  # plan, write down, note a call, what a collectivité asked for
READ_REPORTS = "outreach.read_report"  # the free text of a report, who was met
EXPORT_REPORTS = "outreach.export_report"
TOURS = "outreach.change_tour"
WEIGHTS = "outreach.change_prioritysettings"
TARGETS = "outreach.change_coveragetarget"
AREAS = "outreach.change_fieldarea"
VIEW_ADHESIONS = "outreach.view_adhesion"
ADHESIONS = "outreach.change_adhesion"
IMPORT_ADHESIONS = "outreach.import_adhesion"


def can_write(user: Any) -> bool:
    """May this person plan visits and write them down?"""
    return bool(user.has_perm(WRITE))


def can_read_reports(user: Any) -> bool:
    """May this person read free reports, and who was met?"""
    return bool(user.has_perm(READ_REPORTS))


def can_report_on(user: Any, visit: Any) -> bool:
    """May this person write down this visit from the field? Theirs, one that nobody makes, or any for who manages voltigeurs."""
    return can_write(user) and (visit.voltigeur_id in (None, user.pk) or bool(user.has_perm(AREAS)))


def require_write(user: Any) -> None:
    """Raises PermissionDenied for who may not write visits down."""
    if not can_write(user):
        raise PermissionDenied


def require_reports(user: Any) -> None:
    """Raises PermissionDenied for who may not read free reports."""
    if not can_read_reports(user):
        raise PermissionDenied

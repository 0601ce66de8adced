"""Projects eligible to official development aid as IATI 2.03 activities (International Aid Transparency Initiative).

Elements come in the order of the standard's XSD; codes are those of its code lists. One activity at a time: memory stays flat.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any
from xml.etree import ElementTree as ET

from django.conf import settings
from django.utils import timezone

from directory.enums import Nature, ProjectRole, ProjectStatus
from directory.models import Actor, Project
from directory.models.project import ProjectQuerySet
from soco.web.exports import printable

VERSION = "2.03"
CHUNK = 200
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
NOT_XML = {0xFFFE: None, 0xFFFF: None}
REPORTER_TYPE = "22"  # OrganisationType: national NGO
STATUSES = {status: str(code) for code, status in enumerate(ProjectStatus, start=1)}  # ActivityStatus, in its order
ROLES = {  # OrganisationRole: 1 funding, 2 accountable, 4 implementing
    ProjectRole.LEADER: "2",
    ProjectRole.PARTNER: "4",
    ProjectRole.OPERATOR: "4",
    ProjectRole.FUNDER: "1",
}
TYPES = {  # OrganisationType
    Nature.REGION: "11",
    Nature.DEPARTEMENT: "11",
    Nature.EPCI: "11",
    Nature.COMMUNE: "11",
    Nature.ETRANGERE: "11",
    Nature.ETAT: "10",
    Nature.SANTE: "15",
    Nature.OPERATEUR: "15",
    Nature.ENSEIGNEMENT: "80",
    Nature.UNIVERSITE: "80",
    Nature.ENTREPRISE: "70",
}
NGO, NGO_ABROAD = "22", "24"  # 24: based in the partner country
PLANNED_START, ACTUAL_START, PLANNED_END, ACTUAL_END = "1", "2", "3", "4"  # ActivityDateType
NOT_BEGUN = (ProjectStatus.PLANNED, ProjectStatus.CANCELLED)


def activities() -> ProjectQuerySet:
    """The projects that the file tells of."""
    return Project.objects.open_data().eligible_to_aid().reportable()


def document(now: datetime | None = None) -> Iterator[str] | None:
    """The file, piece by piece; None with nothing to tell: the XSD wants one activity at least, so no valid file is empty."""
    projects = activities().for_export().order_by("pk").iterator(chunk_size=CHUNK)
    first = next(projects, None)
    return None if first is None else _pieces(chain([first], projects), now or timezone.now())


def _pieces(projects: Iterable[Project], now: datetime) -> Iterator[str]:
    today = timezone.localdate(now)
    yield f'<?xml version="1.0" encoding="UTF-8"?>\n<iati-activities version="{VERSION}"'
    yield f' generated-datetime="{now:%Y-%m-%dT%H:%M:%SZ}">\n'
    for project in projects:
        yield ET.tostring(activity(project, today), encoding="unicode") + "\n"
    yield "</iati-activities>\n"


def activity(project: Project, today: date) -> ET.Element:
    """One project as an `iati-activity`. `today` tells a date that was planned from one that has come."""
    changed = timezone.localtime(project.updated_at).isoformat(timespec="seconds")
    root = ET.Element(
        "iati-activity",
        {XML_LANG: "fr", "default-currency": "EUR", "last-updated-datetime": changed},
    )
    ET.SubElement(root, "iati-identifier").text = f"{settings.IATI_ORG_PREFIX}-{project.pk}"
    reporter = {"ref": settings.IATI_ORG_PREFIX, "type": REPORTER_TYPE, "secondary-reporter": "1"}
    _narrative(ET.SubElement(root, "reporting-org", reporter), settings.NETWORK_NAME)
    _narrative(ET.SubElement(root, "title"), project.title)
    _narrative(ET.SubElement(root, "description", {"type": "1"}), project.description or project.title)
    for taken in project.roles.all():
        said = _organisation(taken.actor) | {"role": ROLES[ProjectRole(taken.role)]}
        _narrative(ET.SubElement(root, "participating-org", said), taken.actor.name)
    ET.SubElement(root, "activity-status", {"code": STATUSES[ProjectStatus(project.status)]})
    for kind, day in _days(project, today):
        ET.SubElement(root, "activity-date", {"type": kind, "iso-date": day.isoformat()})
    countries = list(dict.fromkeys(project.country_codes))
    for code, share in zip(countries, shares(len(countries)), strict=True):
        ET.SubElement(root, "recipient-country", {"code": code, "percentage": share})
    ET.SubElement(root, "sector", {"vocabulary": "1", "code": project.dac_code})
    for goal in project.sdgs:
        ET.SubElement(root, "tag", {"vocabulary": "2", "code": str(goal)})
    for start, end, amount in budgets(project.budget, project.starts_on, project.ends_on):
        budget = ET.SubElement(root, "budget", {"type": "1", "status": "1"})  # original, indicative
        ET.SubElement(budget, "period-start", {"iso-date": start.isoformat()})
        ET.SubElement(budget, "period-end", {"iso-date": end.isoformat()})
        ET.SubElement(budget, "value", {"currency": "EUR", "value-date": start.isoformat()}).text = str(amount)
    return root


def shares(count: int) -> list[str]:
    """Equal percentages with two decimals whose sum is exactly 100: 33.34, 33.33, 33.33."""
    hundredths = [10_000 // count + (rank < 10_000 % count) for rank in range(count)]
    return [f"{share // 100}.{share % 100:02d}" for share in hundredths]


def budgets(total: int | None, start: date | None, end: date | None) -> Iterator[tuple[date, date, int]]:
    """A budget cut by calendar year in proportion to days, in whole euros whose sum is the total.

    The standard allows no period beyond a year; without an amount and both days there is nothing to say.
    """
    if total is None or start is None or end is None:
        return
    days = (end - start).days + 1
    told, first = 0, start
    while first <= end:
        last = min(end, date(first.year, 12, 31))
        until = round(total * ((last - start).days + 1) / days)
        yield first, last, until - told
        told, first = until, last + timedelta(days=1)


def _days(project: Project, today: date) -> Iterator[tuple[str, date]]:
    """A day is actual only if the project has reached it; a project may not have begun in the future."""
    if project.starts_on:
        begun = project.status not in NOT_BEGUN and project.starts_on <= today
        yield (ACTUAL_START if begun else PLANNED_START), project.starts_on
    if project.ends_on:
        over = project.status == ProjectStatus.DONE and project.ends_on <= today
        yield (ACTUAL_END if over else PLANNED_END), project.ends_on


def _organisation(actor: Actor) -> dict[str, str]:
    return {"type": TYPES.get(Nature(actor.nature), NGO if actor.country_id == "FR" else NGO_ABROAD)}


def _narrative(parent: ET.Element, text: Any) -> None:
    ET.SubElement(parent, "narrative").text = printable(str(text)).translate(NOT_XML)

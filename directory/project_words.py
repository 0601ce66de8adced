"""What a card or a page says of a project, read from a project loaded with its roles: names for codes, money added up."""

from typing import Any

from django.utils.translation import gettext as _

from directory.enums import ProjectRole
from directory.models import Actor, Project, ProjectActor
from directory.models.reference import country_names, theme_names
from directory.sdgs import SDGS
from soco.web.templatetags.soco import day

CARD_COUNTRIES = 4


def card(project: Project) -> dict[str, Any]:
    """The values of `directory/_project_card.html`."""
    names = country_names()
    countries = [names.get(code, code) for code in project.country_codes]
    more = len(countries) - CARD_COUNTRIES
    return {
        "project": project,
        "period": period(project),
        "countries": ", ".join(countries[:CARD_COUNTRIES]) + (_(" et %(n)d autres") % {"n": more} if more > 1 else ""),
        "themes": [name for code, name in theme_names().items() if code in project.theme_codes],
        "leaders": [role.actor for role in project.roles.all() if role.role == ProjectRole.LEADER],
    }


def page(project: Project) -> dict[str, Any]:
    """The values of `directory/project_detail.html`."""
    roles = list(project.roles.all())
    funders = [role for role in roles if role.role == ProjectRole.FUNDER]
    funded = sum(role.amount or 0 for role in roles)
    countries, themes = country_names(), theme_names()
    return {
        "project": project,
        "period": period(project),
        "countries": [(code, countries.get(code, code)) for code in project.country_codes],
        "themes": [(code, name) for code, name in themes.items() if code in project.theme_codes],
        "sdgs": [(number, SDGS[number]) for number in sorted(project.sdgs)],
        "actors": [role for role in roles if role.role != ProjectRole.FUNDER],
        "funding": funders + [role for role in roles if role.role != ProjectRole.FUNDER and role.amount is not None],
        "funded": funded,
        "unfunded": max((project.budget or 0) - funded, 0),
        "jumelage": project.public_jumelage,
        "can_be_reported": leading_actor(project) is not None,
    }


def period(project: Project) -> str:
    """« du 1er mars 2025 au 30 juin 2026 », « depuis le… », « jusqu’au… », or « »."""
    start, end = project.starts_on, project.ends_on
    if start and end:
        return _("du %(start)s au %(end)s") % {"start": day(start), "end": day(end)}
    if start:
        return _("à partir du %(start)s") % {"start": day(start)}
    return _("jusqu’au %(end)s") % {"end": day(end)} if end else ""


def leading_actor(project: Project) -> Actor | None:
    """The actor to whom what is said of the project goes: its leader, else the first of the others, else nobody."""
    roles: list[ProjectActor] = list(project.roles.all())
    return roles[0].actor if roles else None


def told_in_a_report(project: Project, site_url: str) -> str:
    """How a report on an actor names the project that it is about."""
    told = {"title": project.title, "url": site_url + project.get_absolute_url()}
    return _("À propos du projet «\u00a0%(title)s\u00a0» (%(url)s)") % told

"""What the répertoire puts into the slots of pages: the banner of the demonstration, the latest projects."""

from typing import Any
from urllib.parse import quote_plus

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import escape
from django.utils.translation import gettext as _

from directory import counts_version, project_words
from directory.models import Actor, Country, Jumelage, Project, Theme
from directory.models.project import ProjectQuerySet
from soco.web.slots import Block

PROJECTS = 5


def demo_banner(request: HttpRequest, subject: Any) -> Block | None:
    """On every page, as long as fictitious actors are published."""
    key = f"directory.demo:{counts_version.current()}"
    has_demo = cache.get_or_set(key, lambda: Actor.objects.demo().exists(), settings.HOME_FIGURES_SECONDS)
    return ("directory/_demo_banner.html", {}) if has_demo else None


def projects_of_actor(request: HttpRequest, subject: Actor) -> Block | None:
    """On the page of an actor: its latest projects."""
    return _projects(Project.objects.published().of_actor(subject), f"q={quote_plus(subject.name)}")


def projects_of_jumelage(request: HttpRequest, subject: Jumelage) -> Block | None:
    return _projects(Project.objects.published().of_jumelage(subject), f"q={quote_plus(subject.partner.name)}")


def projects_of_country(request: HttpRequest, subject: Country | str) -> Block | None:
    """`subject`: a country, or « europe »."""
    value = subject.pk if isinstance(subject, Country) else subject
    return _projects(Project.objects.published().with_countries([value]), f"pays={value}")


def projects_of_theme(request: HttpRequest, subject: Theme) -> Block | None:
    return _projects(Project.objects.published().with_themes([subject.pk]), f"theme={subject.pk}")


def _projects(projects: ProjectQuerySet, query: str) -> Block | None:
    """The latest of these; `query`: the search that lists them all. Two queries, one if there are none."""
    found = list(projects.newest_first().for_card()[: PROJECTS + 1])
    if not found:
        return None
    cards = [project_words.card(project) for project in found[:PROJECTS]]
    return "directory/_projects.html", {"cards": cards, "query": query if len(found) > PROJECTS else ""}


def take_away(request: HttpRequest, subject: Actor) -> Block | None:
    """On the page of an actor that exists: its sheet to print, and the code that shows its card on another site."""
    if subject.is_closed:
        return None
    address = escape(settings.SITE_URL + reverse("actor_widget", args=[subject.slug]))
    title = escape(
        _("%(name)s dans le répertoire de %(network)s") % {"name": subject.name, "network": settings.NETWORK_NAME}
    )
    snippet = f'<iframe src="{address}" title="{title}" width="100%" height="420" loading="lazy"></iframe>'
    return "directory/_take_away.html", {"actor": subject, "snippet": snippet}

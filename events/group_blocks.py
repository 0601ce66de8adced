"""What groups put into the pages of other rooms: of a country, a theme, an actor; and « Mon espace »."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import Actor, Attachment, Country, Theme
from events.models import Group, GroupMember, GroupQuerySet
from soco.web.slots import Block

SHOWN, SUGGESTED = 5, 5


def groups_of_country(request: HttpRequest, subject: Country | str) -> Block | None:
    """`subject`: a country, or « europe »."""
    value = subject.pk if isinstance(subject, Country) else subject
    groups = Group.objects.with_countries([value])
    return _groups(groups, title=_("Les groupes sur ce pays"), query=urlencode({"pays": value}))


def groups_of_theme(request: HttpRequest, subject: Theme) -> Block | None:
    groups = Group.objects.with_themes([subject.pk])
    return _groups(groups, title=_("Les groupes sur ce thème"), query=urlencode({"theme": subject.pk}))


def groups_of_actor(request: HttpRequest, subject: Actor) -> Block | None:
    """On the page of an actor: the groups of which it is a member."""
    return _groups(Group.objects.with_member_actor(subject), title=_("Membre de ces groupes"), query="")


def _groups(groups: GroupQuerySet, *, title: str, query: str) -> Block | None:
    """The first of these, in one query; `query`: the search that lists them all, « » if none does."""
    found = list(groups.published().by_name().for_card(timezone.now())[: SHOWN + 1 if query else None])
    if not found:
        return None
    more_url = f"{reverse('group_list')}?{query}" if query and len(found) > SHOWN else ""
    return "events/_groups.html", {
        "groups": found[:SHOWN] if query else found,
        "title": title,
        "more_url": more_url,
    }


def my_groups(request: HttpRequest, subject: Any) -> Block | None:
    """In « Mon espace »: the person's groups, and those that suit the actors for which they speak. Nobody is added to any."""
    memberships = list(GroupMember.objects.of_user(subject).standing().for_list().with_group().by_group())
    suggested = suggested_to(subject)
    if not (memberships or suggested):
        return None
    return "events/_my_groups.html", {"memberships": memberships, "suggested": suggested}


def suggested_to(user: Any) -> list[Group]:
    """The groups about a country, or a theme, of the jumelages of this person's actors, that they never joined nor asked to."""
    actors = Attachment.objects.accepted().of_user(user).actors().cooperating().for_neighbours()
    countries, themes = set(), set()
    for actor in actors:
        countries.update(actor.cooperation_countries)
        themes.update(actor.cooperation_themes)
    if not (countries or themes):
        return []
    suiting = Group.objects.published().suiting(sorted(countries), sorted(themes))
    return list(suiting.never_asked_by(user).by_name()[:SUGGESTED])


def my_groups_todo(request: HttpRequest, subject: Any) -> Block | None:
    """In « Mon espace »: who waits for an answer in the groups that the person co-chairs."""
    groups = list(Group.objects.chaired_by(subject).with_work(timezone.localdate()).with_pending().by_name())
    return ("events/_my_groups_todo.html", {"groups": groups}) if groups else None

"""The mails of « Recherche de partenaires »: received, published, refused, about to end, another announcement fits it."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import SearchState
from directory.models import PartnerSearch
from soco.mailing import kinds, outbox
from soco.mailing.enums import Category, Reason
from soco.web import signed_links
from soco.web.templatetags.soco import day

RECEIVED = "directory.search_received"
PUBLISHED = "directory.search_published"
REFUSED = "directory.search_refused"
ENDING = "directory.search_ending"
MATCHED = "directory.search_matched"
PURPOSE = "annonce"
LINK_DAYS_AFTER = 30  # the author's link outlives the announcement's last day by this
RELEVANT_DAYS = 7  # of news about a match


def search_received(search: PartnerSearch) -> None:
    _tell(RECEIVED, search, occasion=str(search.pk))


def search_published(search: PartnerSearch) -> None:
    _tell(PUBLISHED, search, occasion=f"{search.pk}:{search.decided_at:%Y%m%d%H%M%S}")


def search_refused(search: PartnerSearch) -> None:
    _tell(REFUSED, search, occasion=f"{search.pk}:{search.decided_at:%Y%m%d%H%M%S}")


def search_ending(search: PartnerSearch) -> None:
    """Once for each last day: kept open, an announcement has another one."""
    last: Any = search.deadline
    until = timezone.make_aware(datetime.combine(last, time(23, 59)))
    _tell(ENDING, search, occasion=f"{search.pk}:{last:%Y%m%d}", deadline=last.isoformat(), relevant_until=until)


def search_matched(search: PartnerSearch, matches: Sequence[int], *, on: datetime) -> None:
    """`matches`: ids of the announcements that fit `search`, the best first."""
    until = on + timedelta(days=RELEVANT_DAYS)
    _tell(MATCHED, search, occasion=f"{search.pk}:{on:%Y%m%d}", matches=list(matches), relevant_until=until)


def search_link(search: PartnerSearch) -> str:
    """The whole address of its author's link: the same each time it is made for the same last day."""
    since = timezone.localdate(search.created_at)
    last = search.deadline or since + timedelta(days=365)
    days = max(0, (last - since).days) + LINK_DAYS_AFTER
    return signed_links.make(PURPOSE, search.pk, version=search.link_version, days=days, since=since).url


def _tell(
    kind: str, search: PartnerSearch, *, occasion: str, relevant_until: datetime | None = None, **params: Any
) -> None:
    """Nothing to an author that nobody knows any more, nor about what the demonstration made up."""
    if not search.author_email or search.is_demo:
        return
    outbox.enqueue(
        outbox.Mail(
            kind=kind,
            to=search.author_email,
            to_name=str(search.by_user) if search.by_user else "",
            occasion=occasion,
            params={"search": search.pk, **params},
            about=f"search:{search.pk}",
            relevant_until=relevant_until,
        )
    )


def _of_states(*states: SearchState) -> Callable[[Mapping[str, Any]], Mapping[str, Any]]:
    """The values of a mail that makes sense only as long as the announcement is in one of these states."""

    def context(params: Mapping[str, Any]) -> Mapping[str, Any]:
        return _values(_search(params, states))

    return context


def _search(params: Mapping[str, Any], states: Sequence[SearchState]) -> PartnerSearch:
    search = PartnerSearch.objects.for_page().filter(pk=params["search"]).first()
    if search is None or search.state not in states:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    return search


def _values(search: PartnerSearch) -> dict[str, Any]:
    is_foreign = search.by_user is None
    page_url = settings.SITE_URL + search.get_absolute_url()
    return {
        "title": search.title,
        "who": search.who,
        "is_foreign": is_foreign,
        "needs_confirmation": not search.is_confirmed,
        "page_url": page_url,
        "manage_url": search_link(search) if is_foreign else page_url,
        "link": search_link(search),
        "last_day": day(search.deadline),
        "reason": search.reason,
        "contact_url": settings.SITE_URL + reverse("contact"),
    }


def _ending(params: Mapping[str, Any]) -> Mapping[str, Any]:
    search = _search(params, [SearchState.PUBLISHED])
    if search.deadline is None or search.deadline.isoformat() != params["deadline"]:
        raise kinds.NotRelevant(Reason.ALREADY_DONE)
    return _values(search)


def _matched(params: Mapping[str, Any]) -> Mapping[str, Any]:
    search = _search(params, [SearchState.PUBLISHED])
    rows = PartnerSearch.objects.open(timezone.localdate()).for_card().in_bulk(params["matches"])
    shown = [rows[pk] for pk in params["matches"] if pk in rows]
    if not shown:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    told = [
        _("%(who)s (%(country)s)\u00a0: %(title)s, %(url)s")
        % {
            "who": row.who,
            "country": row.actor.country.name if row.actor else "",
            "title": row.title,
            "url": settings.SITE_URL + row.get_absolute_url(),
        }
        for row in shown
    ]
    return _values(search) | {"matches": told}


def _example_of(*states: SearchState) -> Callable[[], dict[str, Any] | None]:
    def example() -> dict[str, Any] | None:
        search = PartnerSearch.objects.in_states(list(states)).newest_first().first()
        if search is None:
            return None
        last = search.deadline.isoformat() if search.deadline else ""
        return {"search": search.pk, "deadline": last, "matches": [search.pk]}

    return example


def _example_of_ending() -> dict[str, Any] | None:
    search = PartnerSearch.objects.open(timezone.localdate()).exclude(deadline=None).newest_first().first()
    return {"search": search.pk, "deadline": search.deadline.isoformat()} if search and search.deadline else None


def _example_of_match() -> dict[str, Any] | None:
    pks = list(PartnerSearch.objects.open(timezone.localdate()).newest_first().values_list("pk", flat=True)[:2])
    return {"search": pks[0], "matches": pks[-1:]} if pks else None


def register() -> None:
    pending, published, refused = SearchState.PENDING, SearchState.PUBLISHED, SearchState.REFUSED
    of_gesture, of_clock = Category.TRANSACTION, Category.SERVICE
    for code, label, category, context, example in (
        (RECEIVED, gettext_lazy("Annonce reçue"), of_gesture, _of_states(pending), _example_of(pending)),
        (PUBLISHED, gettext_lazy("Annonce publiée"), of_gesture, _of_states(published), _example_of(published)),
        (REFUSED, gettext_lazy("Annonce non publiée"), of_gesture, _of_states(refused), _example_of(refused)),
        (ENDING, gettext_lazy("Annonce bientôt close"), of_clock, _ending, _example_of_ending),
        (
            MATCHED,
            gettext_lazy("«\u00a0Une annonce correspond à la vôtre\u00a0»"),
            of_clock,
            _matched,
            _example_of_match,
        ),
    ):
        kinds.register(kinds.MailKind(code, label, category, context, example))

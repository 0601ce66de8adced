"""What calendars and readers of feeds come back to: the same search as the agenda's, for all, a département or a group.

No attendee, nobody's name, no address of a visioconference; an event that was cancelled stays and says it, so that calendars take
it out.
"""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _

from events.appointments import appointment_of, place_of
from events.calendar_files import calendar_file
from events.models import Event, EventQuerySet
from soco.web.exports import printable
from soco.web.templatetags.soco import moment

MOST_ENTRIES = 100  # of an Atom feed: readers come back before there are more


def calendar_feed(events: EventQuerySet, *, name: str, url: str) -> bytes:
    """These events as a calendar named `name`, that lives at the absolute address `url`."""
    loaded = events.for_export()
    return calendar_file((appointment_of(event) for event in loaded), name=name, url=url)


class AgendaFeed(Feed):
    """These events as an Atom feed, the last published first; each entry is dated by its last change."""

    feed_type = Atom1Feed
    language = "fr"

    def __init__(self, events: EventQuerySet, *, title: str, page: str, address: str) -> None:
        """`page`: where people read the same; `address`: the feed's own. Both without the site."""
        super().__init__()
        self.events, self.name, self.page, self.address = events, title, page, address

    def title(self) -> str:
        return self.name

    def subtitle(self) -> str:
        return _("Les rendez-vous de %(network)s") % {"network": settings.NETWORK_NAME}

    def author_name(self) -> str:
        return settings.NETWORK_NAME

    def link(self) -> str:
        return settings.SITE_URL + self.page

    def feed_url(self) -> str:
        return settings.SITE_URL + self.address

    def feed_guid(self) -> str:
        return settings.SITE_URL + self.address

    def items(self) -> Iterator[Event]:
        return iter(self.events.newest_first().for_export()[:MOST_ENTRIES])

    def item_title(self, item: Event) -> str:
        title = f"{item.title}, {moment(item.starts_at)}"
        return printable(_("Annulé\u00a0: %(title)s") % {"title": title} if item.is_cancelled else title)

    def item_description(self, item: Event) -> str:
        said = "\u00a0· ".join(part for part in (str(item.get_kind_display()), place_of(item), item.summary) if part)
        return printable(said)

    def item_link(self, item: Event) -> str:
        return settings.SITE_URL + item.get_absolute_url()

    def item_guid(self, item: Event) -> str:
        return f"urn:uuid:{item.uid}"

    def item_pubdate(self, item: Event) -> Any:
        return item.published_at or item.created_at

    def item_updateddate(self, item: Event) -> Any:
        return item.updated_at

    def item_categories(self, item: Event) -> list[str]:
        return [str(item.get_kind_display())]

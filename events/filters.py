"""The search of the agenda: each parameter one QuerySet word; what is not understood is ignored and said, never an error."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import Nature
from directory.filters.base import Search
from directory.filters.fields import (
    CodesFilter,
    CountriesFilter,
    FlagField,
    LightFilter,
    TextFilter,
    ThemesFilter,
    ValuesField,
    ValuesFilter,
    WordsField,
)
from directory.models import Actor
from directory.search import understand
from events.enums import EventKind, EventSort
from events.models import Event, EventQuerySet

MONTH = r"20[0-9]{2}-(0[1-9]|1[0-2])"
DISTANCES = ("10", "25", "50", "100")
USUAL_KM = "25"
LABELLED = re.compile(r"\((\w{5})\)\s*$")
ONE_MISTAKE = 3  # a tier of `ranked`: beyond, the name meant another one
# A calendar that follows a feed forgets what the feed no longer says: it keeps a year of what is over.
KEPT = timedelta(days=365)


@dataclass(frozen=True)
class Around:
    """A commune, and how many kilometres around it."""

    commune: Actor
    km: int

    @property
    def label(self) -> str:
        """« Pau (64445) »: read back, it is this very commune, whatever others bear its name."""
        return f"{self.commune.name} ({self.commune.code})"

    def __str__(self) -> str:
        return _("à moins de %(km)s\u00a0km de %(name)s (%(code)s)") % {
            "km": self.km,
            "name": self.commune.name,
            "code": self.commune.departement.code if self.commune.departement else self.commune.code,
        }


class GroupsFilter(ValuesFilter):
    """The address of a group's page."""

    field_class = WordsField


class PastField(FlagField):
    """« 1 », or nothing."""

    def to_python(self, value: Any) -> list[str]:
        return super().to_python("oui" if value == "1" else value)


class ToldApart(LightFilter):
    """A parameter that `EventFilter` reads itself, beside another one."""

    def filter(self, qs: Any, value: Any) -> Any:
        return qs


class KilometresFilter(ToldApart):
    field_class = ValuesField


class PastFilter(ToldApart):
    field_class = PastField


class EventFilter(Search):
    """The search of `/agenda/`: what is to come, or (`passes=1`) what is over."""

    q = TextFilter(required=False, label=gettext_lazy("Rechercher"))
    type = ValuesFilter("of_kinds", values=EventKind.values, label=gettext_lazy("Type"))
    mois = CodesFilter("in_months", shape=MONTH, label=gettext_lazy("Mois"))
    departement = CodesFilter("in_departements", shape=r"\d{2,3}|2[AB]", label=gettext_lazy("Département"))
    pays = CountriesFilter()
    theme = ThemesFilter()
    groupe = GroupsFilter("in_groups", shape=r"[a-z0-9_-]{1,140}", label=gettext_lazy("Groupe"))
    pres = TextFilter(required=False, label=gettext_lazy("Près de"))
    km = KilometresFilter(required=False, values=DISTANCES, label=gettext_lazy("Distance"))
    passes = PastFilter(required=False, label=gettext_lazy("Rendez-vous passés"))

    FACETS = ("type", "mois", "departement", "pays", "theme", "groupe")
    SORTS = EventSort

    class Meta:
        model = Event
        fields: list[str] = []

    def _told(self, name: str) -> Any:
        self.form.is_valid()
        return self.form.cleaned_data.get(name)

    @cached_property
    def around(self) -> Around | None:
        """Where « près de » is: the commune of this name, INSEE or postal code, one misspelt letter forgiven, the most
        populated first; None if nobody asks, or if no commune bears it."""
        typed = self._told("pres") or ""
        labelled = LABELLED.search(typed)
        text = understand(labelled[1] if labelled else typed)
        if not text:
            return None
        communes = Actor.objects.published().located().of_nature([Nature.COMMUNE])
        found = communes.search(text).for_export().first()
        is_meant = found is not None and found.tier <= ONE_MISTAKE
        return Around(found, int(self.kilometres)) if is_meant else None

    @property
    def kilometres(self) -> str:
        """The distance asked for, as the address says it."""
        return (self._told("km") or [USUAL_KM])[0]

    @property
    def is_past(self) -> bool:
        return bool(self._told("passes"))

    @cached_property
    def now(self) -> datetime:
        return timezone.now()

    def in_time(self, events: EventQuerySet) -> EventQuerySet:
        """Of these, those that the page is about: to come, or over."""
        return events.past(self.now) if self.is_past else events.upcoming(self.now)

    @cached_property
    def textual(self) -> Any:
        """The events that answer the text, around the place, at the time asked for: before any facet."""
        found = self.in_time(super().textual)
        if self.around is None:
            return found
        return found.near(self.around.commune.latitude, self.around.commune.longitude, self.around.km)

    @property
    def understood(self) -> QueryDict:
        params = super().understood
        if self.around:
            params["pres"], params["km"] = self.around.commune.code, str(self.around.km)
        if self.is_past:
            params["passes"] = "1"
        return params

    @property
    def ignored(self) -> list[str]:
        told = super().ignored
        if (typed := self._told("pres")) and understand(typed) and not self.around:
            told.append(_("commune inconnue\u00a0: %(typed)s") % {"typed": typed[:50]})
        return told

    def loosened(self) -> list[dict[str, Any]]:
        """As every search, and: anywhere, what is over."""
        steps = super().loosened()
        for name, label in (("pres", _("la distance")), ("passes", _("les rendez-vous à venir"))):
            data = self.understood
            if name == "pres":
                if not self.around:
                    continue
                del data["pres"], data["km"]
            elif self.is_past:
                continue
            else:
                data["passes"] = "1"
            if total := type(self)(data, queryset=self.queryset).qs.count():
                steps.append({"name": name, "label": label, "query": data.urlencode(), "total": total})
        return sorted(steps, key=lambda step: -step["total"])

    def sorted(self) -> EventQuerySet:
        """The answers in the order asked for: what is to come by date, what is over the last first."""
        found: EventQuerySet = self.qs
        if self.sort == EventSort.DISTANCE and self.around:
            return found.nearest_first()
        if self.sort == EventSort.NEW:
            return found.newest_first()
        return found.latest_first() if self.is_past else found.soonest_first()


class FeedFilter(EventFilter):
    """The same search for a calendar or a reader of feeds, that come back: what is over stays a year."""

    def in_time(self, events: EventQuerySet) -> EventQuerySet:
        return events.past(self.now) if self.is_past else events.upcoming(self.now - KEPT)


class DayFilter(EventFilter):
    """The same search by days: what it answers changes at midnight in Paris, not while one reads page after page."""

    @cached_property
    def now(self) -> datetime:
        return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


class MonthFilter(EventFilter):
    """The same search within one month, over or to come; its month is the first of `mois`, this one if there is none."""

    FACETS = ("type", "departement", "pays", "theme", "groupe")

    @cached_property
    def first_day(self) -> date:
        months = self._told("mois")
        return date.fromisoformat(f"{months[0]}-01") if months else timezone.localdate().replace(day=1)

    def in_time(self, events: EventQuerySet) -> EventQuerySet:
        return events.in_month(self.first_day)

    @property
    def understood(self) -> QueryDict:
        params = super().understood
        params.pop("passes", None)
        params["mois"] = f"{self.first_day:%Y-%m}"
        return params

    def another(self, first_day: date) -> str:
        """The query of the same search in another month."""
        params = self.understood
        params["mois"] = f"{first_day:%Y-%m}"
        return params.urlencode()

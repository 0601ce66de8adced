"""Who changed what and when: the rows kept by database triggers (django-pghistory), shown as « before → after ».

An event holds the row as it was before a change, and the context of that change; what the change made of it is the next
event's row, or the row of today.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import BigIntegerField, ForeignKey, Model, OuterRef, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import Source
from directory.models import Actor
from directory.models.expressions import SearchKey
from directory.models.sourced import Sourced
from directory.search import understand
from soco.accounts.models import User
from soco.web.staff_lists import ReadOnlyAdmin, SelectFilter

PAGE_SIZE = 50
DELETED = "delete"
ORIGINS = {
    "membre": gettext_lazy("formulaire de la fiche"),
    "lien": gettext_lazy("lien reçu par courriel"),
    "signalement": gettext_lazy("signalement d’un visiteur"),
}
UNTOLD = {"provenance", "created_at"}  # bookkeeping of the change itself
ActorEvent = Actor.pgh_event_model


@dataclass(frozen=True)
class FieldDiff:
    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """One gesture on one row; `at` is aware, `who` an address or a name, `fields` what it changed."""

    at: datetime
    gesture: str
    who: str
    source: str
    origin: str
    proposal: int | None  # whose page tells the rest
    fields: list[FieldDiff]


def with_people(events: QuerySet) -> QuerySet:
    """Adds each change's context, and `user_email`, the account behind it."""
    user = Cast(KeyTextTransform("user", OuterRef("pgh_context__metadata")), BigIntegerField())
    return events.select_related("pgh_context").annotate(user_email=User.objects.filter(pk=user).values("email")[:1])


def events_of(model: type[Model], pk: Any) -> QuerySet:
    """The kept rows of one object, the latest first."""
    return with_people(model.pgh_event_model.objects.filter(pgh_obj_id=pk)).order_by("-pgh_id")


def version_of(obj: Model) -> int:
    """A number that grows with each change of the row, whoever makes it; 0 for a row that never changed."""
    return events_of(type(obj), obj.pk).values_list("pgh_id", flat=True).first() or 0


def changes_of(events: Iterable[Any], after: Any) -> list[Change]:
    """`events` (the latest first) told as changes; `after` is the row as the first of them left it, None if it is gone.

    One query for each table that the rows point to, whatever their number.
    """
    events = list(events)
    if not events:
        return []
    pairs = list(zip(events, [after, *events], strict=False))
    names = _names([*events, *([after] if after else [])], type(events[0]))
    return [
        Change(
            at=event.pgh_created_at,
            gesture=_("Suppression") if event.pgh_label == DELETED else _("Modification"),
            fields=_diffs(event, None if event.pgh_label == DELETED else later, names),
            **context_of(event),
        )
        for event, later in pairs
    ]


def _told_fields(event_model: type[Model]) -> list[Any]:
    tracked = event_model.pgh_tracked_model._meta
    told = [
        tracked.get_field(field.name)
        for field in event_model._meta.fields
        if not field.name.startswith("pgh_")
        and field.name not in UNTOLD
        and not tracked.get_field(field.name).primary_key
    ]
    shared = {field.name for field in Sourced._meta.fields}
    return sorted(told, key=lambda field: field.name in shared)  # what every fiche has comes after what is its own


def _diffs(before: Any, after: Any, names: dict[type[Model], dict[Any, str]]) -> list[FieldDiff]:
    diffs = []
    for field in _told_fields(type(before)):
        old = getattr(before, field.attname)
        new = getattr(after, field.attname) if after is not None else None
        if old != new and not (after is None and old in (None, "", [])):
            diffs.append(FieldDiff(str(field.verbose_name), told(field, old, names), told(field, new, names)))
    return diffs


def told(field: Any, value: Any, names: dict[type[Model], dict[Any, str]] | None = None) -> str:
    """A field's value in French words; « vide » for nothing, a number where the row pointed to is gone."""
    if value is None or value == "" or value == []:
        return _("vide")
    if isinstance(field, ForeignKey):
        return (names or {}).get(field.related_model, {}).get(value, f"n° {value}")
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    if isinstance(value, datetime):
        return formats.date_format(timezone.localtime(value), "j F Y, H:i")
    if isinstance(value, date):
        return formats.date_format(value, "j F Y")
    if isinstance(value, list):
        return ", ".join(str(item) for item in value)
    return str(value)


def told_moment(at: str) -> str:
    """An ISO date or date-time as provenance holds it, in French; the text itself when it is neither."""
    try:
        moment = parse_datetime(at) if "T" in at else None
        day = None if moment else parse_date(at)
    except ValueError:
        return at
    if moment:
        return formats.date_format(timezone.localtime(moment) if timezone.is_aware(moment) else moment, "j F Y, H:i")
    return formats.date_format(day, "j F Y") if day else at


def _names(rows: list[Any], event_model: type[Model]) -> dict[type[Model], dict[Any, str]]:
    """What the foreign keys of these rows point to, by name, one query a table."""
    wanted: dict[type[Model], set[Any]] = defaultdict(set)
    for field in _told_fields(event_model):
        if isinstance(field, ForeignKey):
            wanted[field.related_model] |= {getattr(row, field.attname) for row in rows} - {None}
    return {
        model: dict(model._base_manager.filter(pk__in=pks).values_list("pk", "name"))
        for model, pks in wanted.items()
        if pks
    }


def _told_origin(origin: str) -> str:
    """An origin as a reader understands it; « » for a key that only programs read (« membre:2:… »)."""
    kind, colon, rest = origin.partition(":")
    if kind == "import" and rest:
        return _("fichier %(name)s") % {"name": rest}
    return str(ORIGINS.get(kind, "")) if colon and " " not in origin else origin


def context_of(event: Any) -> dict[str, Any]:
    """Who, source, origin and proposal of an event of `with_people`."""
    metadata = event.pgh_context.metadata if event.pgh_context else {}
    source = str(metadata.get("source", ""))
    return {
        "who": str(metadata.get("by") or event.user_email or _("traitement automatique")),
        "source": str(Source(source).label) if source in Source.values else source,
        "origin": _told_origin(str(metadata.get("origin", ""))),
        "proposal": metadata.get("proposal"),
    }


class HistoryMixin:
    """An admin whose « Historique » page reads the history kept by the database, not Django's log of its gestures."""

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        obj = self.get_object(request, object_id)
        if obj is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        if not self.has_view_or_change_permission(request, obj):
            raise PermissionDenied
        page = Paginator(events_of(self.model, obj.pk), PAGE_SIZE).get_page(request.GET.get("p"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Historique : %(name)s") % {"name": obj},
            "opts": self.opts,
            "object": obj,
            "page": page,
            "changes": changes_of(page.object_list, _row_after(page, self.model, obj)),
            "creation": None if page.has_next() else _creation(obj, page.object_list),
            **(extra_context or {}),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/directory/history.html", context)


def _creation(obj: Model, events: Any) -> dict[str, Any] | None:
    """When the row was made, and by whom as its oldest known version says; None for tables that keep no date."""
    if not getattr(obj, "created_at", None):
        return None
    stamp = ([obj, *events][-1].provenance or {}).get("*", {})
    source = stamp.get("source", "")
    return {
        "at": obj.created_at,
        "who": stamp.get("by", ""),
        "source": Source(source).label if source in Source.values else source,
    }


def _row_after(page: Any, model: type[Model], obj: Model) -> Any:
    """The row as the page's first change left it: today's, or the last one of the page before."""
    if page.number == 1:
        return obj
    return events_of(model, obj.pk)[page.start_index() - 2]


class GestureFilter(SelectFilter):
    title = gettext_lazy("geste")
    parameter_name = "geste"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("suppression", gettext_lazy("Suppressions")), ("modification", gettext_lazy("Modifications"))]

    def narrowed(self, queryset: QuerySet, value: str) -> QuerySet:
        return queryset.filter(pgh_label=DELETED if value == "suppression" else "update")


@admin.register(ActorEvent)
class ActorEventAdmin(ReadOnlyAdmin):
    """Every change of every actor, the deleted ones included; nobody edits history."""

    list_display = ["happened_at", "name", "nature", "code", "gesture", "who", "source"]
    list_display_links = ["happened_at", "name"]
    list_filter = [GestureFilter]
    list_per_page = PAGE_SIZE
    ordering = ["-pgh_id"]
    search_fields = ["code"]
    search_help_text = gettext_lazy("Nom ou code. Une fiche supprimée se retrouve par le début de son nom.")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return with_people(super().get_queryset(request))

    def get_search_results(self, request: HttpRequest, queryset: QuerySet, search_term: str) -> tuple[QuerySet, bool]:
        text = understand(search_term)
        if not text:
            return (queryset.none() if search_term else queryset), False
        if text.code:
            return queryset.filter(code=text.code), False
        living = Actor.objects.filter(Actor.objects.matching_q(text)).values("pk")
        gone = queryset.model.objects.alias(key=SearchKey("name")).filter(
            pgh_label=DELETED, key__startswith=SearchKey(Value(text.words))
        )
        return queryset.filter(Q(pgh_obj__in=living) | Q(pk__in=gone.values("pk"))), False

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One change, and the way to the whole history of its actor."""
        event = self.get_object(request, object_id)
        if event is None:
            raise Http404
        if not self.has_view_permission(request, event):
            raise PermissionDenied
        later = events_of(Actor, event.pgh_obj_id).filter(pk__gt=event.pk).order_by("pgh_id").first()
        actor = Actor.objects.filter(pk=event.pgh_obj_id).first()
        context = {
            **self.admin_site.each_context(request),
            "title": event.name,
            "opts": self.opts,
            "object": event,
            "actor": actor,
            "actor_history": actor_address(actor, "history") if actor else "",
            "changes": changes_of([event], later or actor),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/directory/history.html", context)

    @admin.display(description=gettext_lazy("date"), ordering="pgh_id")
    def happened_at(self, event: Any) -> str:
        return formats.date_format(timezone.localtime(event.pgh_created_at), "j F Y, H:i")

    @admin.display(description=gettext_lazy("geste"))
    def gesture(self, event: Any) -> str:
        if event.pgh_label == DELETED:
            return format_html('<strong class="gone">{}</strong>', _("Suppression"))
        return _("Modification")

    @admin.display(description=gettext_lazy("par"))
    def who(self, event: Any) -> str:
        return context_of(event)["who"]

    @admin.display(description=gettext_lazy("source"))
    def source(self, event: Any) -> str:
        return context_of(event)["source"]


def actor_address(actor: Actor, page: str = "change") -> str:
    """Where an actor is edited: in the list of its own kind."""
    kind = "collectivite" if actor.is_collectivite else "partner"
    return reverse(f"admin:directory_{kind}_{page}", args=[actor.pk])

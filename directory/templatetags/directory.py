"""The répertoire's template words: where a fact comes from, the way back from an actor, how numbers are written."""

from datetime import date, datetime
from urllib.parse import urlsplit

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from directory.enums import Nature, Source
from directory.models import Actor
from directory.referentiel import DATASETS, Dataset
from soco.web.templatetags.soco import day

register = template.Library()

REFERENTIEL = "referentiel"
FILES = {
    Nature.COMMUNE: "communes",
    Nature.EPCI: "epci",
    Nature.DEPARTEMENT: "departements",
    Nature.REGION: "regions",
}
BY_CODE = {dataset.code: dataset for dataset in DATASETS}


@register.simple_tag
def provenance(actor: Actor, field: str) -> str:
    """Where a field's value comes from, as a sentence; « » if nobody wrote it down."""
    origin = actor.source_of(field)
    if not origin:
        return ""
    dataset = _dataset(actor, field, origin.get("by") or "")
    if dataset:
        return f"{dataset.producer} : {dataset.vintage_label}"
    source = Source(origin["source"]).label if origin.get("source") in Source.values else _("source inconnue")
    written_at = _as_date(origin.get("at"))
    return f"{source}, {day(written_at)}" if written_at else str(source)


def _dataset(actor: Actor, field: str, by: str) -> Dataset | None:
    """The official file behind a value; the référentiel is one load of several files, told apart by the actor's nature."""
    if by == REFERENTIEL:
        by = "communes_deleguees" if field == "former_names" else FILES.get(actor.nature, "")
    return BY_CODE.get(by)


def _as_date(text: str | None) -> date | None:
    try:
        return datetime.fromisoformat(text).date() if text else None
    except ValueError:
        return None


@register.simple_tag
def actor_trail(actor: Actor) -> list[dict[str, str]]:
    """Répertoire › département › intercommunalité › the actor."""
    steps = [{"label": _("Répertoire"), "url": reverse("actor_list")}]
    if actor.departement_id and actor.nature != Nature.DEPARTEMENT:
        steps.append({"label": actor.departement.name, "url": actor.departement.get_absolute_url()})
    return [*steps, {"label": actor.name, "url": ""}]


@register.filter
def siren(value: str) -> str:
    """« 213300635 » → « 213 300 635 » with narrow no-break spaces."""
    return "\u202f".join(value[i : i + 3] for i in range(0, len(value), 3))


@register.filter
def tel(value: str) -> str:
    return "tel:" + "".join(c for c in value if c in "+0123456789")


@register.filter
def mailto(value: str) -> str:
    return f"mailto:{value}"


@register.filter
def bare_url(value: str) -> str:
    """« https://www.bordeaux.fr/ » → « bordeaux.fr »."""
    parts = urlsplit(value)
    return (parts.netloc.removeprefix("www.") + parts.path.rstrip("/")) or value

"""Where a fact of a fiche comes from, in words."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import Nature, Source, Verifier
from directory.models.sourced import Sourced
from directory.referentiel import DATASETS, Dataset
from soco.web.templatetags.soco import day

REFERENTIEL = "referentiel"
FILES = {
    Nature.COMMUNE: "communes",
    Nature.EPCI: "epci",
    Nature.DEPARTEMENT: "departements",
    Nature.REGION: "regions",
}
BY_CODE = {dataset.code: dataset for dataset in DATASETS}


def provenance(actor: Sourced, field: str) -> str:
    """Where a field's value comes from, as a sentence; « » if nobody wrote it down."""
    origin = actor.source_of(field)
    if not origin:
        return ""
    dataset = _dataset(actor, field, origin.get("by") or "")
    written_at = _as_date(origin.get("at"))
    if dataset:
        said, since = f"{dataset.producer} : {dataset.vintage_label}", None
    else:
        source = Source(origin["source"]).label if origin.get("source") in Source.values else _("source inconnue")
        said, since = (f"{source}, {day(written_at)}" if written_at else str(source)), written_at
    verifier = origin.get("verifier")
    told = [said, str(Verifier(verifier).label) if verifier in Verifier.values else "", _confirmed(actor, since)]
    return "\u00a0; ".join(filter(None, told))


def _confirmed(actor: Sourced, since: date | None) -> str:
    """« confirmé le… », when a person confirmed the whole fiche after this value was written.

    A correction of one field renews the fiche's freshness too, but says nothing of the others: only a confirmation of the
    whole leaves a provenance of its own.
    """
    whole = actor.provenance.get("verified_at")
    told_on = _as_date(whole.get("at")) if whole else None
    if actor.verified_at is None or told_on is None:
        return ""
    confirmed_on = min(told_on, timezone.localdate(actor.verified_at))
    return "" if since and confirmed_on <= since else _("confirmé le %(day)s") % {"day": day(confirmed_on)}


def _local_day(moment: datetime) -> date:
    return timezone.localtime(moment).date() if timezone.is_aware(moment) else moment.date()


def _dataset(actor: Sourced, field: str, by: str) -> Dataset | None:
    """The official file behind a value; the référentiel is one load of several files, told apart by the actor's nature."""
    if by == REFERENTIEL:
        by = "communes_deleguees" if field == "former_names" else FILES.get(getattr(actor, "nature", ""), "")
    return BY_CODE.get(by)


def _as_date(text: str | None) -> date | None:
    try:
        return _local_day(datetime.fromisoformat(text)) if text else None
    except ValueError:
        return None

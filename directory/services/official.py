"""The official files become actors, countries, themes and services: which rows a scope wants, and which collectivités ended.

A scope is the code of a région, or « all ». Loading one région never closes another's collectivités; an EPCI that
straddles two belongs to both. Territories overseas without région (zone « com ») are départements only.
"""

from collections import Counter
from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pghistory
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import Nature, Source
from directory.models import Actor, Country, DatasetLoad, Service, Theme
from directory.referentiel import DATA_FOLDER, Dataset, Referentiel, read_contacts, read_datasets, read_referentiel
from directory.referentiel.datasets import dataset_of
from directory.referentiel.whole import PARTS, WHOLE_OF_FRANCE, checksums

from .errors import DirectoryError
from .importing import ActorKey, ImportReport, Progress, Trace, WantedActor, apply_import, be_alone

LOADER = 1  # raise it when the same files must give other rows: loads « if changed » then run again
BY_REFERENTIEL, BY_CONTACTS = "referentiel", "contacts"
CONTACTS = "contacts"
CONTACTS_SCOPE = "base"  # the collectivités that are in the répertoire
NATURE_OF = {
    "regions": Nature.REGION,
    "departements": Nature.DEPARTEMENT,
    "epci": Nature.EPCI,
    "communes": Nature.COMMUNE,
}
NO_COUNTS = {"created": 0, "changed": 0, "unchanged": 0, "closed": 0, "refused": 0}


@dataclass(slots=True)
class LoadReport:
    """What a load of official files did, or would do: the actors' report, and the counts of each dataset."""

    actors: ImportReport
    by_dataset: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def total(self) -> dict[str, int]:
        total = Counter(NO_COUNTS)
        for counts in self.by_dataset.values():
            total.update(counts)
        return dict(total)


@transaction.atomic
def load_referentiel(
    scope: str, *, folder: Path = DATA_FOLDER, dry_run: bool = False, progress: Progress | None = None
) -> LoadReport:
    """Load the official files of a folder for one région (its code) or for all of France (« all »).

    Everything is read and checked before anything is written. Safe to call twice: the second writes nothing.
    Raises ReferentielError for a line that does not hold, DirectoryError for an unknown région or during another load.
    """
    whole = read_referentiel(folder)
    if not whole.knows_scope(scope):
        raise DirectoryError(
            _(
                "Aucune région ne porte le code « %(code)s ». Rien n’a été enregistré ; "
                "donnez le code INSEE d’une région, comme 75, ou « all » pour toute la France."
            )
            % {"code": scope}
        )
    if not dry_run:
        be_alone()
    origin = f"referentiel {whole.vintage('communes') or ''}".strip()
    with pghistory.context(source=str(Source.OFFICIAL), origin=origin, by=BY_REFERENTIEL):
        by_dataset = {
            "pays": _load_countries(whole, dry_run),
            "themes": _load_themes(whole, dry_run),
            "services": _load_services(whole, dry_run),
        }
    actors = apply_import(
        [*_wanted(whole, scope), *_ended(whole, scope)],
        source=Source.OFFICIAL,
        origin=origin,
        by=BY_REFERENTIEL,
        dry_run=dry_run,
        progress=progress,
    )
    by_dataset |= {dataset: actors.counts(nature) for dataset, nature in NATURE_OF.items()}
    if not dry_run:
        _record(folder, whole.datasets, PARTS, scope, by_dataset)
    return LoadReport(actors, by_dataset)


@transaction.atomic
def load_contacts(*, folder: Path = DATA_FOLDER, dry_run: bool = False, progress: Progress | None = None) -> LoadReport:
    """Give the communes of the répertoire the public address, e-mail, phone and website of their town hall.

    The source does not date them: what a person gave is always kept, and a cell without value clears only what this
    load wrote before. Raises ReferentielError, DirectoryError.
    """
    datasets = read_datasets(folder)
    dataset = dataset_of(datasets, CONTACTS)
    rows = [
        WantedActor(
            ActorKey(Nature.COMMUNE, row.code),
            {"address": row.address, "email": row.email, "phone": row.phone, "website": row.website},
            dataset.vintage,
        )
        for row in read_contacts(folder, datasets).values()
    ]
    report = apply_import(
        rows,
        source=Source.OFFICIAL,
        origin=f"contacts {dataset.vintage or ''}".strip(),
        by=BY_CONTACTS,
        trace=Trace.FIELD,
        creates=False,
        dry_run=dry_run,
        progress=progress,
    )
    by_dataset = {CONTACTS: report.counts()}
    if not dry_run:
        _record(folder, datasets, (CONTACTS,), CONTACTS_SCOPE, by_dataset)
    return LoadReport(report, by_dataset)


def is_referentiel_loaded(scope: str, folder: Path = DATA_FOLDER) -> bool:
    """Were the last files loaded for this scope these ones, or files of a later vintage?"""
    datasets = read_datasets(folder)
    loads = _last_loads(PARTS, [scope, WHOLE_OF_FRANCE])
    if loads.keys() != set(PARTS):
        return False
    if (loads["communes"].counts.get("vintage") or "") > _iso(dataset_of(datasets, "communes").vintage):
        return True
    return _are_last(loads, folder, datasets, PARTS)


def are_contacts_loaded(folder: Path = DATA_FOLDER) -> bool:
    """Were the last contacts loaded these ones, and no collectivité loaded since?"""
    loads = _last_loads((CONTACTS,), [CONTACTS_SCOPE])
    communes = DatasetLoad.objects.filter(dataset="communes").first()
    if CONTACTS not in loads or (communes and communes.loaded_at > loads[CONTACTS].loaded_at):
        return False
    return _are_last(loads, folder, read_datasets(folder), (CONTACTS,))


# --- What a scope wants ----------------------------------------------------------------------------------------------
def _wanted(whole: Referentiel, scope: str) -> Iterator[WantedActor]:
    """The rows of the files that lie in the scope."""

    def in_scope(*regions: str) -> bool:
        return scope == WHOLE_OF_FRANCE or scope in regions

    alive: dict[str, Any] = {"valid_until": None, "successor": ()}
    for region in whole.regions.values():
        if in_scope(region.code) and region.zone != "com":
            values = alive | {
                "name": region.name,
                "region_codes": [region.code],
                "seat": (_commune(region.seat),),
                "population": region.population,
                "member_count": region.member_count,
                "latitude": region.latitude,
                "longitude": region.longitude,
            }
            yield WantedActor(_region(region.code), values, whole.vintage("regions"))
    for departement in whole.departements.values():
        if in_scope(departement.region):
            values = alive | {
                "name": departement.name,
                "region": (_region(departement.region),),
                "region_codes": [departement.region],
                "departement_codes": [departement.code],
                "seat": (_commune(departement.seat),),
                "population": departement.population,
                "member_count": departement.member_count,
                "latitude": departement.latitude,
                "longitude": departement.longitude,
            }
            yield WantedActor(_departement(departement.code), values, whole.vintage("departements"))
    moved = _epcis_in_base(scope)
    for epci in whole.epcis.values():
        if in_scope(*epci.regions) or epci.siren in moved:
            # Its département is its seat's; where that one is not loaded, the first of its départements that is
            home = [whole.communes[epci.seat].departement] if epci.seat else []
            departements = list(dict.fromkeys([*home, *epci.departements]))
            values = alive | {
                "name": epci.name,
                "short_name": epci.short_name,
                "siren": epci.siren,
                "legal_form": epci.legal_form,
                "departement": tuple(_departement(code) for code in departements),
                "region": tuple(_region(whole.departements[code].region) for code in departements),
                "departement_codes": list(epci.departements),
                "region_codes": list(epci.regions),
                "seat": (_commune(epci.seat),),
                "population": epci.population,
                "member_count": epci.member_count,
                "latitude": epci.latitude,
                "longitude": epci.longitude,
            }
            yield WantedActor(ActorKey(Nature.EPCI, epci.siren), values, whole.vintage("epci"))
    for commune in whole.communes.values():
        if in_scope(commune.region):
            former = whole.former.get(commune.code, [])
            values = alive | {
                "name": commune.name,
                "siren": commune.siren,
                "departement": (_departement(commune.departement),),
                "region": (_region(commune.region),),
                "epci": (ActorKey(Nature.EPCI, commune.epci),),
                "departement_codes": [commune.departement],
                "region_codes": [commune.region],
                "population": commune.population,
                "latitude": commune.latitude,
                "longitude": commune.longitude,
                "postal_codes": list(commune.postal_codes),
                "former_names": list(dict.fromkeys(row.name for row in former)),
                "former_codes": [row.code for row in former if row.code != commune.code],
            }
            yield WantedActor(_commune(commune.code), values, whole.vintage("communes"))


def _epcis_in_base(scope: str) -> set[str]:
    """The EPCI that the répertoire places in the scope, even if the files no longer do: they have moved, not ended."""
    epcis = Actor.objects.of_nature([Nature.EPCI]).order_by().values_list("code", "region_codes")
    return {code for code, regions in epcis if scope in regions}


def _ended(whole: Referentiel, scope: str) -> Iterator[WantedActor]:
    """The collectivités of the scope that no file knows any more: they end, with their successor if it is known."""
    files: dict[str, tuple[Container[str], str]] = {
        Nature.REGION: (whole.regions, "regions"),
        Nature.DEPARTEMENT: (whole.departements, "departements"),
        Nature.EPCI: (whole.epcis, "epci"),
        Nature.COMMUNE: (whole.communes, "communes"),
    }
    sirens = {commune.siren for commune in whole.communes.values()} | whole.epcis.keys()
    actors = Actor.objects.collectivites().real().order_by("pk")
    for nature, code, siren, regions, start, end in actors.values_list(
        "nature", "code", "siren", "region_codes", "valid_from", "valid_until"
    ):
        rows, dataset = files[nature]
        if code in rows or not (scope == WHOLE_OF_FRANCE or scope in regions):
            continue
        on, successor = _succession(whole, code)
        on = on or end or whole.vintage(dataset) or timezone.localdate()
        values: dict[str, Any] = {
            "valid_until": max(on, start or on),
            "successor": (ActorKey(nature, successor),) if successor else (),
        }
        if nature == Nature.COMMUNE and siren in sirens:
            values["siren"] = ""  # another commune bears it now
        yield WantedActor(ActorKey(nature, code), values, whole.vintage(dataset))


def _succession(whole: Referentiel, code: str) -> tuple[date | None, str]:
    """The day an ended collectivité was replaced, if told, and the code of today's one, '' if unknown: from the file of
    successions, followed to its end, else from the former communes."""
    on, seen = None, {code}
    while code in whole.successions:
        succession = whole.successions[code]
        on, code = on or succession.on, succession.successor
        if code in seen:
            return on, ""
        seen.add(code)
    code = whole.former_of.get(code, code)
    return on, "" if code in seen and len(seen) == 1 else code


def _region(code: str) -> ActorKey:
    return ActorKey(Nature.REGION, code)


def _departement(code: str) -> ActorKey:
    return ActorKey(Nature.DEPARTEMENT, code)


def _commune(code: str) -> ActorKey:
    return ActorKey(Nature.COMMUNE, code)


# --- Countries, themes and services ----------------------------------------------------------------------------------
def _load_countries(whole: Referentiel, dry_run: bool) -> dict[str, int]:
    """Missing countries are created, official names and places follow the file; who may receive aid is said at creation
    only: staff edit it afterwards."""
    columns = ("iso3", "name", "name_en", "latitude", "longitude")
    known = {country.iso2: country for country in Country.objects.all()}
    created, changed = [], []
    for row in whole.countries.values():
        values = {column: getattr(row, column) for column in columns}
        country = known.get(row.iso2)
        if country is None:
            is_eligible = row.iso2 in whole.oda_recipients
            created.append(Country(iso2=row.iso2, is_oda_eligible=is_eligible, **values))
        elif values != {column: getattr(country, column) for column in columns}:
            for column, value in values.items():
                setattr(country, column, value)
            changed.append(country)
    if not dry_run:
        Country.objects.bulk_create(created)
        if changed:
            Country.objects.bulk_update(changed, columns)
    unchanged = len(whole.countries) - len(created) - len(changed)
    return NO_COUNTS | {"created": len(created), "changed": len(changed), "unchanged": unchanged}


def _load_themes(whole: Referentiel, dry_run: bool) -> dict[str, int]:
    """Missing themes are created; those there are belong to staff."""
    known = set(Theme.objects.values_list("code", flat=True))
    created = [
        Theme(code=row.code, name=row.name, dac_codes=list(row.dac_codes), sdgs=list(row.sdgs), position=position)
        for position, row in enumerate(whole.themes.values(), start=1)
        if row.code not in known
    ]
    if not dry_run:
        Theme.objects.bulk_create(created)
    return NO_COUNTS | {"created": len(created), "unchanged": len(whole.themes) - len(created)}


def _load_services(whole: Referentiel, dry_run: bool) -> dict[str, int]:
    """Missing services are created; those there are belong to staff."""
    known = set(Service.objects.values_list("code", flat=True))
    created = [
        Service(
            code=row.code,
            name=row.name,
            summary=row.summary,
            audience=row.audience,
            how_to_ask=row.how_to_ask,
            url=row.url,
            position=position,
        )
        for position, row in enumerate(whole.services.values(), start=1)
        if row.code not in known
    ]
    if not dry_run:
        Service.objects.bulk_create(created)
    return NO_COUNTS | {"created": len(created), "unchanged": len(whole.services) - len(created)}


# --- Which file was loaded when --------------------------------------------------------------------------------------
def _last_loads(codes: tuple[str, ...], scopes: list[str]) -> dict[str, DatasetLoad]:
    loads = DatasetLoad.objects.filter(dataset__in=codes, scope__in=scopes).latest_by_dataset()
    return {load.dataset: load for load in loads}


def _are_last(
    loads: dict[str, DatasetLoad], folder: Path, datasets: dict[str, Dataset], codes: tuple[str, ...]
) -> bool:
    """Are the files of the folder those of these loads, with the same vintages, read by the same loader?"""
    found = checksums(folder, codes, datasets)
    return all(
        code in loads
        and loads[code].checksum == found[code]
        and loads[code].counts.get("loader") == LOADER
        and (loads[code].counts.get("vintage") or "") == _iso(datasets[code].vintage)
        for code in codes
    )


def _record(
    folder: Path,
    datasets: dict[str, Dataset],
    codes: tuple[str, ...],
    scope: str,
    by_dataset: dict[str, dict[str, int]],
) -> None:
    """Note the load, unless it is the last one again and wrote nothing."""
    has_written = any(counts[kind] for counts in by_dataset.values() for kind in ("created", "changed", "closed"))
    if not has_written and _are_last(_last_loads(codes, [scope]), folder, datasets, codes):
        return
    found = checksums(folder, codes, datasets)
    DatasetLoad.objects.bulk_create(
        DatasetLoad(
            dataset=code,
            scope=scope,
            checksum=found[code],
            counts=by_dataset.get(code, NO_COUNTS)
            | {"vintage": _iso(datasets[code].vintage) or None, "loader": LOADER},
        )
        for code in codes
    )


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""

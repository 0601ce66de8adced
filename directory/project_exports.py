"""The columns of the projects' exports (stable names for machines, words for readers), and one row of each format."""

from collections.abc import Iterable, Iterator
from typing import Any

from directory.enums import ProjectRole
from directory.models import Actor, Country, Project
from directory.models.project import ProjectQuerySet

CHUNK = 500  # rows fetched at a time: memory stays flat whatever the export's size

COLUMNS = (
    "id",
    "titre",
    "avancement",
    "debut",
    "fin",
    "pays",
    "themes",
    "odd",
    "code_cad",
    "budget",
    "chefs_de_file",
    "partenaires",
    "operateurs",
    "financeurs",
    "jumelage",
    "description",
    "confirme_le",
    "fiche",
    "demonstration",
)

LABELS = (
    "Numéro",
    "Titre",
    "Avancement",
    "Début",
    "Fin",
    "Pays (codes ISO)",
    "Thèmes",
    "Objectifs de développement durable",
    "Code-objet du CAD",
    "Budget (euros)",
    "Chefs de file",
    "Partenaires",
    "Opérateurs",
    "Financeurs (montants en euros)",
    "Jumelage",
    "Description",
    "Confirmé le",
    "Fiche",
    "Démonstration",
)


def row(project: Project, site_url: str) -> list[Any]:
    """One project under COLUMNS; several values of a cell are separated by « | », codes by a space."""
    jumelage = project.public_jumelage
    return [
        project.pk,
        project.title,
        project.status,
        project.starts_on.isoformat() if project.starts_on else "",
        project.ends_on.isoformat() if project.ends_on else "",
        " ".join(project.country_codes),
        " ".join(project.theme_codes),
        " ".join(map(str, project.sdgs)),
        project.dac_code,
        project.budget,
        *(_named(project, role) for role in (ProjectRole.LEADER, ProjectRole.PARTNER, ProjectRole.OPERATOR)),
        _funders(project),
        site_url + jumelage.get_absolute_url() if jumelage else "",
        project.description,
        project.verified_at.date().isoformat() if project.verified_at else "",
        site_url + project.get_absolute_url(),
        "fictif" if project.is_demo else "",
    ]


def _named(project: Project, role: ProjectRole) -> str:
    return " | ".join(taken.actor.name for taken in project.roles.all() if taken.role == role)


def _funders(project: Project) -> str:
    funders = [taken for taken in project.roles.all() if taken.role == ProjectRole.FUNDER]
    return " | ".join(
        f"{funder.actor.name} ({funder.amount})" if funder.amount is not None else funder.actor.name
        for funder in funders
    )


def rows(projects: ProjectQuerySet, site_url: str) -> Iterator[list[Any]]:
    return written(projects.for_export().iterator(chunk_size=CHUNK), site_url)


def written(projects: Iterable[Project], site_url: str) -> Iterator[list[Any]]:
    """A row for each of these projects, loaded as for an export."""
    for project in projects:
        yield row(project, site_url)


def features(projects: ProjectQuerySet, site_url: str) -> Iterator[dict[str, Any]]:
    """One GeoJSON feature a project, where it happens: at its first partner abroad, else in its first country, else at its
    leader's; the property `position` says which. A project without a place has a null geometry (RFC 7946, 3.2)."""
    countries = {
        iso2: (latitude, longitude)
        for iso2, latitude, longitude in Country.objects.values_list("iso2", "latitude", "longitude")
        if latitude is not None
    }
    for project in projects.for_export().iterator(chunk_size=CHUNK):
        position, spot = _place(project, countries)
        values = dict(zip(COLUMNS, row(project, site_url), strict=True)) | {"position": position}
        geometry = {"type": "Point", "coordinates": [spot[1], spot[0]]} if spot else None
        yield {"type": "Feature", "id": f"projet-{project.pk}", "geometry": geometry, "properties": values}


def _place(
    project: Project, countries: dict[str, tuple[float, float]]
) -> tuple[str, tuple[float | None, float | None] | None]:
    located: list[Actor] = [taken.actor for taken in project.roles.all() if taken.actor.latitude is not None]
    for actor in located:
        if actor.country_id != "FR":
            return "partenaire", (actor.latitude, actor.longitude)
    for code in project.country_codes:
        if code in countries:
            return "pays", countries[code]
    if located:
        return "acteur", (located[0].latitude, located[0].longitude)
    return "", None

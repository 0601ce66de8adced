"""The shapes of what the API takes and gives, made from the columns of the datasets and the filters of the searches."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field, create_model

from directory.enums import Freshness, JumelageKind, Nature, PopulationBand, ProjectStatus, Vitality
from directory.filters.fields import MOST_VALUES
from directory.models.jumelage_words import UNKNOWN
from directory.search import MAX_LENGTH
from events.enums import EventKind
from events.filters import MONTH
from opendata.columns import Column
from opendata.datasets import ACTORS, EVENTS, LINKS, PROJECTS, Dataset

from . import cursors

PAGE_SIZE, LARGEST_PAGE = 100, 500
LARGEST_NUMBER = 2**63 - 1
TYPES = {"string": str, "integer": int, "number": float, "date": date, "datetime": datetime, "boolean": bool}
# A text holds at least one Latin letter or digit, else there is nothing to search for.
READABLE = r"[0-9A-Za-zÀ-ÅÇ-ÏÑ-ÖÙ-Ýà-åç-ïñ-öù-ýÿÆæŒœØøß]"


def _type_of(column: Column) -> Any:
    if column.separator:
        return list[int] if column.numbers else list[str]
    kind = TYPES[column.type]
    return kind if column.required else kind | None


def _shape(name: str, dataset: Dataset) -> type[Schema]:
    fields: dict[str, Any] = {
        column.name: (_type_of(column), Field(title=str(column.title), description=column.description or None))
        for column in dataset.columns
    }
    return create_model(name, __base__=Schema, **fields)


ActorOut = _shape("Acteur", ACTORS)
LinkOut = _shape("Jumelage", LINKS)
ProjectOut = _shape("Projet", PROJECTS)
EventOut = _shape("Evenement", EVENTS)


class CountryOut(Schema):
    iso2: str
    iso3: str
    nom: str
    nom_anglais: str
    latitude: float | None
    longitude: float | None
    eligible_apd: bool = Field(description="Reçoit l’aide publique au développement (liste du CAD de l’OCDE).")


class ThemeOut(Schema):
    code: str
    nom: str
    codes_cad: list[str] = Field(description="Codes-objet du Comité d’aide au développement de l’OCDE.")
    odd: list[int] = Field(description="Objectifs de développement durable, de 1 à 17.")


def _page_of(name: str, one: type[Schema]) -> type[Schema]:
    return create_model(
        name,
        __base__=Schema,
        results=(list[one], Field(description="Une page, dans l’ordre des numéros.")),  # type: ignore[valid-type]
        next=(str | None, Field(description="Adresse de la page suivante\u00a0; null à la dernière.")),
    )


Actors = _page_of("Acteurs", ActorOut)
Links = _page_of("Jumelages", LinkOut)
Projects = _page_of("Projets", ProjectOut)
Events = _page_of("Evenements", EventOut)
Countries = _page_of("LesPays", CountryOut)
Themes = _page_of("Themes", ThemeOut)

Text = Annotated[str, Field(pattern=READABLE, max_length=MAX_LENGTH)]
Departement = Annotated[str, Field(pattern=r"^([0-9]{2,3}|2[AB])$")]
Epci = Annotated[str, Field(pattern=r"^[0-9]{9}$")]
CountryCode = Annotated[str, Field(pattern=r"^([A-Z]{2}|europe)$")]
Month = Annotated[str, Field(pattern=rf"^{MONTH}$")]
GroupSlug = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,140}$")]
ThemeCode = Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]


def _optional(**said: Any) -> Any:
    """A parameter that may be left out: its absence is no value, and the contract shows none."""
    return Field(default=None, json_schema_extra=lambda schema: schema.pop("default", None) and None, **said)


def _several(values: Any, description: str) -> Any:
    return (list[values], Field(default=[], max_length=MOST_VALUES, description=description))  # type: ignore[valid-type]


class PageIn(Schema):
    """What every list takes."""

    limite: int = Field(default=PAGE_SIZE, ge=1, le=LARGEST_PAGE, description="Combien de lignes par page.")
    curseur: Annotated[str, Field(pattern=cursors.PATTERN)] = _optional(
        description="Où commence la page\u00a0: donné par «\u00a0next\u00a0», à ne pas fabriquer."
    )


class SearchIn(PageIn):
    q: Text = _optional(
        description="Texte cherché, comme dans le répertoire\u00a0: un nom, un code, un SIREN, un code postal."
    )


def _search(name: str, **filters: tuple[Any, Any]) -> type[SearchIn]:
    return create_model(name, __base__=SearchIn, **filters)  # type: ignore[call-overload, no-any-return]


def _closed(values: Any) -> Any:
    return Literal[tuple(values)]


COUNTRY = _several(CountryCode, "Code ISO à deux lettres, ou «\u00a0europe\u00a0».")
THEME = _several(ThemeCode, "Code d’un thème (voir /api/v1/themes).")
DEPARTEMENT = _several(Departement, "Code du département.")
EPCI = _several(Epci, "SIREN de l’intercommunalité.")
FRESHNESS = _several(_closed(Freshness.values), "Âge de la dernière confirmation par une personne.")

ActorsIn = _search(
    "ActorsIn",
    nature=_several(_closed(Nature.values), "Ce qu’est l’acteur."),
    departement=DEPARTEMENT,
    epci=EPCI,
    population=_several(_closed(PopulationBand.values), "Tranche de population municipale."),
    fraicheur=FRESHNESS,
    pays=COUNTRY,
    theme=THEME,
)
LinksIn = _search(
    "LinksIn",
    type=_several(_closed(JumelageKind.values), "Type de lien."),
    pays=COUNTRY,
    theme=THEME,
    vitalite=_several(
        _closed([*Vitality.values, UNKNOWN]), "Vitalité\u00a0; «\u00a0inconnue\u00a0» si personne ne l’a dite."
    ),
    departement=DEPARTEMENT,
    epci=EPCI,
    fraicheur=FRESHNESS,
    verifier=(Literal["oui"], _optional(description="«\u00a0oui\u00a0»\u00a0: seulement les liens à vérifier.")),
)
ProjectsIn = _search(
    "ProjectsIn",
    pays=COUNTRY,
    theme=THEME,
    statut=_several(_closed(ProjectStatus.values), "Avancement."),
    departement=DEPARTEMENT,
)
EventsIn = _search(
    "EventsIn",
    type=_several(_closed(EventKind.values), "Type de rendez-vous."),
    mois=_several(Month, "Mois, AAAA-MM."),
    departement=DEPARTEMENT,
    pays=COUNTRY,
    theme=THEME,
    groupe=_several(GroupSlug, "La fin de l’adresse de la page d’un groupe."),
    passes=(
        Literal["1"],
        _optional(description="«\u00a01\u00a0»\u00a0: ceux d’avant aujourd’hui\u00a0; sinon aujourd’hui et après."),
    ),
)

NatureIn = _closed(Nature.values)
CodeIn = Annotated[str, Field(pattern=r"^[0-9A-Za-z]{1,20}$", description="Code INSEE, SIREN, ou numéro du portail.")]
SlugIn = Annotated[str, Field(pattern=r"^[a-z0-9_-]{1,240}$", description="La fin de l’adresse de la fiche.")]
NumberIn = Annotated[int, Field(ge=1, le=LARGEST_NUMBER, description="Numéro stable.")]

"""The list of projects and the page of one: what they show, to whom, at what cost; nothing in an address breaks them."""

import csv
import io
import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from directory.enums import ProjectRole
from directory.models import ChangeProposal, Project
from directory.project_exports import COLUMNS
from directory.services import links, refresh_projects
from tests.directory.pages import text_of
from tests.factories import (
    CommuneFactory,
    CountryFactory,
    DepartementFactory,
    JumelageFactory,
    PartnerFactory,
    ProjectActorFactory,
    ProjectFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/projets/"
HX = {"HX-Request": "true"}


def titles(response: Any) -> list[str]:
    return [project.title for project in response.context["page"].rows]


def page_of(project: Project) -> str:
    return f"/projets/{project.slug}/"


@pytest.fixture
def well() -> Project:
    """« Un forage », led by Ambazac with a town of Sénégal, paid by two."""
    CountryFactory(iso2="SN", name="Sénégal")
    ThemeFactory(code="eau", name="Eau, assainissement")
    commune = CommuneFactory(
        name="Ambazac", code="87002", departement=DepartementFactory(name="Haute-Vienne", code="87")
    )
    town = PartnerFactory(foreign=True, name="Ndiaganiao", latitude=14.5, longitude=-16.7)
    project = ProjectFactory(
        title="Un forage", status="en-cours", starts_on=date(2026, 3, 1), ends_on=date(2027, 6, 30),
        theme_codes=["eau"], sdgs=[6, 17], dac_code="14030", budget=30_000, description="Creuser un puits.",
    )  # fmt: skip
    ProjectActorFactory(project=project, actor=commune)
    ProjectActorFactory(project=project, actor=town, role=ProjectRole.PARTNER)
    ProjectActorFactory(project=project, actor=commune, role=ProjectRole.FUNDER, amount=20_000)
    ProjectActorFactory(
        project=project, actor=PartnerFactory(name="Puits et Partage", nature="association"), role=ProjectRole.FUNDER
    )
    refresh_projects([project.pk])
    project.refresh_from_db()
    return project


# --- the list ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", ["Théâtre", "Un forage", "École"]),
        ("tri=nom", ["École", "Théâtre", "Un forage"]),
        ("tri=budget", ["Un forage", "École", "Théâtre"]),
        ("tri=recent", ["Théâtre", "Un forage", "École"]),
        ("q=forage", ["Un forage"]),
        ("q=ambazac", ["Un forage"]),
        ("q=ndiaganiao", ["Un forage"]),
        ("pays=SN", ["Un forage"]),
        ("pays=sn&pays=DE", ["Théâtre", "Un forage"]),
        ("pays=europe", ["Théâtre"]),
        ("q=ndiaganioa", ["Un forage"]),
        ("theme=eau", ["Un forage"]),
        ("statut=en-cours", ["Un forage"]),
        ("statut=en-cours&statut=termine", ["Théâtre", "Un forage"]),
        ("departement=87", ["Un forage"]),
        ("departement=87&pays=DE", []),
    ],
)
def test_parameters_filter_and_sort(client: Client, well: Project, query: str, found: list[str]) -> None:
    ProjectFactory(title="Théâtre", country_codes=["DE"], status="termine", starts_on=date(2026, 5, 1))
    ProjectFactory(title="École", country_codes=["MG"], starts_on=None, budget=100)
    ProjectFactory(title="Caché", country_codes=["SN", "DE"], status="en-cours", hidden=True)

    assert titles(client.get(f"{LIST}?{query}")) == found


def test_each_value_says_what_it_would_leave(client: Client, well: Project) -> None:
    DepartementFactory(name="Landes", code="40")
    ProjectFactory(title="Théâtre", country_codes=["DE", "SN"], status="termine")
    ProjectFactory(country_codes=["SN"], status="termine", hidden=True)

    facets = client.get(f"{LIST}?pays=SN").context["facets"]

    told = {facet.name: [(o.label, o.count, o.is_chosen) for o in facet.options] for facet in facets}
    assert told == {
        "pays": [("Toute l’Europe", 1, False), ("Sénégal", 2, True), ("DE", 1, False)],
        "theme": [("Eau, assainissement", 1, False)],
        "statut": [("En cours", 1, False), ("Terminé", 1, False)],
        "departement": [("Charente", 1, False), ("Haute-Vienne", 1, False)],
    }


def test_a_card_says_what_where_when_and_who(client: Client, well: Project) -> None:
    page = text_of(client.get(LIST))

    assert '<span data-testid="nombre">1</span> projet\n' in page
    assert page.count('data-testid="resultat"') == 1
    assert "Sénégal · du 1er mars 2026 au 30 juin 2027" in page
    leader = well.roles.get(role=ProjectRole.LEADER).actor
    assert f'Conduit par <a href="{leader.get_absolute_url()}">Ambazac</a>' in page


def test_htmx_gets_the_same_search_as_the_page_includes(client: Client, well: Project) -> None:
    address = f"{LIST}?q=forage&pays=SN"

    page, fragment = client.get(address), client.get(address, headers=HX)

    assert text_of(fragment).strip() in text_of(page)
    assert "<html" not in text_of(fragment)
    assert "HX-Request" in page["Vary"]


def test_an_empty_list_says_what_will_be_there(client: Client) -> None:
    ProjectFactory(hidden=True)

    assert "Aucun projet n’est encore publié" in text_of(client.get(LIST))


def test_an_empty_answer_says_what_to_loosen(client: Client, well: Project) -> None:
    response = client.get(f"{LIST}?q=forage&pays=DE")

    assert [(step["name"], step["total"]) for step in response.context["loosened"]] == [("pays", 1)]
    assert 'href="/projets/?q=forage"' in text_of(response)


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("couleur=bleu", ["couleur"]),
        ("pays=Senegal", ["pays=SENEGAL"]),
        ("statut=bof", ["statut=bof"]),
        ("theme=L'eau", ["theme=l'eau"]),
        ("departement=x", ["departement=X"]),
        ("tri=hasard", ["tri=hasard"]),
        ("q=%00%ff", ["des caractères illisibles"]),
        ("q=%25%25", ["%%"]),
    ],
)
def test_what_is_not_understood_is_ignored_and_told(client: Client, query: str, told: list[str]) -> None:
    response = client.get(f"{LIST}?{query}")

    assert response.status_code == 200
    assert response.context["ignored"] == told


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_whatever_its_length(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        ProjectActorFactory()
    client.get(LIST)

    with django_assert_num_queries(3):
        assert len(titles(client.get(f"{LIST}?statut=en-preparation"))) == count


def test_a_page_holds_twenty(client: Client) -> None:
    for number in range(21):
        ProjectFactory(title=f"Projet {number:02}", slug=f"p-{number}")

    assert titles(client.get(f"{LIST}?tri=nom&page=2")) == ["Projet 20"]


# --- exports ----------------------------------------------------------------------------------------------------------------
def csv_rows(client: Client, query: str = "") -> list[dict[str, str]]:
    body = b"".join(client.get(f"/projets/export.csv{query}")).decode()
    return list(csv.DictReader(io.StringIO(body)))


def test_the_csv_holds_every_public_fact(client: Client, well: Project, settings: Any) -> None:
    ProjectFactory(title="Caché", hidden=True)

    (row,) = csv_rows(client)

    assert row == {
        "id": str(well.pk),
        "titre": "Un forage",
        "avancement": "en-cours",
        "debut": "2026-03-01",
        "fin": "2027-06-30",
        "pays": "SN",
        "themes": "eau",
        "odd": "6 17",
        "code_cad": "14030",
        "budget": "30000",
        "chefs_de_file": "Ambazac",
        "partenaires": "Ndiaganiao",
        "operateurs": "",
        "financeurs": "Ambazac (20000) | Puits et Partage",
        "jumelage": "",
        "description": "Creuser un puits.",
        "confirme_le": "",
        "fiche": f"{settings.SITE_URL}{page_of(well)}",
        "demonstration": "",
    }


def test_exports_follow_the_search_and_run_no_formula(client: Client, well: Project) -> None:
    ProjectFactory(title="=CMD()", country_codes=["DE"])

    assert [row["titre"] for row in csv_rows(client, "?pays=DE")] == ["'=CMD()"]


def test_the_workbook_has_the_same_rows(client: Client, well: Project) -> None:
    response = client.get("/projets/export.xlsx")
    sheet = load_workbook(io.BytesIO(b"".join(response))).active

    header, row = list(sheet.iter_rows(values_only=True))
    assert len(header) == len(COLUMNS)
    assert row[:3] == (well.pk, "Un forage", "en-cours")


def test_the_map_places_a_project_where_it_happens(client: Client, well: Project) -> None:
    CountryFactory(iso2="MG", latitude=-19.0, longitude=46.7)
    ProjectFactory(title="Rizières", country_codes=["MG"])
    ProjectActorFactory(
        project=ProjectFactory(title="Ici", country_codes=[]), actor__latitude=45.0, actor__longitude=1.0
    )
    ProjectFactory(title="Nulle part", country_codes=[])

    features = json.loads(b"".join(client.get("/projets/export.geojson?tri=nom")))["features"]

    told = {f["properties"]["titre"]: (f["properties"]["position"], f["geometry"]) for f in features}
    assert told == {
        "Un forage": ("partenaire", {"type": "Point", "coordinates": [-16.7, 14.5]}),
        "Rizières": ("pays", {"type": "Point", "coordinates": [46.7, -19.0]}),
        "Ici": ("acteur", {"type": "Point", "coordinates": [1.0, 45.0]}),
        "Nulle part": ("", None),
    }


# --- the page of one ----------------------------------------------------------------------------------------------------------
def test_a_page_says_everything_with_its_source(client: Client, well: Project) -> None:
    page = text_of(client.get(page_of(well)))

    for told in (
        "<h1>Un forage</h1>",
        "du 1er mars 2026 au 30 juin 2027",
        "Creuser un puits.",
        "Eau, assainissement",
        "ODD 6 : Eau propre et assainissement",
        "ODD 17 : Partenariats pour la réalisation des objectifs",
        "14030",
        "30\u202f000 €",
        "20\u202f000 €",
        "montant non communiqué",
        "Non détaillé",
        "10\u202f000 €",
        "Collectivité étrangère · Sénégal",
        "jamais confirmée",
    ):
        assert told in page


def test_another_spelling_leads_to_the_page_and_the_rest_is_not_found(client: Client, well: Project) -> None:
    hidden = ProjectFactory(hidden=True, slug="cache-1")

    moved = client.get(f"/projets/ancien-titre-{well.pk}/")

    assert (moved.status_code, moved.url) == (301, page_of(well))
    for address in (
        f"/projets/x-{hidden.pk}/",
        "/projets/x-99999999/",
        "/projets/sans-numero/",
        f"/projets/x-{'9' * 30}/",
    ):
        assert client.get(address).status_code == 404


def test_an_actor_that_staff_hid_is_named_nowhere(client: Client, well: Project) -> None:
    town = well.roles.get(role=ProjectRole.PARTNER).actor
    assert "Ndiaganiao" in text_of(client.get(page_of(well)))
    town.is_published = False
    town.save()

    for address in (page_of(well), LIST, "/projets/export.csv", "/projets/export.geojson"):
        response = client.get(address)
        body = b"".join(response) if response.streaming else response.content
        assert b"Ndiaganiao" not in body
        assert b"Un forage" in body


def test_a_project_follows_the_new_name_of_an_actor(client: Client, well: Project) -> None:
    commune = well.roles.get(role=ProjectRole.LEADER).actor
    commune.name = "Ambazac-la-Neuve"
    commune.save()

    links.follow_actors([commune.pk])

    assert titles(client.get(f"{LIST}?q=neuve")) == ["Un forage"]


@pytest.mark.parametrize("subject", ["actor", "jumelage", "country", "theme"])
def test_the_pages_around_a_project_show_it_and_not_the_hidden_ones(
    client: Client, well: Project, subject: str
) -> None:
    commune = well.roles.get(role=ProjectRole.LEADER).actor
    jumelage = JumelageFactory(collectivite=commune, partner=well.roles.get(role=ProjectRole.PARTNER).actor)
    hidden = ProjectFactory(title="Caché", hidden=True, jumelage=jumelage, theme_codes=["eau"])
    ProjectActorFactory(project=hidden, actor=commune)
    ProjectActorFactory(project=ProjectFactory(title="Ailleurs", country_codes=["MG"]))
    Project.objects.filter(pk=well.pk).update(jumelage=jumelage)
    address = {
        "actor": commune.get_absolute_url(),
        "jumelage": jumelage.get_absolute_url(),
        "country": "/pays/sn/",
        "theme": "/themes/eau/",
    }[subject]

    page = text_of(client.get(address))

    assert [name for name in ("Un forage", "Caché", "Ailleurs") if name in page] == ["Un forage"]
    assert page_of(well) in page


def test_a_project_leads_to_its_jumelage_if_the_public_may_read_it(client: Client, well: Project) -> None:
    jumelage = JumelageFactory(collectivite=well.roles.get(role=ProjectRole.LEADER).actor)
    Project.objects.filter(pk=well.pk).update(jumelage=jumelage)
    shown = text_of(client.get(page_of(well)))
    exported = csv_rows(client)[0]["jumelage"]

    jumelage.partner.is_published = False
    jumelage.partner.save()

    assert jumelage.get_absolute_url() in shown
    assert exported.endswith(jumelage.get_absolute_url())
    assert jumelage.get_absolute_url() not in text_of(client.get(page_of(well)))
    assert csv_rows(client)[0]["jumelage"] == ""


# --- « Signaler une erreur » ------------------------------------------------------------------------------------------------
def test_a_report_goes_to_the_leader_and_names_the_project(client: Client, well: Project, settings: Any) -> None:
    address = f"{page_of(well)}signaler/"
    page = client.get(address)
    values = {"kind": "wrong", "message": "Le forage est fini.", "name": "", "email": "a@exemple.fr", "website": ""}
    once = page.context["form"]["once"].value()

    for _twice in range(2):
        response = client.post(address, values | {"once": once})

    assert (response.status_code, response.url) == (302, page_of(well))
    proposal = ChangeProposal.objects.get()
    assert proposal.actor == well.roles.get(role=ProjectRole.LEADER).actor
    assert proposal.message.replace("\u00a0", " ") == (
        f"À propos du projet « Un forage » ({settings.SITE_URL}{page_of(well)})\n\nLe forage est fini."
    )


def test_a_report_without_words_keeps_what_was_typed(client: Client, well: Project) -> None:
    response = client.post(f"{page_of(well)}signaler/", {"kind": "wrong", "name": "Dominique", "once": "abc"})

    assert response.status_code == 200
    assert 'value="Dominique"' in text_of(response)
    assert ChangeProposal.objects.count() == 0


def test_a_project_of_nobody_is_reported_to_the_network(client: Client) -> None:
    project = ProjectFactory()
    refresh_projects([project.pk])
    project.refresh_from_db()

    assert client.get(f"{page_of(project)}signaler/").url == "/contact/"
    assert 'href="/contact/">Signaler une erreur' in text_of(client.get(page_of(project)))

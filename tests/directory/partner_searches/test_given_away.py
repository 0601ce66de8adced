"""Announcements where others read them: what search engines are told of, what the team takes away."""

import csv
import io
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from tests.directory.pages import text_of
from tests.directory.partner_searches.announcements import in_days
from tests.factories import CommuneFactory, CountryFactory, PartnerSearchFactory, UserFactory

pytestmark = pytest.mark.django_db
QUEUE = "/equipe/recherches/"
SITEMAP = "/sitemap-recherches.xml"


@pytest.fixture
def reader(client: Client) -> Client:
    user = UserFactory(staff=True)
    user.user_permissions.add(Permission.objects.get(codename="change_partnersearch"))
    client.force_login(user)
    return client


# --- search engines -------------------------------------------------------------------------------------------------------------
def test_search_engines_are_told_of_the_open_announcements_only(client: Client) -> None:
    shown = PartnerSearchFactory(published=True, deadline=in_days(0))
    for left_out in (
        {"title": "En attente"},
        {"title": "Finie", "published": True, "deadline": in_days(-1)},
        {"title": "Fictive", "published": True, "is_demo": True},
        {"title": "D’une fiche masquée", "published": True, "actor": CommuneFactory(hidden=True)},
        {"title": "Close", "published": True, "state": "close"},
        {"title": "Refusée", "state": "refusee", "decided_at": timezone.now()},
    ):
        PartnerSearchFactory(**left_out)

    told = text_of(client.get(SITEMAP))

    assert told.count("<loc>") == 1
    assert f"<loc>http://testserver{shown.get_absolute_url()}</loc>" in told
    assert f"<lastmod>{shown.published_at:%Y-%m-%d}</lastmod>" in told
    assert "sitemap-recherches.xml" in text_of(client.get("/sitemap.xml"))
    assert "<loc>http://testserver/recherche-partenaires/</loc>" in text_of(client.get("/sitemap-pages.xml"))


def test_without_an_announcement_there_is_nothing_to_tell(client: Client) -> None:
    assert text_of(client.get(SITEMAP)).count("<loc>") == 0
    assert client.get("/sitemap.xml").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_the_sitemap_costs_the_same_whatever_its_length(
    client: Client, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        PartnerSearchFactory(published=True)

    with django_assert_num_queries(2):
        client.get(SITEMAP)


# --- the team's export ----------------------------------------------------------------------------------------------------------
def rows(client: Client, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"{QUEUE}export.csv{query}")
    return list(csv.DictReader(io.StringIO(b"".join(answer).decode())))


def test_the_export_follows_the_filters_and_says_who_wrote(reader: Client) -> None:
    CountryFactory(iso2="DE")
    author = UserFactory(first_name="Ana", last_name="Roy", email="ana@exemple.fr")
    waits = PartnerSearchFactory(title="=Voile", by_user=author, country_codes=["DE"], deadline=in_days(9))
    PartnerSearchFactory(title="Non confirmée", foreign=True, confirmed_at=None)
    PartnerSearchFactory(title="De loin", foreign=True, by_email="stadt@exemple.de", kind="offre")
    PartnerSearchFactory(title="Publiée", published=True)

    first, far = rows(reader)

    assert (first["titre"], first["auteur"], first["courriel de l’auteur"]) == ("'=Voile", "Ana Roy", "ana@exemple.fr")
    assert (first["qui"], first["fiche"]) == (waits.actor.name, waits.actor.code)
    assert (first["jusqu’au"], first["publiée le"]) == (in_days(9).isoformat(), "")
    assert first["page de relecture"] == f"http://testserver{QUEUE}{waits.pk}/"
    assert "Allemagne" in first["critères"]
    assert (far["titre"], far["fiche"], far["courriel de l’auteur"]) == ("De loin", "", "stadt@exemple.de")
    assert [row["titre"] for row in rows(reader, "?etat=publiee")] == ["Publiée"]
    assert [row["titre"] for row in rows(reader, "?objet=offre")] == ["De loin"]
    assert len(rows(reader, "?etat=toutes")) == 4
    assert rows(reader, "?q=introuvable") == []


def test_the_workbook_holds_the_same_and_the_page_offers_both(reader: Client) -> None:
    PartnerSearchFactory(title="Voile", kind="offre")
    PartnerSearchFactory(title="Forages")

    sheet = load_workbook(io.BytesIO(b"".join(reader.get(f"{QUEUE}export.xlsx?objet=offre")))).active

    assert [row[3] for row in sheet.iter_rows(min_row=2, values_only=True)] == ["Voile"]
    page = text_of(reader.get(f"{QUEUE}?objet=offre"))
    assert f'href="{QUEUE}export.csv?etat=a-relire&amp;objet=offre"' in page
    assert f'href="{QUEUE}export.xlsx?etat=a-relire&amp;objet=offre"' in page


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_export_is_the_teams_alone(client: Client, ending: str) -> None:
    PartnerSearchFactory()
    assert client.get(f"{QUEUE}export.{ending}").status_code == 302

    client.force_login(UserFactory())
    assert client.get(f"{QUEUE}export.{ending}").status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_export_costs_the_same_whatever_its_length(
    reader: Client, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        PartnerSearchFactory(by_user=UserFactory())
    rows(reader)

    with django_assert_num_queries(5):
        rows(reader)

"""One actor's page: who, where, from what source, what stands near, and where an old address leads."""

import json
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from directory import counts_version
from directory.enums import Nature
from directory.models import Actor
from directory.templatetags.directory import provenance
from soco.web.templatetags.soco import kilometres
from tests.directory.pages import text_of
from tests.factories import CommuneFactory, DepartementFactory, EpciFactory, PartnerFactory

pytestmark = pytest.mark.django_db


def test_an_actor_page_says_who_where_and_from_what_source(client: Client) -> None:
    epci = EpciFactory(name="Communauté d’agglomération du Grand Angoulême", code="200071827", siren="200071827")
    commune = CommuneFactory(
        name="Nersac", code="16244", siren="211602446", epci=epci, population=2_471, postal_codes=["16440"],
        email="mairie@nersac.exemple",
        provenance={"*": {"source": "staff", "at": "2026-05-04T10:00:00+02:00", "by": "equipe@exemple.fr"}},
    )  # fmt: skip

    page = text_of(client.get(commune.get_absolute_url()))

    assert "<h1>Nersac</h1>" in page
    assert "2\u202f471 hab." in page
    assert "211\u202f602\u202f446" in page
    assert f'href="{epci.get_absolute_url()}"' in page
    assert 'href="mailto:mairie@nersac.exemple"' in page
    assert "l’équipe du réseau, 4 mai 2026" in page
    assert 'rel="canonical" href="http://testserver/repertoire/nersac-16244/"' in page
    assert 'property="og:title" content="Nersac"' in page


@pytest.mark.parametrize(
    ("field", "said"),
    [
        ("population", "INSEE, DGCL, La Poste, IGN : communes au 1er janvier 2026, populations municipales 2023"),
        ("former_names", "INSEE (Code officiel géographique) : au 1er janvier 2026"),
        ("email", "DILA (annuaire de l’administration) : date non indiquée par la source : à vérifier"),
        ("phone", "l’équipe du réseau, 1er mars 2026"),
        ("website", "source inconnue"),
    ],
)
def test_a_fact_says_which_file_or_who_it_comes_from(field: str, said: str) -> None:
    commune = CommuneFactory(
        provenance={
            "*": {"source": "official", "at": "2026-01-01", "by": "referentiel"},
            "email": {"source": "official", "at": None, "by": "contacts"},
            "phone": {"source": "staff", "at": "2026-03-01T08:00:00+01:00", "by": "equipe@exemple.fr"},
            "website": {"source": "rumeur", "at": "hier"},
        }
    )

    assert provenance(commune, field) == said


def test_json_ld_is_valid_and_true(client: Client) -> None:
    commune = CommuneFactory(name="Nersac & <Co>", code="16244", siren="211602446", latitude=45.62, longitude=0.05)

    page = text_of(client.get(commune.get_absolute_url()))
    data = json.loads(page.split('<script type="application/ld+json">')[1].split("</script>")[0])

    assert data["@type"] == "GovernmentOrganization"
    assert data["name"] == "Nersac & <Co>"
    assert data["location"]["geo"] == {"@type": "GeoCoordinates", "latitude": 45.62, "longitude": 0.05}


def test_neighbours_are_the_nearest_with_their_distance(client: Client) -> None:
    here = CommuneFactory(name="Ici", code="16100", latitude=45.65, longitude=0.15)
    CommuneFactory(name="Près", code="16101", latitude=45.70, longitude=0.15)
    CommuneFactory(name="Moins près", code="16102", latitude=45.75, longitude=0.15)
    CommuneFactory(name="Trop loin", code="16103", latitude=45.95, longitude=0.15)

    nearest = client.get(here.get_absolute_url()).context["nearest"]

    assert [(actor.name, kilometres(actor.distance)) for actor in nearest] == [
        ("Près", "6\u00a0km"),
        ("Moins près", "11\u00a0km"),
    ]


def test_members_of_epci_departement_and_region_are_listed(client: Client) -> None:
    charente = DepartementFactory()
    epci = EpciFactory(code="200000001", siren="200000001", departement=charente)
    CommuneFactory(name="Ébréon", code="16122", departement=charente, epci=epci)
    CommuneFactory(name="Aigre", code="16005", departement=charente, epci=epci)
    CommuneFactory(name="Fermée", code="16006", departement=charente, epci=epci, closed=True)

    def members(actor: Actor) -> list[str]:
        return [member.name for member in client.get(actor.get_absolute_url()).context["members"].rows]

    assert members(epci) == ["Aigre", "Ébréon"]
    assert members(charente) == ["Aigre", "Ébréon"]
    assert members(Actor.objects.get(nature="region")) == ["Charente"]


def test_an_absorbed_commune_leads_to_its_last_successor(client: Client) -> None:
    last = CommuneFactory(name="Val-de-Nouvelle", code="16003")
    middle = CommuneFactory(name="Moyenne", code="16002", closed=True, successor=last)
    first = CommuneFactory(name="Ancienne", code="16001", closed=True, successor=middle)

    response = client.get(first.get_absolute_url())

    assert (response.status_code, response["Location"]) == (301, last.get_absolute_url())


def test_a_closed_actor_without_successor_keeps_its_page(client: Client) -> None:
    epci = EpciFactory(name="CC dissoute", valid_until=date(2025, 1, 1))

    response = client.get(epci.get_absolute_url())

    assert response.status_code == 200
    assert "a cessé d’exister le 1er janvier 2025" in text_of(response)


def test_successors_in_a_ring_or_hidden_leave_the_closed_page(client: Client) -> None:
    first = CommuneFactory(name="Une", code="16001", closed=True)
    second = CommuneFactory(name="Deux", code="16002", closed=True, successor=first)
    Actor.objects.filter(pk=first.pk).update(successor=second)
    hidden = CommuneFactory(name="Cachée", code="16003", hidden=True)
    third = CommuneFactory(name="Trois", code="16004", closed=True, successor=hidden)

    statuses = [client.get(actor.get_absolute_url()).status_code for actor in (first, second, third)]

    assert statuses == [200, 200, 200]


@pytest.mark.parametrize("slug", ["ancien-nom-16244", "NERSAC-16244", "16244"])
def test_the_right_code_under_another_name_leads_to_the_page(client: Client, slug: str) -> None:
    commune = CommuneFactory(name="Nersac", code="16244")

    response = client.get(f"/repertoire/{slug}/")

    assert (response.status_code, response["Location"]) == (301, commune.get_absolute_url())


def test_links_repeat_only_what_was_understood(client: Client) -> None:
    for position in range(30):
        CommuneFactory(name=f"Village {position}", code=f"161{position:02d}")
    junk = "&".join(f"a{n}=1&departement={n:03d}" for n in range(1_000))

    response = client.get(f"/repertoire/?q=village&{junk}")

    assert response.status_code == 200
    assert len(response.content) < 60_000
    assert "a1=1" not in text_of(response)


def test_a_place_of_the_map_shows_everyone_there(client: Client) -> None:
    commune = CommuneFactory(name="Nersac", code="16244", latitude=45.6, longitude=0.1)
    PartnerFactory(name="Comité de Nersac", latitude=45.6, longitude=0.1)
    CommuneFactory(name="Ailleurs", code="16245", latitude=45.7, longitude=0.1)

    page = text_of(client.get(reverse("map_card", args=[commune.pk])))

    assert page.count('data-testid="resultat"') == 2
    assert "Comité de Nersac" in page


def test_partners_of_an_epci_are_not_its_communes(client: Client) -> None:
    epci = EpciFactory(code="200000001", siren="200000001")
    commune = CommuneFactory(name="Aigre", code="16005", epci=epci)
    PartnerFactory(name="Comité d’Aigre", epci=epci)
    CommuneFactory(name="Voisine", code="16006", epci=epci)

    members = client.get(epci.get_absolute_url()).context["members"].rows
    siblings = client.get(commune.get_absolute_url()).context["siblings"]

    assert [actor.name for actor in members] == ["Aigre", "Voisine"]
    assert [actor.name for actor in siblings] == ["Voisine"]


def test_a_hidden_actor_is_not_found(client: Client) -> None:
    actor = PartnerFactory(is_published=False)

    assert client.get(actor.get_absolute_url()).status_code == 404
    assert client.get(reverse("map_card", args=[actor.pk])).status_code == 404


def test_a_demo_actor_says_so_and_so_does_the_site(client: Client) -> None:
    actor = PartnerFactory(demo=True, name="Comité de Villefictive")
    counts_version.bump()

    assert "démonstration : acteur fictif" in text_of(client.get(actor.get_absolute_url()))
    assert 'name="robots" content="noindex"' in text_of(client.get(actor.get_absolute_url()))
    assert "ld+json" not in text_of(client.get(actor.get_absolute_url()))
    assert "Démonstration : les fiches" in text_of(client.get("/contact/"))


def test_contact_comes_before_the_neighbours_on_a_phone(client: Client) -> None:
    commune = CommuneFactory(name="Nersac", latitude=45.6, longitude=0.1)
    CommuneFactory(name="Linars", latitude=45.61, longitude=0.1)

    page = text_of(client.get(commune.get_absolute_url()))

    assert 0 < page.index("Contact public") < page.index("Je représente cet acteur") < page.index("Près de chez vous")


def test_a_partner_says_its_numbers_and_its_network_and_a_network_its_members(client: Client) -> None:
    acjna = PartnerFactory(nature=Nature.RESEAU, name="ACJNA")
    comite = PartnerFactory(name="Comité d’Ambazac", siret="35600000000048", rna="W871234567", network=acjna)
    PartnerFactory(name="Comité caché", network=acjna, hidden=True)

    page, network = client.get(comite.get_absolute_url()).text, client.get(acjna.get_absolute_url()).text

    assert "35600000000048" in page and "W871234567" in page
    assert acjna.get_absolute_url() in page
    assert ("Comité d’Ambazac" in network, "Comité caché" in network) == (True, False)

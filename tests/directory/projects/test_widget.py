"""The card that other sites embed: what it says, and that it alone may be framed, without cookies nor scripts."""

from typing import Any

import pytest
from django.test import Client

from directory.models import Actor
from tests.directory.pages import text_of
from tests.factories import CommuneFactory, CountryFactory, JumelageFactory, PartnerFactory, UserFactory

pytestmark = pytest.mark.django_db


def card_of(actor: Actor) -> str:
    return f"/widget/acteur/{actor.slug}/"


@pytest.fixture
def commune() -> Actor:
    return CommuneFactory(name="Ambazac", code="16002", confirmed=True)


def twinned(commune: Actor, count: int = 1) -> Actor:
    country = CountryFactory(iso2="DE", name="Allemagne")
    for number in range(count):
        JumelageFactory(
            collectivite=commune, partner=PartnerFactory(foreign=True, name=f"Ville {number}", country=country)
        )
    commune.refresh_from_db()
    return commune


def test_it_says_who_with_whom_and_how_fresh(client: Client, commune: Actor, settings: Any) -> None:
    JumelageFactory(collectivite=commune, partner__name="Cachée", hidden=True)

    page = text_of(client.get(card_of(twinned(commune, 8))))

    assert "<h1>Ambazac</h1>" in page
    assert "Commune · Charente" in page
    assert [page.count(word) for word in ("Ville ", "Allemagne", "et 2 autres", "Cachée")] == [6, 6, 1, 0]
    assert "Fiche confirmée en" in page
    assert f'href="{settings.SITE_URL}{commune.get_absolute_url()}" target="_blank" rel="noopener"' in page
    assert page.count("<a ") == page.count('target="_blank" rel="noopener"') == 7
    assert "<script" not in page
    assert "style=" not in page


def test_it_alone_may_be_framed(client: Client, commune: Actor) -> None:
    card, fiche = client.get(card_of(commune)), client.get(commune.get_absolute_url())

    assert "X-Frame-Options" not in card
    assert "frame-ancestors *" in card["Content-Security-Policy"]
    assert "default-src 'none'" in card["Content-Security-Policy"]
    assert fiche["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in fiche["Content-Security-Policy"]


def test_it_sets_no_cookie_and_says_the_same_to_everybody(client: Client, commune: Actor) -> None:
    visitor = client.get(card_of(commune))
    client.force_login(UserFactory(superuser=True))
    staff = client.get(card_of(commune))

    assert visitor.content == staff.content
    assert dict(visitor.cookies) == dict(staff.cookies) == {}
    assert visitor["Cache-Control"] == "public, max-age=3600"


def test_an_old_address_follows_and_what_is_hidden_is_not_found(client: Client, commune: Actor) -> None:
    hidden = CommuneFactory(hidden=True)

    moved = client.get("/widget/acteur/ancien-nom-16002/")

    assert (moved.status_code, moved.url) == (301, card_of(commune))
    assert client.get(card_of(hidden)).status_code == 404
    assert client.get("/widget/acteur/rien-du-tout/").status_code == 404


def test_the_fiche_gives_the_code_to_copy_with_a_hostile_name_escaped(
    client: Client, commune: Actor, settings: Any
) -> None:
    Actor.objects.filter(pk=commune.pk).update(name='Bourg "><script>alert(1)</script>')

    page = text_of(client.get(commune.get_absolute_url()))

    assert (
        f"&lt;iframe src=&quot;{settings.SITE_URL}{card_of(commune)}&quot; title=&quot;Bourg &amp;quot;&amp;gt;" in page
    )
    assert "<script>alert" not in page
    assert f'href="{commune.get_absolute_url()}fiche.pdf"' in page


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_whatever_it_holds(
    client: Client, commune: Actor, django_assert_num_queries: Any, count: int
) -> None:
    twinned(commune, count)

    with django_assert_num_queries(2):
        client.get(card_of(commune))

"""« Recherche de partenaires » in a browser: sent from abroad, confirmed, read, published, answered; every page is accessible."""

import re
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.auth.models import Permission
from django.core import mail
from playwright.sync_api import Page, expect

from directory.models import Actor, PartnerSearch
from directory.notifications import search_link
from soco.accounts.models import User
from tests.directory.partner_searches.announcements import in_days
from tests.e2e.browsing import home_of, sign_in
from tests.factories import AttachmentFactory, CountryFactory, PartnerSearchFactory, ThemeFactory, UserFactory

Open = Callable[..., Page]
BASE = "/recherche-partenaires/"


def reader() -> User:
    user = UserFactory(staff=True, email="lea@exemple.fr", first_name="Léa", last_name="Roy")
    user.user_permissions.add(Permission.objects.get(codename="change_partnersearch"))
    return user


def path_of(link: str) -> str:
    return "/lien/" + link.rpartition("/lien/")[2]


@pytest.fixture
def countries(repertoire: Actor) -> Actor:
    for iso2 in ("FR", "DE"):
        CountryFactory(iso2=iso2)
    ThemeFactory(code="eau-assainissement")
    repertoire.identity_tags = ["patrimoine"]
    repertoire.save(update_fields=["identity_tags"])
    return repertoire


@pytest.mark.parametrize("javascript", [True, False], ids=["avec-js", "sans-js"])
def test_from_abroad_to_the_match(open_page: Open, countries: Actor, javascript: bool) -> None:
    page = open_page(BASE, javascript=javascript)
    page.get_by_role("link", name="Vous êtes à l’étranger").click()
    page.get_by_role("button", name="Envoyer l’annonce").click()
    expect(page.get_by_role("alert").first).to_contain_text("Ce que vous avez tapé est gardé")
    page.get_by_label("Votre collectivité").fill("Sankt Waldried")
    page.get_by_label("Votre pays").select_option("DE")
    page.get_by_label("Votre adresse électronique").fill("rathaus@waldried.exemple")
    page.get_by_label("Titre").fill("Ville de Hesse cherche une amie")
    page.get_by_label("Présentation").fill("Nos collégiens apprennent le français.")
    page.get_by_label("ville d’art et d’histoire").check()
    page.get_by_label("français", exact=True).check()
    page.get_by_role("button", name="Envoyer l’annonce").click()
    expect(page.get_by_role("heading", name="Annonce envoyée")).to_be_visible()

    link = re.search(r"https?://\S+/lien/\S+", mail.outbox[-1].body)
    assert link
    page.goto(home_of(page) + path_of(link[0]))
    page.get_by_role("button", name="Confirmer mon annonce").click()
    expect(page.get_by_role("status").filter(has_text="votre annonce est confirmée")).to_be_visible()

    sign_in(page, reader())
    page.goto(home_of(page) + "/equipe/recherches/")
    page.get_by_role("link", name="Ville de Hesse cherche une amie").click()
    expect(page.get_by_label("Une nouvelle fiche : Sankt Waldried (Allemagne)")).to_be_checked()
    page.get_by_role("button", name="Publier l’annonce").click()
    expect(page.get_by_role("status").filter(has_text="L’annonce est publiée")).to_be_visible()

    page.context.clear_cookies()
    page.goto(home_of(page) + BASE)
    expect(page.get_by_test_id("nombre")).to_have_text("1")
    page.get_by_role("link", name="Ville de Hesse cherche une amie").click()
    matches = page.get_by_role("region", name="Ce qui lui correspond")
    expect(matches.get_by_role("link", name="Limoges", exact=True)).to_be_visible()
    expect(matches).to_contain_text("Identité commune : ville d’art et d’histoire.")
    page.get_by_role("link", name="Répondre").click()
    expect(page.get_by_text("Vous répondez à l’annonce")).to_be_visible()


def test_filters_swap_the_list_and_come_back(open_page: Open, countries: Actor) -> None:
    PartnerSearchFactory(published=True, actor=countries, title="Cherche l’Allemagne", country_codes=["DE"])
    PartnerSearchFactory(published=True, actor=countries, title="Propose la France", country_codes=["FR"], kind="offre")
    page = open_page(BASE)

    page.get_by_label("propose un partenariat").check()
    expect(page.get_by_test_id("nombre")).to_have_text("1")
    expect(page.get_by_role("link", name="Propose la France")).to_be_visible()
    expect(page).to_have_url(re.compile(r"objet=offre"))
    page.go_back()
    expect(page.get_by_test_id("nombre")).to_have_text("2")


PAGES = {
    "liste": BASE,
    "liste vide": f"{BASE}?q=introuvable",
    "annonce": "{page}",
    "annonce close": "{closed}",
    "proposer": f"{BASE}proposer/",
    "merci": f"{BASE}proposer/merci/",
    "lien": "{link}",
    "choisir": f"{BASE}publier/",
    "publier": f"{BASE}publier/?fiche={{slug}}",
    "modifier": "{page}modifier/",
    "clore": "{page}clore/",
    "file": "/equipe/recherches/?etat=toutes",
    "relire": "/equipe/recherches/{pending}/",
    "décidée": "/equipe/recherches/{pk}/",
    "espace": "/mon-espace/",
    "fiche": "/repertoire/{slug}/",
    "répondre": "/repertoire/{slug}/contacter/?annonce={pk}",
}


@pytest.mark.parametrize("width", [1280, 360])
def test_the_pages_are_accessible_and_reflow(open_page: Open, countries: Actor, width: int) -> None:
    user = reader()
    for actor in (countries, Actor.objects.get(code="87161")):
        AttachmentFactory(actor=actor, user=user, accepted=True)
    said = {"country_codes": ["DE"], "theme_codes": ["eau-assainissement"], "identity_tags": ["patrimoine"]}
    search = PartnerSearchFactory(published=True, actor=countries, by_user=user, deadline=in_days(30), **said)
    pending = PartnerSearchFactory(foreign=True, deadline=in_days(30), identity_tags=["patrimoine"])
    closed = PartnerSearchFactory(published=True, actor=countries, deadline=in_days(-1))
    values = {
        "page": search.get_absolute_url(), "closed": closed.get_absolute_url(), "link": path_of(search_link(pending)),
        "slug": countries.slug, "pending": pending.pk, "pk": search.pk,
    }  # fmt: skip
    page = open_page("/", width=width)
    sign_in(page, user)
    found = {}
    for name, address in PAGES.items():
        answer = page.goto(home_of(page) + address.format(**values))
        assert answer
        assert answer.status == 200, name
        violations = Axe().run(page).response["violations"]
        wrong = [(violation["id"], [node["target"] for node in violation["nodes"][:3]]) for violation in violations]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wrong.append(("sideways", [page.evaluate("document.documentElement.scrollWidth")]))
        if wrong:
            found[name] = wrong

    assert found == {}
    assert PartnerSearch.objects.count() == 3

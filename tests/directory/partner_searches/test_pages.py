"""The pages of announcements: list, export, one announcement, forms with and without an account, the author's link, the queue."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from directory.models import Actor, PartnerSearch
from directory.notifications import search_link
from soco.mailing.models import Message
from soco.web import registries
from tests.directory.pages import text_of
from tests.directory.partner_searches.announcements import in_days, mails, posted
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    CountryFactory,
    DepartementFactory,
    PartnerFactory,
    PartnerSearchFactory,
    ThemeFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

LIST = "/recherche-partenaires/"


@pytest.fixture
def reader(client: Client) -> Client:
    user = UserFactory(staff=True, email="lea@exemple.fr")
    user.user_permissions.add(Permission.objects.get(codename="change_partnersearch"))
    client.force_login(user)
    return client


@pytest.fixture
def two() -> tuple[PartnerSearch, PartnerSearch]:
    """A request from here for Germany, and an offer from Senegal for France."""
    ThemeFactory(code="eau-assainissement")
    CountryFactory(iso2="DE")
    ThemeFactory(code="culture-patrimoine", name="Culture, patrimoine")
    here = PartnerSearchFactory(
        published=True, title="Port de pêche cherche une ville", country_codes=["DE"], theme_codes=["culture-patrimoine"],
        population_bands=["2000-10000"], identity_tags=["littoral"], languages=["de"], deadline=in_days(100),
        actor=CommuneFactory(name="Royan", departement=DepartementFactory(name="Charente-Maritime", code="17")),
        published_at=timezone.now() - timedelta(days=2),
    )  # fmt: skip
    there = PartnerSearchFactory(
        published=True, kind="offre", title="Trois forages à remettre en état", country_codes=["FR"], languages=["fr"],
        theme_codes=["eau-assainissement"], actor=PartnerFactory(foreign=True, name="Ndiagour", country__iso2="SN"),
        deadline=in_days(20), published_at=timezone.now() - timedelta(days=1),
    )  # fmt: skip
    return here, there


def titles(answer: Any) -> list[str]:
    return [search.title.split()[0] for search in answer.context["page"].rows]


def link_of(search: PartnerSearch) -> str:
    return "/lien/" + search_link(search).rpartition("/lien/")[2]


# --- the list ---------------------------------------------------------------------------------------------------------------
def test_the_list_shows_who_where_what_and_until_when(client: Client, two: Any) -> None:
    PartnerSearchFactory(title="Pas encore lue")
    PartnerSearchFactory(title="Close", closed=True)
    PartnerSearchFactory(title="Finie", published=True, deadline=in_days(-1))
    PartnerSearchFactory(title="D’une fiche cachée", published=True, actor=CommuneFactory(hidden=True))

    answer = client.get(LIST)

    assert titles(answer) == ["Trois", "Port"]
    page = text_of(answer)
    for told in ("Royan", "Charente-Maritime", "Ndiagour", "Sénégal", "Cherche dans ces pays : Allemagne", "littoral"):
        assert told in page
    assert 'data-testid="nombre">2</span>' in page


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=forage", ["Trois"]),
        ("q=peche", ["Port"]),
        ("q=ndiagour", ["Trois"]),
        ("q=introuvable", []),
        ("objet=demande", ["Port"]),
        ("objet=offre&objet=demande", ["Trois", "Port"]),
        ("pays=de", ["Port"]),
        ("pays=europe", ["Port"]),
        ("pays=SN", ["Trois"]),
        ("pays=FR", ["Trois"]),
        ("theme=eau-assainissement", ["Trois"]),
        ("taille=2000-10000", ["Trois", "Port"]),
        ("taille=0-500", ["Trois"]),
        ("identite=littoral", ["Port"]),
        ("langue=de", ["Port"]),
        ("tri=echeance", ["Trois", "Port"]),
        ("tri=recentes", ["Trois", "Port"]),
    ],
)
def test_each_parameter_filters_or_sorts(client: Client, two: Any, query: str, found: list[str]) -> None:
    assert titles(client.get(f"{LIST}?{query}")) == found


def test_every_count_is_what_choosing_it_would_give(client: Client, two: Any) -> None:
    PartnerSearchFactory(published=True)  # says nothing: any country, any size
    PartnerSearchFactory(
        published=True, country_codes=["DE", "ES"], population_bands=["0-500"], identity_tags=["foret"]
    )

    for chosen in ("", "pays=DE", "objet=demande&taille=0-500", "theme=eau-assainissement"):
        page = client.get(f"{LIST}?{chosen}")
        for facet in page.context["facets"]:
            others = "&".join(part for part in chosen.split("&") if part and not part.startswith(f"{facet.name}="))
            for option in facet.options:
                alone = client.get(f"{LIST}?{others}&{facet.name}={option.value}")
                assert alone.context["total"] == option.count, (chosen, facet.name, option.value)


@pytest.mark.parametrize("address", ["?q=%00", "?pays=%00", "?theme='", "?page=%00", "?tri=x", "?objet=rien&page=99"])
def test_no_address_breaks_the_list(client: Client, two: Any, address: str) -> None:
    assert client.get(LIST + address).status_code == 200


def test_what_is_swapped_is_what_the_page_holds(client: Client, two: Any) -> None:
    page = client.get(f"{LIST}?pays=DE")
    part = client.get(f"{LIST}?pays=DE", headers={"HX-Request": "true"})

    assert part.text.strip() in page.text
    assert "HX-Request" in page["Vary"]


def test_an_empty_list_says_what_will_be_there(client: Client) -> None:
    assert "Publiez la première annonce" in text_of(client.get(LIST))
    assert "Aucune annonce ne répond" in text_of(client.get(f"{LIST}?pays=DE"))


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_whatever_their_length(client: Client, django_assert_num_queries: Any, count: int) -> None:
    for _ in range(count):
        search = PartnerSearchFactory(published=True, country_codes=["DE"], theme_codes=["eau-assainissement"])
    client.get(search.get_absolute_url())  # the names of countries and themes are kept

    with django_assert_num_queries(2):  # facets, rows
        client.get(LIST)
    with django_assert_num_queries(3):
        client.get(search.get_absolute_url())


def test_the_export_says_the_same_and_nothing_of_its_authors(client: Client, two: Any) -> None:
    PartnerSearch.objects.update(by_email="secret@exemple.fr")

    answer = client.get(f"{LIST}export.csv?pays=DE")
    (row,) = csv.DictReader(io.StringIO(b"".join(answer).decode()))

    assert (row["titre"], row["qui"], row["pays_souhaites"], row["identites"]) == (
        "Port de pêche cherche une ville", "Royan", "Allemagne", "littoral",
    )  # fmt: skip
    assert "secret" not in str(row)


# --- one announcement ---------------------------------------------------------------------------------------------------------
def test_the_page_says_the_criteria_and_who_fits(client: Client, two: Any) -> None:
    here, _there = two
    town = PartnerFactory(
        foreign=True, name="Lübeck", country__iso2="DE", identity_tags=["littoral"], latitude=53.9, longitude=10.7
    )
    PartnerSearchFactory(
        published=True,
        title="Ville de la Baltique",
        actor=town,
        country_codes=["FR"],
        kind="offre",
        identity_tags=["littoral"],
    )

    page = text_of(client.get(here.get_absolute_url()))

    for told in (
        "Dans ces pays : Allemagne.", "Avec cette identité en commun : littoral.", "Ville de la Baltique",
        "Pays recherchés : Allemagne, France.", "Identité commune : littoral.", f"/contacter/?annonce={here.pk}",
    ):  # fmt: skip
        assert told in page


def test_another_spelling_of_its_address_leads_to_it(client: Client, two: Any) -> None:
    here, _there = two

    assert client.get(f"{LIST}autre-titre-{here.pk}/").headers["Location"] == here.get_absolute_url()


@pytest.mark.parametrize("state", [{}, {"state": "refusee", "decided_at": timezone.now()}, {"closed": True}])
def test_what_was_never_published_is_seen_by_its_own_people_only(client: Client, state: dict[str, Any]) -> None:
    search = PartnerSearchFactory(**state)
    mine = AttachmentFactory(actor=search.actor, accepted=True).user
    asking = AttachmentFactory(actor=search.actor).user
    statuses = []
    for user in (None, asking, AttachmentFactory(accepted=True).user, mine):
        client.logout()
        if user:
            client.force_login(user)
        statuses.append(client.get(search.get_absolute_url()).status_code)

    assert statuses == [404, 404, 404, 200]


@pytest.mark.parametrize("fields", [{"deadline": in_days(-1)}, {"state": "close"}])
def test_a_page_that_is_over_says_so_and_is_not_indexed(client: Client, fields: dict[str, Any]) -> None:
    search = PartnerSearchFactory(**{"published": True} | fields)

    page = text_of(client.get(search.get_absolute_url()))

    assert "Cette annonce est close" in page
    assert 'content="noindex"' in page
    assert "Répondre" not in page


@pytest.mark.parametrize("address", ["x", "x-99999999", "x-99999999999999999999", "x-²"])
def test_an_address_that_leads_nowhere_is_missing(client: Client, address: str) -> None:
    assert client.get(f"{LIST}{address}/").status_code == 404


def test_answering_is_the_contact_form_that_knows_what_it_is_about(client: Client) -> None:
    search = PartnerSearchFactory(published=True, by_email="auteur@exemple.fr", title="Cherche une ville")
    contact = f"/repertoire/{search.actor.slug}/contacter/"
    client.force_login(UserFactory(email="camille@exemple.fr"))

    page = client.get(f"{contact}?annonce={search.pk}")
    assert page.context["form"]["subject"].initial == "Votre annonce\u00a0: Cherche une ville"
    answer = client.post(f"{contact}?annonce={search.pk}", {"subject": "Votre annonce", "text": "Parlons-en."})

    assert answer.headers["Location"] == search.get_absolute_url()
    assert Message.objects.of_kind("directory.contact_relay").get().to_email == "auteur@exemple.fr"
    elsewhere = PartnerSearchFactory(published=True)
    for strange in (elsewhere.pk, "x", "9" * 30):
        assert client.get(f"{contact}?annonce={strange}").context["search"] is None


# --- sending one ----------------------------------------------------------------------------------------------------------------
def test_a_referent_publishes_for_an_actor_they_represent(client: Client) -> None:
    CountryFactory(iso2="DE")
    mine = AttachmentFactory(accepted=True)
    client.force_login(mine.user)
    address = client.get("/recherche-partenaires/publier/").headers["Location"]

    assert address.endswith(f"?fiche={mine.actor.slug}")
    wrong = client.post(address, posted(title="", deadline=in_days(-1).isoformat(), country_codes=["XX"]))
    assert set(wrong.context["form"].errors) == {"title", "deadline", "country_codes"}
    assert "autour de la voile" in text_of(wrong)
    client.post(address, posted())
    client.post(address, posted())

    search = PartnerSearch.objects.get()
    assert (search.actor, search.by_user, search.state) == (mine.actor, mine.user, "a-relire")
    assert "Mes recherches de partenaires" in text_of(client.get("/mon-espace/"))
    other = CommuneFactory(name="Ailleurs")
    assert client.post(f"/recherche-partenaires/publier/?fiche={other.slug}", posted()).status_code == 403


def test_the_team_publishes_for_anybody_at_once(reader: Client) -> None:
    CountryFactory(iso2="DE")
    actor = CommuneFactory()

    assert "Publier une recherche" in text_of(reader.get(actor.get_absolute_url()))
    reader.post(f"/recherche-partenaires/publier/?fiche={actor.slug}", posted())

    search = PartnerSearch.objects.get()
    assert (search.state, search.by_user, search.decided_by) == ("publiee", None, "lea@exemple.fr")
    assert mails() == []


def test_its_people_change_and_close_it_others_may_not(client: Client) -> None:
    CountryFactory(iso2="DE")
    search = PartnerSearchFactory(published=True)
    page = search.get_absolute_url()
    client.force_login(AttachmentFactory(accepted=True).user)
    assert [client.post(f"{page}{gesture}/").status_code for gesture in ("modifier", "clore")] == [403, 403]

    client.force_login(AttachmentFactory(accepted=True, actor=search.actor).user)
    assert client.get(f"{page}clore/").status_code == 200
    client.post(f"{page}modifier/", posted(title="Mieux dit"))
    search.refresh_from_db()
    assert (search.title, search.is_pending) == ("Mieux dit", True)
    client.post(f"{search.get_absolute_url()}clore/")
    search.refresh_from_db()
    assert search.state == "close"


# --- without an account ---------------------------------------------------------------------------------------------------------
FOREIGN = {"authority_name": "Sankt Waldried", "authority_country": "DE", "email": "rathaus@waldried.exemple"}


def test_an_authority_abroad_sends_one_and_confirms_it_by_its_link(client: Client) -> None:
    CountryFactory(iso2="DE")
    page = text_of(client.get("/recherche-partenaires/proposer/"))
    assert '<span lang="en">' in page

    answer = client.post("/recherche-partenaires/proposer/", posted(**FOREIGN))

    assert answer.headers["Location"] == "/recherche-partenaires/proposer/merci/"
    search = PartnerSearch.objects.get()
    assert (search.actor, search.country_codes, search.is_confirmed) == (None, ["FR"], False)
    assert client.get(search.get_absolute_url()).status_code == 404
    assert "Confirmer mon annonce" in text_of(client.get(link_of(search)))
    assert not PartnerSearch.objects.pending().exists()
    client.post(link_of(search), {"geste": "confirmer"})
    assert PartnerSearch.objects.pending().get() == search


def test_the_form_keeps_what_was_typed_and_stops_robots_and_crowds(client: Client, settings: Any) -> None:
    CountryFactory(iso2="DE")
    settings.DIRECTORY_SEARCHES_AN_HOUR = 1
    wrong = client.post("/recherche-partenaires/proposer/", posted(**FOREIGN | {"email": "rathaus@", "title": "\x00"}))
    assert set(wrong.context["form"].errors) == {"email", "title"}
    assert "Sankt Waldried" in text_of(wrong)

    client.post("/recherche-partenaires/proposer/", posted(**FOREIGN, website="https://spam.exemple"))
    assert not PartnerSearch.objects.exists()
    statuses = [
        client.post("/recherche-partenaires/proposer/", posted(**FOREIGN, title=f"Annonce {n}")).status_code
        for n in range(2)
    ]
    assert statuses == [302, 429]
    assert PartnerSearch.objects.count() == 1


def test_the_author_s_link_keeps_it_online_corrects_and_closes(client: Client) -> None:
    CountryFactory(iso2="DE")
    actor = PartnerFactory(foreign=True, country__iso2="DE")
    search = PartnerSearchFactory(published=True, actor=actor, by_email="a@exemple.fr", deadline=in_days(10))
    link = link_of(search)

    for _ in range(2):
        client.post(link, {"geste": "prolonger"})
    search.refresh_from_db()
    assert search.deadline == in_days(183)
    assert client.post(link, posted(geste="corriger", title="")).context["form"].errors
    client.post(link, posted(geste="corriger", title="Mieux dit"))
    search.refresh_from_db()
    assert (search.title, search.is_pending) == ("Mieux dit", True)
    assert client.get(link).status_code == 200
    client.post(link, {"geste": "clore"})
    assert client.post(link, {"geste": "prolonger"}).status_code == 302
    search.refresh_from_db()
    assert search.state == "close"
    PartnerSearch.objects.update(link_version=2)
    assert [client.get(link).status_code, client.post(link, {"geste": "clore"}).status_code] == [410, 410]


def test_the_link_of_a_member_s_announcement_does_not_change_its_words(client: Client) -> None:
    search = PartnerSearchFactory(published=True, by_user=UserFactory(), title="Avant")

    page = client.post(link_of(search), posted(geste="corriger", title="Après"))

    search.refresh_from_db()
    assert (search.title, page.context["form"]) == ("Avant", None)


# --- the team's queue -----------------------------------------------------------------------------------------------------------
def test_the_queue_holds_what_waits_and_filters_reach_the_rest(reader: Client) -> None:
    first = PartnerSearchFactory(title="Première")
    PartnerSearchFactory(title="Deuxième", foreign=True, kind="offre")
    PartnerSearchFactory(title="Non confirmée", foreign=True, confirmed_at=None)
    PartnerSearchFactory(title="Publiée", published=True)

    def found(query: str = "") -> list[str]:
        return [search.title for search in reader.get(f"/equipe/recherches/{query}").context["page"].rows]

    assert found() == ["Première", "Deuxième"]
    assert found("?objet=offre") == ["Deuxième"]
    assert found("?q=waldried") == ["Deuxième"]
    assert found("?etat=publiee") == ["Publiée"]
    assert len(found("?etat=toutes")) == 4
    assert found("?etat=x&objet=y&page=z&q=%00") == ["Première", "Deuxième"]
    queue = next(queue for queue in registries.queues() if queue.code == "directory.searches")
    assert (queue.measure().count, queue.measure().since) == (2, first.created_at)


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_costs_the_same_whatever_its_length(
    reader: Client, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        PartnerSearchFactory(by_user=UserFactory())
    reader.get("/equipe/recherches/")

    with django_assert_num_queries(6):
        reader.get("/equipe/recherches/")


def test_staff_corrects_the_words_chooses_the_fiche_and_publishes(reader: Client) -> None:
    CountryFactory(iso2="DE")
    CountryFactory(iso2="FR")
    search = PartnerSearchFactory(foreign=True)
    known = PartnerFactory(foreign=True, name="Sankt Waldried", country__iso2="DE")
    address = f"/equipe/recherches/{search.pk}/"

    assert "Sankt Waldried (Allemagne), fiche existante" in text_of(reader.get(address))
    assert reader.post(address, posted(decision="accept", author="999")).context["form"].errors
    late = posted(decision="accept", author=str(known.pk), deadline=in_days(-1).isoformat())
    assert "dernier jour est passé" in text_of(reader.post(address, late))
    reader.post(address, posted(decision="accept", author=str(known.pk), country_codes=["FR"], title="Mieux dit"))

    search.refresh_from_db()
    assert (search.actor, search.title, search.state) == (known, "Mieux dit", "publiee")
    assert reader.get(address).status_code == 200
    assert Actor.objects.filter(name="Sankt Waldried").count() == 1


def test_staff_refuses_closes_and_reads_again(reader: Client) -> None:
    search = PartnerSearchFactory()
    address = f"/equipe/recherches/{search.pk}/"

    assert "Donnez la raison" in text_of(reader.post(address, {"decision": "refuse"}))
    states = []
    for decision, reason in (("refuse", "Trop vague"), ("reopen", ""), ("reopen", ""), ("close", "Doublon"), ("x", "")):
        reader.post(address, {"decision": decision, "reason": reason})
        search.refresh_from_db()
        states.append(search.state)

    assert states == ["refusee", "a-relire", "a-relire", "close", "close"]


# --- what a territory is ----------------------------------------------------------------------------------------------------------
def test_a_referent_says_what_the_territory_is_and_the_fiche_shows_it(client: Client) -> None:
    mine = AttachmentFactory(accepted=True, actor__name="Royan")
    client.force_login(mine.user)
    edit = f"/repertoire/{mine.actor.slug}/modifier/"
    form = client.get(edit).context["form"]
    shown = {form[name].html_initial_name: form[name].value() or "" for name in form.facts if name != "identity_tags"}
    typed = {name: form[name].value() or "" for name in form.facts}

    client.post(edit, shown | typed | {"identity_tags": ["vignoble", "littoral"]})

    mine.actor.refresh_from_db()
    assert mine.actor.identity_tags == ["littoral", "vignoble"]
    page = text_of(client.get(mine.actor.get_absolute_url()))
    assert "Identité du territoire" in page
    assert "littoral, vignoble" in page
    client.post(edit, shown | typed | {"identity_tags": ["inconnue"]})
    mine.actor.refresh_from_db()
    assert mine.actor.identity_tags == ["littoral", "vignoble"]

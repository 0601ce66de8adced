"""Who fits an announcement: candidates in one query, reasons in sentences, and what authors are told of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from directory.models import PartnerSearch
from directory.services import matching_actors, matching_searches, tell_matches
from soco.mailing.models import Message
from tests.directory.partner_searches.announcements import mails
from tests.factories import CommuneFactory, JumelageFactory, PartnerFactory, PartnerSearchFactory, ThemeFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def from_abroad() -> PartnerSearch:
    """A town of Germany by the sea looks for a partner in France."""
    actor = PartnerFactory(foreign=True, name="Waldsee", country__iso2="DE", latitude=54.0, longitude=10.0)
    return PartnerSearchFactory(
        published=True, actor=actor, country_codes=["FR"], identity_tags=["littoral"], languages=["fr", "de"]
    )


def from_here(**said: Any) -> PartnerSearch:
    usual = {"published": True, "country_codes": ["DE"], "identity_tags": ["littoral"], "kind": "offre"}
    return PartnerSearchFactory(**usual | said)


def test_the_two_announcements_that_fit_find_each_other(from_abroad: PartnerSearch) -> None:
    here = from_here(actor=CommuneFactory(latitude=45.0, longitude=-1.0))
    from_here(country_codes=["ES"])  # looks elsewhere
    from_here(identity_tags=["montagne"], kind="demande")  # has too little in common
    from_here(state="close")
    from_here(actor=PartnerFactory(foreign=True, country__iso2="DE"), country_codes=[])  # of the same country
    from_here(is_demo=True)
    PartnerSearchFactory(published=True, actor=from_abroad.actor)  # its own

    (match,) = matching_searches(from_abroad)

    assert match.search == here
    assert match.reasons == [
        "Pays recherchés\u00a0: Allemagne, France.",
        "Identité commune\u00a0: littoral.",
        "L’une propose, l’autre cherche.",
    ]
    assert match.distance == pytest.approx(1_275, abs=1)
    back = matching_searches(here)[0]
    assert (back.search, back.score, back.reasons) == (from_abroad, match.score, match.reasons)


def test_the_actors_that_fit_are_local_authorities_with_something_in_common(from_abroad: PartnerSearch) -> None:
    seaside = CommuneFactory(name="Royan", identity_tags=["littoral"])
    twinned = JumelageFactory(collectivite__name="Limoges").collectivite  # with another town of Germany
    CommuneFactory(name="Sans rien en commun")
    CommuneFactory(name="Montagne", identity_tags=["montagne"])
    PartnerFactory(name="Un comité", identity_tags=["littoral"])
    CommuneFactory(name="Cachée", identity_tags=["littoral"], hidden=True)
    CommuneFactory(name="Fermée", identity_tags=["littoral"], closed=True)
    CommuneFactory(name="De démonstration", identity_tags=["littoral"], demo=True)
    PartnerFactory(foreign=True, name="Lübeck", country__iso2="DE", identity_tags=["littoral"])
    JumelageFactory(collectivite__name="Déjà jumelée", partner=from_abroad.actor)

    found = {match.actor: match.reasons for match in matching_actors(from_abroad)}

    assert found == {
        seaside: [
            "Pays recherché\u00a0: France.",
            "Identité commune\u00a0: littoral.",
            "Langue commune\u00a0: français.",
        ],
        twinned: [
            "Pays recherché\u00a0: France.",
            "Coopère déjà avec ce pays\u00a0: Allemagne.",
            "Langue commune\u00a0: français.",
        ],
    }


def test_a_commune_that_looks_abroad_finds_the_towns_of_the_countries_it_names() -> None:
    search = from_here(languages=["de"])
    lubeck = PartnerFactory(foreign=True, name="Lübeck", country__iso2="DE")
    PartnerFactory(foreign=True, name="Gijón", country__iso2="ES", identity_tags=["littoral"])

    assert [match.actor for match in matching_actors(search)] == [lubeck]


@pytest.mark.parametrize("count", [1, 3])
def test_matches_cost_one_query_each(from_abroad: PartnerSearch, django_assert_num_queries: Any, count: int) -> None:
    for number in range(count):
        from_here()
        CommuneFactory(name=f"Royan {number}", identity_tags=["littoral"], population=3000)
    matching_searches(from_abroad)  # the names of countries and themes are kept

    with django_assert_num_queries(2):
        assert len(matching_searches(from_abroad)) == count
        assert len(matching_actors(from_abroad)) == count


# --- « une annonce correspond à la vôtre » ----------------------------------------------------------------------------------
def test_an_author_is_told_once_a_week_of_what_is_newer(from_abroad: PartnerSearch) -> None:
    now = timezone.now()
    ThemeFactory()
    PartnerSearch.objects.filter(pk=from_abroad.pk).update(
        by_email="rathaus@waldsee.exemple", published_at=now - timedelta(days=40)
    )
    from_here(published_at=now - timedelta(days=35))  # no news
    assert tell_matches(now) == 0

    fresh = from_here(published_at=now - timedelta(hours=1))
    assert [tell_matches(now), tell_matches(now)] == [1, 0]
    assert mails() == [("matched", "rathaus@waldsee.exemple")]
    assert Message.objects.get().params == {"search": from_abroad.pk, "matches": [fresh.pk]}
    assert Message.objects.get().category == "service"

    from_here(published_at=now + timedelta(hours=1))
    assert tell_matches(now + timedelta(days=6)) == 0
    assert tell_matches(now + timedelta(days=8)) == 1
    assert tell_matches(now + timedelta(days=20)) == 0


def test_an_author_of_two_gets_one_mail_about_the_one_that_fits_best(from_abroad: PartnerSearch) -> None:
    now = timezone.now()
    fields = {"by_email": "a@exemple.fr", "published_at": now - timedelta(days=3)}
    best = from_here(languages=["fr"], **fields)
    from_here(identity_tags=[], languages=["fr"], **fields)
    PartnerSearch.objects.filter(pk=from_abroad.pk).update(published_at=now)

    assert tell_matches(now + timedelta(minutes=1)) == 1
    assert Message.objects.get().params["search"] == best.pk

"""Who changed what and when, as the database kept it: whatever the door, for the living and for the gone."""

from typing import Any

import pghistory
import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from directory.admin import history
from directory.admin.history import changes_of, events_of
from directory.models import Actor
from directory.services import count_demo, seed_demo
from tests.directory.admin_pages import EVERYTHING, GESTION, address, change, signed_in, text
from tests.factories import (
    CommuneFactory,
    CountryFactory,
    DepartementFactory,
    EpciFactory,
    PartnerFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    return signed_in(EVERYTHING)


def told(actor: Actor) -> list[list[tuple[str, str, str]]]:
    actor.refresh_from_db()
    return [
        [(field.label, field.before, field.after) for field in change.fields]
        for change in changes_of(events_of(Actor, actor.pk), actor)
    ]


def test_each_change_is_told_field_by_field_from_before_to_after() -> None:
    epci = EpciFactory(name="CC du Val")
    commune = CommuneFactory(phone="", population=100, postal_codes=["16000"], is_published=True)
    for values in (
        {"phone": "05 45", "population": None},
        {"phone": "05 46", "epci": epci, "postal_codes": ["16000", "16100"], "is_published": False},
    ):
        Actor.objects.filter(pk=commune.pk).update(**values)

    assert told(commune) == [
        [
            ("intercommunalité", "vide", "CC du Val"),
            ("codes postaux", "16000", "16000, 16100"),
            ("téléphone", "05 45", "05 46"),
            ("publié", "oui", "non"),
        ],
        [("population municipale", "100", "vide"), ("téléphone", "vide", "05 45")],
    ]


def test_choices_days_and_lost_links_are_told_in_words() -> None:
    epci = EpciFactory(legal_form="CC", valid_from=None)
    commune = CommuneFactory(confirmed=True)
    Actor.objects.filter(pk=epci.pk).update(legal_form="CA", valid_from="2026-01-31")
    Actor.objects.filter(pk=commune.pk).update(verified_at=None, epci=epci)
    Actor.objects.filter(pk=commune.pk).update(epci=None)
    pk = epci.pk

    assert told(epci) == [
        [
            ("forme juridique", "Communauté de communes", "Communauté d’agglomération"),
            ("existe depuis", "vide", "31 janvier 2026"),
        ]
    ]
    epci.delete()
    assert told(commune)[0] == [("intercommunalité", f"n° {pk}", "vide")]


def test_the_page_tells_who_whence_and_the_creation(staff: Client) -> None:
    commune = CommuneFactory(name="Angoulême", official=True, phone="")
    Actor.objects.filter(pk=commune.pk).update(population=42_000)
    with pghistory.context(source="official", by="referentiel", origin="communes 2026"):
        Actor.objects.filter(pk=commune.pk).update(population=41_000)
    change(staff, commune, phone="05 45")

    page = " ".join(text(staff.get(address(commune, "history"))).split())

    assert page.index(staff.user.email) < page.index("communes 2026") < page.index("traitement automatique")
    assert "Par <strong>referentiel</strong> · source : donnée officielle · origine : communes 2026" in page
    assert f"Par <strong>{staff.user.email}</strong> · source : l’équipe du réseau" in page
    assert '<del>vide</del></td><td data-label="Après"><ins>05 45</ins>' in page
    assert "· source : donnée officielle (referentiel)." in page
    assert "Fiche créée le" in page


def test_an_account_behind_a_request_is_named_by_its_address(staff: Client) -> None:
    commune = CommuneFactory()
    with pghistory.context(user=staff.user.pk, url="/ailleurs/"):
        Actor.objects.filter(pk=commune.pk).update(phone="05 45")

    assert changes_of(events_of(Actor, commune.pk), commune)[0].who == staff.user.email


def test_history_does_not_read_djangos_own_log(staff: Client) -> None:
    commune = CommuneFactory()
    LogEntry.objects.log_actions(staff.user.pk, [commune], 2, change_message="Inventé")

    page = text(staff.get(address(commune, "history")))

    assert "Inventé" not in page
    assert "Aucun changement depuis la création de cette fiche." in page


@pytest.mark.parametrize("size", [1, 3])
def test_a_history_takes_the_same_queries_whatever_its_length(
    staff: Client, django_assert_num_queries: Any, size: int
) -> None:
    commune = CommuneFactory()
    places = [EpciFactory() for _ in range(size)]
    staff.get(address(commune, "history"))
    for place in places:
        Actor.objects.filter(pk=commune.pk).update(epci=place, phone=str(place.pk))

    with django_assert_num_queries(8):
        page = text(staff.get(address(commune, "history")))

    assert page.count('<li class="change">') == size


def test_a_long_history_goes_by_pages(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "PAGE_SIZE", 2)
    commune = CommuneFactory(phone="0")
    for number in range(1, 4):
        Actor.objects.filter(pk=commune.pk).update(phone=str(number))

    first, second = (text(staff.get(address(commune, "history") + f"?p={page}")) for page in ("1", "2"))

    assert [page.count("<ins>") for page in (first, second)] == [2, 1]
    assert ("<ins>3</ins>" in first, "<ins>2</ins>" in first, "<ins>1</ins>" in second) == (True, True, True)
    assert ("Fiche créée le" in first, "Fiche créée le" in second) == (False, True)
    assert staff.get(address(commune, "history") + "?p=x%00").status_code == 200


def test_history_is_for_those_who_may_see_the_actor() -> None:
    commune = CommuneFactory()

    assert signed_in("view_collectivite").get(address(commune, "history")).status_code == 200
    assert signed_in("view_partner").get(address(commune, "history")).status_code == 403


def test_reference_lists_have_their_history_too(staff: Client) -> None:
    country, theme = CountryFactory(iso2="SN"), ThemeFactory(code="eau", name="Eau")
    type(country).objects.update(is_oda_eligible=False)
    type(theme).objects.update(name="Eau potable")

    assert "<del>oui</del>" in text(staff.get(f"{GESTION}country/SN/history/"))
    assert "<ins>Eau potable</ins>" in text(staff.get(f"{GESTION}theme/eau/history/"))


# --- the gone --------------------------------------------------------------------------------------------------------------
def test_a_deleted_actor_is_found_with_its_last_values(staff: Client) -> None:
    partner = PartnerFactory(name="Éclats d’Afrique", phone="05 45", code="p900555")
    PartnerFactory(name="Autres éclats")
    staff.post(address(partner, "delete"), {"post": "yes"})

    for query in ("q=eclats d'af", "q=&geste=suppression", "geste=suppression&q=eclats"):
        (event,) = staff.get(f"{GESTION}actorevent/?{query}").context["cl"].result_list
        assert event.name == "Éclats d’Afrique"
    page = text(staff.get(f"{GESTION}actorevent/{event.pk}/change/"))
    assert "Cette fiche n’existe plus : voici ses dernières valeurs." in page
    assert '<del>05 45</del></td><td data-label="Après"><ins>vide</ins>' in page
    assert "Suppression" in page


def test_a_change_of_a_living_actor_leads_to_its_whole_history(staff: Client) -> None:
    commune = CommuneFactory(name="Pau", code="64445", phone="1")
    for phone in ("2", "3"):
        Actor.objects.filter(pk=commune.pk).update(phone=phone)

    latest, first = staff.get(f"{GESTION}actorevent/?q=pau").context["cl"].result_list
    by_code = staff.get(f"{GESTION}actorevent/?q=64445&geste=modification").context["cl"].result_list
    page = text(staff.get(f"{GESTION}actorevent/{first.pk}/change/"))

    assert [event.pk for event in by_code] == [latest.pk, first.pk]
    assert ("<del>1</del>" in page, "<ins>2</ins>" in page) == (True, True)
    assert f'href="{address(commune, "history")}"' in page
    assert staff.get(f"{GESTION}actorevent/?q=%21").context["cl"].result_count == 0


def test_nobody_edits_history(staff: Client) -> None:
    commune = CommuneFactory()
    Actor.objects.filter(pk=commune.pk).update(phone="05")
    event = Actor.pgh_event_model.objects.get()

    assert staff.get(f"{GESTION}actorevent/add/").status_code == 403
    assert staff.get(f"{GESTION}actorevent/{event.pk}/delete/").status_code == 403
    assert staff.get(f"{GESTION}actorevent/999999/change/").status_code == 404
    assert 'name="action"' not in text(staff.get(f"{GESTION}actorevent/"))
    assert signed_in("view_actorevent").get(f"{GESTION}actorevent/{event.pk}/change/").status_code == 200
    assert signed_in("view_theme").get(f"{GESTION}actorevent/{event.pk}/change/").status_code == 403


# --- the demonstration -------------------------------------------------------------------------------------------------------
DEMO = f"{GESTION}partner/demonstration/retirer/"


@pytest.fixture
def demonstration() -> int:
    CommuneFactory(departement=DepartementFactory())
    PartnerFactory(name="Bien réel")
    for iso2 in ("FR", "DE", "ES", "SN", "MG", "PL", "CA"):
        CountryFactory(iso2=iso2)
    return seed_demo()


def test_the_demonstration_goes_in_one_gesture(staff: Client, demonstration: int) -> None:
    asked = staff.get(DEMO)
    present = count_demo()
    done = staff.post(DEMO, follow=True)

    assert f"{demonstration} fiches fictives" in text(asked)
    assert (present, count_demo()) == (demonstration, 0)
    assert f"{demonstration} fiches fictives ont été retirées." in text(done)
    assert [partner.name for partner in Actor.objects.partners()] == ["Bien réel"]
    assert "Il n’y a pas de donnée de démonstration." in text(staff.get(DEMO))


@pytest.mark.parametrize(
    ("rights", "is_offered"),
    [(["view_partner", "delete_partner"], True), (["view_partner", "change_partner"], False)],
)
def test_the_gesture_is_for_those_who_may_delete(demonstration: int, rights: list[str], is_offered: bool) -> None:
    client = signed_in(*rights)

    assert (DEMO in text(client.get(f"{GESTION}partner/"))) is is_offered
    assert (client.get(DEMO).status_code == 200) is is_offered
    assert (client.post(DEMO).status_code == 302) is is_offered
    assert Actor.objects.demo().exists() is not is_offered


def test_without_demonstration_no_button(staff: Client) -> None:
    PartnerFactory()

    assert DEMO not in text(staff.get(f"{GESTION}partner/"))


def test_a_demonstration_that_a_real_record_needs_stays(staff: Client, demonstration: int) -> None:
    fictitious = Actor.objects.demo().order_by("pk").first()
    PartnerFactory(name="Ancien", closed=True, successor=fictitious)

    response = staff.post(DEMO, follow=True)

    assert "Une fiche réelle renvoie à une fiche de démonstration : rien n’a été retiré." in text(response)
    assert count_demo() == demonstration

"""The staff's forms: every edit signed, nobody undone, keys out of reach; what may be added and deleted."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from directory import counts_version
from directory.models import Actor, Country, Theme
from tests.directory.admin_pages import EVERYTHING, GESTION, address, change, form_values, listed, signed_in, text
from tests.factories import (
    CommuneFactory,
    CountryFactory,
    DatasetLoadFactory,
    DepartementFactory,
    EpciFactory,
    PartnerFactory,
    RegionFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    return signed_in(EVERYTHING)


# --- links ------------------------------------------------------------------------------------------------------------------
def choices(client: Client, link: str, term: str = "") -> list[str]:
    response = client.get(
        f"{GESTION}actor/autocomplete/",
        {"term": term, "app_label": "directory", "model_name": "collectivite", "field_name": link},
    )
    return [choice["text"] for choice in response.json()["results"]]


def test_a_link_offers_only_what_it_may_hold_and_tells_namesakes_apart(staff: Client) -> None:
    charente = DepartementFactory()
    CommuneFactory(name="Saint-Martin", code="16001", departement=charente, population=10)
    CommuneFactory(name="Saint-Martin", code="16002", departement=charente, population=20)
    PartnerFactory(name="Saint-Martin en fête", code="p900001", departement=charente)

    assert choices(staff, "departement") == ["Charente · Département · 16"]
    assert choices(staff, "seat", "st martin") == ["Saint-Martin · Commune · 16002", "Saint-Martin · Commune · 16001"]
    assert choices(staff, "successor", "martin fete") == ["Saint-Martin en fête · Comité de jumelage · p900001"]
    assert choices(signed_in("view_partner"), "region") == ["Nouvelle-Aquitaine · Région · 75"]


def test_links_are_not_offered_without_a_right_to_see_actors() -> None:
    client = signed_in("view_theme")

    response = client.get(
        f"{GESTION}actor/autocomplete/", {"app_label": "directory", "model_name": "partner", "field_name": "seat"}
    )

    assert response.status_code == 403


def test_an_actor_is_edited_in_the_list_of_its_kind(staff: Client) -> None:
    commune, partner = CommuneFactory(), PartnerFactory()

    assert staff.get(f"{GESTION}actor/{commune.pk}/change/?_popup=1").url == f"{address(commune)}?_popup=1"
    assert staff.get(f"{GESTION}actor/{partner.pk}/change/").url == address(partner)
    assert staff.get(f"{GESTION}actor/").url == f"{GESTION}collectivite/"
    assert staff.get(f"{GESTION}actor/999999/change/").status_code == 302
    assert staff.get(f"{GESTION}collectivite/{partner.pk}/change/").status_code == 302


# --- edits --------------------------------------------------------------------------------------------------------------------
def test_an_edit_signs_each_changed_value_and_only_those(staff: Client) -> None:
    commune = CommuneFactory(official=True, email="a@exemple.fr", phone="05 45")

    response = change(staff, commune, email="mairie@exemple.fr")

    saved = Actor.objects.get(pk=commune.pk)
    stamp = saved.provenance.pop("email")
    assert "a été modifié avec succès" in text(response)
    assert (saved.email, saved.phone, saved.provenance) == ("mairie@exemple.fr", "05 45", commune.provenance)
    assert (stamp["source"], stamp["by"]) == ("staff", staff.user.email)
    assert timezone.now() - datetime.fromisoformat(stamp["at"]) < timedelta(minutes=1)
    event = Actor.pgh_event_model.objects.get(pgh_obj_id=commune.pk)
    assert (event.email, event.pgh_context.metadata["source"]) == ("a@exemple.fr", "staff")
    assert event.pgh_context.metadata["by"] == staff.user.email


def test_saving_without_a_change_writes_nothing(staff: Client) -> None:
    commune = CommuneFactory(official=True, confirmed=True, epci=EpciFactory(), former_names=["Bourg, le", "Ville"])
    before = Actor.objects.values().get(pk=commune.pk)

    change(staff, commune)

    assert Actor.objects.values().get(pk=commune.pk) == before
    assert Actor.pgh_event_model.objects.count() == 0


def test_a_renamed_commune_is_found_by_its_new_name_and_keeps_its_address(
    staff: Client, django_capture_on_commit_callbacks: Any
) -> None:
    commune = CommuneFactory(name="Vieux-Bourg", former_codes=["16900"])
    before = counts_version.current()

    with django_capture_on_commit_callbacks(execute=True):
        change(staff, commune, name="Neuf-Bourg", former_names="Vieux-Bourg, Hameau")

    saved = Actor.objects.get(pk=commune.pk)
    assert (saved.slug, saved.former_names) == (commune.slug, ["Vieux-Bourg", "Hameau"])
    assert saved.search_terms.split("\n")[2:5] == ["16900", "Vieux-Bourg", "Hameau"]
    assert listed(staff, "q=neuf bourg") == ["Neuf-Bourg"]
    assert counts_version.current() > before


def test_an_epci_renamed_by_the_staff_renames_what_finds_its_communes(staff: Client) -> None:
    epci = EpciFactory(name="CC du Val")
    commune = CommuneFactory(epci=epci)

    change(staff, epci, name="CC des Trois-Rivières")

    commune.refresh_from_db()
    assert "CC des Trois-Rivières" in commune.search_terms.split("\n")


def test_a_partner_moved_to_another_departement_is_filtered_there(staff: Client) -> None:
    partner = PartnerFactory(name="Comité", departement=DepartementFactory())
    creuse = DepartementFactory(code="23", name="Creuse")

    change(staff, partner, departement=creuse.pk)

    assert Actor.objects.get(pk=partner.pk).departement_codes == ["23"]


def test_a_confirmation_is_a_day_even_in_the_hour_that_comes_twice(staff: Client) -> None:
    twice = datetime(2025, 10, 26, 1, 30, tzinfo=UTC)  # 2.30 in Paris, the second time
    commune = CommuneFactory(verified_at=twice)

    change(staff, commune, phone="05 45")
    kept = Actor.objects.get(pk=commune.pk)
    change(staff, commune, verified_at="2026-01-31")
    moved = Actor.objects.get(pk=commune.pk)
    refused = change(staff, commune, verified_at="2999-01-01")

    assert (kept.phone, kept.verified_at) == ("05 45", twice)
    assert moved.verified_at == datetime(2026, 1, 31, 11, tzinfo=UTC)
    assert "Cette date est dans l’avenir." in text(refused)


def test_two_people_cannot_undo_each_other(staff: Client) -> None:
    commune = CommuneFactory(phone="", email="")
    shown = form_values(staff.get(address(commune)), "collectivite_form")
    other = signed_in("change_collectivite", "view_collectivite")
    change(other, commune, phone="05 45")

    late = staff.post(address(commune), {**shown, "email": "a@exemple.fr"})

    assert "Cette fiche a changé pendant que vous la modifiiez" in text(late)
    saved = Actor.objects.get(pk=commune.pk)
    assert (saved.phone, saved.email) == ("05 45", "")


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"email": "pas-une-adresse"}, "Saisissez une adresse de courriel valide."),
        ({"latitude": "45", "longitude": ""}, "Latitude (−90 à 90) et longitude (−180 à 180) vont ensemble."),
        (
            {"valid_from": "02/01/2026", "valid_until": "01/01/2026"},
            "La fin d’existence ne peut pas précéder le début.",
        ),
        ({"departement": ""}, "Une commune appartient à un département."),
    ],
)
def test_what_a_constraint_refuses_is_said_in_the_form(staff: Client, values: dict[str, str], sentence: str) -> None:
    commune = CommuneFactory()

    response = change(staff, commune, **values)

    assert sentence in text(response).replace("&#x27;", "'").replace("\xa0", " ")
    assert Actor.pgh_event_model.objects.count() == 0


def test_what_only_the_database_refuses_is_said_too(staff: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody took the same value between the form's check and the save."""
    commune = CommuneFactory()
    monkeypatch.setattr("directory.models.Actor.full_clean", lambda *args, **kwargs: None)

    response = change(staff, commune, latitude="45", longitude="")

    assert "Latitude (−90 à 90) et longitude (−180 à 180) vont ensemble." in text(response)
    assert Actor.pgh_event_model.objects.count() == 0


def test_a_link_of_the_wrong_nature_is_refused(staff: Client) -> None:
    commune, other = CommuneFactory(), CommuneFactory()

    response = change(staff, commune, epci=other.pk)

    assert "Sélectionnez un choix valide" in text(response)


def test_keys_and_generated_columns_cannot_be_edited(staff: Client) -> None:
    commune = CommuneFactory(code="16001")

    change(staff, commune, code="16999", nature="epci", siren="123456789", slug="autre", name_key="x", is_demo="on")

    saved = Actor.objects.get(pk=commune.pk)
    assert (saved.code, saved.nature, saved.siren, saved.slug, saved.is_demo) == (
        "16001",
        "commune",
        "",
        commune.slug,
        False,
    )


def test_provenance_is_told_in_words(staff: Client) -> None:
    undated = {"email": {"source": "official", "at": None, "by": "contacts"}, "verdict": {"source": "oracle"}}
    commune = CommuneFactory(provenance={**CommuneFactory.build(official=True).provenance, **undated})
    change(staff, commune, phone="05 45")

    page = text(staff.get(address(commune)))

    assert "<td>l’équipe du réseau</td>" in page
    assert f"<td>{staff.user.email}</td>" in page
    assert '<th scope="row">Courriel public</th><td>donnée officielle</td><td></td><td>contacts</td>' in page
    assert (
        '<th scope="row">Tout le reste</th><td>donnée officielle</td><td>1 janvier 2026</td><td>referentiel</td>'
        in page
    )


# --- adding and deleting --------------------------------------------------------------------------------------------------
def test_a_collectivite_is_neither_added_nor_deleted_by_hand(staff: Client) -> None:
    commune = CommuneFactory()

    assert staff.get(f"{GESTION}collectivite/add/").status_code == 403
    assert staff.post(address(commune, "delete"), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in text(staff.get(f"{GESTION}collectivite/"))
    assert Actor.objects.filter(pk=commune.pk).exists()


def test_a_closed_collectivite_has_its_successor(staff: Client) -> None:
    old, new = CommuneFactory(), CommuneFactory(name="Commune-Nouvelle")

    change(staff, old, valid_until="01/01/2026", successor=new.pk)

    saved = Actor.objects.get(pk=old.pk)
    assert (saved.is_closed, saved.successor) == (True, new)
    assert set(saved.provenance) == {"valid_until", "successor"}


def test_a_partner_is_added_where_its_seat_is(staff: Client) -> None:
    seat = CommuneFactory(name="Angoulême", code="16015", latitude=45.65, longitude=0.16, postal_codes=["16000"])
    shown = form_values(staff.get(f"{GESTION}partner/add/"), "partner_form")

    response = staff.post(
        f"{GESTION}partner/add/",
        {**shown, "name": "Les Amis de Thiès", "nature": "association", "seat": seat.pk, "_continue": "1"},
    )

    partner = Actor.objects.partners().get()
    assert response.url == address(partner)
    assert (partner.code, partner.slug) == (f"p{partner.pk}", f"les-amis-de-thies-p{partner.pk}")
    assert (partner.departement, partner.latitude, partner.departement_codes) == (seat.departement, 45.65, ["16"])
    assert (partner.provenance["*"]["source"], partner.provenance["*"]["by"]) == ("staff", staff.user.email)
    assert listed(staff, "q=amis de thies", "partner") == ["Les Amis de Thiès"]


def test_a_partner_cannot_take_the_nature_of_a_collectivite(staff: Client) -> None:
    CountryFactory()
    shown = form_values(staff.get(f"{GESTION}partner/add/"), "partner_form")

    response = staff.post(f"{GESTION}partner/add/", {**shown, "name": "Fausse commune", "nature": "commune"})

    assert response.status_code == 200
    assert not Actor.objects.exists()


def test_a_partner_is_deleted_and_its_history_stays(staff: Client) -> None:
    partner = PartnerFactory(name="Les Amis")

    staff.post(address(partner, "delete"), {"post": "yes"})

    assert not Actor.objects.filter(pk=partner.pk).exists()
    event = Actor.pgh_event_model.objects.get(pgh_obj_id=partner.pk)
    assert (event.name, event.pgh_label, event.pgh_context.metadata["by"]) == ("Les Amis", "delete", staff.user.email)


def test_chosen_partners_are_deleted_together(staff: Client) -> None:
    chosen, kept = [PartnerFactory(), PartnerFactory()], PartnerFactory()

    staff.post(
        f"{GESTION}partner/",
        {"action": "delete_selected", "_selected_action": [partner.pk for partner in chosen], "post": "yes"},
    )

    assert list(Actor.objects.partners()) == [kept]


# --- reference lists --------------------------------------------------------------------------------------------------------
def test_a_country_changes_its_eligibility_and_never_its_code(staff: Client) -> None:
    country = CountryFactory(iso2="SN")
    page = f"{GESTION}country/SN/change/"
    shown = form_values(staff.get(page), "country_form")

    staff.post(page, {**shown, "is_oda_eligible": "", "iso2": "XX"})

    country.refresh_from_db()
    assert country.is_oda_eligible is bool("")
    event = Country.pgh_event_model.objects.get()
    assert (event.is_oda_eligible, event.pgh_context.metadata["by"]) == (True, staff.user.email)
    assert staff.get(f"{GESTION}country/add/").status_code == 403
    assert staff.get(f"{GESTION}country/SN/delete/").status_code == 403


def test_a_theme_is_added_renamed_and_never_deleted(staff: Client) -> None:
    staff.post(
        f"{GESTION}theme/add/", {"name": "Sport", "code": "sport", "sdgs": "3,17", "dac_codes": "", "position": "20"}
    )
    page = f"{GESTION}theme/sport/change/"
    staff.post(page, {**form_values(staff.get(page), "theme_form"), "name": "Sport et loisirs", "code": "autre"})

    theme = Theme.objects.get()
    assert (theme.code, theme.name, theme.sdgs) == ("sport", "Sport et loisirs", [3, 17])
    assert staff.get(f"{GESTION}theme/sport/delete/").status_code == 403


def test_loads_are_read_only(staff: Client) -> None:
    load = DatasetLoadFactory(dataset="communes")
    page = staff.get(f"{GESTION}datasetload/{load.pk}/change/")

    assert "1 créées" in text(page)
    assert 'name="_save"' not in text(page)
    assert staff.get(f"{GESTION}datasetload/add/").status_code == 403
    assert RegionFactory().is_collectivite

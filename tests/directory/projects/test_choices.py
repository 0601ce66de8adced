"""Themes, countries and goals chosen from lists: what the fields accept, refuse and give back."""

from datetime import date
from typing import Any

import pytest
from django import forms
from django.test import Client

from directory.forms.choices import CountriesField, SdgsField, ThemesField
from directory.models import Jumelage, Project
from directory.sdgs import SDGS
from tests.directory.admin_pages import EVERYTHING, GESTION, signed_in
from tests.factories import CommuneFactory, CountryFactory, JumelageFactory, ProjectFactory, ThemeFactory

pytestmark = pytest.mark.django_db


class _Choices(forms.Form):
    themes = ThemesField()
    countries = CountriesField()
    sdgs = SdgsField()


@pytest.fixture(autouse=True)
def _lists() -> None:
    for code in ("eau", "sante", "culture", "egalite"):
        ThemeFactory(code=code, name=code.title())
    for code in ("SN", "DE"):
        CountryFactory(iso2=code)


def test_codes_come_back_as_the_models_keep_them() -> None:
    form = _Choices({"themes": ["eau", "sante"], "countries": ["SN"], "sdgs": ["6", "17"]})

    assert form.is_valid()
    assert form.cleaned_data == {"themes": ["eau", "sante"], "countries": ["SN"], "sdgs": [6, 17]}
    assert list(SDGS) == list(range(1, 18))


def test_nothing_chosen_is_an_empty_list() -> None:
    form = _Choices({})

    assert form.is_valid()
    assert form.cleaned_data == {"themes": [], "countries": [], "sdgs": []}


def test_unknown_values_and_too_many_are_told() -> None:
    form = _Choices(
        {"themes": ["eau", "sante", "culture", "egalite"], "countries": ["XX"], "sdgs": ["18", "x"]},
    )

    assert form.errors == {
        "themes": ["Choisissez-en 3 au plus."],
        "countries": ["Sélectionnez un choix valide. XX n’en fait pas partie."],
        "sdgs": ["Sélectionnez un choix valide. 18 n’en fait pas partie."],
    }


def test_what_did_not_change_is_no_change() -> None:
    initial = {"themes": ["eau"], "countries": ["SN", "DE"], "sdgs": [6]}
    form = _Choices({"themes": ["eau"], "countries": ["DE", "SN"], "sdgs": ["6"]}, initial=initial)

    assert form.changed_data == []


# --- in the staff's workshop ------------------------------------------------------------------------------------------------
def _inlines(*prefixes: str) -> dict[str, Any]:
    counts = {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0", "MIN_NUM_FORMS": "0", "MAX_NUM_FORMS": "1000"}
    return {f"{prefix}-{name}": value for prefix in prefixes for name, value in counts.items()}


def test_staff_choose_the_themes_of_a_jumelage() -> None:
    jumelage = JumelageFactory()
    staff = signed_in(EVERYTHING)
    values = {
        "kind": jumelage.kind,
        "collectivite": jumelage.collectivite_id,
        "partner": jumelage.partner_id,
        "theme_codes": ["eau", "sante"],
        "sdgs": ["6"],
        "is_published": "on",
    } | _inlines("participations", "documents")

    response = staff.post(f"{GESTION}jumelage/{jumelage.pk}/change/", values)

    assert response.status_code == 302
    saved = Jumelage.objects.get(pk=jumelage.pk)
    assert (saved.theme_codes, saved.sdgs) == (["eau", "sante"], [6])
    assert set(saved.provenance) == {"*", "theme_codes", "sdgs"}


def test_staff_add_a_project_with_its_actors() -> None:
    commune = CommuneFactory(name="Ambazac")
    staff = signed_in(EVERYTHING)
    values = {
        "title": "Un forage à Ndiaganiao",
        "status": "en-cours",
        "starts_on": "2026-01-15",
        "country_codes": ["SN"],
        "theme_codes": ["eau"],
        "sdgs": ["6", "17"],
        "budget": "20000",
        "is_published": "on",
        **_inlines("roles"),
        "roles-TOTAL_FORMS": "1",
        "roles-0-actor": commune.pk,
        "roles-0-role": "chef-de-file",
    }

    response = staff.post(f"{GESTION}project/add/", values)

    assert response.status_code == 302
    project = Project.objects.get()
    assert project.slug == f"un-forage-a-ndiaganiao-{project.pk}"
    assert (project.country_codes, project.theme_codes, project.sdgs) == (["SN"], ["eau"], [6, 17])
    assert project.starts_on == date(2026, 1, 15)
    assert project.search_terms == "Un forage à Ndiaganiao\nAmbazac"
    assert project.provenance["*"]["by"] == staff.user.email


def test_a_project_that_cannot_be_is_told_and_kept_as_typed() -> None:
    project = ProjectFactory(title="Un puits")
    values = {"title": "Un puits", "status": "en-cours", "starts_on": "2026-02-01", "ends_on": "2026-01-01"}

    response = signed_in(EVERYTHING).post(f"{GESTION}project/{project.pk}/change/", values | _inlines("roles"))

    assert response.status_code == 200
    assert response.context["adminform"].form.non_field_errors() == ["La fin ne peut pas précéder le début."]
    assert 'value="2026-01-01"' in response.text


def test_a_project_that_staff_deletes_leaves_the_lists_at_once(
    client: Client, django_capture_on_commit_callbacks: Any
) -> None:
    project = ProjectFactory(title="Un puits")
    assert client.get("/projets/").context["total"] == 1

    with django_capture_on_commit_callbacks(execute=True):
        signed_in(EVERYTHING).post(f"{GESTION}project/{project.pk}/delete/", {"post": "yes"})

    assert client.get("/projets/").context["total"] == 0

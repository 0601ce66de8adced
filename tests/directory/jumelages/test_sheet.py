"""« Fiche jumelage »: one page whatever the jumelage holds, each fact with its source, nothing of a name is run."""

import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from directory.models import Jumelage
from tests.factories import CommuneFactory, JumelageActorFactory, JumelageFactory, PartnerFactory, ThemeFactory

pytestmark = pytest.mark.django_db

HOSTILE = 'Bourg #panic("x") $a$ [b] \\ *d* _e_ `f` <g> @h ~i // j #import "/etc/passwd"'


def sheet_of(client: Client, jumelage: Jumelage) -> PdfReader:
    response = client.get(f"{jumelage.get_absolute_url()}fiche.pdf")
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    return PdfReader(io.BytesIO(response.content))


def text_of(reader: PdfReader) -> str:
    return " ".join("\n".join(page.extract_text() for page in reader.pages).split())


def jumelage_with(**values: Any) -> Jumelage:
    return JumelageFactory(
        collectivite=CommuneFactory(name="Ambazac", code="87002"), partner=PartnerFactory(foreign=True, name="Eckental"), **values
    )  # fmt: skip


def test_it_says_every_fact_with_its_source_and_its_age(client: Client) -> None:
    ThemeFactory(code="sante", name="Santé")
    jumelage = jumelage_with(
        year_signed=1990, year_started=1988, vitality="actif", vitality_on=date(2026, 5, 4), theme_codes=["sante"], sdgs=[3],
        last_action="Accueil d’une harmonie", last_action_on=date(2026, 5, 3), history="Deux maires amis.",
        provenance={"*": {"source": "import", "at": "2026-01-15", "by": "x"},
                    "year_signed": {"source": "visit", "at": "2026-03-02T10:00:00+01:00", "by": "y"}},
    )  # fmt: skip
    JumelageActorFactory(jumelage=jumelage, actor=PartnerFactory(name="Comité d’Ambazac"), role="porteur")

    reader = sheet_of(client, jumelage)

    said = text_of(reader)
    told = ("Ambazac – Eckental", "1990", "1988", "Actif, constaté le 4 mai 2026", "Santé", "Accueil d’une harmonie",
            "Deux maires amis.", "Comité d’Ambazac", "2 mars 2026", "15 janvier 2026", jumelage.get_absolute_url())  # fmt: skip
    assert [words for words in told if words not in said] == []
    assert len(reader.pages) == 1


@pytest.mark.parametrize("name", [HOSTILE, "مدينة", "成都", "Ω" * 150])
def test_strange_and_endless_words_stay_on_one_page(client: Client, name: str) -> None:
    long = f"{name} " * 400
    jumelage = jumelage_with(title=name[:200], objectives=long, context=long, history=long, other_themes=name[:200])
    for number in range(30):
        JumelageActorFactory(jumelage=jumelage, actor=PartnerFactory(name=f"{name[:150]} {number}"))

    assert len(sheet_of(client, jumelage).pages) == 1


def test_an_old_address_leads_to_today_s_and_a_hidden_one_has_no_sheet(client: Client) -> None:
    jumelage = jumelage_with()

    moved = client.get(f"/jumelages/ancien-{jumelage.pk}/fiche.pdf")
    Jumelage.objects.filter(pk=jumelage.pk).update(is_published=False)
    hidden = client.get(f"{jumelage.get_absolute_url()}fiche.pdf")

    assert (moved.status_code, moved["Location"]) == (301, f"{jumelage.get_absolute_url()}fiche.pdf")
    assert hidden.status_code == 404


def test_letters_that_no_font_has_are_boxes_and_the_sheet_says_so(client: Client) -> None:
    """A tagged page all the same, the rest of the name readable."""
    jumelage = jumelage_with(title="Chengdu\x1b, ville \u0378\u0378", history="Ελλάδα, الرباط")

    reader = sheet_of(client, jumelage)

    said = text_of(reader)
    assert "Chengdu□, ville □□" in said
    assert "« □ » : une lettre que ce document ne sait pas imprimer" in said
    assert "Ελλάδα" in said
    catalogue = reader.trailer["/Root"]
    assert (catalogue["/Lang"], catalogue["/MarkInfo"]["/Marked"]) == ("fr-FR", True)
    assert "□" not in text_of(sheet_of(client, JumelageFactory()))


def test_twenty_kilobytes_of_history_leave_everything_else_on_the_page(client: Client) -> None:
    jumelage = jumelage_with(history="Une rencontre. " * 1400, objectives="Des échanges.", to_verify=True)
    hidden = JumelageActorFactory(jumelage=jumelage, actor=PartnerFactory(name="Association cachée", hidden=True))

    reader = sheet_of(client, jumelage)

    said = text_of(reader)
    assert len(reader.pages) == 1
    assert "Une rencontre." in said
    assert "Des échanges." in said
    assert "À vérifier." in said
    assert jumelage.get_absolute_url() in said
    assert hidden.actor.name not in said


def test_the_page_leads_to_its_sheet(client: Client) -> None:
    jumelage = jumelage_with()

    page = client.get(jumelage.get_absolute_url()).text

    assert f'href="{jumelage.get_absolute_url()}fiche.pdf">Fiche à imprimer (PDF)</a>' in page


def test_it_asks_as_many_queries_whoever_takes_part(client: Client, django_assert_num_queries: Any) -> None:
    jumelage = jumelage_with()
    sheet_of(client, jumelage)
    for _ in range(3):
        JumelageActorFactory(jumelage=jumelage)
        with django_assert_num_queries(3):
            sheet_of(client, jumelage)

"""« Fiche élu »: one page whatever the actor holds, nothing of a name is run, and it says what the page says."""

import io
from datetime import date
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from directory.models import Actor
from directory.services import links
from tests.factories import CommuneFactory, CountryFactory, EpciFactory, JumelageFactory, PartnerFactory, ThemeFactory

pytestmark = pytest.mark.django_db

HOSTILE = 'Bourg #panic("x") $a$ [b] "c" \\ *d* _e_ `f` <g> @h ~i // j #import "/etc/passwd"'


def sheet_of(client: Client, actor: Actor) -> PdfReader:
    response = client.get(f"{actor.get_absolute_url()}fiche.pdf")
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    return PdfReader(io.BytesIO(response.content))


def text_of(reader: PdfReader) -> str:
    """Its words, whatever the line ends and kinds of spaces."""
    return " ".join("\n".join(page.extract_text() for page in reader.pages).split())


@pytest.fixture
def commune() -> Actor:
    epci = EpciFactory(name="CC du Val", code="200000009")
    return CommuneFactory(
        name="Ambazac", code="16002", population=5_600, epci=epci, phone="05 55 00 00 00", confirmed=True
    )


def twinned(commune: Actor, **values: Any) -> Actor:
    JumelageFactory(collectivite=commune, **values)
    commune.refresh_from_db()
    return commune


def test_it_says_who_with_whom_what_for_and_by_which_right(client: Client, commune: Actor) -> None:
    ThemeFactory(code="sante", name="Santé")
    germany = CountryFactory(iso2="DE", name="Allemagne")
    town = PartnerFactory(foreign=True, name="Eckental", country=germany)
    twinned(
        commune, partner=town, year_signed=1990, vitality="actif", last_action_on=date(2026, 5, 3),
        last_action="Accueil d’une harmonie", theme_codes=["sante"], sdgs=[3],
    )  # fmt: skip

    reader = sheet_of(client, commune)

    said = text_of(reader)
    for told in (
        "Ambazac",
        "Commune · CC du Val, Charente",
        "5 600 hab.",
        "05 55 00 00 00",
        "Eckental",
        "Allemagne",
        "Jumelage depuis 1990",
        "Actif",
        "3 mai 2026 : Accueil d’une harmonie",
        "Thèmes : Santé.",
        "3, Bonne santé et bien-être",
        "article L.1115-1",
        "Fiche confirmée par une personne le",
        commune.get_absolute_url(),
    ):
        assert told in said.replace("\u202f", " "), told
    assert reader.metadata.title == "Fiche élu\u00a0: Ambazac"


def test_it_is_one_tagged_page_in_french(client: Client, commune: Actor) -> None:
    reader = sheet_of(client, commune)

    assert len(reader.pages) == 1
    catalogue = reader.trailer["/Root"]
    assert (catalogue["/Lang"], catalogue["/MarkInfo"]["/Marked"]) == ("fr-FR", True)
    assert [round(float(side)) for side in reader.pages[0].mediabox[2:]] == [595, 842]
    assert "Aucun n’est connu du répertoire." in text_of(reader)


def test_twenty_jumelages_are_cut_and_told(client: Client, commune: Actor) -> None:
    for number in range(20):
        twinned(
            commune,
            partner=PartnerFactory(foreign=True, name=f"Ville très longuement nommée numéro {number} sur la rivière"),
            last_action_on=date(2000 + number, 1, 2),
            last_action="Une action racontée longuement, avec ses participants, ses lieux et ses suites. " * 3,
            sdgs=[number % 17 + 1, (number + 5) % 17 + 1],
        )

    reader = sheet_of(client, commune)

    assert len(reader.pages) == 1
    said = text_of(reader)
    shown = said.count("Ville très longuement nommée")
    assert 3 <= shown <= 10
    assert f"et {20 - shown} autres" in said
    assert "numéro 19 " in said
    assert "L.1115-1" in said
    assert "Votre contact" in said


def test_whatever_a_name_holds_is_printed_and_never_run(client: Client, commune: Actor) -> None:
    town = PartnerFactory(foreign=True, name=HOSTILE)
    twinned(commune, partner=town, last_action='#pagebreak() #read("/etc/passwd")')
    Actor.objects.filter(pk=commune.pk).update(name=HOSTILE)

    reader = sheet_of(client, commune)

    assert len(reader.pages) == 1
    said = text_of(reader).replace(" ", "")
    assert said.count('#panic("x")$a$[b]"c"\\*d*_e_`f`<g>@h~i//j#import"/etc/passwd"') == 2
    assert '#pagebreak()#read("/etc/passwd")' in said


def test_endless_words_still_make_one_page(client: Client, commune: Actor) -> None:
    Actor.objects.filter(pk=commune.pk).update(name="Mot" * 66, email=f"{'a' * 200}@exemple.fr")
    twinned(commune, partner=PartnerFactory(foreign=True, name="Ville" * 40))

    assert len(sheet_of(client, commune).pages) == 1


def test_a_foreign_town_shows_its_french_twins(client: Client) -> None:
    jumelage = JumelageFactory(collectivite__name="Ambazac", partner__name="Eckental")
    links.refresh_jumelages([jumelage.pk])
    jumelage.partner.refresh_from_db()

    said = text_of(sheet_of(client, jumelage.partner))

    assert "Collectivité étrangère" in said
    assert "Ambazac France" in said


def test_a_hidden_actor_or_jumelage_is_not_printed(client: Client, commune: Actor) -> None:
    twinned(commune, partner=PartnerFactory(foreign=True, name="Visible"))
    twinned(commune, partner=PartnerFactory(foreign=True, name="Cachée"), hidden=True)

    said = text_of(sheet_of(client, commune))

    assert ("Visible" in said, "Cachée" in said) == (True, False)
    Actor.objects.filter(pk=commune.pk).update(is_published=False)
    assert client.get(f"{commune.get_absolute_url()}fiche.pdf").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_it_costs_the_same_whatever_it_holds(
    client: Client, commune: Actor, django_assert_num_queries: Any, count: int
) -> None:
    for _ in range(count):
        twinned(commune)
    sheet_of(client, commune)

    with django_assert_num_queries(3):
        sheet_of(client, commune)


def test_a_name_in_letters_that_no_font_has_still_makes_a_sheet(client: Client, commune: Actor) -> None:
    town = PartnerFactory(foreign=True, name="成都 Chengdu", country=CountryFactory(iso2="CN"))

    reader = sheet_of(client, twinned(commune, partner=town))

    assert "Chengdu" in text_of(reader)

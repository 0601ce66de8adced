"""What a file may do to partners: change those it names by code, make those it names without, never twice."""

from datetime import UTC, datetime

import pytest

from directory.enums import Source
from directory.models import Actor
from tests.directory.import_runs import imported, said
from tests.factories import CommuneFactory, CountryFactory, DepartementFactory, PartnerFactory

pytestmark = pytest.mark.django_db


def test_a_line_without_code_makes_a_partner_in_its_place() -> None:
    CountryFactory(iso2="SN")
    charente = DepartementFactory()
    commune = CommuneFactory(code="16015", departement=charente, latitude=45.6, longitude=0.1, postal_codes=["16000"])

    result = imported(
        "nature;code;nom;pays;commune_siege;departement\n"
        "association;;Les Amis de Thiès;;;16\n"
        "comite;;Comité d’Angoulême;FR;16015;\n"
        "etrangere;;Thiès;sn;;\n",
        partners=True,
    )

    friends, committee, town = (Actor.objects.get(name=outcome.name) for outcome in result.outcomes)
    assert [outcome.state for outcome in result.outcomes] == ["new"] * 3
    assert (friends.departement, friends.departement_codes, friends.region) == (charente, ["16"], charente.region)
    assert (committee.seat, committee.departement, committee.latitude) == (commune, charente, 45.6)
    assert (town.country_id, town.departement_codes) == ("SN", [])
    assert (friends.code, friends.slug) == (f"p{friends.pk}", f"les-amis-de-thies-p{friends.pk}")
    assert friends.provenance["*"]["source"] == "import"
    assert result.outcomes[2].repairs == ["ligne 4 : pays sn → SN"]


def test_a_partner_made_by_an_import_is_not_made_again_by_the_same_file() -> None:
    text = "nature;code;nom\nassociation;;Éclats d’Afrique\n"
    CountryFactory()

    imported(text, partners=True)
    again = imported(text.replace("Éclats", "eclats"), partners=True)

    (partner,) = Actor.objects.partners()
    assert again.outcomes[0].errors == [
        f"nom : une fiche de ce nom existe déjà sous le code {partner.code} : mettez ce code pour la modifier."
    ]


def test_a_file_that_holds_the_same_new_partner_twice_is_refused() -> None:
    CountryFactory()

    result = imported("nature;code;nom\nassociation;;Les Amis\nassociation;;les amis\n", partners=True)

    assert result.outcomes[1].errors == ["nom : la même fiche est déjà à la ligne 2."]
    assert not Actor.objects.partners().exists()


def test_a_line_with_a_code_changes_that_partner() -> None:
    partner = PartnerFactory(code="p900123", name="Les Amis", email="")

    result = imported("nature;code;nom;courriel\ncomite;P900123;Les Vrais Amis;a@exemple.fr\n", partners=True)

    partner.refresh_from_db()
    assert result.outcomes[0].state == "changed"
    assert (partner.name, partner.email, partner.slug) == ("Les Vrais Amis", "a@exemple.fr", partner.slug)


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            "comite;p999;Autre",
            "code : Aucune fiche de nature « Comité de jumelage » ne porte le code « p999 » ; pour créer une fiche, laissez"
            " le code vide : il sera attribué.",
        ),
        ("comite;;", "nom : une nouvelle fiche porte un nom."),
        (
            "commune;16001;Angoulême",
            "nature : « commune » n’est pas une nature de cette liste (comite, association, enseignement, universite, sante,"
            " entreprise, operateur, reseau, etat, etrangere).",
        ),
    ],
)
def test_a_partner_line_that_names_nobody_is_refused(line: str, sentence: str) -> None:
    CommuneFactory(code="16001")

    assert imported(f"nature;code;nom\n{line}\n", partners=True).outcomes[0].errors == [sentence]


def test_a_new_partner_that_the_database_refuses_is_told_by_its_line() -> None:
    CountryFactory()

    result = imported("nature;code;nom;latitude\nassociation;;Les Amis;45\n", partners=True)

    assert result.outcomes[0].errors == ["Latitude (−90 à 90) et longitude (−180 à 180) vont ensemble."]
    assert not Actor.objects.partners().exists()


def test_a_partner_given_by_the_staff_today_is_kept_today() -> None:
    now = datetime(2026, 11, 20, 8, tzinfo=UTC).isoformat()
    PartnerFactory(code="p900123", phone="05 00", provenance={"*": said(Source.STAFF, now)})

    result = imported("nature;code;telephone\ncomite;p900123;05 99\n", partners=True)

    assert result.outcomes[0].state == "kept"

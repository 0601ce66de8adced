"""What a file says of a partner in public registers and in its network: read as the forms read it, written back unchanged."""

import pytest

from directory.enums import Nature, Source
from directory.models import Actor
from directory.resources import PartnerResource
from tests.directory.import_runs import imported, said
from tests.factories import CountryFactory, PartnerFactory

pytestmark = pytest.mark.django_db
SIRET = "78467169500087"
ADDRESS = "écrivez son nom, ou la fin de l’adresse de sa fiche, comme on la lit dans un export."


def head(name: str, **fields: object) -> Actor:
    return PartnerFactory(nature=Nature.RESEAU, name=name, **fields)


def one_line(column: str, value: str) -> list[str]:
    """The refusals of a file that gives `value` to the partner p900123."""
    return imported(f"nature;code;{column}\ncomite;p900123;{value}\n", partners=True).outcomes[0].errors


def test_registers_and_network_are_read_and_told() -> None:
    federation = head("Fédération des comités", slug="federation-des-comites-p1")
    partner = PartnerFactory(code="p900123")

    result = imported(
        "nature;code;SIRET;Numéro RNA;Tête de réseau\ncomite;p900123;784 671 695 00087;w75 1234567;fédération des COMITÉS\n",
        partners=True,
    )

    partner.refresh_from_db()
    (outcome,) = result.outcomes
    assert (partner.siret, partner.rna, partner.network) == (SIRET, "W751234567", federation)
    assert [(c.label, c.before, c.after) for c in outcome.changes] == [
        ("siret", "", SIRET), ("rna", "", "W751234567"), ("tete_de_reseau", "", federation.slug)
    ]  # fmt: skip
    assert outcome.repairs == [
        "ligne 2 : siret 784 671 695 00087 → 78467169500087",
        "ligne 2 : rna w75 1234567 → W751234567",
    ]
    assert partner.provenance["network"]["source"] == "import"


def test_a_new_partner_has_them_from_its_first_line() -> None:
    CountryFactory()
    federation = head("Fédération", short_name="FCJ")

    imported(f"nature;code;nom;siret;rna;tete_de_reseau\ncomite;;Comité;{SIRET};W751234567;fcj\n", partners=True)

    made = Actor.objects.get(name="Comité")
    assert (made.siret, made.rna, made.network) == (SIRET, "W751234567", federation)


def test_zeros_that_a_spreadsheet_ate_are_put_back() -> None:
    partner = PartnerFactory(code="p900123")

    assert one_line("siret", "548007400011") == []

    partner.refresh_from_db()
    assert partner.siret == "00548007400011"


@pytest.mark.parametrize(
    ("column", "value", "sentence"),
    [
        ("siret", "78467169500088",
         "siret : Ce SIRET n’est pas valable : il a quatorze chiffres, dont le dernier vérifie les autres."),
        ("siret", "7,84672E+13",
         "siret : Ce SIRET n’est pas valable : il a quatorze chiffres, dont le dernier vérifie les autres."),
        ("rna", "751234567", "rna : Un numéro RNA s’écrit W suivi de neuf chiffres."),
        ("tete_de_reseau", "Inconnue", f"tete_de_reseau : aucune tête de réseau ne s’appelle « Inconnue » : {ADDRESS}"),
        ("tete_de_reseau", "Les Amis", f"tete_de_reseau : aucune tête de réseau ne s’appelle « Les Amis » : {ADDRESS}"),
        ("tete_de_reseau", "Finie", f"tete_de_reseau : aucune tête de réseau ne s’appelle « Finie » : {ADDRESS}"),
        ("tete_de_reseau", "fédération",
         "tete_de_reseau : plusieurs têtes de réseau s’appellent « fédération » : écrivez l’adresse de la bonne"
         " (federation-p1, federation-p2)."),
    ],
)  # fmt: skip
def test_a_value_that_cannot_be_is_refused_with_its_column(column: str, value: str, sentence: str) -> None:
    partner = PartnerFactory(code="p900123")
    PartnerFactory(name="Les Amis", nature="association")
    head("Finie", valid_until="2020-01-01")
    for number in (1, 2):
        head("Fédération", slug=f"federation-p{number}")

    assert [told.replace("\u00a0", " ") for told in one_line(column, value)] == [sentence]

    partner.refresh_from_db()
    assert (partner.siret, partner.rna, partner.network) == ("", "", None)


def test_of_two_networks_of_one_name_the_address_tells_which() -> None:
    partner = PartnerFactory(code="p900123")
    _other, meant = (head("Fédération", slug=f"federation-p{number}") for number in (1, 2))

    assert one_line("tete_de_reseau", "Federation-p2") == []

    partner.refresh_from_db()
    assert partner.network == meant


def test_the_rules_between_fields_are_the_models() -> None:
    PartnerFactory(code="p900123", siren="123456789")
    head("Fédération", code="p900124")

    assert one_line("siret", SIRET) == ["Le SIRET commence par le SIREN."]
    itself = imported("nature;code;tete_de_reseau\nreseau;p900124;Fédération\n", partners=True)
    assert itself.outcomes[0].errors == ["Un acteur n’est pas sa propre tête de réseau."]


def test_an_empty_cell_takes_the_network_away_only_when_asked() -> None:
    partner = PartnerFactory(code="p900123", network=head("Fédération"), siret=SIRET)
    text = "nature;code;tete_de_reseau;siret\ncomite;p900123;;\n"

    assert imported(text, partners=True).outcomes[0].state == "same"
    assert imported(text, partners=True, erases=True).outcomes[0].state == "changed"

    partner.refresh_from_db()
    assert (partner.network, partner.siret) == (None, "")


def test_a_network_given_by_a_person_is_kept_and_told_by_its_address() -> None:
    now = "2026-11-20T08:00:00+00:00"
    given, other = head("Fédération", slug="federation-p1"), head("Ligue", slug="ligue-p2")
    partner = PartnerFactory(code="p900123", network=given, provenance={"network": said(Source.STAFF, now)})

    (outcome,) = imported("nature;code;tete_de_reseau\ncomite;p900123;Ligue\n", partners=True).outcomes

    partner.refresh_from_db()
    assert (partner.network, outcome.state) == (given, "kept")
    assert "« federation-p1 » est conservé" in outcome.kept[0]
    assert f"le fichier dit « {other.slug} »" in outcome.kept[0]


def test_what_was_exported_is_imported_without_a_change() -> None:
    """Also a head that ended, and one that is no head of network any more."""
    ended, other = head("Finie", valid_until="2020-01-01"), PartnerFactory(name="Amis")
    for number, network in enumerate([head("Fédération"), head("Fédération"), ended, other, None]):
        PartnerFactory(code=f"p90{number}", siret=SIRET, rna="W7A1234567", network=network)
    resource = PartnerResource()
    rows = resource.lines_of(Actor.objects.partners().select_related(*resource.read_with).order_by("pk"))
    lines = [";".join(map(str, row)) for row in [resource.get_export_headers(), *rows]]

    result = imported("\n".join(lines), partners=True, erases=True)

    assert "tete_de_reseau" in lines[0]
    assert result.counts == {"new": 0, "changed": 0, "kept": 0, "same": 9, "error": 0}


def test_reading_takes_as_many_queries_for_one_line_as_for_three(django_assert_num_queries) -> None:
    networks = [head(f"Réseau {number}") for number in range(3)]
    for number in range(3):
        PartnerFactory(code=f"p90000{number}", network=networks[number])
    one, *others = [f"comite;p90000{number};Réseau {number}\n" for number in range(3)]

    for lines in (one, "".join([one, *others])):
        with django_assert_num_queries(13):
            imported(f"nature;code;tete_de_reseau\n{lines}", partners=True)

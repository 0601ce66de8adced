"""What a file may do to the répertoire: line by line, by natural keys, said in French, never behind a person's back."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from directory import counts_version
from directory.enums import Nature, Source
from directory.models import Actor
from directory.resources import base
from tests.directory.import_runs import BY, imported, said
from tests.factories import CommuneFactory, DepartementFactory, EpciFactory

pytestmark = pytest.mark.django_db


# --- keys and links -----------------------------------------------------------------------------------------------------
def test_a_line_finds_its_actor_by_nature_and_code_and_writes_what_differs() -> None:
    commune = CommuneFactory(code="01004", name="Ambérieu", email="", population=100)
    CommuneFactory(code="01005", name="Ambérieu", email="")

    result = imported("nature;code;nom;courriel;population\ncommune;01004;Ambérieu;mairie@exemple.fr;100\n")

    commune.refresh_from_db()
    (outcome,) = result.outcomes
    assert (outcome.line, outcome.state, outcome.name) == (2, "changed", "Ambérieu")
    assert [(c.label, c.before, c.after) for c in outcome.changes] == [("courriel", "", "mairie@exemple.fr")]
    assert commune.email == "mairie@exemple.fr"
    assert list(Actor.objects.filter(code="01005").values_list("email", flat=True)) == [""]


def test_the_same_file_twice_changes_nothing_the_second_time() -> None:
    CommuneFactory(code="01004", phone="")
    text = "nature;code;telephone\ncommune;01004;04 74 38 00 11\n"

    first, second = imported(text), imported(text)

    assert (first.counts["changed"], second.counts["changed"], second.counts["same"]) == (1, 0, 1)
    assert Actor.pgh_event_model.objects.filter(code="01004").count() == 1


def test_titles_are_understood_with_accents_spaces_and_labels() -> None:
    CommuneFactory(code="01004")

    result = imported(
        "Nature;Code;Téléphone;Courriel public;Site Internet\nCommune;01004;04 74;a@exemple.fr;https://a.fr\n"
    )

    assert [change.label for change in result.outcomes[0].changes] == ["courriel", "telephone", "site"]


def test_zeros_eaten_by_a_spreadsheet_are_put_back_and_said() -> None:
    ain = DepartementFactory(code="01", name="Ain")
    commune = CommuneFactory(code="01001", departement=DepartementFactory(), postal_codes=[], phone="")

    result = imported(
        "nature;code;departement;codes_postaux;telephone\n"
        "commune;2a004;;;\n"
        "commune;1001;1;1400, 1401;474240308\n".replace("commune;2a004;;;\n", "")
    )

    commune.refresh_from_db()
    assert result.outcomes[0].repairs == [
        "ligne 2 : code 1001 → 01001",
        "ligne 2 : departement 1 → 01",
        "ligne 2 : codes_postaux 1400, 1401 → 01400 01401",
        "ligne 2 : telephone 474240308 → 0474240308",
    ]
    assert (commune.departement, commune.postal_codes, commune.phone) == (ain, ["01400", "01401"], "0474240308")


def test_a_corsican_code_is_put_in_capitals() -> None:
    CommuneFactory(code="2A004", phone="")

    result = imported("nature;code;telephone\ncommune;2a004;04 95\n")

    assert (result.outcomes[0].state, result.outcomes[0].repairs) == ("changed", ["ligne 2 : code 2a004 → 2A004"])


def test_links_go_by_code_and_searches_and_filters_follow() -> None:
    gironde = DepartementFactory(code="33", name="Gironde", region=None)
    epci = EpciFactory(code="200000011", name="CC du Val d’Or", short_name="CCVO", departement=None)
    commune = CommuneFactory(code="33001", departement=DepartementFactory(), former_codes=["33900"])

    imported("nature;code;departement;epci\ncommune;33001;33;200000011\n")

    commune.refresh_from_db()
    assert (commune.departement, commune.epci, commune.departement_codes) == (gironde, epci, ["33"])
    assert commune.search_terms.split("\n")[2:] == ["33900", "CC du Val d’Or", "CCVO", "Gironde", "Nouvelle-Aquitaine"]


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ("departement;99", "departement : Aucune fiche de nature « Département » ne porte le code 99."),
        ("epci;123", "epci : Aucune fiche de nature « Intercommunalité » ne porte le code 123."),
        ("pays;XX", "pays : Aucun pays n’a le code « XX » (deux lettres, comme SN)."),
        ("population;mille", "population : « mille » n’est pas un nombre."),
        ("population;-3", "population : Assurez-vous que cette valeur est supérieure ou égale à 0."),
        ("population;nan", "population : « nan » n’est pas un nombre."),
        ("latitude;inf", "latitude : « inf » n’est pas un nombre possible."),
        ("courriel;pas-une-adresse", "courriel : Saisissez une adresse de courriel valide."),
        ("site;mairie", "site : Saisissez une URL valide."),
        ("publie;peut-être", "publie : « peut-être » : écrivez oui ou non."),
        ("existe_depuis;31-12", "existe_depuis : « 31-12 » n’est pas une date : écrivez 2026-01-31 ou 31/01/2026."),
        ("siren;12", "siren : Un SIREN a neuf chiffres."),
        ("forme_juridique;XX", "forme_juridique : « XX » n’est pas dans la liste."),
        ("latitude;45", "Latitude (−90 à 90) et longitude (−180 à 180) vont ensemble."),
        ("successeur;16001", "Seul un acteur qui a cessé d’exister a un successeur, autre que lui-même."),
    ],
)
def test_a_value_that_cannot_be_is_refused_with_its_column(cells: str, sentence: str) -> None:
    CommuneFactory(code="16001", latitude=None, longitude=None)
    title, value = cells.split(";")

    result = imported(f"nature;code;{title}\ncommune;16001;{value}\n")

    assert result.outcomes[0].state == "error"
    assert [error.replace("\xa0", " ") for error in result.outcomes[0].errors] == [sentence]
    assert result.has_validation_errors()


def test_one_refused_line_keeps_the_whole_file_out() -> None:
    CommuneFactory(code="16001", phone="")

    result = imported("nature;code;telephone;latitude\ncommune;16001;05 45;\ncommune;16999;05 45;\n")

    assert [outcome.state for outcome in result.outcomes] == ["changed", "error"]
    assert Actor.objects.get(code="16001").phone == ""


def test_a_siren_already_taken_is_refused_by_the_database_in_french() -> None:
    CommuneFactory(code="16001", siren="211600010")
    CommuneFactory(code="16002")

    result = imported("nature;code;siren\ncommune;16002;211600010\n")

    assert result.outcomes[0].errors == ["Une collectivité porte déjà ce numéro SIREN."]


def test_a_collectivite_is_never_made_by_a_file() -> None:
    result = imported("nature;code;nom\ncommune;16999;Nouvelle-Ville\nassociation;p1;Les Amis\n")

    assert [outcome.errors for outcome in result.outcomes] == [
        [
            "code : Aucune fiche de nature « Commune » ne porte le code « 16999 » ; les collectivités viennent du"
            " référentiel officiel et ne se créent pas par import."
        ],
        ["nature : « association » n’est pas une nature de cette liste (region, departement, epci, commune)."],
    ]


def test_the_same_actor_twice_in_a_file_is_refused() -> None:
    CommuneFactory(code="01001")

    result = imported("nature;code;telephone\ncommune;01001;1\n\ncommune;1001;2\n")

    assert result.outcomes[1].errors == ["code : Cette fiche est déjà à la ligne 2."]
    assert result.outcomes[1].line == 4


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        (
            "nature;code;mairie;maire",
            "Colonnes inconnues : « mairie », « maire ». Colonnes possibles : nature, code, nom,",
        ),
        ("nature;code;maire", "Colonne inconnue : « maire ». Colonnes possibles : nature, code, nom,"),
        ("nature;nom", "Il manque la colonne « code » : une fiche se reconnaît à sa nature et à son code."),
        ("nature;code;nom;Nom", "Colonne présente deux fois : nom."),
        ("nature;code;;nom", "La colonne 3 n’a pas de titre."),
    ],
)
def test_a_file_with_wrong_titles_is_refused_whole(header: str, sentence: str) -> None:
    result = imported(f"{header}\ncommune;16001\n")

    assert [str(error.error)[: len(sentence)] for error in result.base_errors] == [sentence]
    assert result.outcomes == []


def test_columns_that_an_export_adds_are_accepted_and_left_alone() -> None:
    commune = CommuneFactory(code="16001", confirmed=True)

    result = imported("nature;code;fiche;fraicheur;confirme_le;nom_epci\ncommune;16001;x;rouge;2001-01-01;y\n")

    assert result.outcomes[0].state == "same"
    assert Actor.objects.get(pk=commune.pk).verified_at == commune.verified_at


def test_an_empty_cell_empties_only_when_asked() -> None:
    commune = CommuneFactory(code="16001", phone="05 45", postal_codes=["16000"], population=10)
    text = "nature;code;telephone;codes_postaux;population;nom\ncommune;16001;;;;Ville\n"

    imported(text)
    kept = Actor.objects.get(pk=commune.pk)
    imported(text, erases=True)
    emptied = Actor.objects.get(pk=commune.pk)

    assert (kept.phone, kept.postal_codes, kept.population) == ("05 45", ["16000"], 10)
    assert (emptied.phone, emptied.postal_codes, emptied.population) == ("", [], None)


def test_the_digit_that_a_spreadsheet_drops_is_no_change() -> None:
    CommuneFactory(code="16001", latitude=45.1, longitude=0.1 + 0.05)

    same = imported("nature;code;longitude\ncommune;16001;0.15\n")
    moved = imported("nature;code;longitude\ncommune;16001;0.15001\n")

    assert (same.outcomes[0].state, moved.outcomes[0].state) == ("same", "changed")


def test_a_name_cannot_be_emptied() -> None:
    CommuneFactory(code="16001")

    result = imported("nature;code;nom\ncommune;16001;\n", erases=True)

    assert result.outcomes[0].errors == ["nom : Ce champ ne peut pas être vide."]


def test_a_formula_sign_that_an_export_escaped_comes_back() -> None:
    commune = CommuneFactory(code="16001", phone="+33 5 45")

    result = imported("nature;code;telephone\ncommune;16001;'+33 5 45\n")

    assert result.outcomes[0].state == "same"
    assert Actor.objects.get(pk=commune.pk).phone == "+33 5 45"


# --- who said what --------------------------------------------------------------------------------------------------------
def test_each_changed_value_says_it_comes_from_the_import() -> None:
    commune = CommuneFactory(code="16001", official=True, phone="", email="a@exemple.fr")

    imported("nature;code;telephone;courriel\ncommune;16001;05 45;a@exemple.fr\n")

    provenance = Actor.objects.get(pk=commune.pk).provenance
    assert {**provenance, "telephone": None} == {**commune.provenance, "phone": provenance["phone"], "telephone": None}
    assert (provenance["phone"]["source"], provenance["phone"]["by"]) == ("import", BY)
    assert datetime.fromisoformat(provenance["phone"]["at"]) > timezone.now() - timedelta(minutes=1)


def test_the_history_knows_who_imported_which_file() -> None:
    commune = CommuneFactory(code="16001", phone="")

    imported("nature;code;telephone\ncommune;16001;05 45\n")

    event = Actor.pgh_event_model.objects.get(pgh_obj_id=commune.pk)
    assert (event.phone, event.pgh_context.metadata) == (
        "",
        {"source": "import", "by": BY, "origin": "import:essai.csv"},
    )


@pytest.mark.parametrize(
    ("provenance", "state"),
    [
        ({"phone": said(Source.STAFF, "2026-11-21T09:00:00+01:00")}, "kept"),
        ({"phone": said(Source.STAFF, "2026-11-20T00:30:00+01:00")}, "kept"),
        ({"phone": said(Source.STAFF, "2026-11-19T23:30:00+00:00")}, "kept"),
        ({"phone": said(Source.SURVEY, "2026-11-20")}, "kept"),
        ({"phone": said(Source.ORGANISATION, "un jour")}, "kept"),
        ({"*": said(Source.STAFF, "2026-12-01")}, "kept"),
        ({"phone": said(Source.STAFF, "2026-11-19T22:30:00+00:00")}, "changed"),
        ({"phone": said(Source.IMPORT, "2026-12-01")}, "changed"),
        ({"phone": said(Source.OFFICIAL, "2026-12-01")}, "changed"),
        ({"email": said(Source.STAFF, "2026-12-01")}, "changed"),
        ({}, "changed"),
    ],
)
def test_a_value_given_by_a_person_that_day_or_later_is_kept(provenance: dict[str, Any], state: str) -> None:
    commune = CommuneFactory(code="16001", phone="05 45 00", provenance=provenance)

    result = imported("nature;code;telephone\ncommune;16001;05 45 99\n")

    assert result.outcomes[0].state == state
    assert Actor.objects.get(pk=commune.pk).phone == ("05 45 00" if state == "kept" else "05 45 99")


def test_a_kept_value_is_told_with_who_and_when() -> None:
    CommuneFactory(
        code="16001", phone="05 45 00", provenance={"phone": said(Source.STAFF, "2026-11-21T09:00:00+01:00")}
    )

    result = imported("nature;code;telephone;courriel\ncommune;16001;05 45 99;a@exemple.fr\n")

    assert result.outcomes[0].kept == [
        "telephone : « 05 45 00 » est conservé (l’équipe du réseau, 21/11/2026, marie@exemple.fr) ; le fichier dit"
        " « 05 45 99 »."
    ]
    assert [change.label for change in result.outcomes[0].changes] == ["courriel"]


def test_an_empty_field_under_the_rows_own_entry_was_given_by_nobody() -> None:
    CommuneFactory(code="16001", phone="", provenance={"*": said(Source.STAFF, "2026-12-01")})

    assert imported("nature;code;telephone\ncommune;16001;05 45\n").outcomes[0].state == "changed"


def test_a_trial_run_writes_nothing_and_bumps_nothing(django_capture_on_commit_callbacks) -> None:
    CommuneFactory(code="16001", phone="")
    before = counts_version.current()

    with django_capture_on_commit_callbacks(execute=True):
        result = imported("nature;code;telephone\ncommune;16001;05 45\n", dry_run=True)

    assert result.outcomes[0].state == "changed"
    assert Actor.objects.get(code="16001").phone == ""
    assert Actor.pgh_event_model.objects.count() == 0
    assert counts_version.current() == before


def test_an_import_makes_the_counts_fresh(django_capture_on_commit_callbacks) -> None:
    CommuneFactory(code="16001", phone="")
    before = counts_version.current()

    with django_capture_on_commit_callbacks(execute=True):
        imported("nature;code;telephone\ncommune;16001;05 45\n")

    assert counts_version.current() > before


def test_a_renamed_epci_renames_what_finds_its_members() -> None:
    epci = EpciFactory(code="200000011", name="CC du Val", short_name="CCV")
    commune = CommuneFactory(epci=epci)

    imported("nature;code;nom\nepci;200000011;CC des Trois-Rivières\n")

    commune.refresh_from_db()
    assert "CC des Trois-Rivières" in commune.search_terms.split("\n")


# --- size -------------------------------------------------------------------------------------------------------------------
def test_reading_takes_as_many_queries_for_one_line_as_for_three(django_assert_num_queries) -> None:
    for code in ("16001", "16002", "16003"):
        CommuneFactory(code=code, phone="05")
    one = "nature;code;departement;telephone\ncommune;16001;16;05\n"
    three = one + "commune;16002;16;05\ncommune;16003;16;05\n"

    for text in (one, three):
        with django_assert_num_queries(11):
            imported(text)


def test_too_many_changes_at_once_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(base, "MOST_CHANGES", 1)
    for code in ("16001", "16002"):
        CommuneFactory(code=code, phone="")

    result = imported("nature;code;telephone\ncommune;16001;05\ncommune;16002;05\n")

    assert [str(error.error) for error in result.base_errors] == [
        "Ce fichier change 2 fiches, plus que 1 en une fois : découpez-le."
    ]
    assert list(Actor.objects.filter(nature=Nature.COMMUNE).values_list("phone", flat=True)) == ["", ""]

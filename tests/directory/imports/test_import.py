"""A file of jumelages enters the répertoire: what is written, what is kept, what is refused, and nothing the second time."""

from pathlib import Path

import pytest

from directory.enums import JumelageKind, Nature, Source
from directory.models import Actor, Jumelage
from directory.services import DirectoryError, HopelessFile, jumelage_imports
from tests.directory.imports.files import HEADER, all_refusals, csv_file, imported, pairs, refusals, xlsx_file
from tests.factories import CommuneFactory, JumelageFactory, PartnerFactory

pytestmark = pytest.mark.usefixtures("places")

TWO = f"{HEADER}\n16015;Angoulême;;16;Hildesheim;Allemagne\n17300;;;;Moscow;Russie\n"


@pytest.fixture
def towns() -> dict[str, Actor]:
    return {
        "Hildesheim": PartnerFactory(
            foreign=True, name="Hildesheim", country__iso2="DE", latitude=52.15, longitude=9.95
        ),
        "Moscou": PartnerFactory(foreign=True, name="Moscou", short_name="Moscow", country__iso2="RU"),
    }


# --- what is written ------------------------------------------------------------------------------------------------------
def test_a_file_is_tried_then_applied_then_changes_nothing(tmp_path: Path, places: dict[str, Actor]) -> None:
    path = csv_file(tmp_path, TWO)

    dry = imported(path, dry_run=True)
    nothing = (Jumelage.objects.count(), Actor.objects.partners().count())
    first = imported(path)
    before = list(Jumelage.objects.order_by("pk").values())
    again = imported(path)

    assert dry.counts == first.counts == {"created": 2, "changed": 0, "unchanged": 0, "closed": 0, "refused": 0}
    assert nothing == (0, 0)
    assert again.counts == {"created": 0, "changed": 0, "unchanged": 2, "closed": 0, "refused": 0}
    assert list(Jumelage.objects.order_by("pk").values()) == before
    assert pairs() == [("16015", "Hildesheim", "DE"), ("17300", "Moscou", "RU")]


def test_what_comes_in_is_marked_and_found_by_both_names(tmp_path: Path, places: dict[str, Actor]) -> None:
    imported(csv_file(tmp_path, TWO))

    jumelage = Jumelage.objects.get(partner__name="Moscou")
    town, commune = jumelage.partner, Actor.objects.get(pk=places["La Rochelle 17"].pk)
    assert (jumelage.kind, jumelage.vitality, jumelage.to_verify, jumelage.is_imported) == ("jumelage", "", True, True)
    assert (jumelage.provenance["*"]["source"], jumelage.provenance["*"]["by"]) == (Source.IMPORT, "lea@exemple.fr")
    assert jumelage.slug == f"la-rochelle-moscou-{jumelage.pk}"
    assert jumelage.search_terms == "La Rochelle\nMoscou\nMoscow\nRussie"
    assert (town.nature, town.short_name, town.code, town.slug) == (
        Nature.ETRANGERE, "Moscow", f"p{town.pk}", f"moscou-p{town.pk}",
    )  # fmt: skip
    assert town.search_terms.split() == [f"p{town.pk}", "Moscow"]
    assert (town.provenance["*"]["source"], town.jumelage_count) == (Source.IMPORT, 1)
    assert (commune.jumelage_count, commune.cooperation_countries, commune.partner_terms) == (
        1,
        ["RU"],
        "Moscou\nMoscow\nRussie",
    )


def test_the_years_the_kind_and_the_place_are_kept(tmp_path: Path) -> None:
    imported(
        csv_file(
            tmp_path, "code;partenaire;pays;annee;annee_debut;type;lat;lon\n16015;Bury;GB;1962;1960;pacte;53,6;-2.3\n"
        )
    )

    jumelage = Jumelage.objects.get()
    assert (jumelage.year_signed, jumelage.year_started, jumelage.kind) == (1962, 1960, JumelageKind.PACTE)
    assert (jumelage.partner.latitude, jumelage.partner.longitude) == (53.6, -2.3)


def test_a_town_is_one_partner_for_all_its_twins(tmp_path: Path, towns: dict[str, Actor]) -> None:
    text = f"{HEADER}\n16015;;;;HILDESHEIM;DE\n17300;;;;hildesheim;Germany\n17300;;;;Moskva;RU\n16015;;;;Moscou;RUS\n"

    report = imported(csv_file(tmp_path, text))

    assert (report.created, report.towns) == (4, 0)
    assert set(Jumelage.objects.values_list("partner", flat=True)) == {town.pk for town in towns.values()}
    assert Actor.objects.of_nature([Nature.ETRANGERE]).count() == 2


def test_a_fictitious_town_or_one_of_another_kind_is_not_the_partner(tmp_path: Path) -> None:
    PartnerFactory(foreign=True, name="Hildesheim", country__iso2="DE", is_demo=True)
    PartnerFactory(name="Hildesheim", country__iso2="DE")

    assert imported(csv_file(tmp_path, TWO)).towns == 2


def test_a_town_that_became_one_with_another_leads_to_it(tmp_path: Path) -> None:
    kept = PartnerFactory(foreign=True, name="Ville de Hildesheim", country__iso2="DE")
    PartnerFactory(foreign=True, name="Hildesheim", country__iso2="DE", valid_until="2026-01-01", successor=kept)

    imported(csv_file(tmp_path, TWO))

    assert Jumelage.objects.get(partner__country="DE").partner == kept


def test_the_commune_of_today_stands_for_the_one_that_ended(tmp_path: Path, places: dict[str, Actor]) -> None:
    today = places["Angoulême 16"]
    CommuneFactory(
        code="16500", name="Vieille-Ville", departement=today.departement, departement_codes=["16"],
        valid_until="2019-01-01", successor=today,
    )  # fmt: skip

    imported(csv_file(tmp_path, f"{HEADER}\n16500;;;;Bury;GB\n;Vieille Ville;;16;Turda;DE\n16999;;;;Ségou;ML\n"))

    assert pairs() == [("16015", "Bury", "GB"), ("16015", "Turda", "DE"), ("16103", "Ségou", "ML")]


def test_a_french_partner_is_a_commune_of_the_repertoire(tmp_path: Path, places: dict[str, Actor]) -> None:
    text = "code;partenaire;pays;partenaire_code\n16015;La Rochelle;France;17300\n17300;Angoulême;FR;16015\n16015;Figeac;FR;\n"

    report = imported(csv_file(tmp_path, text))

    assert report.counts == {"created": 1, "changed": 0, "unchanged": 1, "closed": 0, "refused": 1}
    assert Jumelage.objects.get().partner == places["La Rochelle 17"]
    assert report.refusals[0].why.startswith("Le partenaire « Figeac » est français")


def test_a_collectivite_is_not_its_own_partner(tmp_path: Path) -> None:
    report = imported(csv_file(tmp_path, "code;partenaire;pays;partenaire_code\n16015;Angoulême;FR;16015\n"))

    assert refusals(report) == [(2, "La collectivité et son partenaire sont la même.", ())]


# --- what is kept ---------------------------------------------------------------------------------------------------------
def test_an_empty_value_is_completed_and_a_given_one_is_kept(
    tmp_path: Path, places: dict[str, Actor], towns: dict[str, Actor]
) -> None:
    known = JumelageFactory(
        collectivite=places["Angoulême 16"], partner=towns["Hildesheim"], year_started=1970, vitality="actif"
    )
    path = csv_file(tmp_path, "code;partenaire;pays;annee;annee_debut\n16015;Hildesheim;DE;1972;\n")

    first, again = imported(path), imported(path)
    other = imported(csv_file(tmp_path, "code;partenaire;pays;annee\n16015;Hildesheim;DE;1975\n"))

    known.refresh_from_db()
    assert (first.changed, first.told[0].changes, again.unchanged) == (1, "année de signature 1972", 1)
    assert (known.year_signed, known.year_started, known.vitality, known.to_verify) == (1972, 1970, "actif", False)
    assert known.provenance["year_signed"]["source"] == Source.IMPORT
    assert known.provenance["*"]["source"] == Source.STAFF
    assert refusals(other) == [
        (
            2,
            "Ce lien est déjà connu, avec une autre année\u00a0: la valeur du répertoire est gardée.",
            ("Angoulême – Hildesheim · année de signature 1972, année de début 1970",),
        )
    ]
    assert Jumelage.pgh_event_model.objects.get().pgh_context.metadata == {
        "source": "import", "origin": "import:essai.csv", "by": "lea@exemple.fr",
    }  # fmt: skip


def test_a_town_is_completed_and_what_it_has_is_kept(tmp_path: Path, places: dict[str, Actor]) -> None:
    moscow = PartnerFactory(foreign=True, name="Moscow", country__iso2="RU", latitude=None, longitude=None)
    JumelageFactory(collectivite=places["Angoulême 16"], partner=moscow)
    path = csv_file(tmp_path, "code;partenaire;pays;lat;lon\n16015;Moskva;RU;55.75;37.62\n")

    first, again = imported(path), imported(path)

    moscow.refresh_from_db()
    assert (first.changed, again.unchanged) == (1, 1)
    assert (moscow.name, moscow.short_name, moscow.latitude, moscow.longitude) == ("Moscow", "Moscou", 55.75, 37.62)
    assert moscow.provenance["latitude"]["source"] == Source.IMPORT
    assert "Moscou" in Jumelage.objects.get().search_terms
    assert "Moscou" in Actor.objects.get(pk=places["Angoulême 16"].pk).partner_terms


def test_a_link_is_known_whichever_leads_and_whatever_its_kind_if_the_file_says_none(
    tmp_path: Path, places: dict[str, Actor], towns: dict[str, Actor]
) -> None:
    JumelageFactory(collectivite=places["Angoulême 16"], partner=places["La Rochelle 17"])
    JumelageFactory(collectivite=places["Angoulême 16"], partner=towns["Moscou"], kind="cooperation")
    text = "code;partenaire;pays;partenaire_code\n17300;Angoulême;FR;16015\n16015;Moscou;RU;\n"

    assert imported(csv_file(tmp_path, text)).unchanged == 2


def test_conventions_of_other_years_are_other_links_and_a_jumelage_is_not(tmp_path: Path) -> None:
    text = (
        "code;partenaire;pays;type;annee_debut\n"
        "16015;Ségou;ML;cooperation;2005\n16015;Ségou;ML;cooperation;2012\n16015;Ségou;ML;cooperation;\n"
        "16015;Bury;GB;jumelage;1960\n16015;Bury;GB;jumelage;1961\n"
    )
    path = csv_file(tmp_path, text)

    first, again = imported(path), imported(path)

    assert first.counts == {"created": 3, "changed": 0, "unchanged": 1, "closed": 0, "refused": 1}
    assert again.counts == {"created": 0, "changed": 0, "unchanged": 4, "closed": 0, "refused": 1}
    years = Jumelage.objects.order_by("pk").values_list("kind", "year_started")
    assert list(years) == [("cooperation", 2005), ("cooperation", 2012), ("jumelage", 1960)]


def test_lines_of_one_link_complete_each_other(tmp_path: Path) -> None:
    path = csv_file(tmp_path, "code;partenaire;pays;annee\n16015;Bury;GB;\n16015;bury;UK;1962\n")

    first, again = imported(path), imported(path)

    assert (first.created, first.unchanged, again.unchanged) == (1, 1, 2)
    assert Jumelage.objects.get().year_signed == 1962


def test_a_closed_jumelage_is_not_given_a_later_year(
    tmp_path: Path, places: dict[str, Actor], towns: dict[str, Actor]
) -> None:
    JumelageFactory(
        collectivite=places["Angoulême 16"], partner=towns["Hildesheim"], vitality="clos", ended_on="1990-01-01"
    )

    report = imported(csv_file(tmp_path, "code;partenaire;pays;annee\n16015;Hildesheim;DE;1995\n"))

    assert refusals(report) == [(2, "Ce jumelage est clos depuis 1990, avant l’année du fichier.", ())]


def test_a_jumelage_merged_into_another_is_left_alone(
    tmp_path: Path, places: dict[str, Actor], towns: dict[str, Actor]
) -> None:
    kept = JumelageFactory(collectivite=places["Angoulême 16"], partner=towns["Moscou"])
    merged = JumelageFactory(
        collectivite=places["Angoulême 16"], partner=towns["Hildesheim"], is_published=False, successor=kept
    )

    report = imported(csv_file(tmp_path, "code;partenaire;pays;annee\n16015;Hildesheim;DE;1995\n"))

    merged.refresh_from_db()
    assert (report.unchanged, merged.year_signed) == (1, None)


# --- messy files ----------------------------------------------------------------------------------------------------------
MESSY = [
    ";Angouleme ;;16;Bury;United Kingdom",
    ";ANGOULÊME;;Charente;Turda;DE",
    ";Ste Sévère;;16;Gozo;IT",
    ";ST-FRAIGNE;;17;Pescara;Italie",
    "1004;Amberieu-en-Bugey;;1;Mering;Germany",
    "17189;;;;Norden;Allemagne",
    ";Marennes;;17;Caraquet;Canada",
    ";Marennes-Hiers-Brouage;Marennes;17;Caraquet;CAN",
]
MATCHED = [
    ("01004", "Mering", "DE"), ("16015", "Bury", "GB"), ("16015", "Turda", "DE"), ("16317", "Gozo", "IT"),
    ("17219", "Caraquet", "CA"), ("17219", "Norden", "DE"), ("17317", "Pescara", "IT"),
]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_a_messy_file_is_understood(tmp_path: Path, encoding: str, delimiter: str) -> None:
    text = "\r\n".join([HEADER, *MESSY]).replace(";", delimiter)

    report = imported(csv_file(tmp_path, text, encoding=encoding))

    assert report.counts == {"created": 7, "changed": 0, "unchanged": 1, "closed": 0, "refused": 0}
    assert pairs() == MATCHED


def test_a_workbook_with_a_title_formulas_and_merged_cells(tmp_path: Path) -> None:
    path = xlsx_file(
        tmp_path,
        ["Jumelages de la région"],
        [],
        ["Code INSEE", "Commune", "Partenaire", "Pays", "Année"],
        [16015, "Angoulême", "Bury", "Royaume-Uni", 1962],
        [None, None, "Hildesheim", "Allemagne", None],  # merged with the cell above
        [1004, None, "Mering", "Allemagne", "=1960+2"],  # a formula that no program computed: no year
        merged="A4:A5",
    )

    report = imported(path)

    assert pairs() == [("01004", "Mering", "DE"), ("16015", "Bury", "GB")]
    assert [(told.line, told.why.replace("\u00a0", " ")) for told in report.refusals] == [
        (5, "Ni code ni nom de collectivité (cellules fusionnées ? répétez-les sur chaque ligne).")
    ]


def test_each_refused_line_says_what_was_read_why_and_who_it_may_be(tmp_path: Path) -> None:
    text = "\n".join(
        [
            f"{HEADER};annee",
            ";Vergne;;17;Bury;GB;",
            ";Angouleme;;;Bury;GB;",
            "16015;;;;Bury;Atlantide;",
            "16015;;;;Bury;;",
            "16015;;;;Bury;GB;19888",
            ";Angoulème-sur-Mer;;16;Bury;GB;",
            "16015;;;;???;GB;",
        ]
    )

    told = all_refusals(csv_file(tmp_path, text))

    assert [
        (one.line, one.why.split("\u00a0:")[0], one.candidates) for one in sorted(told, key=lambda one: one.line)
    ] == [
        (2, "Plusieurs collectivités répondent au nom « Vergne »", ("Vergné (17466)", "La Vergne (17465)")),
        (3, "Il faut un code INSEE, ou le département avec le nom", ("Angoulême (16015)",)),
        (4, "Le pays « Atlantide » n’est pas connu", ()),
        (5, "Le pays manque.", ()),
        (6, "L’année « 19888 » ne se lit pas", ()),
        (7, "Aucune collectivité ne s’appelle « Angoulème-sur-Mer » dans le département Charente (16).", ()),
        (8, "Le nom du partenaire, « ??? », n’est pas lisible.", ()),
    ]
    assert Jumelage.objects.count() == 0


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "Ce fichier est vide."),
        (f"{HEADER}\n", "Ce fichier n’a pas de données sous la ligne des titres."),
        ("a;b\n1;2\n", "La ligne des titres n’est pas reconnue."),
        ("\x00\x01;b\n1;2\n", "Ce fichier n’est ni un CSV ni un classeur XLSX lisible"),
    ],
)
def test_what_is_no_file_of_jumelages_is_refused_in_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    with pytest.raises(DirectoryError, match=sentence):
        imported(csv_file(tmp_path, text))


def test_a_file_longer_than_allowed_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DirectoryError, match="dépasse 1 lignes"):
        imported(csv_file(tmp_path, TWO), most_lines=1)
    assert imported(csv_file(tmp_path, TWO), most_lines=2).created == 2


def test_columns_that_say_nothing_are_told(tmp_path: Path) -> None:
    report = imported(csv_file(tmp_path, "code;partenaire;pays;observations;maire\n16015;Bury;GB;a;b\n"))

    assert report.notes == ["Colonnes laissées de côté\u00a0: « observations », « maire »."]


def test_a_file_of_bad_lines_is_refused_whole(tmp_path: Path) -> None:
    bad = [";Nulle-Part;;16;Bury;GB"] * 60

    with pytest.raises(HopelessFile) as refused:
        imported(csv_file(tmp_path, "\n".join([TWO.strip(), *bad])))

    assert str(refused.value).replace("\u00a0", " ").startswith("60 lignes sur 62 sont refusées : rien n’est importé.")
    assert [told.line for told in refused.value.report.refusals] == list(range(4, 54))
    assert (refused.value.report.refused, Jumelage.objects.count(), Actor.objects.partners().count()) == (60, 0, 0)


def test_too_many_good_lines_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jumelage_imports, "MOST_ACCEPTED", 1)

    with pytest.raises(DirectoryError, match="plus de 1 lignes valables"):
        imported(csv_file(tmp_path, TWO))
    assert Jumelage.objects.count() == 0


def test_a_file_is_matched_in_a_fixed_number_of_queries(tmp_path: Path, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    lines = [f"16015;;;;Ville {'abcdefghij'[rank]};DE" for rank in range(10)]
    one, many = (csv_file(tmp_path, "\n".join([HEADER, *part]), name=f"{len(part)}.csv") for part in (lines[:1], lines))

    for path in (one, many):
        with django_assert_num_queries(6):
            imported(path, dry_run=True)

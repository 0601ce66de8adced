"""What people type, and whom they find first."""

import pytest

from directory.models import Actor
from directory.search import MAX_LENGTH, understand
from tests.factories import CommuneFactory, DepartementFactory, EpciFactory, PartnerFactory

pytestmark = pytest.mark.django_db


def found(typed: str) -> list[str]:
    return [actor.name for actor in Actor.objects.published().search(understand(typed))]


@pytest.mark.parametrize(
    ("typed", "words", "code"),
    [
        ("  La   Rochelle ", "La Rochelle", ""),
        ("Rochelle (La)", "La Rochelle", ""),
        ("Rochelle, la", "la Rochelle", ""),
        ("Abergement (L')", "L Abergement", ""),
        ("33 000", "33000", "33000"),
        ("1001", "01001", "01001"),
        ("2a004", "2A004", "2A004"),
        ("213 300 635", "213300635", "213300635"),
        ("21330063500017", "213300635", "213300635"),
        ("33", "33", "33"),
        ("1", "1", ""),
        ("!!! --- ???", "", ""),
        ("Pau\x00", "Pau", ""),
        ("x" * 500, "x" * MAX_LENGTH, ""),
        ("Москва", "", ""),
        ("mairie de Limoges", "Limoges", ""),
        ("Mairie Saint-Junien", "Saint-Junien", ""),
        ("ville d'Agen", "Agen", ""),
        ("commune de La Rochelle", "Rochelle", ""),
        ("Département de la Creuse", "Creuse", ""),
        ("departement gironde", "gironde", ""),
        ("conseil départemental de la Vienne", "Vienne", ""),
        ("Région Nouvelle Aquitaine", "Nouvelle Aquitaine", ""),
        ("SIREN 213 300 635", "213300635", "213300635"),
        ("code postal : 33000", "33000", "33000"),
        ("Ville-Saint-Jacques", "Ville-Saint-Jacques", ""),
        ("mairie", "mairie", ""),
        ("Villenave d'Ornon", "Villenave d'Ornon", ""),
    ],
)
def test_what_was_typed_is_understood(typed: str, words: str, code: str) -> None:
    text = understand(typed)

    assert (text.words, text.code) == (words, code)


@pytest.mark.parametrize(
    "typed",
    [
        "Saint-Étienne-d'Orthe",
        "saint etienne d orthe",
        "SAINT ETIENNE D’ORTHE",
        "St-Etienne d'Orthe",
        "saint étienne d",
        "Saint-Étiene-d'Orthe",
        "Saint-Etienne-dOrthe",
        "siant etienne d orthe",
    ],
)
def test_a_name_is_found_however_it_is_written(typed: str) -> None:
    CommuneFactory(name="Saint-Étienne-d'Orthe", code="40256")
    CommuneFactory(name="Sainte-Colombe", code="40280")

    assert found(typed)[:1] == ["Saint-Étienne-d'Orthe"]


@pytest.mark.parametrize("typed", ["La Rochelle", "Rochelle (La)", "rochelle", "la roch", "Rochele", "LA ROCHELE"])
def test_the_article_is_not_needed(typed: str) -> None:
    CommuneFactory(name="La Rochelle", code="17300")
    CommuneFactory(name="Rochefort", code="17299", population=1)

    assert found(typed)[0] == "La Rochelle"


def test_the_exact_name_comes_before_longer_and_larger_ones() -> None:
    CommuneFactory(name="Pauillac", code="33314", population=900_000)
    CommuneFactory(name="Pau", code="64445", population=1)

    assert found("pau") == ["Pau", "Pauillac"]


def test_homonyms_come_by_population() -> None:
    CommuneFactory(name="Saint-Denis", code="16001", population=10)
    CommuneFactory(name="Saint-Denis", code="16002", population=20)

    actors = Actor.objects.published().search(understand("saint denis"))

    assert [actor.population for actor in actors] == [20, 10]


def test_beginnings_come_before_words_inside_and_words_of_the_territory() -> None:
    epci = EpciFactory(name="Communauté de communes du Pays de Nay", short_name="CC Nay", code="200067262")
    CommuneFactory(name="Nayrac", code="16010", population=5)
    CommuneFactory(name="Bourg-de-Nay", code="16011", population=5)
    CommuneFactory(name="Arros", code="16012", population=5, epci=epci)

    assert found("nay") == ["Nayrac", "Communauté de communes du Pays de Nay", "Bourg-de-Nay", "Arros"]


def test_a_former_commune_finds_its_new_one() -> None:
    CommuneFactory(name="Val-de-Louyre-et-Caudeau", code="24362", former_names=["Sainte-Alvère", "Cendrieux"])
    CommuneFactory(name="Sainte-Foy", code="24400")

    assert found("Sainte Alvere")[0] == "Val-de-Louyre-et-Caudeau"
    assert found("cendrieux") == ["Val-de-Louyre-et-Caudeau"]


def test_codes_find_their_collectivite_first() -> None:
    CommuneFactory(name="Rochefort", code="17299", siren="211702998", postal_codes=["17300"])
    CommuneFactory(name="La Rochelle", code="17300", siren="211703004", postal_codes=["17000"])

    assert found("17000") == ["La Rochelle"]
    assert found("211 702 998") == ["Rochefort"]


def test_five_digits_are_a_postal_code_first_then_an_insee_code() -> None:
    """17300 is Rochefort's postal code and La Rochelle's INSEE code: both come before the other towns of the postal code."""
    CommuneFactory(name="Rochefort", code="17299", postal_codes=["17300"], population=23_000)
    CommuneFactory(name="Vergeroux", code="17463", postal_codes=["17300"], population=1_000)
    CommuneFactory(name="La Rochelle", code="17300", postal_codes=["17000"], population=80_000)

    assert found("17300") == ["Rochefort", "La Rochelle", "Vergeroux"]


def test_a_lost_leading_zero_is_put_back() -> None:
    CommuneFactory(name="L'Abergement-Clémenciat", code="01001", postal_codes=["01400"])

    assert found("1001") == ["L'Abergement-Clémenciat"]
    assert found("1400") == ["L'Abergement-Clémenciat"]


def test_hidden_and_closed_actors_are_not_found() -> None:
    CommuneFactory(name="Villefermée", code="16020", closed=True)
    CommuneFactory(name="Villefermée", code="16021", hidden=True)
    CommuneFactory(name="Villefermée", code="16022")

    actors = Actor.objects.published().search(understand("villefermée"))

    assert [actor.code for actor in actors] == ["16022"]


def test_a_name_one_mistake_away_comes_before_words_found_by_their_stem() -> None:
    CommuneFactory(name="Périgueux", code="24322", population=30_000)
    CommuneFactory(name="Sorges-et-Ligueux-en-Périgord", code="24540", population=90_000)

    assert found("Perigeux")[0] == "Périgueux"


def test_close_names_are_not_offered_when_enough_names_begin_with_the_text() -> None:
    for position, name in enumerate(["Bordes", "Bordères", "Bordezac"]):
        CommuneFactory(name=name, code=f"1603{position}")
    CommuneFactory(name="Bors", code="16040")

    assert sorted(found("bord")) == ["Bordes", "Bordezac", "Bordères"]


def test_a_partner_is_found_by_the_words_of_its_name() -> None:
    PartnerFactory(name="Comité de jumelage de Nersac", departement=DepartementFactory())

    assert found("jumelage nersac") == ["Comité de jumelage de Nersac"]


@pytest.mark.parametrize(
    "typed", ["a & b | !c", "':*", "foo:bar*", "\\", "%", "_", "')) OR 1=1 --", "  ", "Москва", "日本", "™", "("]
)
def test_search_syntax_is_only_text(typed: str) -> None:
    CommuneFactory(name="Angoulême", code="16015")

    assert found(typed) == []


def test_names_sort_without_accents_or_case() -> None:
    for position, name in enumerate(["Zoé", "Élan", "eau", "École"]):
        CommuneFactory(name=name, code=f"1605{position}")

    names = Actor.objects.collectivites().of_nature(["commune"]).by_name().values_list("name", flat=True)

    assert list(names) == ["eau", "École", "Élan", "Zoé"]


@pytest.mark.parametrize("typed", [("st " * 67)[:200], "œ" * 200, "saint-" * 33, "a" * 81, "Ⅷ" * 80])
def test_a_text_longer_than_any_name_is_only_a_text_without_answer(typed: str) -> None:
    CommuneFactory(name="Pau", code="64445")

    assert found(typed) == []


def test_a_long_name_in_the_repertoire_breaks_no_search() -> None:
    PartnerFactory(name=("st " * 66).strip(), departement=DepartementFactory())

    assert len(found("saint saint saint sain")) == 1
    assert found("saind saind saind saind saind saind saind") == []

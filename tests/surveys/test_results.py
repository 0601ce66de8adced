"""Results: what staff reads, what everybody reads once it is published, the texts, and the gestures around them."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from surveys.analysis.published_results import PublishedResults
from surveys.analysis.results import Results
from surveys.enums import WaveStatus
from surveys.models import Response, Wave
from surveys.outline import Section
from surveys.services import SurveysError, code_text, publish_results, withdraw_results
from tests.factories import CountryFactory, UserFactory
from tests.factories.survey_waves import closed_wave, respond
from tests.factories.surveys import InvitationFactory, WaveFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def wave(aect) -> Wave:
    """Forty responses of forty-eight collectivités: thirty engaged of Gironde, ten that are not, of Lot-et-Garonne."""
    made = closed_wave(questionnaire=aect, slug="enquete-2026", title="Enquête 2026")
    respond(made, [{"Q5": "active", "Q6": 5, "Q8": ["budget"], "Q12": "Notre littoral"}] * 20, is_engaged=True)
    respond(made, [{"Q5": "ponctuel", "Q6": 3, "Q8": ["strategie", "budget"]}] * 10, is_engaged=True)
    respond(made, [{"Q5": "jamais", "Q6": "nsp", "Q9": ["moyens"]}] * 7, departement="47")
    respond(made, [{"Q5": "passee", "Q6": 1, "Q9": ["moyens"]}] * 3, departement="47")
    InvitationFactory.create_batch(8, wave=made, departement="47", band="500-2000")
    return made


def section(results: Results, code: str) -> Section:
    return next(each for each in results.outline.sections if each.code == code)


def told(table: Any) -> dict[str, int]:
    return {row.label: row.part.count for row in table.rows if row.part.count}


def staff(client: Client) -> Client:
    client.force_login(UserFactory(superuser=True, second_factor=True))
    return client


# --- tables ---------------------------------------------------------------------------------------------------------------
def test_each_question_is_counted_among_those_who_answered_it(wave: Wave) -> None:
    results = Results(wave)
    tables = {table.key: table for table in results.tables(section(results, "engagement"))}

    assert told(tables["Q5"]) == {
        "active": 20,
        "des actions ponctuelles": 10,
        "il n’y en a jamais eu": 7,
        "passée, arrêtée": 3,
    }
    assert (tables["Q8"].asked, tables["Q8"].base, tables["Q9"].base) == (30, 30, 10)
    assert told(tables["Q8"]) == {"une ligne du budget": 30, "une stratégie": 10}
    assert told(tables["Q6"]) == {"5": 20, "3": 10, "ne sait pas": 7, "1": 3}


def test_answers_are_weighed_by_what_was_asked(wave: Wave) -> None:
    """Thirty engaged of thirty answered, ten of the eighteen others: the others count for 18 / 48."""
    results = Results(wave)
    (asked,) = (table for table in results.tables(section(results, "engagement")) if table.key == "Q5")

    weighted = {row.label: round(row.weighted or 0, 4) for row in asked.rows if row.part.count}

    assert weighted["active"] == round(100 * 20 / 48, 4)
    assert weighted["il n’y en a jamais eu"] == round(100 * 0.7 * 18 / 48, 4)
    assert round(asked.largest_shift or 0, 4) == round(100 * 0.7 * 18 / 48 - 100 * 7 / 40, 4)
    assert round(results.weighting.design_effect, 4) == round(
        40 * (30 * (30 / 48 / 0.75) ** 2 + 10 * (18 / 48 / 0.25) ** 2) / 40**2, 4
    )


def test_a_table_is_crossed_by_what_the_collectivite_was(wave: Wave) -> None:
    results = Results(wave)
    tables = {table.key: table for table in results.tables(section(results, "engagement"), crossing="departement")}

    assert [(column.label, column.base) for column in tables["Q5"].columns] == [("33", 30), ("47", 10)]
    assert [part.count for part in tables["Q5"].rows[0].parts] == [20, 0]


def test_a_table_is_crossed_by_another_question(wave: Wave) -> None:
    results = Results(wave)
    (scale,) = (table for table in results.tables(section(results, "engagement"), crossing="Q5") if table.key == "Q6")

    never = [column.label for column in scale.columns].index("il n’y en a jamais eu")

    assert {row.label: row.parts[never].count for row in scale.rows if row.parts[never].count} == {"ne sait pas": 7}


def test_waves_are_compared_by_the_codes_of_questions(wave: Wave) -> None:
    before = closed_wave(questionnaire=wave.questionnaire)
    respond(before, [{"Q5": "active"}] * 3 + [{"Q5": "jamais"}])

    results = Results(wave)
    (asked,) = (t for t in results.tables(section(results, "engagement"), other=Results(before)) if t.key == "Q5")

    assert (asked.rows[0].before, asked.rows[0].change) == (75.0, -25.0)


def test_what_was_sent_meanwhile_is_counted(wave: Wave) -> None:
    assert Results(wave).tally.responses == 40
    respond(wave, [{"Q5": "active"}])

    assert Results(wave).tally.responses == 41


def test_blocks_and_collectivites_are_counted_apart(wave: Wave) -> None:
    respond(wave, [{"Q5": "active", "Q13": [{"id": "1", "Q13e": "actif"}, {"id": "2", "Q13e": "actif"}]}])
    results = Results(wave)
    tables = {table.key: table for table in results.tables(section(results, "partenariats"))}

    assert (told(tables["Q13e-bloc"]), told(tables["Q13e"])) == ({"actif": 2}, {"actif": 1})


def test_countries_and_themes_are_counted_by_collectivite(client: Client, wave: Wave) -> None:
    CountryFactory(iso2="SN", name="Sénégal")
    blocks = [{"id": "1", "Q13p": "SN", "Q13f": ["eau", "sante"]}, {"id": "2", "Q13p": "SN", "Q13f": ["eau"]}]
    respond(wave, [{"Q5": "active", "Q13": blocks}] * 2)
    respond(wave, [{"Q5": "jamais", "Q13": blocks}])  # hidden: counts for nothing

    page = staff(client).get(reverse("wave_results", args=[wave.slug]) + "?partie=partenariats")

    assert {table.key: told(table) for table in page.context["open_tables"]} == {
        "Q13p": {"Sénégal": 2},
        "Q13f": {"eau": 2, "sante": 2},
    }


# --- what everybody reads -------------------------------------------------------------------------------------------------
def test_small_counts_are_put_together_when_published(wave: Wave) -> None:
    found = PublishedResults(wave)
    tables = {table.key: table for table in found.tables(section(found.results, "engagement"))}

    counts = {row.label: row.part.count for row in tables["Q5"].rows}

    assert counts == {
        "active": 20,
        "des actions ponctuelles": 10,
        "en sommeil ou en projet ou passée, arrêtée ou il n’y en a jamais eu": 10,
    }
    assert "Q9" not in tables  # asked of « jamais » and « passée », that are told together with others


def test_no_published_count_is_from_one_to_four(wave: Wave) -> None:
    respond(
        wave,
        [{"Q5": "active", "Q6": 2, "Q2": "elu"}, {"Q5": "projet", "Q2": "dgs"}] * 2,
        departement="87",
        nature="epci",
    )
    found = PublishedResults(wave)
    for each in found.results.outline.sections:
        for crossing in ("", "departement", "niveau", "population", "engagement"):
            for table in found.tables(each, crossing=crossing):
                parts = [part for row in table.rows for part in (row.part, *row.parts)]
                assert not [part for part in parts if part.count in (1, 2, 3, 4)]
    for dimension in ("departement", "niveau", "population", "engagement"):
        assert not [rate for rate in found.rates(dimension) if rate.answered in (1, 2, 3, 4)]


def test_weighted_shares_are_published_only_when_a_point_is_many_answers(wave: Wave) -> None:
    assert PublishedResults(wave).release.weighted == {}


@pytest.mark.parametrize(
    "address", ["", "?partie=engagement", "?partie=engagement&croiser=departement", "?partie=reseau"]
)
def test_everybody_reads_what_is_published(client: Client, wave: Wave, address: str) -> None:
    publish_results(wave)

    page = client.get(reverse("published_results", args=[wave.slug]) + address)

    assert page.status_code == 200
    assert "40 réponses sur 48 collectivités interrogées, soit 83\u00a0%" in page.content.decode()


def test_a_wave_that_is_not_published_is_not_found(client: Client, wave: Wave) -> None:
    assert client.get(reverse("published_results", args=[wave.slug])).status_code == 404
    assert client.get(reverse("published_results_csv", args=[wave.slug])).status_code == 404


def test_a_wave_that_takes_answers_again_is_not_read_by_everybody(client: Client, wave: Wave) -> None:
    publish_results(wave)
    Wave.objects.update(status=WaveStatus.OPEN)

    assert client.get(reverse("published_results", args=[wave.slug])).status_code == 404


def test_a_published_wave_without_results_is_not_found(client: Client, aect) -> None:
    empty = publish_results(closed_wave(questionnaire=aect))
    respond(empty, [{"Q5": "active"}] * 4)

    assert client.get(reverse("published_results", args=[empty.slug])).status_code == 404


def test_results_are_published_once_and_taken_back(wave: Wave) -> None:
    first = publish_results(wave).results_published_at

    assert publish_results(wave).results_published_at == first
    assert withdraw_results(wave).results_published_at is None
    assert withdraw_results(wave).results_published_at is None


def test_results_of_an_open_wave_are_not_published(client: Client) -> None:
    open_wave = WaveFactory(status=WaveStatus.OPEN)
    with pytest.raises(SurveysError, match="close"):
        publish_results(open_wave)

    staff(client).post(reverse("wave_results_publish", args=[open_wave.slug]))

    assert not Wave.objects.published().exists()


# --- the staff's pages ----------------------------------------------------------------------------------------------------
def test_staff_reads_the_rates_then_each_part(client: Client, wave: Wave) -> None:
    address = reverse("wave_results", args=[wave.slug])

    overview = staff(client).get(address).content.decode()
    part = client.get(f"{address}?partie=engagement&croiser=Q5&comparer=inconnue").content.decode()

    assert "Taux de réponse par département" in overview
    assert "Demandé, existant, inconnu" not in overview  # nobody said anything of the services
    assert "Où en est votre action extérieure" in part
    assert part.count('<svg class="barres-svg"') == part.count("<figcaption")


@pytest.mark.parametrize("count", [1, 3])
def test_as_many_queries_whatever_the_answers(client: Client, aect, django_assert_num_queries, count: int) -> None:
    made = closed_wave(questionnaire=aect)
    respond(made, [{"Q5": "active"}] * count)
    staff(client).get(
        reverse("wave_results", args=[made.slug])
    )  # the questions of a version are read once in a process

    with django_assert_num_queries(8):
        client.get(reverse("wave_results", args=[made.slug]) + "?partie=engagement&croiser=departement")


def test_services_that_are_wanted_stand_beside_what_is_known_of_them(client: Client, wave: Wave) -> None:
    respond(wave, [{"Q35": ["veille", "conseil"], "Q33": {"veille": "inconnu", "conseil": "utile"}}] * 6)

    page = staff(client).get(reverse("wave_results", args=[wave.slug]))
    lines = {line.label: line for line in page.context["services"]}

    assert [part.count for part in lines["Une veille des appels à projets"].parts] == [6, 0, 0, 6]
    assert lines["Une veille des appels à projets"].is_missed
    assert not lines["Un conseil individuel"].is_missed


def test_a_wave_without_answers_says_so(client: Client, aect) -> None:
    page = staff(client).get(reverse("wave_results", args=[closed_wave(questionnaire=aect).slug]))

    assert "Aucune réponse n’est encore arrivée" in page.content.decode()


# --- texts ----------------------------------------------------------------------------------------------------------------
@pytest.fixture
def texts(wave: Wave) -> list[Response]:
    said = ("Les échanges scolaires", "Le budget manque", "budget et bénévoles")
    rows = respond(wave, [{"Q5": "active", "Q23": text} for text in said])
    respond(wave, [{"Q5": "jamais", "Q23": "caché"}])  # what a hidden question holds is not shown
    return rows


def shown(client: Client, wave: Wave, query: str = "") -> set[str]:
    page = client.get(reverse("wave_texts", args=[wave.slug, "Q23"]) + query)
    return {words for _response, words, _tags in page.context["lines"]}


def test_texts_are_read_and_searched(client: Client, wave: Wave, texts: list[Response]) -> None:
    staff(client)

    assert shown(client, wave) == {"Les échanges scolaires", "Le budget manque", "budget et bénévoles"}
    assert shown(client, wave, "?q=BENEVOLES") == {"budget et bénévoles"}
    assert shown(client, wave, "?q=rien") == set()


def test_texts_are_put_under_words_and_counted(client: Client, wave: Wave, texts: list[Response]) -> None:
    staff(client)
    for row in texts[1:]:
        client.post(
            reverse("wave_text_code", args=[wave.slug, "Q23", row.pk]), {"mots": " Argent , argent, Temps long"}
        )
    code_text(texts[2], "Q23", ["argent"])
    code_text(texts[2], "Q23", ["argent"])

    page = client.get(reverse("wave_texts", args=[wave.slug, "Q23"]))

    assert page.context["tags"] == [{"tag": "argent", "count": 2}, {"tag": "temps long", "count": 1}]
    assert shown(client, wave, "?mot=temps+long") == {"Le budget manque"}
    assert shown(client, wave, "?mot=-") == {"Les échanges scolaires"}


def test_tags_are_taken_back_and_refused_when_too_long(texts: list[Response]) -> None:
    code_text(texts[0], "Q23", ["un"])
    with pytest.raises(SurveysError, match="mots-clés"):
        code_text(texts[0], "Q23", ["x" * 41])
    assert code_text(texts[0], "Q23", []).coded == {}


def test_a_question_that_is_not_in_words_has_no_texts(client: Client, wave: Wave) -> None:
    staff(client)

    assert client.get(reverse("wave_texts", args=[wave.slug, "Q5"])).status_code == 404
    assert client.get(reverse("wave_texts", args=[wave.slug, "inconnue"])).status_code == 404


def test_texts_are_taken_as_a_file(client: Client, wave: Wave, texts: list[Response]) -> None:
    code_text(texts[0], "Q23", ["école"])

    lines = (
        staff(client)
        .get(reverse("wave_texts_csv", args=[wave.slug, "Q23"]) + "?mot=école")
        .getvalue()
        .decode()
        .splitlines()
    )

    assert [line.split(",", 3)[3] for line in lines] == ["texte,mots_cles", "Les échanges scolaires,école"]

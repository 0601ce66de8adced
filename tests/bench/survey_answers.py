"""Answers that nobody gave, by the ten thousand: a wave of as many collectivités as France has, and their responses."""

import tomllib
from pathlib import Path
from random import Random
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection
from psycopg.types.json import Jsonb

from directory.enums import Nature, PopulationBand
from directory.models import Country
from directory.services.bulk import add_rows, blank_row, new_ids
from surveys.cells import answers_counted, counted
from surveys.enums import QuestionKind
from surveys.models import Questionnaire, Response, Wave
from surveys.outline import Outline, Question, outline_of
from surveys.paths import Conditions
from surveys.values import UNKNOWN, condition_values

from . import databases

DATABASE = "bench_survey_results"
COLLECTIVITES, DRAWN = 36_000, 3_000  # as many different answers as are drawn; responses take them in turn
DEPARTEMENTS = ("16", "17", "19", "23", "24", "33", "40", "47", "64", "79", "86", "87")
COUNTRIES = ("DE", "DE", "DE", "GB", "IT", "ES", "BE", "PT", "PL", "SN", "ML", "MA")
WORDS = (
    "les", "échanges", "scolaires", "reprennent", "avec", "nos", "amis", "depuis", "deux", "ans", "malgré", "la", "distance", "et",
)  # fmt: skip
SHARES = {"Q5": (18, 10, 12, 6, 12, 42)}  # of the choices of Q5; elsewhere the first choices are the most given


def wave_of(slug: str, responses: int) -> Wave:
    """A closed wave of 36,000 collectivités, `responses` of which answered; made in the bench's own database."""
    databases.kept(DATABASE)
    if not Questionnaire.objects.published().exists():
        _actors()
        call_command("load_questionnaire_aect", verbosity=0)
    if (wave := Wave.objects.with_slug(slug).first()) is not None:
        if Response.objects.of_wave(wave).finished().count() == responses:
            return wave
        wave.delete()  # a run that was cut left it without its responses
    questionnaire = Questionnaire.objects.published().get()
    wave = Wave.objects.create(
        slug=slug, title="Vague de mesure", questionnaire=questionnaire, status="close",
        opens_on="2026-01-05", closes_on="2026-03-05", results_published_at="2026-04-01T08:00:00Z",
    )  # fmt: skip
    _respond(wave, responses)
    return wave


def _actors() -> None:
    draw = Random(11)
    rows = [
        blank_row()
        | {
            "id": pk,
            "nature": Nature.ASSOCIATION.value,  # any row will do: a wave remembers what each was on the day of its launch
            "code": f"p{pk}",
            "name": f"Collectivité {pk}",
            "slug": f"collectivite-p{pk}",
            "departement_codes": [draw.choice(DEPARTEMENTS)],
            "population": int(draw.paretovariate(0.7) * 150),
        }
        for pk in new_ids(COLLECTIVITES)
    ]
    Country.objects.get_or_create(pk="FR", defaults={"name": "France"})
    add_rows(rows)


def _respond(wave: Wave, responses: int) -> None:
    conditions = Conditions(wave.questionnaire.outline)
    draw = Random(12)
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE drawn (n int PRIMARY KEY, answers jsonb, counted int[])")
        with cursor.copy("COPY drawn FROM STDIN") as copy:
            for number in range(DRAWN):
                values = answers(conditions, draw)
                copy.write_row([number, Jsonb(values), counted(conditions, values)])
        bands = " ".join(
            f"WHEN population < {band.bounds[1]} THEN '{band.value}'" for band in PopulationBand if band.bounds[1]
        )
        cursor.execute(
            "INSERT INTO surveys_invitation (wave_id, actor_id, kept_out, is_spontaneous, created_at, departement, nature, band,"
            " is_engaged, outcome, outcome_note, outcome_by) SELECT %s, id, '', false, now(), departement_codes[1],"
            " CASE WHEN id %% 1000 = 0 THEN 'departement' WHEN id %% 28 = 0 THEN 'epci' ELSE 'commune' END,"
            f" CASE {bands} ELSE '50000-' END, random() < 0.2, '', '', '' FROM directory_actor",
            [wave.pk],
        )
        cursor.execute(
            "INSERT INTO surveys_response (wave_id, invitation_id, state, revision, page, values, counted, started_at, saved_at,"
            " submitted_at, submitted_by, channel, read_by, reopened_because, coded, reopened_by, not_taken,"
            " are_people_forgotten) SELECT i.wave_id, i.id, 'soumise', 12, '',"
            " d.answers, d.counted, now(), now(), now(), 'mairie@exemple.fr', 'courriel', '', '', '{}', '', '[]', false"
            " FROM surveys_invitation i JOIN drawn d ON d.n = i.id %% %s WHERE i.wave_id = %s ORDER BY random() LIMIT %s",
            [DRAWN, wave.pk, responses],
        )
        cursor.execute("DROP TABLE drawn")
        cursor.execute("VACUUM ANALYZE surveys_invitation")
        cursor.execute("VACUUM ANALYZE surveys_response")
    if Response.objects.of_wave(wave).finished().count() != responses:
        raise RuntimeError("not as many responses as were asked for")


def aect() -> Outline:
    return outline_of(tomllib.loads((settings.BASE_DIR / Path("surveys/questionnaires/aect.toml")).read_text()))


def answers(conditions: Conditions, draw: Random) -> dict[str, Any]:
    """What a collectivité might answer: nearly all that it is asked, and nothing else."""
    said: dict[str, Any] = {}
    for section in conditions.outline.sections:
        for question in section.questions:
            if question.is_required or draw.random() < 0.92:
                said[question.code] = _answer(question, draw)
        pages = conditions.pages(condition_values(said, conditions.outline))
        seen = {question.code for page in pages for question in page.questions} | {"pays_aide"}
        said = {code: value for code, value in said.items() if code in seen}
    return said


def _answer(question: Question, draw: Random) -> Any:
    kind, values = question.kind, [choice.value for choice in answers_counted(question)]
    weights = SHARES.get(question.code) or [1 / (rank + 1.5) for rank in range(len(values))]
    if kind in (QuestionKind.MULTIPLE, QuestionKind.CONSENT, QuestionKind.RANKING):
        most = min(question.most or 4, len(values))
        chosen = list(dict.fromkeys(draw.choices(values, weights, k=draw.randint(1, most))))
        return [question.exclusive] if question.exclusive in chosen else chosen
    if kind == QuestionKind.SCALE:
        chosen = draw.choice(values)
        return chosen if chosen == UNKNOWN else int(chosen)
    if kind == QuestionKind.SINGLE:
        return draw.choices(values, weights)[0]
    if kind == QuestionKind.GRID:
        return {row.value: draw.choices(values, weights)[0] for row in question.rows if draw.random() < 0.95}
    if kind == QuestionKind.REPEAT:
        count = draw.choice((1, 1, 1, 2, 2, 3))
        nested = [{each.code: _answer(each, draw) for each in question.questions} for _ in range(count)]
        return [{"id": f"{number}"} | block for number, block in enumerate(nested, start=1)]
    return _other(kind, draw)


def _other(kind: QuestionKind, draw: Random) -> Any:
    if kind == QuestionKind.YEAR:
        return draw.randint(1955, 2025)
    if kind == QuestionKind.INTEGER:
        return draw.choice((10, 20, 30, 50, 80))
    if kind == QuestionKind.COUNTRY:
        return draw.choice(COUNTRIES)
    if kind == QuestionKind.THEME:
        return draw.sample(("education", "culture", "sport", "jeunesse", "economie", "environnement"), 2)
    if kind == QuestionKind.ACTOR:
        return {"nom": "Collectivité", "acteur": draw.randint(1, 9)}
    if kind == QuestionKind.CONTACT:
        return {"nom": "Camille Martin", "fonction": "agent", "courriel": "c.martin@exemple.fr", "telephone": ""}
    if kind == QuestionKind.FILE:
        return {"nom": "photo.jpg", "fichier": draw.randint(1, 9)}
    if kind == QuestionKind.KNOWN:
        return draw.choice(("oui", ""))
    words = draw.choices(WORDS, k=30 if kind == QuestionKind.LONG else 4)
    return " ".join(words).capitalize()

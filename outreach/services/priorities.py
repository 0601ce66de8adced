"""Whom to meet next, for all of France in one statement: the signals of each collectivité and the points that they make.

The sentences and the meaning of each signal are in `outreach.priority`; here is where they are found. A test holds both together.
"""

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import (
    COLLECTIVITE_NATURES,
    NEVER_MET,
    OPEN_NEEDS,
    ContactState,
    PopulationBand,
    RelaunchState,
    Vitality,
)
from directory.geography import EARTH_RADIUS_KM, KM_PER_DEGREE
from outreach.enums import VisitState
from outreach.models import Priority, PrioritySettings
from outreach.priority import (
    LEAST,
    MOST,
    NEAR_DAYS,
    NEAR_KM,
    POPULATION,
    REST_MONTHS,
    SILENT_DAYS,
    SILENT_MAILS,
    WAITING_DAYS,
    WEIGHTS,
    weights_of,
)
from surveys.enums import FINISHED, WaveStatus

from .errors import OutreachError

RESTING = [ContactState.REFUSED.value, ContactState.PAUSED.value]  # never met, it may be, whatever they ask for today
SCORE = """
WITH who AS MATERIALIZED (
  SELECT id, nature, name, population, latitude, longitude, contact_state, last_met_on
    FROM directory_actor WHERE nature = ANY(%(natures)s) AND valid_until IS NULL
), answered AS (
  SELECT DISTINCT ON (i.actor_id) i.actor_id, (r.submitted_at AT TIME ZONE 'Europe/Paris')::date AS "on",
         r.values ->> 'Q32' AS aware
    FROM surveys_response r JOIN surveys_invitation i ON i.id = r.invitation_id JOIN surveys_wave w ON w.id = r.wave_id
   WHERE r.state = ANY(%(finished)s) AND NOT w.is_demo
   ORDER BY i.actor_id, r.submitted_at DESC
), silent AS (
  SELECT i.actor_id, max(w.opens_on) AS "on"
    FROM surveys_invitation i JOIN surveys_wave w ON w.id = i.wave_id LEFT JOIN answered a ON a.actor_id = i.actor_id
   WHERE NOT w.is_demo AND w.status <> %(draft)s AND i.kept_out = '' AND NOT i.is_spontaneous
     AND (w.mailed_on ->> %(last_mail)s::int)::date <= %(silent_by)s AND (a."on" IS NULL OR a."on" < w.opens_on)
   GROUP BY i.actor_id
), asked AS (
  SELECT DISTINCT ON (actor_id) actor_id, what, "on" FROM (
    SELECT n.actor_id, CASE WHEN n.service_id = 'appui_jumelages' THEN 'relance' ELSE 'visite' END AS what,
           (n.created_at AT TIME ZONE 'Europe/Paris')::date AS "on"
      FROM directory_need n
     WHERE n.state = ANY(%(open_needs)s)
       AND (n.service_id = 'appui_jumelages' OR n.origin ~ '^response:[0-9]+:(Q36:|Q10:rendez_vous$)')
    UNION ALL
    SELECT j.collectivite_id, 'relance', (l.started_at AT TIME ZONE 'Europe/Paris')::date
      FROM directory_relaunch l JOIN directory_jumelage j ON j.id = l.jumelage_id
     WHERE l.state = %(relaunching)s
  ) said ORDER BY actor_id, "on" DESC, what
), links AS (
  SELECT j.collectivite_id AS actor_id, p.name FROM directory_jumelage j JOIN directory_actor p ON p.id = j.partner_id
   WHERE j.vitality = ANY(%(asleep)s) AND j.is_published AND j.successor_id IS NULL
  UNION
  SELECT j.partner_id, c.name FROM directory_jumelage j JOIN directory_actor c ON c.id = j.collectivite_id
   WHERE j.vitality = ANY(%(asleep)s) AND j.is_published AND j.successor_id IS NULL
  UNION
  SELECT x.actor_id, p.name FROM directory_jumelageactor x JOIN directory_jumelage j ON j.id = x.jumelage_id
    JOIN directory_actor p ON p.id = j.partner_id
   WHERE j.vitality = ANY(%(asleep)s) AND j.is_published AND j.successor_id IS NULL
), to_wake AS (
  SELECT actor_id, jsonb_agg(name ORDER BY name) AS names FROM links GROUP BY actor_id
), waiting AS (
  SELECT actor_id, min(created_at AT TIME ZONE 'Europe/Paris')::date AS "on" FROM directory_need
   WHERE state = ANY(%(open_needs)s) AND created_at < %(waiting_since)s GROUP BY actor_id
), refused AS (
  SELECT actor_id, max(starts_at AT TIME ZONE 'Europe/Paris')::date AS "on" FROM outreach_visit
   WHERE state = %(refused)s AND starts_at >= %(rest_since)s GROUP BY actor_id
), near AS (
  SELECT DISTINCT ON (b.id) b.id AS actor_id, m.name, m.last_met_on AS "on", {km} AS km
    FROM who m
    JOIN directory_actor b ON point(b.longitude, b.latitude) <@ box(
         point(m.longitude + {width}, m.latitude + {height}), point(m.longitude - {width}, m.latitude - {height}))
   WHERE m.last_met_on BETWEEN %(near_since)s AND %(today)s AND m.latitude IS NOT NULL
     AND b.id <> m.id AND b.nature = m.nature AND b.valid_until IS NULL AND {km} <= %(near_km)s
   ORDER BY b.id, km, m.id
), found AS (
  SELECT who.id,
         who.last_met_on IS NULL AND (who.contact_state = ANY(%(never_met)s) OR who.contact_state = ANY(%(resting)s)) AS never_met,
         silent."on" AS silent,
         CASE WHEN who.last_met_on IS NULL OR who.last_met_on < asked."on" THEN asked."on" END AS asked, asked.what,
         to_wake.names AS to_wake, waiting."on" AS waiting, answered.aware = 'non' AS unaware,
         near."on" AS near, near.name AS near_name, near.km, {band} AS band,
         CASE WHEN who.last_met_on > %(rest_day)s THEN who.last_met_on END AS met, refused."on" AS refused
    FROM who LEFT JOIN answered ON answered.actor_id = who.id LEFT JOIN silent ON silent.actor_id = who.id
         LEFT JOIN asked ON asked.actor_id = who.id LEFT JOIN to_wake ON to_wake.actor_id = who.id
         LEFT JOIN waiting ON waiting.actor_id = who.id LEFT JOIN refused ON refused.actor_id = who.id
         LEFT JOIN near ON near.actor_id = who.id
), scored AS (
  SELECT id,
         jsonb_strip_nulls(jsonb_build_object(
           'never_met', CASE WHEN never_met THEN TRUE END, 'silent', silent,
           'asked', CASE WHEN asked IS NOT NULL THEN jsonb_build_object('what', what, 'on', asked) END,
           'to_wake', to_wake, 'waiting', waiting, 'unaware', CASE WHEN unaware THEN TRUE END,
           'near', CASE WHEN near IS NOT NULL THEN jsonb_build_object('name', near_name, 'km', round(km)::int, 'on', near) END,
           'population', band,
           'recent', CASE WHEN refused IS NOT NULL AND refused >= coalesce(met, refused)
                          THEN jsonb_build_object('why', 'refus', 'on', refused)
                          WHEN met IS NOT NULL THEN jsonb_build_object('why', 'rencontre', 'on', met) END)) AS signals,
         CASE WHEN never_met THEN {never_met} ELSE 0 END + CASE WHEN silent IS NOT NULL THEN {silent} ELSE 0 END
         + CASE WHEN asked IS NOT NULL THEN {asked} ELSE 0 END + CASE WHEN to_wake IS NOT NULL THEN {to_wake} ELSE 0 END
         + CASE WHEN waiting IS NOT NULL THEN {waiting} ELSE 0 END + CASE WHEN unaware THEN {unaware} ELSE 0 END
         + CASE WHEN near IS NOT NULL THEN {near} ELSE 0 END
         + CASE WHEN coalesce(met, refused) IS NOT NULL THEN {recent} ELSE 0 END
         + coalesce((%(weights)s::jsonb ->> ('population_' || band))::int, 0) AS score
    FROM found
), gone AS (
  DELETE FROM outreach_priority p WHERE NOT EXISTS (SELECT 1 FROM who WHERE who.id = p.actor_id)
)
INSERT INTO outreach_priority AS p (actor_id, score, signals, computed_at)
SELECT id, score, signals, %(now)s FROM scored
ON CONFLICT (actor_id) DO UPDATE SET score = excluded.score, signals = excluded.signals, computed_at = excluded.computed_at
 WHERE (p.score, p.signals) IS DISTINCT FROM (excluded.score, excluded.signals)
"""

_KM = """(2 * %(earth)s * asin(least(1, sqrt(power(sin(radians(m.latitude - b.latitude) / 2), 2)
  + cos(radians(m.latitude)) * cos(radians(b.latitude)) * power(sin(radians(m.longitude - b.longitude) / 2), 2)))))"""
_BANDS = " ".join(
    f"WHEN who.population < {band.bounds[1]} THEN '{band.value}'" for band in PopulationBand if band.bounds[1]
)
STATEMENT = SCORE.format(
    km=_KM,
    height="%(degrees)s",
    width="%(degrees)s / greatest(0.01, cos(radians(m.latitude)))",
    band=f"CASE WHEN who.population IS NULL THEN NULL {_BANDS} ELSE '{PopulationBand.OVER_50000.value}' END",
    **{code: f"(%(weights)s::jsonb ->> '{code}')::int" for code in WEIGHTS if not code.startswith(POPULATION)},
)


@transaction.atomic
def score_priorities() -> int:
    """Find the signals of every collectivité and write their points; return how many changed. Twice is once.

    One count at a time: another one would end after it with the weights, or the facts, that it read before.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", ["outreach.score_priorities"])
    now, today = timezone.now(), timezone.localdate()
    values: dict[str, Any] = {
        "natures": [nature.value for nature in COLLECTIVITE_NATURES],
        "finished": [state.value for state in FINISHED],
        "draft": WaveStatus.DRAFT.value,
        "open_needs": [state.value for state in OPEN_NEEDS],
        "relaunching": RelaunchState.OPEN.value,
        "asleep": [Vitality.DORMANT.value, Vitality.TO_RELAUNCH.value],
        "refused": VisitState.REFUSED.value,
        "never_met": [state.value for state in NEVER_MET],
        "resting": RESTING,
        "silent_by": today - timedelta(days=SILENT_DAYS),
        "last_mail": SILENT_MAILS - 1,
        "rest_day": months_before(today, REST_MONTHS),
        "rest_since": now - timedelta(days=(today - months_before(today, REST_MONTHS)).days),
        "waiting_since": now - timedelta(days=WAITING_DAYS),
        "near_since": today - timedelta(days=NEAR_DAYS),
        "near_km": NEAR_KM,
        "degrees": NEAR_KM / KM_PER_DEGREE,
        "earth": EARTH_RADIUS_KM,
        "weights": json.dumps(current_weights()),
        "today": today,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(STATEMENT, values)
        return int(cursor.rowcount)


def months_before(day: date, months: int) -> date:
    """The same day some months before; the 28th of a month that has no such day is soon enough."""
    years, month = divmod(day.month - 1 - months, 12)
    return date(day.year + years, month + 1, min(day.day, 28))


def current_weights() -> dict[str, int]:
    """What each signal is worth today."""
    settings = PrioritySettings.objects.first()
    return weights_of(settings.weights if settings else {})


@transaction.atomic
def change_weights(weights: Mapping[str, int], *, by: str) -> bool:
    """Say what each signal is worth, and count all the points anew; False if that was so already.

    Raises OutreachError for a weight outside LEAST…MOST.
    """
    wanted = weights_of(weights)
    if any(not LEAST <= value <= MOST for value in wanted.values()):
        raise OutreachError(
            _("Rien n’a été changé\u00a0: un signal vaut de %(least)d à %(most)d points.")
            % {"least": LEAST, "most": MOST}
        )
    settings, _is_new = PrioritySettings.objects.select_for_update().get_or_create(pk=1)
    if weights_of(settings.weights) == wanted:
        return False
    settings.weights, settings.changed_by = wanted, by
    settings.save()
    score_priorities()
    return True


def rank_of(priority: Priority) -> int:
    """Its place among all the collectivités, the first is 1; those with as many points share it."""
    return Priority.objects.above(priority.score).count() + 1

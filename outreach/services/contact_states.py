"""How far the network has come with each collectivité: the one service that writes `contact_state`, from the facts that show it.

Facts are read where they are written (a visit, an event, an answer, a group, a membership, a mail that was delivered), each once.
A mail that was opened, a link that a scanner followed are no facts. What a collectivité asked for goes before what was done.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from directory.enums import COLLECTIVITE_NATURES, ContactState
from events.enums import MembershipState
from outreach.enums import ENGAGING, MEETING, REACHING, FactKind, VisitState, WishKind
from soco.mailing.enums import State as MailState
from surveys.enums import FINISHED, Channel

LEVELS = {
    **dict.fromkeys(REACHING, ContactState.REACHED),
    **dict.fromkeys(MEETING, ContactState.MET),
    **dict.fromkeys(ENGAGING, ContactState.ENGAGED),
    FactKind.MEMBERSHIP: ContactState.MEMBER,
}
ORDER = [ContactState.NEVER, ContactState.REACHED, ContactState.MET, ContactState.ENGAGED, ContactState.MEMBER]
OVER, GONE = "reprise", "correction"  # causes without a fact: a wish is over; a fact is no more
PARIS = "AT TIME ZONE 'Europe/Paris'"

# What the tables say today: actor, kind, on, until, origin, by, is_demo.
FACTS = f"""
    SELECT v.actor_id, %(visit)s AS kind, (v.starts_at {PARIS})::date AS "on", NULL::date AS until,
           'visit:' || v.id AS origin, v.written_by AS by, v.is_demo
      FROM outreach_visit v WHERE v.state = %(visit_done)s
    UNION ALL
    SELECT n.actor_id, %(note)s, n."on", NULL, 'note:' || n.id, n.by, n.is_demo FROM outreach_quicknote n
    UNION ALL
    SELECT i.actor_id, CASE WHEN r.channel = ANY(%(spoken)s) THEN %(interview)s ELSE %(answer)s END,
           (r.submitted_at {PARIS})::date, NULL, 'response:' || r.id, r.submitted_by, FALSE
      FROM surveys_response r JOIN surveys_invitation i ON i.id = r.invitation_id JOIN surveys_wave w ON w.id = r.wave_id
     WHERE r.state = ANY(%(finished)s) AND NOT w.is_demo
    UNION ALL
    SELECT g.actor_id, %(event)s, (e.starts_at {PARIS})::date, NULL, 'event:' || e.id, max(p.attended_by), FALSE
      FROM events_participant p JOIN events_registration g ON g.id = p.registration_id JOIN events_event e ON e.id = g.event_id
     WHERE p.attended AND g.actor_id IS NOT NULL AND NOT e.is_demo AND (e.ends_at {PARIS})::date < %(today)s
     GROUP BY g.actor_id, e.id
    UNION ALL
    SELECT e.host_id, %(event)s, (e.starts_at {PARIS})::date, NULL, 'host:' || e.id, '', FALSE
      FROM events_event e
     WHERE e.host_id IS NOT NULL AND NOT e.is_demo AND (e.ends_at {PARIS})::date < %(today)s
       AND EXISTS (SELECT 1 FROM events_participant p JOIN events_registration g ON g.id = p.registration_id
                    WHERE g.event_id = e.id AND p.attended)
    UNION ALL
    SELECT n.actor_id, %(service)s, (n.answered_at {PARIS})::date, NULL, 'need:' || n.id, n.closed_by, FALSE
      FROM directory_need n WHERE n.answered_at IS NOT NULL AND n.service_id IS NOT NULL
    UNION ALL
    SELECT m.actor_id, %(group)s, (min(coalesce(m.decided_at, m.asked_at)) {PARIS})::date, NULL,
           'group:' || m.group_id, min(m.decided_by), FALSE
      FROM events_groupmember m JOIN events_group g ON g.id = m.group_id
     WHERE m.actor_id IS NOT NULL AND m.state = %(member)s AND NOT g.is_demo
     GROUP BY m.actor_id, m.group_id
    UNION ALL
    SELECT d.actor_id, %(membership)s, d.starts_on, d.ends_on, 'adhesion:' || d.id, d.added_by, d.is_demo
      FROM outreach_adhesion d
"""

# Mails that were given to a server and did not come back, by the collectivité that each is about. (« about <> '' » is what the
# index of the ledger holds.)
MAILS = """
    SELECT i.actor_id, m.id, m.sent_at FROM mailing_message m
      JOIN surveys_invitation i ON m.about = 'survey_invitation:' || i.id JOIN surveys_wave w ON w.id = i.wave_id
     WHERE m.state = %(sent)s AND m.about <> '' AND NOT w.is_demo
    UNION ALL
    SELECT i.actor_id, m.id, m.sent_at FROM mailing_message m
      JOIN events_eventinvitation i ON m.about = 'event_invitation:' || i.id JOIN events_event e ON e.id = i.event_id
     WHERE m.state = %(sent)s AND m.about <> '' AND NOT e.is_demo AND i.actor_id IS NOT NULL
    UNION ALL
    SELECT s.actor_id, m.id, m.sent_at FROM mailing_message m
      JOIN outreach_tourstop s ON m.about = 'tour_stop:' || s.id
     WHERE m.state = %(sent)s AND m.about <> ''
    UNION ALL
    SELECT a.id, m.id, m.sent_at FROM mailing_message m
      JOIN directory_actor a ON m.about = 'actor:' || a.id AND m.to_email = lower(a.email)
     WHERE m.state = %(sent)s AND m.about <> ''
"""

COLLECTIVITES = "a.nature = ANY(%(natures)s) AND a.valid_until IS NULL"

# Before any fact is read, in the same order for all: who settles at the same moment waits, and then reads what the first one wrote.
# Otherwise the state that older facts make would replace a newer one, and two who hold each other's rows would both fail.
HOLD = "SELECT a.id FROM directory_actor a WHERE {collectivites} {actors} ORDER BY a.id FOR NO KEY UPDATE"

# Once noted, a mail needs no ledger: rows of the ledger are forgotten after some years. One that came back is no fact.
FORGET_MAILS = """
    DELETE FROM outreach_contactfact f USING mailing_message m
     WHERE f.kind = %(mail)s AND m.id = split_part(f.origin, ':', 2)::bigint AND m.state <> %(sent)s {scope}
"""
NOTE_MAILS = """
    INSERT INTO outreach_contactfact (actor_id, kind, "on", origin, by, is_demo, noted_at)
    SELECT DISTINCT ON (f.actor_id) f.actor_id, %(mail)s, (f.sent_at {paris})::date, 'message:' || f.id, '', FALSE, %(now)s
      FROM ({mails}) f JOIN directory_actor a ON a.id = f.actor_id
     WHERE {collectivites} {scope}
       AND NOT EXISTS (SELECT 1 FROM outreach_contactfact k WHERE k.actor_id = f.actor_id AND k.kind = %(mail)s)
     ORDER BY f.actor_id, f.sent_at, f.id
    ON CONFLICT (actor_id, origin) DO NOTHING
"""
FORGET_FACTS = """
    WITH told AS MATERIALIZED (SELECT * FROM ({facts}) f WHERE TRUE {scope})
    DELETE FROM outreach_contactfact f
     WHERE f.kind <> %(mail)s {scope}
       AND NOT EXISTS (SELECT 1 FROM told t WHERE t.actor_id = f.actor_id AND t.origin = f.origin)
"""
NOTE_FACTS = """
    INSERT INTO outreach_contactfact (actor_id, kind, "on", until, origin, by, is_demo, noted_at)
    SELECT f.actor_id, f.kind, f."on", f.until, f.origin, coalesce(f.by, ''), f.is_demo, %(now)s
      FROM ({facts}) f JOIN directory_actor a ON a.id = f.actor_id
     WHERE {collectivites} {scope}
    ON CONFLICT (actor_id, origin) DO UPDATE
       SET kind = excluded.kind, "on" = excluded."on", until = excluded.until, by = excluded.by
     WHERE (outreach_contactfact.kind, outreach_contactfact."on", outreach_contactfact.until, outreach_contactfact.by)
           IS DISTINCT FROM (excluded.kind, excluded."on", excluded.until, excluded.by)
"""
MOVE = """
    WITH ranked AS (
        SELECT f.actor_id, f.kind, f."on", f.origin, f.by, f.is_demo,
               (%(levels)s::jsonb ->> f.kind)::int AS level, f.kind = ANY(%(meeting)s) AS is_meeting
          FROM outreach_contactfact f
         WHERE f."on" <= %(today)s AND (f.until IS NULL OR f.until >= %(today)s) {scope}
    ), best AS (
        SELECT DISTINCT ON (actor_id) * FROM ranked ORDER BY actor_id, level DESC, "on", origin
    ), met AS (
        SELECT actor_id, max("on") AS "on" FROM ranked WHERE is_meeting GROUP BY actor_id
    ), wish AS (
        SELECT w.* FROM outreach_contactwish w
         WHERE w.lifted_at IS NULL AND (w.until IS NULL OR w.until >= %(today)s)
    ), derived AS (
        SELECT a.id, a.contact_state AS before,
               CASE w.kind WHEN %(refusal)s THEN %(refused)s WHEN %(pause)s THEN %(paused)s
                    ELSE (%(order)s::text[])[coalesce(b.level, 0) + 1] END AS after,
               w.until, met."on" AS met_on, w.id IS NOT NULL AS is_wish, w.kind AS wish, w.said_on, w.by AS wish_by,
               w.origin AS wish_origin, w.is_demo AS wish_demo,
               (SELECT l.lifted_by FROM outreach_contactwish l WHERE l.actor_id = a.id ORDER BY l.id DESC LIMIT 1) AS lifted_by,
               b.kind, b."on", b.origin, b.by, b.is_demo, coalesce(b.level, 0) AS level,
               coalesce(array_position(%(order)s::text[], a.contact_state), 0) - 1 AS former_level
          FROM directory_actor a LEFT JOIN best b ON b.actor_id = a.id LEFT JOIN met ON met.actor_id = a.id
               LEFT JOIN wish w ON w.actor_id = a.id
         WHERE {collectivites} {actors}
    ), moved AS (
        UPDATE directory_actor a SET contact_state = d.after, paused_until = d.until, last_met_on = d.met_on
          FROM derived d
         WHERE a.id = d.id
           AND (a.contact_state, a.paused_until, a.last_met_on) IS DISTINCT FROM (d.after, d.until, d.met_on)
        RETURNING a.id
    )
    INSERT INTO outreach_contactchange (actor_id, before, after, cause, origin, "on", by, is_demo, at)
    SELECT d.id, d.before, d.after,
           CASE WHEN d.is_wish THEN d.wish WHEN d.former_level < 0 THEN %(over)s
                WHEN d.level < d.former_level THEN %(gone)s ELSE d.kind END,
           CASE WHEN d.is_wish THEN d.wish_origin ELSE coalesce(d.origin, '') END,
           CASE WHEN d.is_wish THEN d.said_on WHEN d.former_level < 0 OR d.level < d.former_level THEN %(today)s
                ELSE d."on" END,
           CASE WHEN d.is_wish THEN d.wish_by WHEN d.former_level < 0 THEN coalesce(d.lifted_by, '')
                WHEN d.level < d.former_level THEN '' ELSE coalesce(d.by, '') END,
           CASE WHEN d.is_wish THEN d.wish_demo ELSE coalesce(d.is_demo, FALSE) END OR %(is_demo)s,
           %(now)s
      FROM derived d JOIN moved ON moved.id = d.id
     WHERE d.before <> d.after
    RETURNING id
"""


@transaction.atomic
def settle_contacts(actors: Iterable[int] | None = None, *, is_demo: bool = False, skips_busy: bool = False) -> int:
    """Read the facts of these collectivités (ids; None: of all), and write the states that they make; return how many moved.

    Each step is kept with its cause, its day and its author (who lifted a wish; nobody for a pause that ended by itself or a fact
    that is no more). Twice is once: what has not changed moves nothing. `is_demo`: what moves now is of the demonstration.
    `skips_busy`: those that somebody writes at this moment (an import may hold all) are left for the next time, rather than waited
    for.
    """
    numbers = None if actors is None else sorted(set(actors))
    if numbers == []:
        return 0
    words = {
        "collectivites": COLLECTIVITES,
        "scope": "" if numbers is None else "AND f.actor_id = ANY(%(actors)s)",
        "actors": "" if numbers is None else "AND a.id = ANY(%(actors)s)",
        "facts": FACTS,
        "mails": MAILS,
        "paris": PARIS,
    }
    values = _values() | {"actors": numbers, "is_demo": is_demo}
    with connection.cursor() as cursor:
        cursor.execute(HOLD.format(**words) + (" SKIP LOCKED" if skips_busy else ""), values)
        if skips_busy and (busy := _all_but(cursor, words, values)):
            values["busy"] = busy
            words["scope"] += " AND f.actor_id <> ALL(%(busy)s)"
            words["actors"] += " AND a.id <> ALL(%(busy)s)"
        for statement in (FORGET_MAILS, NOTE_MAILS, FORGET_FACTS, NOTE_FACTS, MOVE):
            cursor.execute(statement.format(**words), values)
        return len(cursor.fetchall())


def _all_but(cursor: Any, words: Mapping[str, str], values: Mapping[str, Any]) -> list[int]:
    """The collectivités that are not among those just held: as a rule few, so that the statements read all the others as one."""
    held = {pk for (pk,) in cursor.fetchall()}
    cursor.execute("SELECT a.id FROM directory_actor a WHERE {collectivites} {actors}".format(**words), values)
    return [pk for (pk,) in cursor.fetchall() if pk not in held]


def _values() -> dict[str, Any]:
    return {
        "mail": FactKind.MAIL.value,
        "note": FactKind.NOTE.value,
        "answer": FactKind.ANSWER.value,
        "interview": FactKind.INTERVIEW.value,
        "visit": FactKind.VISIT.value,
        "event": FactKind.EVENT.value,
        "service": FactKind.SERVICE.value,
        "group": FactKind.GROUP.value,
        "membership": FactKind.MEMBERSHIP.value,
        "visit_done": VisitState.DONE.value,
        "spoken": [Channel.PHONE.value, Channel.VISIT.value],
        "finished": [state.value for state in FINISHED],
        "sent": MailState.SENT.value,
        "member": MembershipState.ACCEPTED.value,
        "natures": [nature.value for nature in COLLECTIVITE_NATURES],
        "levels": _levels(),
        "meeting": [kind.value for kind in MEETING],
        "order": [state.value for state in ORDER],
        "refusal": WishKind.REFUSAL.value,
        "pause": WishKind.PAUSE.value,
        "refused": ContactState.REFUSED.value,
        "paused": ContactState.PAUSED.value,
        "over": OVER,
        "gone": GONE,
        "today": timezone.localdate(),
        "now": timezone.now(),
    }


def _levels() -> str:
    pairs = ", ".join(f'"{kind.value}": {ORDER.index(state)}' for kind, state in LEVELS.items())
    return f"{{{pairs}}}"

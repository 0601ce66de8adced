"""Two fiches of one actor made one: what the one said and did goes to the other, and every row touched is written down.

Rows are locked in one order: the actors concerned by id, then table by table, by id. See services.unmerging for the way back.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import pghistory
from django.apps import apps
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.enums import AttachmentState, ConfirmationOutcome, Source
from directory.models import (
    Actor,
    Attachment,
    ConfirmationRequest,
    FieldChange,
    Invitation,
    Jumelage,
    JumelageActor,
    Merge,
    ProjectActor,
)

from . import editing, links
from .comparison import lines_between, taken_from
from .confirmation import close
from .errors import DirectoryError
from .jumelages import said
from .merging_jumelages import join, twins
from .projects import refresh_projects
from .refusals import told
from .rows import Touched

ATTEMPTS = 3
# Links to an actor that follow it as they are: « table, foreign key ». Rooms above add theirs with `follow`.
FOLLOWING: list[tuple[str, str]] = [
    ("directory.Contact", "actor"),
    ("directory.ChangeProposal", "actor"),
    ("directory.Need", "actor"),
    ("directory.PartnerSearch", "actor"),
]


class _CrowdedError(Exception):
    """Somebody linked another actor to these fiches while their rows were being locked."""


def follow(label: str, field: str) -> None:
    """Say that the rows of a table (« events.Registration ») go with their actor when its fiche is merged into another. Said
    twice, it counts once; a table with two links to actors says both."""
    if (label, field) not in FOLLOWING:
        FOLLOWING.append((label, field))


def add_rule(move: Callable[[Touched, Actor, Actor], None]) -> None:
    """Say how the rows of a room above go over when both fiches may have the same: `move(touched, kept, absorbed)` writes down
    each row (`touched.touch`) before it changes or removes it. Said twice, it counts once."""
    if move not in MOVES:
        MOVES.append(move)


def refusal_to_merge(kept: Actor, absorbed: Actor) -> str:
    """Why these two may not become one, in French; « » if they may."""
    if kept.pk == absorbed.pk:
        return _("C’est la même fiche, deux fois.")
    if kept.is_collectivite or absorbed.is_collectivite:
        return _(
            "Une collectivité du référentiel officiel ne se fusionne pas\u00a0: chacune vient d’un fichier de l’État, une seule "
            "fois. Une commune nouvelle ou une dissolution se notent dans la gestion (date de fin et successeur)."
        )
    for actor in (kept, absorbed):
        if actor.is_closed:
            return _("«\u00a0%(name)s\u00a0» a déjà cessé d’exister ou a été fusionnée.") % {"name": actor.name}
    if kept.is_demo != absorbed.is_demo:
        return _("Une fiche de démonstration ne se fusionne pas avec une vraie.")
    if Jumelage.objects.of_pair(kept.pk, absorbed.pk).exists():
        return _("Ces deux fiches sont jumelées l’une avec l’autre\u00a0: ce sont deux acteurs.")
    return ""


def merge_actors(kept: Actor, absorbed: Actor, choices: Mapping[str, int] | None = None, *, by: str) -> Merge:
    """Make one fiche of two, and return what was written down of it.

    `choices`: for the groups of fields that differ (see `comparison`), the id of the fiche whose value is kept; the default
    otherwise. `absorbed` ends today and leads to `kept`; its jumelages, roles, people, proposals and searches follow. What both
    have (a jumelage of the same pair, a référent, an open question) becomes one. `by`: an e-mail address.
    Raises DirectoryError, nothing written, if they may not be merged.
    """
    for _attempt in range(ATTEMPTS):
        try:
            with transaction.atomic():
                return _merged(kept.pk, absorbed.pk, choices or {}, by)
        except _CrowdedError:
            continue
    raise DirectoryError(_("D’autres personnes travaillent sur ces fiches\u00a0: rien n’a été changé. Réessayez."))


def _merged(kept_pk: int, absorbed_pk: int, choices: Mapping[str, int], by: str) -> Merge:
    pair = {kept_pk, absorbed_pk}
    concerned = actors_around(pair)
    links.lock_actors(concerned)
    kept, absorbed = (Actor.objects.for_comparison().get(pk=pk) for pk in (kept_pk, absorbed_pk))
    if refused := refusal_to_merge(kept, absorbed):
        raise DirectoryError(_("Rien n’a été fusionné. %(why)s") % {"why": refused})
    if not actors_around(pair) <= concerned:
        raise _CrowdedError
    touched = Touched()
    context = {"source": Source.STAFF.value, "by": by, "origin": f"fusion:{absorbed_pk}:{kept_pk}"}
    with pghistory.context(**context), told(Actor):
        touched.touch(Actor, sorted(pair))
        taken = taken_from(absorbed, lines_between(kept, absorbed), choices)
        for move in MOVES:
            move(touched, kept, absorbed)
        _complete(kept, absorbed, taken, by)
        _close(absorbed, kept, by)
        _refresh(concerned, pair)
        before, after = touched.snapshots()
        return Merge.objects.create(kept=kept, absorbed=absorbed, before=before, after=after, merged_by=by)


def actors_around(pair: set[int]) -> set[int]:
    """Two actors, and all those that share a jumelage or a network with them: their rows change or are pointed to."""
    beside = JumelageActor.objects.filter(actor__in=pair).values("jumelage")
    concerned = Q(collectivite__in=pair) | Q(partner__in=pair) | Q(pk__in=beside)
    jumelages = list(Jumelage.objects.filter(concerned).values_list("pk", "collectivite_id", "partner_id"))
    present = JumelageActor.objects.filter(jumelage__in=[pk for pk, *_sides in jumelages])
    members = Actor.objects.filter(network__in=pair)
    return pair.union(
        *(sides for _pk, *sides in jumelages),
        present.values_list("actor_id", flat=True),
        members.values_list("pk", flat=True),
    )


def _refresh(concerned: set[int], pair: set[int]) -> None:
    """What searches and lists read of all of them follows."""
    links.follow_actors(pair)
    links.refresh_actors(sorted(concerned))
    refresh_projects(
        ProjectActor.objects.filter(actor__in=pair).order_by("project_id").values_list("project_id", flat=True)
    )


# --- what goes over -----------------------------------------------------------------------------------------------------------
def _move_members(touched: Touched, kept: Actor, absorbed: Actor) -> None:
    """Those whose head of network it was; one that would become its own is left without."""
    pks = list(Actor.objects.members_of_network(absorbed).order_by("pk").values_list("pk", flat=True))
    touched.touch(Actor, pks)
    members = Actor.objects.filter(pk__in=pks)
    members.exclude(pk=kept.pk).update(network=kept, updated_at=timezone.now())
    members.filter(pk=kept.pk).update(network=None, updated_at=timezone.now())


def _move_jumelages(touched: Touched, kept: Actor, absorbed: Actor) -> None:
    joined = {loser.pk: survivor for survivor, loser in twins(kept, absorbed)}
    theirs = list(Jumelage.objects.standing().in_pair_of(absorbed.pk).order_by("pk").defer("search_document"))
    for jumelage in theirs:
        if survivor := joined.get(jumelage.pk):
            join(touched, survivor, jumelage)
            continue
        side = "collectivite" if jumelage.collectivite_id == absorbed.pk else "partner"
        touched.touch(Jumelage, [jumelage.pk])
        Jumelage.objects.filter(pk=jumelage.pk).update(**{side: kept}, updated_at=timezone.now())


def _move_participations(touched: Touched, kept: Actor, absorbed: Actor) -> None:
    """Its parts beside a leading pair; one that the kept fiche has already, or has by leading, is no more."""
    leading = set(Jumelage.objects.in_pair_of(kept.pk).values_list("pk", flat=True))
    own = JumelageActor.objects.filter(actor=kept).order_by("pk").values_list("pk", "jumelage_id", "role")
    theirs = JumelageActor.objects.filter(actor=absorbed).order_by("pk").values_list("pk", "jumelage_id", "role")
    present = {(jumelage, role) for _pk, jumelage, role in own}
    gone = [pk for pk, jumelage, _role in own if jumelage in leading]
    moved: list[int] = []
    for pk, jumelage, role in theirs:
        (gone if jumelage in leading or (jumelage, role) in present else moved).append(pk)
    touched.touch(JumelageActor, [*gone, *moved])
    JumelageActor.objects.filter(pk__in=gone).delete()
    JumelageActor.objects.filter(pk__in=moved).update(actor=kept)


def _move_project_roles(touched: Touched, kept: Actor, absorbed: Actor) -> None:
    """Its parts in projects; of two equal ones, the kept fiche's goes on, with the other's amount if it has none."""
    own = {(row.project_id, row.role): row for row in ProjectActor.objects.filter(actor=kept)}
    for row in ProjectActor.objects.filter(actor=absorbed).order_by("pk"):
        touched.touch(ProjectActor, [row.pk])
        twin = own.get((row.project_id, row.role))
        if twin is None:
            ProjectActor.objects.filter(pk=row.pk).update(actor=kept)
            continue
        row.delete()
        if twin.amount is None and row.amount is not None:
            touched.touch(ProjectActor, [twin.pk])
            ProjectActor.objects.filter(pk=twin.pk).update(amount=row.amount)


def _move_attachments(touched: Touched, kept: Actor, absorbed: Actor) -> None:
    """Its référents; whoever represents both stays once, and the kept fiche's principal stays the principal."""
    standing = {row.user_id: row for row in Attachment.objects.standing().of_actor(kept)}
    has_principal = Attachment.objects.principals().of_actor(kept).exists()
    now = timezone.now()
    ended = {"state": AttachmentState.LEFT, "left_at": now, "is_principal": False}
    for row in Attachment.objects.of_actor(absorbed).order_by("pk"):
        values: dict[str, Any] = {"actor": kept}
        own = standing.get(row.user_id) if row.is_accepted or row.is_requested else None
        if own is not None and row.is_accepted and own.is_requested:
            touched.touch(Attachment, [own.pk])
            Attachment.objects.filter(pk=own.pk).update(**ended)
        elif own is not None:
            values |= ended
        if row.is_principal and has_principal:
            values["is_principal"] = False
        touched.touch(Attachment, [row.pk])
        Attachment.objects.filter(pk=row.pk).update(**values)


def _move_invitations(touched: Touched, kept: Actor, absorbed: Actor) -> None:
    """Its calls to colleagues; of two open ones to one address, the kept fiche's goes on."""
    own = {email.lower() for email in Invitation.objects.open().of_actor(kept).values_list("email", flat=True)}
    for row in Invitation.objects.of_actor(absorbed).order_by("pk"):
        touched.touch(Invitation, [row.pk])
        taken_back = {"cancelled_at": timezone.now()} if row.is_open and row.email.lower() in own else {}
        Invitation.objects.filter(pk=row.pk).update(actor=kept, **taken_back)


def _move_questions(touched: Touched, kept: Actor, absorbed: Actor) -> None:
    """The yearly questions asked to it; of two open ones, the kept fiche's goes on."""
    is_asked = ConfirmationRequest.objects.open().about(kept).exists()
    for row in ConfirmationRequest.objects.about(absorbed).order_by("pk"):
        touched.touch(ConfirmationRequest, [row.pk])
        if row.is_open and is_asked:
            close(row, ConfirmationOutcome.GONE)
        ConfirmationRequest.objects.filter(pk=row.pk).update(actor=kept)


def _move_named_partners(touched: Touched, kept: Actor, absorbed: Actor) -> None:
    """Jumelages that somebody proposed with it, and that wait: their partner is the kept fiche."""
    for change in FieldChange.objects.pending().filter(field="partner", new__id=absorbed.pk).order_by("pk"):
        touched.touch(FieldChange, [change.pk])
        change.new = {**(change.new or {}), "id": kept.pk}
        change.save(update_fields=["new"])


def _move_followers(touched: Touched, kept: Actor, absorbed: Actor) -> None:
    for label, field in FOLLOWING:
        rows: Any = apps.get_model(label)._default_manager
        pks = list(rows.filter(**{field: absorbed.pk}).order_by("pk").values_list("pk", flat=True))
        touched.touch(apps.get_model(label), pks)
        rows.filter(pk__in=pks).update(**{field: kept.pk})


MOVES: list[Callable[[Touched, Actor, Actor], None]] = [
    _move_members,
    _move_jumelages,
    _move_participations,
    _move_project_roles,
    _move_attachments,
    _move_invitations,
    _move_questions,
    _move_named_partners,
    _move_followers,
]


# --- the two rows -------------------------------------------------------------------------------------------------------------
def _complete(kept: Actor, absorbed: Actor, taken: Sequence[str], by: str) -> None:
    """Write in the kept fiche what is taken from the other, each value with the source that it had there."""
    if not taken:
        return
    for name in taken:
        attribute = editing.attname(name)
        setattr(kept, attribute, getattr(absorbed, attribute))
    if kept.network_id in (kept.pk, absorbed.pk):
        kept.network_id = None
    sources = {name: absorbed.source_of(name) or said(Source.STAFF, by) for name in taken}
    kept.provenance = Actor.objects.values_list("provenance", flat=True).get(pk=kept.pk)
    columns = dict(editing.prepared(kept, taken, source=Source.STAFF, by=by).columns)
    columns |= {name: getattr(kept, editing.attname(name)) for name in taken}
    columns["provenance"] = {**kept.provenance, **sources}
    editing.Edit(kept, columns).write()
    editing.tell_others([kept], taken, by=by)


def _close(absorbed: Actor, kept: Actor, by: str) -> None:
    today = timezone.localdate()
    absorbed.valid_until = max(today, absorbed.valid_from or date.min)
    absorbed.successor = kept
    editing.prepared(absorbed, ["valid_until", "successor"], source=Source.STAFF, by=by).write()

"""A wave: prepared batch by batch, reminded by its calendar, paused, extended, closed. Everything here is safe to do twice."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as clock
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from directory.filters import ActorFilter
from directory.models import Actor
from directory.services import Mailbox, mailboxes_of
from soco.celery import kick
from soco.web.templatetags.soco import day
from surveys import notifications
from surveys.audience import strata_of
from surveys.enums import KeptOut, WaveStatus
from surveys.models import Invitation, Questionnaire, Respondent, Wave
from surveys.plan import DAYS_APART, as_dict, mail_day, mail_days

from .errors import SurveysError

BATCH = 500  # collectivités of one transaction
FIRST_HOUR = clock(9, 0)
SETTINGS = ("title", "closes_on", "contact_name", "contact_email")
FROZEN = ("questionnaire", "audience", "opens_on")  # once it is launched
TAKEN = {"nouvelle", "a-relire", "a-rappeler"}  # addresses of the staff's pages


@dataclass(frozen=True)
class Audience:
    """Who a search of the répertoire means. `total`: collectivités; `kept_out`: how many get no mail, by reason; `ignored`: what of
    the search was not understood, in its own words."""

    total: int = 0
    kept_out: list[tuple[KeptOut, int]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)

    @property
    def mailed(self) -> int:
        return self.total - sum(count for _why, count in self.kept_out)


# --- before it is launched ------------------------------------------------------------------------------------------------------
@transaction.atomic
def save_wave(wave: Wave, *, by: str) -> Wave:
    """Write a draft, or what may still change of a wave that was launched; a new one gets its address from its title. Raises
    SurveysError for days in the wrong order."""
    plan = as_dict(wave.steps)
    if wave.pk is None:
        wave.slug, wave.created_by, wave.plan = _free_slug(wave.title), by, plan
        wave.save()
        return wave
    kept = _held(wave)  # what its preparation, its reminders and its end write is not the form's to undo
    names = [*SETTINGS, *(FROZEN if kept.is_draft else ())]
    for name in names:
        setattr(kept, name, getattr(wave, name))
    kept.plan = plan
    if kept.opens_on and kept.closes_on and kept.closes_on < kept.opens_on:
        raise SurveysError(_("Le dernier jour vient après le premier\u00a0: rien n’a été changé."))
    kept.save(update_fields=[*names, "plan"])
    return kept


def _free_slug(title: str) -> str:
    base = slugify(title)[:50] or "vague"
    taken = TAKEN | set(Wave.objects.starting_with(base).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 3) if (slug := base if n == 1 else f"{base}-{n}") not in taken)


def audience_of(wave: Wave) -> Audience:
    """How many its search means today, and what keeps some of them from its mails. Reads the whole audience, batch by batch."""
    search = _search(wave)
    total, kept_out = 0, Counter[KeptOut]()
    for actors in _batches(wave):
        total += len(actors)
        kept_out.update(KeptOut(why) for _actor, _address, why in _reached(actors) if why)
    return Audience(total, [(why, kept_out[why]) for why in KeptOut if kept_out[why]], search.ignored)


def _search(wave: Wave) -> ActorFilter:
    found = Actor.objects.published().collectivites()
    return ActorFilter(QueryDict(wave.audience), queryset=found if wave.is_demo else found.real())


def _after(wave: Wave, pk: int) -> list[Actor]:
    """The next batch of its audience, in the order of their ids; those who asked to answer by themselves have their link."""
    asked = Invitation.objects.of_wave(wave).values("actor")
    return list(_search(wave).qs.numbered_after(pk).but(asked).for_asking()[:BATCH])


def _batches(wave: Wave) -> Any:
    last = 0
    while actors := _after(wave, last):
        yield actors
        last = actors[-1].pk


def _reached(actors: list[Actor]) -> list[tuple[Actor, str, str]]:
    """(actor, its address, why no mail leaves), two queries for all."""
    boxes, today = mailboxes_of(actors), timezone.localdate()
    return [(actor, boxes[actor.pk].address, _kept_out(actor, boxes[actor.pk], today)) for actor in actors]


def _kept_out(actor: Actor, box: Mailbox, today: date) -> str:
    if actor.is_at_rest(today):
        return KeptOut.PAUSED if actor.paused_until else KeptOut.REFUSED
    if not box.address:
        return KeptOut.NO_ADDRESS
    if box.is_opposed:
        return KeptOut.OPPOSED
    return KeptOut.FAILING if box.is_failing else ""


def is_concerned(wave: Wave, actor: Actor) -> bool:
    """Does the wave ask this collectivité, or collectivités like it?"""
    return bool(_search(wave).qs.numbered([actor.pk]).exists())


def asked_elsewhere(wave: Wave) -> int:
    """How many of its audience are asked already by another wave that is open."""
    return Invitation.objects.of_running_waves().of_actors(_search(wave).qs.order_by().values("pk")).count()


def launch_refusal(wave: Wave) -> str:
    """Why it may not be launched now, in French; « » if it may."""
    if not wave.is_draft:
        return _("Cette vague est déjà lancée.")
    if not Questionnaire.objects.published().filter(pk=wave.questionnaire_id).exists():
        return _(
            "Son questionnaire n’est pas publié, ou une version plus récente l’a remplacé\u00a0: choisissez celle-ci."
        )
    if not wave.opens_on or not wave.closes_on:
        return _("Dites quand elle ouvre et quand elle ferme.")
    if wave.opens_on < timezone.localdate():
        return _("Elle ouvrirait dans le passé\u00a0: choisissez un jour à venir.")
    if not wave.contact_email:
        return _(
            "Dites à quelle adresse arrivent les réponses aux courriels\u00a0: une personne, pas une boîte muette."
        )
    return ""


@transaction.atomic
def launch(wave: Wave, *, by: str, audience: str | None = None) -> Wave:
    """Freeze its audience: its invitations are prepared from now on, and leave on its first day. `audience`: the search that was
    read before. Twice is once. Raises SurveysError."""
    kept = _held(wave)
    if audience is not None and audience != kept.audience and kept.is_draft:
        raise SurveysError(_("Le public a changé pendant que vous le lisiez\u00a0: relisez-le, puis lancez."))
    if kept.launched_at and not kept.is_draft:
        return kept
    if refusal := launch_refusal(kept):
        raise SurveysError(refusal)
    kept.audience_size = _search(kept).qs.count()
    if not kept.audience_size:
        raise SurveysError(_("Cette recherche ne trouve aucune collectivité\u00a0: élargissez-la."))
    kept.status, kept.launched_at = WaveStatus.PREPARING, timezone.now()
    kept.save()
    kick("surveys.prepare", kept.pk)
    return kept


# --- preparing ------------------------------------------------------------------------------------------------------------------
@transaction.atomic
def prepare_batch(pk: int) -> bool:
    """Write the next invitations of a wave and ask for their mails; is there more to do? One that another process prepares at this
    moment is left to it."""
    wave = Wave.objects.select_for_update(skip_locked=True, of=("self",), no_key=True).preparing().filter(pk=pk).first()
    if wave is None:
        return False
    actors = _after(wave, wave.prepared_after)
    reached = _reached(actors)
    invitations = Invitation.objects.bulk_create(
        Invitation(wave=wave, actor=actor, kept_out=why, **strata_of(actor)) for actor, _address, why in reached
    )
    respondents = Respondent.objects.bulk_create(
        Respondent(invitation=invitation, email=address)
        for invitation, (_actor, address, why) in zip(invitations, reached, strict=True)
        if not why
    )
    if not wave.is_demo:
        notifications.invitations(
            respondents, step=0, due_at=_morning_of(mail_day(wave.opens_on or timezone.localdate()))
        )
    wave.prepared += len(actors)
    wave.prepared_after = actors[-1].pk if actors else wave.prepared_after
    if len(actors) < BATCH:
        wave.status, wave.audience_size = WaveStatus.OPEN, wave.prepared
        wave.mailed_on = [mail_day(wave.opens_on or timezone.localdate()).isoformat()]
    wave.save(update_fields=["prepared", "prepared_after", "status", "audience_size", "mailed_on"])
    return wave.is_preparing


def _morning_of(when: date) -> datetime:
    return datetime.combine(when, FIRST_HOUR, tzinfo=timezone.get_current_timezone())


# --- its calendar ---------------------------------------------------------------------------------------------------------------
def calendar_of(wave: Wave) -> list[tuple[str, date]]:
    """(what happens, which day), in order: what is planned once it opens."""
    if not wave.opens_on or not wave.closes_on:
        return []
    mails = mail_days(wave.opens_on, wave.steps, [date.fromisoformat(each) for each in wave.mailed_on])
    names = [_("Invitation"), _("Premier rappel"), _("Dernier rappel")]
    told = list(zip(names, mails, strict=False))
    told += [(_("Liste des appels"), wave.opens_on + timedelta(days=wave.steps.calls))]
    told += [(_("Liste des visites"), wave.opens_on + timedelta(days=wave.steps.visits))]
    told += [(_("Dernier jour"), wave.closes_on)]
    return sorted(told, key=lambda step: step[1])


def silent_lists(wave: Wave) -> list[tuple[str, date, int | None]]:
    """(« appels » or « visites », its first day, how many are in it; None before that day): those who are still silent are called,
    then visited."""
    count = Invitation.objects.of_wave(wave).unanswered().count()
    days = [("appels", wave.day(wave.steps.calls)), ("visites", wave.day(wave.steps.visits))]
    return [(name, day, count if day <= timezone.localdate() else None) for name, day in days if day]


@transaction.atomic
def remind(wave: Wave, today: date) -> int:
    """Ask for the reminder that is due today, if one is: to every working link of those who are written to. Who answered meanwhile,
    or is left alone, is told apart when the mail would leave, and the ledger says why. Return how many."""
    kept = _held(wave)
    if not kept.is_open or kept.is_demo or not kept.opens_on:
        return 0
    sent = [date.fromisoformat(each) for each in kept.mailed_on]
    planned = mail_days(kept.opens_on, kept.steps, sent)
    step = len(sent)
    if (
        step >= len(planned)
        or planned[step] > today
        or mail_day(today) != today
        or (kept.closes_on and today > kept.closes_on)
    ):
        return 0
    if notifications.is_too_soon(kept, today - timedelta(days=DAYS_APART)):
        return 0
    added_before = _morning_of(today).replace(hour=0) - timedelta(days=DAYS_APART - 1)
    last, count = 0, 0
    while rows := list(Respondent.objects.of_wave(kept).to_mail(added_before).numbered_after(last)[:BATCH]):
        for row in rows:
            row.invitation.wave = kept
        count, last = count + notifications.invitations(rows, step=step), rows[-1].pk
    kept.mailed_on = [*kept.mailed_on, today.isoformat()]
    kept.save(update_fields=["mailed_on"])
    return count


def remind_due(today: date) -> int:
    """The same for every open wave."""
    return sum(remind(wave, today) for wave in Wave.objects.open().real())


@transaction.atomic
def pause(wave: Wave) -> Wave:
    """No mail leaves any more, until it goes on; those who answer may. Twice is once. Raises SurveysError."""
    return _turned(wave, (WaveStatus.OPEN,), WaveStatus.PAUSED, notifications.hold)


@transaction.atomic
def resume(wave: Wave) -> Wave:
    """Its mails leave again. Twice is once. Raises SurveysError."""
    return _turned(wave, (WaveStatus.PAUSED,), WaveStatus.OPEN, notifications.let_go)


@transaction.atomic
def close(wave: Wave) -> Wave:
    """No answer is taken any more, no mail leaves. Twice is once. Raises SurveysError."""
    return _turned(wave, (WaveStatus.OPEN, WaveStatus.PAUSED), WaveStatus.CLOSED, notifications.let_go)


@transaction.atomic
def extend(wave: Wave, *, until: date) -> Wave:
    """Answers are taken until another day; a wave that was closed is open again. Raises SurveysError for a day that is over."""
    kept = _held(wave)
    if kept.is_draft or kept.is_preparing:
        raise SurveysError(_("Elle n’est pas encore ouverte\u00a0: changez ses dates."))
    if until < timezone.localdate():
        raise SurveysError(_("Le %(day)s est passé\u00a0: choisissez un jour à venir.") % {"day": day(until)})
    if kept.opens_on and until < kept.opens_on:
        raise SurveysError(_("Le dernier jour vient après le premier\u00a0: rien n’a été changé."))
    kept.closes_on = until
    if kept.is_closed:
        kept.status = WaveStatus.OPEN
    kept.save(update_fields=["closes_on", "status"])
    return kept


def close_those_over(today: date) -> int:
    """Close the waves whose last day is over; return how many."""
    over = list(Wave.objects.over(today))
    for wave in over:
        close(wave)
    return len(over)


def _turned(wave: Wave, before: tuple[WaveStatus, ...], after: WaveStatus, mails: Any) -> Wave:
    kept = _held(wave)
    if kept.status == after:
        return kept
    if kept.status not in before:
        state = {"state": kept.get_status_display()}
        raise SurveysError(_("Cette vague est «\u00a0%(state)s\u00a0»\u00a0: rien n’a été changé.") % state)
    kept.status = after
    kept.save(update_fields=["status"])
    mails(kept)
    return kept


def _held(wave: Wave) -> Wave:
    return Wave.objects.select_for_update(of=("self",), no_key=True).get(pk=wave.pk)

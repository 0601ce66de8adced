"""The mails of questionnaires: each builder is one call of `outbox.enqueue`, made in its caller's transaction."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from soco.mailing import kinds, outbox
from soco.mailing.enums import Category, Reason
from soco.mailing.models import Message
from soco.mailing.rendering import quoted, words_of
from soco.web.templatetags.soco import day
from surveys.enums import FINISHED, NonResponse
from surveys.models import Respondent, Response, Wave

INVITATION, LINK_AGAIN, COLLEAGUE, RECEIPT, REOPENED = (
    "surveys.invitation",
    "surveys.link",
    "surveys.colleague",
    "surveys.receipt",
    "surveys.reopened",
)
_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)
FIRST = 0  # the invitation; 1 and 2 are its reminders


def invitations(respondents: Iterable[Respondent], *, step: int, due_at: datetime | None = None) -> int:
    """Ask for the mail of one step of a wave's calendar to each of them; return how many, doubles included."""
    return outbox.enqueue_many(
        _mail(INVITATION, respondent, f"{respondent.pk}:{step}", due_at=due_at, step=step) for respondent in respondents
    )


def link_again(respondent: Respondent) -> None:
    """Send a link again, once an hour at most: who clicks ten times gets one mail. None leaves from a demonstration."""
    if respondent.invitation.wave.is_demo:
        return
    hour = timezone.localtime().strftime("%Y-%m-%d-%H")
    outbox.enqueue(_mail(LINK_AGAIN, respondent, f"{respondent.pk}:{hour}"))


def called_by_colleague(respondent: Respondent, *, by: Respondent, message: str) -> None:
    """Somebody of the same collectivité asks a colleague to answer, or to complete what was begun. None leaves from a
    demonstration."""
    if respondent.invitation.wave.is_demo:
        return
    outbox.enqueue(_mail(COLLEAGUE, respondent, f"{respondent.pk}", by=by.pk, message=message[:500]))


def receipt(response: Response, respondent: Respondent) -> None:
    """Tell who sent the answers that they arrived, once for each sending."""
    sent = f"{response.submitted_at:%Y%m%d%H%M%S}" if response.submitted_at else ""
    outbox.enqueue(_mail(RECEIPT, respondent, f"{respondent.pk}:{sent}"))


def reopened(response: Response, respondent: Respondent) -> None:
    """Tell the people of a collectivité that staff reopened what they sent, and why."""
    if respondent.invitation.wave.is_demo:
        return
    moment_of = f"{timezone.now():%Y%m%d%H%M}"
    outbox.enqueue(_mail(REOPENED, respondent, f"{respondent.pk}:{moment_of}"))


def take_back_mails(respondent: Respondent, reason: Reason = Reason.NO_OBJECT) -> int:
    """The mails of a link that works no more and have not left; return how many."""
    return sum(
        outbox.cancel(kind=kind, occasion=str(respondent.pk), reason=reason)
        for kind in (INVITATION, LINK_AGAIN, COLLEAGUE, RECEIPT, REOPENED)
    )


def hold(wave: Wave) -> int:
    """The invitations and reminders of a wave that have not left wait for the end of the pause; return how many."""
    return outbox.hold(kind=INVITATION, params={"wave": wave.pk})


def let_go(wave: Wave) -> int:
    """They leave when they were to, those whose day is over from now on; once the wave is closed, they are told too late. Return
    how many."""
    return outbox.let_go(kind=INVITATION, params={"wave": wave.pk})


def is_too_soon(wave: Wave, day: date) -> bool:
    """Is an invitation or a reminder of the wave still to leave, or did one leave after that day? The days between two mails are
    counted from the last one that really left."""
    mails = Message.objects.of_kind(INVITATION).with_params({"wave": wave.pk})
    return mails.waiting().exists() or mails.sent_since(_midnight_after(day)).exists()


def _midnight_after(day: date) -> datetime:
    return datetime.combine(day + timedelta(days=1), time(), tzinfo=timezone.get_current_timezone())


def _mail(
    kind: str, respondent: Respondent, occasion: str, due_at: datetime | None = None, **params: Any
) -> outbox.Mail:
    return outbox.Mail(
        kind=kind,
        to=respondent.email,
        to_name=respondent.name,
        occasion=occasion,
        params={"respondent": respondent.pk, "wave": respondent.invitation.wave_id, **params},
        about=f"survey_invitation:{respondent.invitation_id}",
        reply_to=respondent.invitation.wave.contact_email,
        due_at=due_at,
    )


def _respondent(params: Mapping[str, Any]) -> Respondent:
    """Raises NotRelevant once the link works no more, or the wave takes no answers."""
    respondent = Respondent.objects.for_answering().filter(pk=params["respondent"]).first()
    if respondent is None or not respondent.is_standing:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    if not respondent.invitation.wave.takes_answers:
        raise kinds.NotRelevant(Reason.TOO_LATE)
    return respondent


def _values(respondent: Respondent) -> dict[str, Any]:
    wave: Wave = respondent.invitation.wave
    response = getattr(respondent.invitation, "response", None)
    return {
        "title": wave.title,
        "who": respondent.invitation.actor.name,
        "link": settings.SITE_URL + respondent.get_absolute_url(),
        "until": day(wave.closes_on),
        "contact": wave.contact_name or settings.NETWORK_NAME,
        "is_begun": response is not None and not response.is_finished,
    }


def trial(wave: Wave, *, to: str) -> None:
    """The invitation of a wave, launched or not, in one's own inbox: its link leads to the questions, and answers for nobody."""
    kind = kinds.get(INVITATION)
    if kind is None:
        raise outbox.UnknownKind(INVITATION)
    outbox.enqueue(
        outbox.Mail(
            kind="mailing.test",
            to=to,
            occasion=f"{INVITATION}:{wave.pk}:{timezone.now().isoformat()}",
            params={"kind": INVITATION, "params": {"trial": wave.pk}, "words": words_of(kind)},
            reply_to=wave.contact_email,
        )
    )


def _tried(pk: int) -> Mapping[str, Any]:
    wave = Wave.objects.for_list().filter(pk=pk).first()
    if wave is None:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    return {
        "title": wave.title,
        "who": _("votre collectivité"),
        "link": settings.SITE_URL + wave.questionnaire.get_absolute_url(),
        "until": day(wave.closes_on),
        "contact": wave.contact_name or settings.NETWORK_NAME,
        "is_begun": False,
        "is_reminder": False,
        "is_last": False,
    }


def _invitation(params: Mapping[str, Any]) -> Mapping[str, Any]:
    if "trial" in params:
        return _tried(params["trial"])
    respondent = _respondent(params)
    invitation = respondent.invitation
    response = getattr(invitation, "response", None)
    if response is not None and response.state in FINISHED:
        raise kinds.NotRelevant(Reason.ALREADY_DONE)
    if invitation.outcome == NonResponse.REFUSAL:
        raise kinds.NotRelevant(Reason.OPPOSED)
    if invitation.actor.is_closed:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    if invitation.actor.is_at_rest(timezone.localdate()):
        raise kinds.NotRelevant(Reason.PAUSED)
    step = params.get("step", FIRST)
    return _values(respondent) | {"is_reminder": step > FIRST, "is_last": step == len(invitation.wave.steps.reminders)}


def _link(params: Mapping[str, Any]) -> Mapping[str, Any]:
    return _values(_respondent(params))


def _colleague(params: Mapping[str, Any]) -> Mapping[str, Any]:
    by = Respondent.objects.filter(pk=params.get("by")).first()
    return _values(_respondent(params)) | {
        "by": by.label if by else "",
        "message": _without_addresses(params.get("message", "")),
    }


def _without_addresses(text: str) -> str:
    """What a colleague wrote, as a quotation in which nothing can be clicked: a stranger might have written it."""
    return quoted(_ADDRESS.sub("", text)) if text else ""


def _receipt(params: Mapping[str, Any]) -> Mapping[str, Any]:
    respondent = Respondent.objects.standing().for_answering().filter(pk=params["respondent"]).first()
    response = getattr(respondent.invitation, "response", None) if respondent else None
    if respondent is None or response is None or not response.is_finished:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    return _values(respondent)


def _reopened(params: Mapping[str, Any]) -> Mapping[str, Any]:
    respondent = _respondent(params)
    response = getattr(respondent.invitation, "response", None)
    if response is None or response.is_finished or not response.reopened_because:
        raise kinds.NotRelevant(Reason.ALREADY_DONE)
    return _values(respondent) | {"because": quoted(response.reopened_because)}


def _example() -> dict[str, Any] | None:
    respondent = Respondent.objects.standing().order_by("-pk").first()
    return {"respondent": respondent.pk} if respondent else None


def _sent_example() -> dict[str, Any] | None:
    respondent = Respondent.objects.standing().filter(invitation__response__state__in=FINISHED).order_by("-pk").first()
    return {"respondent": respondent.pk} if respondent else None


def _reopened_example() -> dict[str, Any] | None:
    respondent = Respondent.objects.standing().of_reopened().order_by("-pk").first()
    return {"respondent": respondent.pk} if respondent else None


def register() -> None:
    """Let the mails of questionnaires be sent."""
    kinds.register(
        kinds.MailKind(
            code=INVITATION,
            label=_("invitation à répondre à une enquête"),
            # Nobody asked for it: opposition, decent hours and the daily cap hold.
            category=Category.SERVICE,
            context=_invitation,
            example=_example,
        ),
        kinds.MailKind(
            code=LINK_AGAIN,
            label=_("lien d’un questionnaire, envoyé de nouveau"),
            category=Category.TRANSACTION,
            context=_link,
            example=_example,
        ),
        kinds.MailKind(
            code=COLLEAGUE,
            label=_("questionnaire transmis par un collègue"),
            # Whose address it is did not ask for it.
            category=Category.SERVICE,
            context=_colleague,
            example=_example,
        ),
        kinds.MailKind(
            code=REOPENED,
            label=_("réponses à un questionnaire rouvertes par l’équipe"),
            category=Category.TRANSACTION,
            context=_reopened,
            example=_reopened_example,
        ),
        kinds.MailKind(
            code=RECEIPT,
            label=_("réponses à un questionnaire bien reçues"),
            category=Category.TRANSACTION,
            context=_receipt,
            example=_sent_example,
        ),
    )

"""Who holds a link to a collectivité's answers: invited, called by a colleague, or who came by themselves."""

from hashlib import sha256

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import Actor
from surveys import notifications
from surveys.audience import strata_of
from surveys.enums import LinkEnd, NonResponse
from surveys.models import Invitation, Respondent, Wave

from .errors import SurveysError

A_DAY = 24 * 60 * 60  # seconds


def _held(respondent: Respondent) -> Respondent:
    """The same, its collectivité's row held: those who change its links come one after the other."""
    Invitation.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=respondent.invitation_id)
    return Respondent.objects.select_related("invitation__wave", "invitation__actor").get(pk=respondent.pk)


@transaction.atomic
def hand_over(respondent: Respondent, *, email: str, name: str = "", message: str = "") -> Respondent:
    """« Je transmets à un collègue »: the answers stay, the colleague gets a link, and the one used until now opens nothing. Twice
    is once. Raises SurveysError for one's own address, or too many colleagues."""
    mine = _held(respondent)
    _check_open(mine.invitation)
    if not mine.is_standing:
        return _standing(mine.invitation, email) or _gone()
    if mine.email.casefold() == email.strip().casefold():
        raise SurveysError(_("C’est votre propre adresse\u00a0: rien n’a été transmis."))
    colleague = _called(mine, email, name, message)
    _end(mine, LinkEnd.HANDED_OVER)
    return colleague


@transaction.atomic
def add_colleague(respondent: Respondent, *, email: str, name: str = "", message: str = "") -> Respondent:
    """Call a colleague to complete the same answers: both links work. Raises SurveysError as `hand_over`."""
    mine = _held(respondent)
    _check_open(mine.invitation)
    if not mine.is_standing:
        _gone()
    if mine.email.casefold() == email.strip().casefold():
        raise SurveysError(_("C’est votre propre adresse\u00a0: vous avez déjà ce lien."))
    return _called(mine, email, name, message)


@transaction.atomic
def take_back(respondent: Respondent, *, by: str) -> Respondent:
    """Staff take a link back: it opens nothing any more, at once. Twice is once."""
    kept = _held(respondent)
    if kept.is_standing:
        _end(kept, LinkEnd.TAKEN_BACK)
    return kept


@transaction.atomic
def write_to(invitation: Invitation, *, email: str, name: str, by: str) -> Respondent:
    """Staff send a link to somebody of the collectivité; to an address that has one, it is sent again. Raises SurveysError for one
    that asked not to be contacted, or once the wave is over."""
    _check_open(invitation)
    if invitation.actor.is_at_rest(timezone.localdate()):
        raise SurveysError(_("Cette collectivité a demandé à ne pas être contactée\u00a0: rien n’est parti."))
    Invitation.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=invitation.pk)
    respondent = _standing(invitation, email) or Respondent.objects.create(
        invitation=invitation, email=email.strip().lower(), name=name.strip(), added_by=by
    )
    notifications.link_again(respondent)
    return respondent


@transaction.atomic
def links_of(email: str) -> int:
    """« Renvoyez-moi mon lien »: every working link of an address, in the waves that take answers, is sent to it again, at most
    once an hour; return how many."""
    waves = Wave.objects.answerable(timezone.localdate()).real()
    rows = Respondent.objects.standing().of_waves(waves).with_address(email)
    links = list(rows.select_related("invitation__wave", "invitation__actor"))
    for respondent in links:
        notifications.link_again(respondent)
    return len(links)


@transaction.atomic
def ask_spontaneously(wave: Wave, actor: Actor, *, email: str, name: str = "") -> Invitation | None:
    """Somebody wants to answer for a collectivité that was not asked: the link goes to the address they gave. For one that has its
    link already, it goes to the address that holds it, never to another: it opens what was answered. Nobody is written to about one
    that asked to be left alone, nor from a demonstration, nor the same address many times a day; the answer is the same."""
    if wave.is_demo or actor.is_at_rest(timezone.localdate()) or not _may_write_to(email):
        return None
    invitation, _is_new = Invitation.objects.get_or_create(
        wave=wave, actor=actor, defaults={"is_spontaneous": True, **strata_of(actor)}
    )
    Invitation.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=invitation.pk)
    if invitation.outcome == NonResponse.REFUSAL or invitation.is_at_rest:
        return None
    holders = list(
        Respondent.objects.of_invitation(invitation).standing().select_related("invitation__wave", "invitation__actor")
    )
    if not holders:
        ever_held = Respondent.objects.of_invitation(invitation).exists() or hasattr(invitation, "response")
        if ever_held:
            return invitation  # staff took its links back: they decide who comes next
        invitation.is_spontaneous = True
        invitation.save(update_fields=["is_spontaneous"])
        holders = [
            Respondent.objects.create(
                invitation=invitation, email=email.strip().lower(), name=name.strip(), added_by=""
            )
        ]
    for respondent in holders:
        notifications.link_again(respondent)
    return invitation


def _check_open(invitation: Invitation) -> None:
    if not invitation.wave.takes_answers:
        raise SurveysError(_("Cette enquête est close\u00a0: aucun lien ne part, le vôtre n’a pas changé."))


def _may_write_to(email: str) -> bool:
    """Count one more link asked for an address; False beyond what anybody needs in a day."""
    day, who = timezone.localdate().isoformat(), sha256(email.strip().lower().encode()).hexdigest()[:24]
    key = f"surveys.links:{day}:{who}"
    cache.add(key, 0, A_DAY)
    return bool(cache.incr(key) <= settings.SURVEYS_LINKS_A_DAY)


def _called(mine: Respondent, email: str, name: str, message: str) -> Respondent:
    if known := _standing(mine.invitation, email):
        return known
    if Respondent.objects.of_invitation(mine.invitation).count() >= settings.SURVEYS_MOST_RESPONDENTS:
        raise SurveysError(
            _("Beaucoup de personnes ont déjà reçu ce questionnaire\u00a0: écrivez-nous pour continuer.")
        )
    colleague = Respondent.objects.create(
        invitation=mine.invitation, email=email.strip().lower(), name=name.strip(), added_by=mine.email
    )
    notifications.called_by_colleague(colleague, by=mine, message=message.strip())
    return colleague


def _standing(invitation: Invitation, email: str) -> Respondent | None:
    return Respondent.objects.of_invitation(invitation).standing().with_address(email).first()


def _end(respondent: Respondent, why: LinkEnd) -> None:
    respondent.ended_at, respondent.end = timezone.now(), why
    respondent.link_version += 1
    respondent.save(update_fields=["ended_at", "end", "link_version"])
    notifications.take_back_mails(respondent)


def _gone() -> Respondent:
    raise SurveysError(_("Ce lien a été transmis ou retiré\u00a0: rien n’a été changé."))

"""What common pages show of the life of jumelages: the staff's queues, a jumelage's page, « Mon espace », « Mes données »."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _

from directory import perms, services, vitality
from directory.enums import FollowUp, FollowUpMail
from directory.models import Attachment, Jumelage, JumelageQuerySet, Relaunch
from directory.notifications import LETTER_KINDS
from soco.web.registries import PersonalData, Queue, Waiting
from soco.web.slots import Block

SHOWN_IN_MY_SPACE = 10
WRITTEN_MONTHS = 24  # an anniversary is listed for two calendar years at most: it is written about once


# --- on the page of a jumelage, and in « Mon espace » ---------------------------------------------------------------------
def relaunch_of(request: HttpRequest, subject: Jumelage) -> Block | None:
    """What its relaunch needs and has, for its people and for staff; to the others, nothing. No query for a visitor."""
    user = request.user
    if not user.is_authenticated or subject.is_ended:
        return None
    is_staff = perms.can_relaunch(user)
    if not (is_staff or perms.represents(user, subject.collectivite)):
        return None
    relaunch = Relaunch.objects.open().of_jumelage(subject).first()
    return "directory/_relaunch.html", {"jumelage": subject, "relaunch": relaunch, "is_staff": is_staff}


def my_jumelages(request: HttpRequest, subject: Any) -> Block | None:
    """The jumelages of my collectivités that are to be verified or under relaunch."""
    mine = Attachment.objects.accepted().of_user(request.user).values("actor")
    found = Jumelage.objects.published().led_by_any(mine).needing_care().by_silence().for_follow_up()
    jumelages = list(found[: SHOWN_IN_MY_SPACE + 1])
    if not jumelages:
        return None
    shown = [(jumelage, _open(jumelage)) for jumelage in jumelages[:SHOWN_IN_MY_SPACE]]
    return "directory/_my_jumelages.html", {"jumelages": shown, "has_more": len(jumelages) > SHOWN_IN_MY_SPACE}


def _open(jumelage: Jumelage) -> Relaunch | None:
    found: list[Relaunch] = jumelage.open_relaunches  # type: ignore[attr-defined]
    return found[0] if found else None


# --- queues ---------------------------------------------------------------------------------------------------------------
def _followed(view: FollowUp) -> JumelageQuerySet:
    return services.followed(Jumelage.objects.published(), view, timezone.localdate())


def _unwritten(view: FollowUp, purpose: FollowUpMail) -> JumelageQuerySet:
    since = vitality.months_before(timezone.localdate(), WRITTEN_MONTHS)
    return _followed(view).without_mail(LETTER_KINDS[purpose], _at(since))


def _at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _to_verify() -> Waiting:
    waiting = _followed(FollowUp.TO_VERIFY).flagged_since()
    return Waiting(waiting["count"], _moment(waiting["since"]))


def _moment(said: str | None) -> datetime | None:
    """A moment of provenance, as files and services write it; None if it cannot be read."""
    try:
        moment = parse_datetime(said or "")
    except ValueError:
        return None
    return timezone.make_aware(moment) if moment and timezone.is_naive(moment) else moment


def _anniversaries() -> Waiting:
    """The oldest has been in the list since it opened for its year, a year before."""
    years = list(_unwritten(FollowUp.ANNIVERSARIES, FollowUpMail.ANNIVERSARY).told_years())
    today = timezone.localdate()
    coming = [found.in_year for year in years if (found := vitality.next_anniversary(year, today))]
    return Waiting(len(years), _at(date(min(coming) - 1, 1, 1)) if coming else None)


def _agreements() -> Waiting:
    ends = list(_unwritten(FollowUp.AGREEMENTS, FollowUpMail.AGREEMENT).agreement_ends())
    return Waiting(len(ends), _at(min(vitality.alert_starts_on(ends_on) for ends_on in ends)) if ends else None)


def _relaunches() -> Waiting:
    return Waiting(**Relaunch.objects.waiting_since())


def _queue(view: FollowUp, label: Any, help_text: Any, measure: Callable[[], Waiting], order: int) -> Queue:
    return Queue(
        code=f"directory.follow_up.{view.value}",
        label=label,
        help=help_text,
        url_name="follow_up_list",
        query=f"?vue={view.value}",
        permission=perms.FOLLOW_UP,
        measure=measure,
        order=order,
    )


QUEUES = (
    _queue(
        FollowUp.TO_VERIFY,
        _("Jumelages à vérifier"),
        _("Aucune action connue depuis longtemps, ou venus d’un fichier\u00a0: demandez des nouvelles."),
        _to_verify,
        30,
    ),
    _queue(
        FollowUp.ANNIVERSARIES,
        _("Anniversaires à préparer"),
        _("Des jumelages auront dix, vingt, cinquante ans dans l’année\u00a0: le courriel est prêt."),
        _anniversaries,
        31,
    ),
    _queue(
        FollowUp.AGREEMENTS,
        _("Conventions qui finissent"),
        _("Dans les six mois, et personne n’a encore écrit."),
        _agreements,
        32,
    ),
    _queue(
        FollowUp.RELAUNCHES,
        _("Relances en cours"),
        _("Ce qui manque à chacune, et ce qui est acquis."),
        _relaunches,
        33,
    ),
)


# --- a person's data ------------------------------------------------------------------------------------------------------
def _export(user: Any) -> Iterator[dict[str, Any]]:
    addresses = user.every_address()
    for relaunch in Relaunch.objects.signed_by(addresses).with_pair().oldest_first():
        yield {
            "jumelage": relaunch.jumelage.name,
            "etat": str(relaunch.get_state_display()),
            "commencee_le": relaunch.started_at if relaunch.started_by in addresses else None,
            "close_le": relaunch.closed_at if relaunch.closed_by in addresses else None,
        }


def _erase(user: Any) -> str:
    """The columns that sign are emptied with the histories, by `services.forget_name_in_histories`."""
    return ""


PERSONAL_DATA = PersonalData(
    code="relances",
    label=_("Relances de jumelages que vous avez demandées ou suivies"),
    export=_export,
    erase=_erase,
    order=45,
)

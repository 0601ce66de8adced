"""What staff writes to the people of a jumelage: an anniversary, an agreement that ends, a silence. The words come prepared;
what staff makes of them is kept in the row and leaves as it was read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import french, vitality
from directory.enums import FollowUpMail, JumelageKind
from directory.models import Jumelage
from soco.mailing import kinds, outbox
from soco.mailing.enums import Category, Reason
from soco.web.templatetags.soco import day

LETTER_KINDS = {
    FollowUpMail.ANNIVERSARY: "directory.jumelage_anniversary",
    FollowUpMail.AGREEMENT: "directory.jumelage_agreement",
    FollowUpMail.SILENT: "directory.jumelage_silent",
}
SILENT_RELEVANT_DAYS = 30


@dataclass(frozen=True)
class Occasion:
    """Why to write today: one mail for each `code`. `facts`: what the words tell, JSON values. `until`: the last day."""

    code: str
    until: date
    facts: dict[str, Any] = field(default_factory=dict)


def occasion_of(purpose: FollowUpMail, jumelage: Jumelage, today: date) -> Occasion | None:
    """Why to write about a jumelage for this purpose, or None when there is no reason `today`. No news are asked for twice in
    a calendar year."""
    if jumelage.is_ended:
        return None
    return _OCCASIONS[purpose](jumelage, today)


def _of_anniversary(jumelage: Jumelage, today: date) -> Occasion | None:
    coming = vitality.next_anniversary(jumelage.year, today)
    if coming is None:
        return None
    facts = {"years": coming.years, "in_year": coming.in_year}
    return Occasion(f"{jumelage.pk}:{coming.in_year}", date(coming.in_year, 12, 31), facts)


def _of_agreement(jumelage: Jumelage, today: date) -> Occasion | None:
    ends_on = jumelage.agreement_ends_on
    if ends_on is None or not vitality.is_agreement_ending(ends_on, today):
        return None
    return Occasion(f"{jumelage.pk}:{ends_on.isoformat()}", ends_on, {"ends_on": ends_on.isoformat()})


def _of_silence(jumelage: Jumelage, today: date) -> Occasion | None:
    if not jumelage.to_verify:
        return None
    until = today + timedelta(days=SILENT_RELEVANT_DAYS)
    return Occasion(f"{jumelage.pk}:{today.year}", until, {"asked_on": today.isoformat()})


_OCCASIONS: dict[FollowUpMail, Callable[[Jumelage, date], Occasion | None]] = {
    FollowUpMail.ANNIVERSARY: _of_anniversary,
    FollowUpMail.AGREEMENT: _of_agreement,
    FollowUpMail.SILENT: _of_silence,
}


def params_of(jumelage: Jumelage, occasion: Occasion, *, subject: str = "", text: str = "") -> dict[str, Any]:
    """The parameters of a letter; without a text, the prepared words are used."""
    return {"jumelage": jumelage.pk, **occasion.facts, "subject": subject, "text": text}


def jumelage_letter(
    jumelage: Jumelage, purpose: FollowUpMail, occasion: Occasion, *, subject: str, text: str, reply_to: str
) -> None:
    """Send staff's words to the public address of the leading collectivité; answers go to `reply_to`."""
    end = timezone.make_aware(datetime.combine(occasion.until + timedelta(days=1), time()))
    outbox.enqueue(
        outbox.Mail(
            kind=LETTER_KINDS[purpose],
            to=jumelage.collectivite.email,
            to_name=jumelage.collectivite.name,
            occasion=occasion.code,
            params=params_of(jumelage, occasion, subject=subject, text=text),
            about=f"jumelage:{jumelage.pk}",
            reply_to=reply_to,
            relevant_until=end,
        )
    )


# --- the values that the words name -------------------------------------------------------------------------------------
def _values(params: Mapping[str, Any]) -> tuple[Jumelage, dict[str, Any]]:
    jumelage = Jumelage.objects.published().for_page().filter(pk=params["jumelage"]).first()
    if jumelage is None or jumelage.is_ended:
        raise kinds.NotRelevant(Reason.NO_OBJECT)
    collectivite, partner = jumelage.collectivite, jumelage.partner
    return jumelage, {
        "subject": params.get("subject", ""),
        "lines": params.get("text", "").splitlines(),
        "link_name": _name_of(jumelage),
        "collectivite": collectivite.name,
        "of_collectivite": french.of(collectivite.name),
        "partner": partner.name,
        "country": partner.country.name if partner.country else "",
        "page_url": settings.SITE_URL + jumelage.get_absolute_url(),
        "represent_url": settings.SITE_URL + reverse("attachment_request", args=[collectivite.slug]),
    }


def _name_of(jumelage: Jumelage) -> str:
    """How a letter calls the link: « votre jumelage », « votre pacte d’amitié », « votre partenariat »."""
    names = {JumelageKind.JUMELAGE: _("jumelage"), JumelageKind.PACTE: _("pacte d’amitié")}
    return names.get(JumelageKind(jumelage.kind), _("partenariat"))


def _anniversary(params: Mapping[str, Any]) -> Mapping[str, Any]:
    jumelage, values = _values(params)
    if jumelage.year is None or jumelage.year + params["years"] != params["in_year"]:
        raise kinds.NotRelevant(Reason.NO_OBJECT)  # its year was corrected meanwhile
    return values | {"years": params["years"], "in_year": params["in_year"], "year": jumelage.year}


def _agreement(params: Mapping[str, Any]) -> Mapping[str, Any]:
    jumelage, values = _values(params)
    if jumelage.agreement_ends_on != date.fromisoformat(params["ends_on"]):
        raise kinds.NotRelevant(Reason.ALREADY_DONE)  # renewed, or corrected
    return values | {"ends_on": day(jumelage.agreement_ends_on)}


def _silent(params: Mapping[str, Any]) -> Mapping[str, Any]:
    jumelage, values = _values(params)
    confirmed_on = jumelage.life.confirmed_on
    if confirmed_on and confirmed_on >= date.fromisoformat(params["asked_on"]):
        raise kinds.NotRelevant(Reason.ALREADY_DONE)
    return values | {"last_known": vitality.silence_sentence(jumelage.life)}


# --- examples -----------------------------------------------------------------------------------------------------------
def _example(purpose: FollowUpMail) -> Callable[[], dict[str, Any] | None]:
    def example() -> dict[str, Any] | None:
        running = Jumelage.objects.published().running()
        if purpose == FollowUpMail.ANNIVERSARY:
            found = running.dated().by_year().first()
            return _example_params(found, {"years": 50, "in_year": (found.year or 0) + 50}) if found else None
        if purpose == FollowUpMail.AGREEMENT:
            found = running.with_agreement().by_name().first()
            return _example_params(found, {"ends_on": str(found.agreement_ends_on)}) if found else None
        found = running.by_name().first()
        tomorrow = timezone.localdate() + timedelta(days=1)
        return _example_params(found, {"asked_on": tomorrow.isoformat()}) if found else None

    return example


def _example_params(jumelage: Jumelage, facts: dict[str, Any]) -> dict[str, Any]:
    return params_of(jumelage, Occasion("", date.max, facts))


def register() -> None:
    for purpose, label, context in (
        (FollowUpMail.ANNIVERSARY, gettext_lazy("Anniversaire d’un jumelage"), _anniversary),
        (FollowUpMail.AGREEMENT, gettext_lazy("Convention qui finit"), _agreement),
        (FollowUpMail.SILENT, gettext_lazy("Demande de nouvelles d’un jumelage"), _silent),
    ):
        kinds.register(
            kinds.MailKind(LETTER_KINDS[purpose], label, Category.SERVICE, context, example=_example(purpose))
        )

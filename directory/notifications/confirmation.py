"""The yearly question and its reminders: one signed link, the facts as the fiche says them today."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import french
from directory.models import Actor, ConfirmationRequest, Jumelage
from soco.mailing import kinds, outbox
from soco.mailing.enums import Category, Reason
from soco.web import signed_links
from soco.web.templatetags.soco import day

ASKED = "directory.confirmation"
REMINDED = "directory.confirmation_reminder"
CONFIRMATION_KINDS = (ASKED, REMINDED)
PURPOSE = "fiche"
JUMELAGE_PURPOSE = "jumelage"
SHOWN_JUMELAGES = 12
LINK_DAYS = 120  # the question, its two reminders, and time to come back from holidays
RELEVANT_DAYS = 14  # a question held back longer would meet its own reminder
SHOWN = ("description", "address", "phone", "email", "website")


def confirmation(request: ConfirmationRequest) -> None:
    """Ask, or remind: one mail for each of its reminders, to the public address of the actor."""
    mail = outbox.Mail(
        kind=REMINDED if request.reminders else ASKED,
        to=request.actor.email,
        to_name=request.actor.name,
        occasion=f"{request.pk}:{request.reminders}",
        params={"request": request.pk},
        about=f"actor:{request.actor_id}",
        relevant_until=timezone.now() + timedelta(days=RELEVANT_DAYS),
    )
    outbox.enqueue(mail)


def link_of(request: ConfirmationRequest) -> signed_links.SignedLink:
    """The same link in the question and in its reminders."""
    actor = request.actor
    return signed_links.make(PURPOSE, actor.pk, version=actor.link_version, days=LINK_DAYS, since=request.asked_on)


def jumelage_link(jumelage: Jumelage, link: signed_links.SignedLink) -> signed_links.SignedLink:
    """The link to correct one jumelage, for whoever holds the link of its collectivité's fiche: good as long, revoked with it."""
    return signed_links.SignedLink(JUMELAGE_PURPOSE, jumelage.pk, link.version, link.last_day)


def _context(params: Mapping[str, Any]) -> Mapping[str, Any]:
    request = ConfirmationRequest.objects.select_related("actor__departement").filter(pk=params["request"]).first()
    if request is None or not request.actor.is_published or request.actor.is_closed:
        raise kinds.NotRelevant
    actor = request.actor
    if not request.is_open or request.is_answered():
        raise kinds.NotRelevant(Reason.ALREADY_DONE)
    return {
        "actor": actor.name,
        "of_actor": french.of(actor.name),
        "place": actor.departement.name if actor.departement else "",
        "link": link_of(request).url,
        "address": settings.SITE_URL + actor.get_absolute_url(),
        "facts": [*(_told(actor, name) for name in SHOWN), *_jumelages_told(actor)],
        "asked_on": day(request.asked_on),
        "last_confirmed_on": day(actor.verified_at),
        "is_about_jumelages_only": request.is_about_jumelages_only,
    }


def _told(actor: Actor, name: str) -> str:
    label = str(Actor._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    value = " ".join(str(getattr(actor, name)).split()) or _("rien pour l’instant")
    value = value if len(value) <= 120 else f"{value[:119].rstrip()}…"
    return f"{label[:1].upper()}{label[1:]}\u00a0: {value}"


def _jumelages_told(actor: Actor) -> list[str]:
    """« Jumelages : Fürth (Allemagne, actif), … », nothing for an actor that leads none."""
    led = Jumelage.objects.told_with(actor).by_partner().for_card()
    told = [
        ", ".join(
            filter(None, [f"{link.partner.name} ({link.partner.country.name})", link.get_vitality_display().lower()])
        )
        for link in led[: SHOWN_JUMELAGES + 1]
    ]
    if not told:
        return []
    shown = "\u00a0; ".join(told[:SHOWN_JUMELAGES]) + ("\u00a0; …" if len(told) > SHOWN_JUMELAGES else "")
    return [_("Jumelages et partenariats\u00a0: %(names)s") % {"names": shown}]


def _example() -> dict[str, Any] | None:
    request = ConfirmationRequest.objects.open().order_by("-pk").first()
    return {"request": request.pk} if request else None


def register() -> None:
    labels = {
        ASKED: gettext_lazy("«\u00a0Votre fiche est-elle à jour\u00a0?\u00a0»"),
        REMINDED: gettext_lazy("Rappel\u00a0: «\u00a0Votre fiche est-elle à jour\u00a0?\u00a0»"),
    }
    for code, label in labels.items():
        kinds.register(
            kinds.MailKind(code=code, label=label, category=Category.SERVICE, context=_context, example=_example)
        )

"""Letters of staff to the people of a jumelage: prepared, read, corrected, sent once for each occasion, told in the lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from directory import notifications
from directory.enums import FollowUpMail
from directory.models import Actor, Jumelage
from directory.notifications import LETTER_KINDS, Occasion
from soco.mailing import kinds, rendering
from soco.mailing import services as mailing
from soco.mailing.enums import Category
from soco.mailing.models import Address, Message

from . import fiches
from .errors import DirectoryError

SIGNATURE = "\n-- \n"  # what every mail ends with


@dataclass(frozen=True)
class Recipient:
    """Whom to write to: a public address; or "", and a sentence that says why nothing can leave."""

    address: str
    why_not: str = ""

    def __bool__(self) -> bool:
        return not self.why_not


@dataclass(frozen=True)
class Letter:
    """A letter as it is ready to be read: its occasion, its words, and the mail that left for that occasion, if one did."""

    occasion: Occasion
    recipient: Recipient
    subject: str
    text: str
    written: Message | None = None


def recipients_of(actors: Iterable[Actor]) -> dict[int, Recipient]:
    """Whom a letter to each actor reaches, by its id; one query for all."""
    chosen = list(actors)
    emails = {actor.email.lower() for actor in chosen if actor.email}
    known = {address.email: address for address in Address.objects.filter(email__in=emails)}
    return {actor.pk: _recipient(actor, known.get(actor.email.lower())) for actor in chosen}


def letters_about(jumelages: Iterable[Jumelage], purpose: FollowUpMail, today: date) -> dict[int, Message]:
    """The letter written to each jumelage for its occasion of today, by its id; one query for all."""
    occasions = {jumelage.pk: notifications.occasion_of(purpose, jumelage, today) for jumelage in jumelages}
    kind = LETTER_KINDS[purpose]
    starts = {f"{kind}:{found.code}:": pk for pk, found in occasions.items() if found}
    rows = Message.objects.of_kind(kind).about_any(f"jumelage:{pk}" for pk in starts.values())
    written = {}
    for row in rows.defer("text", "params").order_by("pk"):
        for start, pk in starts.items():
            if row.key.startswith(start):
                written[pk] = row
    return written


def prepare_letter(jumelage: Jumelage, purpose: FollowUpMail, today: date) -> Letter:
    """The letter with its prepared words. Raises DirectoryError when there is no reason to write today."""
    occasion = _occasion(jumelage, purpose, today)
    mail = mailing.preview(_kind(purpose), notifications.params_of(jumelage, occasion))
    return Letter(
        occasion,
        recipients_of([jumelage.collectivite])[jumelage.collectivite_id],
        mail.subject,
        mail.text.rpartition(SIGNATURE)[0].strip(),
        letters_about([jumelage], purpose, today).get(jumelage.pk),
    )


def preview_letter(
    jumelage: Jumelage, purpose: FollowUpMail, today: date, *, subject: str, text: str
) -> rendering.Rendered:
    """The mail as it would leave. Raises DirectoryError as above, or if the kind's words no longer carry staff's text."""
    kind = _kind(purpose)
    occasion = _occasion(jumelage, purpose, today)
    words = rendering.words_of(kind)
    if "subject" not in words[0] or "lines" not in words[1]:
        raise DirectoryError(
            _(
                "Rien n’est parti\u00a0: le modèle de ce courriel a été changé dans la gestion, et ne reprend plus votre "
                "texte. Rétablissez-le («\u00a0Textes des courriels\u00a0»), puis recommencez."
            )
        )
    try:
        return mailing.preview(kind, notifications.params_of(jumelage, occasion, subject=subject, text=text))
    except (rendering.BadWording, kinds.NotRelevant) as error:
        raise DirectoryError(_("Rien n’est parti\u00a0: ce courriel ne peut pas être rédigé. %s") % error) from error


@transaction.atomic
def send_letter(
    jumelage: Jumelage, purpose: FollowUpMail, today: date, *, subject: str, text: str, reply_to: str
) -> bool:
    """Send it, in staff's words, to the collectivité's public address; False if one left already for that occasion.

    Raises DirectoryError, nothing being sent, when there is no reason to write, nobody to write to, or no words.
    """
    kept = fiches.locked(jumelage).jumelage
    assert kept is not None  # noqa: S101 - a jumelage was given
    occasion = _occasion(kept, purpose, today)
    if letters_about([kept], purpose, today):
        return False
    recipient = recipients_of([kept.collectivite])[kept.collectivite_id]
    if not recipient:
        raise DirectoryError(_("Rien n’est parti\u00a0: %(why)s") % {"why": recipient.why_not})
    subject, text = " ".join(subject.split()), text.replace("\r\n", "\n").strip()
    preview_letter(kept, purpose, today, subject=subject, text=text)
    notifications.jumelage_letter(kept, purpose, occasion, subject=subject, text=text, reply_to=reply_to)
    return True


def _occasion(jumelage: Jumelage, purpose: FollowUpMail, today: date) -> Occasion:
    found = notifications.occasion_of(purpose, jumelage, today)
    if found is None:
        raise DirectoryError(_NO_REASON[purpose]())
    return found


_NO_REASON = {
    FollowUpMail.ANNIVERSARY: lambda: _("Ce jumelage n’a pas d’anniversaire à fêter dans les douze prochains mois."),
    FollowUpMail.AGREEMENT: lambda: _("Aucune convention de ce jumelage ne finit dans les six prochains mois."),
    FollowUpMail.SILENT: lambda: _("Ce jumelage n’est plus à vérifier\u00a0: il n’y a pas de nouvelles à demander."),
}


def _kind(purpose: FollowUpMail) -> kinds.MailKind:
    kind = kinds.get(LETTER_KINDS[purpose])
    assert kind is not None  # noqa: S101 - registered when the app is ready
    return kind


def _recipient(actor: Actor, address: Address | None) -> Recipient:
    if actor.is_demo:
        return Recipient("", _("c’est une fiche de démonstration."))
    if not actor.email:
        return Recipient("", _("la collectivité n’a pas d’adresse publique."))
    if address and address.is_failing:
        return Recipient(actor.email, _("son adresse est en échec."))
    if address and address.refuses(Category.SERVICE):
        return Recipient(actor.email, _("elle s’oppose aux courriels de service."))
    return Recipient(actor.email)

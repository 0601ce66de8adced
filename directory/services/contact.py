"""« Contacter cet acteur »: a message goes through the portal, so that nobody's address is shown, and few go at a time.

Only people with a verified address write: a relay that answers to whatever address a stranger types is a tool for phishing.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import notifications
from directory.models import Actor, Attachment, PartnerSearch
from soco.accounts.models import User
from soco.mailing.enums import Reason, State
from soco.mailing.models import Address, Message

from .errors import DirectoryError

DAY_SECONDS = 24 * 60 * 60
MOST_A_DAY = 5
MOST_TO_ONE_ACTOR = 3


@dataclass(frozen=True)
class Reach:
    """Where a message to an actor goes: never shown. `is_people`: to its référents rather than its public address."""

    addresses: tuple[str, ...]
    is_people: bool = False

    def __bool__(self) -> bool:
        return bool(self.addresses)


def reach_of(actor: Actor, search: PartnerSearch | None = None) -> Reach:
    """The working addresses of its référents, or else its public one; none for a fictitious actor without référent.

    About one of its announcements (`search`): its author's first.
    """
    accepted = Attachment.objects.accepted().of_actor(actor.pk).select_related("user").principal_first()
    people = list(dict.fromkeys(attachment.user.email.lower() for attachment in accepted if attachment.user.is_active))
    author = [search.author_email.lower()] if search and search.author_email else []
    public = [actor.email.lower()] if actor.email and not actor.is_demo else []
    failing = set(Address.objects.failing().filter(email__in=author + people + public).values_list("email", flat=True))
    for addresses, is_people in ((author, True), (people, True), (public, False)):
        if working := tuple(address for address in addresses if address not in failing):
            return Reach(working, is_people)
    return Reach(())


@transaction.atomic
def send_message(
    actor: Actor, sender: User, *, address: str, subject: str, text: str, search: PartnerSearch | None = None
) -> None:
    """Relay `text` to `actor`; the answer goes to `address`, a verified one of `sender`, who gets a copy. `search`: the
    announcement of the actor that it answers.

    The same text sent twice on the same day leaves once. Raises DirectoryError, nothing being sent, when the actor has no
    address or when too many messages left today.
    """
    reach = reach_of(actor, search)
    if not reach:
        raise DirectoryError(
            _("Cet acteur n’a pas encore d’adresse\u00a0: votre message n’est pas parti. Écrivez-nous.")
        )
    subject, text = " ".join(subject.split()), text.strip()
    code = _code_of(sender, actor, subject, text)
    if cache.get(_sent_key(code)):
        return
    _count(sender, actor)
    letter = notifications.Letter(str(sender), address.strip().lower(), subject, text, code)
    notifications.contact_relay(actor, letter, to=reach.addresses)
    transaction.on_commit(lambda: cache.set(_sent_key(code), True, DAY_SECONDS))


@transaction.atomic
def forget_letters(addresses: Iterable[str]) -> int:
    """Forget what the owner of these addresses wrote to actors; a letter that has not left yet does not. Return how many."""
    wanted = [address.strip().lower() for address in addresses]
    letters = Message.objects.of_kind(notifications.RELAY).filter(reply_to__in=wanted)
    letters.waiting().update(state=State.CANCELLED, reason=Reason.ERASED)
    return letters.exclude(params={}, text="").update(params={}, text="", reply_to="")


def _code_of(sender: User, actor: Actor, subject: str, text: str) -> str:
    """The same letter to the same actor on the same day."""
    said = f"{subject}\n{text}".encode()
    return f"{actor.pk}:{sender.pk}:{timezone.localdate().isoformat()}:{sha256(said).hexdigest()[:16]}"


def _sent_key(code: str) -> str:
    return f"directory.contact.sent:{code}"


def _count(sender: User, actor: Actor) -> None:
    """Count one more message of today. Raises DirectoryError beyond what is allowed."""
    today = timezone.localdate().isoformat()
    limits = (
        (f"directory.contact:{today}:{sender.pk}:{actor.pk}", MOST_TO_ONE_ACTOR, _too_many_to_one),
        (f"directory.contact:{today}:{sender.pk}", MOST_A_DAY, _too_many),
    )
    for key, most, words in limits:
        cache.add(key, 0, DAY_SECONDS)
        if cache.incr(key) > most:
            raise DirectoryError(words(most))


def _too_many_to_one(most: int) -> str:
    return _(
        "Vous avez déjà écrit %(n)s fois aujourd’hui à cet acteur\u00a0: ce message n’est pas parti. "
        "Votre texte est gardé ci-dessous\u00a0; attendez sa réponse, ou recommencez demain."
    ) % {"n": most}


def _too_many(most: int) -> str:
    return _(
        "Vous avez déjà envoyé %(n)s messages aujourd’hui, le maximum\u00a0: celui-ci n’est pas parti. "
        "Votre texte est gardé ci-dessous\u00a0; recommencez demain, ou écrivez-nous si c’est urgent."
    ) % {"n": most}

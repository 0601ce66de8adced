"""The gestures about the people of an actor: add, change, leave; and their consent, asked by mail, given, taken back."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import notifications
from directory.enums import ConsentScope
from directory.models import Actor, Contact
from soco.mailing.models import Message

from .attachments import locked_actor
from .errors import DirectoryError
from .refusals import told

MOST = 60  # people of one actor
MOST_A_DAY = 20  # asked, those removed since included: or adding and removing would be a way to write to anybody
LEFT_DAYS, SILENT_DAYS = 365, 3 * 365
WHO = {"name", "function"}
FIELDS = ("jumelage", "role", "name", "function", "email", "phone")


@transaction.atomic
def add_contact(actor: Actor, values: Mapping[str, Any]) -> Contact:
    """Add a person to an actor, seen by its people and staff alone, and ask them by mail what the public may read.

    `values`: those of FIELDS. Raises DirectoryError for too many people, or too many asked in a day.
    """
    locked_actor(actor.pk)
    if Contact.objects.of_actor(actor).count() >= MOST:
        raise DirectoryError(
            _("Rien n’a été ajouté\u00a0: cet acteur a déjà beaucoup de contacts. Retirez ceux qui sont partis.")
        )
    if values.get("email"):
        _refuse_too_many(actor.pk)
    with told(Contact):
        contact = Contact.objects.create(actor=actor, **{name: values[name] for name in FIELDS if name in values})
    ask_for_consent(contact)
    return contact


@transaction.atomic
def change_contact(contact: Contact, values: Mapping[str, Any]) -> Contact:
    """Change what is known of a person. What they agreed to publish and that changed is published no more: another name,
    function or address asks them anew, another telephone waits for their own gesture. Whoever took their consent back is not
    asked again, unless the address is another one. Safe to call twice."""
    kept = _locked(contact)
    changed = {name for name in FIELDS if name in values and values[name] != getattr(kept, name)}
    if not changed:
        return kept
    for name in changed:
        setattr(kept, name, values[name])
    asks_anew = consent_after(kept, changed)
    if asks_anew and kept.email:
        locked_actor(kept.actor_id)
        _refuse_too_many(kept.actor_id)
    with told(Contact):
        kept.save()
    if asks_anew:
        ask_for_consent(kept)
    return kept


def consent_after(contact: Contact, changed: set[str]) -> bool:
    """Take from the consent of `contact`, not saved here, what no longer holds once the fields `changed` did; True if the
    person is to be asked anew."""
    asks_anew = "email" in changed or bool(changed & WHO and contact.withdrawn_at is None)
    if asks_anew:
        contact.consent_at = contact.withdrawn_at = None
        contact.consent_scope, contact.consent_from, contact.consent_recorded_by = [], "", ""
    elif "phone" in changed:
        contact.consent_scope = [scope for scope in contact.consent_scope if scope != ConsentScope.PHONE]
    return asks_anew


def ask_for_consent(contact: Contact) -> bool:
    """Write to the person who has not answered yet; once a day at most. False if there is nobody to write to, or if their
    actor has already had too many people asked today."""
    if not contact.email or contact.has_answered or contact.left_on or contact.actor.is_demo:
        return False
    if _asked_in_a_day(contact.actor_id) >= MOST_A_DAY:
        return False
    notifications.contact_consent(contact)
    return True


@transaction.atomic
def give_consent(contact: Contact, scopes: Sequence[str], *, how: str, by: str = "") -> Contact:
    """Record what the person lets the public read; nothing is the same as taking it back. The name goes with the rest.

    `how`: in words, how they said so; `by`: the colleague who noted it, « » if the person did it alone. Safe to call twice.
    """
    if not scopes:
        return withdraw_consent(contact)
    kept = _locked(contact)
    wanted = [str(scope) for scope in ConsentScope if scope in (*scopes, ConsentScope.NAME)]
    if kept.is_publishable and kept.consent_scope == wanted:
        return kept
    kept.consent_at, kept.withdrawn_at = timezone.now(), None
    kept.consent_scope, kept.consent_from, kept.consent_recorded_by = wanted, how, by
    with told(Contact):
        kept.save()
    return kept


@transaction.atomic
def withdraw_consent(contact: Contact) -> Contact:
    """Nothing of the person is published any more, from now on; what they agreed to before is kept as proof."""
    kept = _locked(contact)
    if kept.has_answered and kept.withdrawn_at is None:
        kept.withdrawn_at = timezone.now()
        kept.save(update_fields=["withdrawn_at", "updated_at"])
    return kept


@transaction.atomic
def leave_office(contact: Contact) -> Contact:
    """The person left their function today: shown no more, forgotten in a year. Safe to call twice."""
    kept = _locked(contact)
    if kept.left_on is None:
        kept.left_on = timezone.localdate()
        kept.save(update_fields=["left_on", "updated_at"])
    return kept


def remove_contact(contact: Contact) -> None:
    """Forget a person at once."""
    Contact.objects.filter(pk=contact.pk).delete()


def forget_person(addresses: Iterable[str]) -> int:
    """Forget the contacts reached at these addresses, for the person who owns them; return how many."""
    theirs = Contact.objects.reached_at(addresses)
    count = theirs.count()
    theirs.delete()
    return count


def forget_old_contacts(apply: bool) -> int:
    """Forget those who left a year ago, and those who never agreed and whom nobody updated for three years."""
    now = timezone.now()
    old = Contact.objects.to_forget(
        left_before=timezone.localdate() - timedelta(days=LEFT_DAYS), silent_since=now - timedelta(days=SILENT_DAYS)
    )
    count = old.count()
    if apply:
        old.delete()
    return count


def _locked(contact: Contact) -> Contact:
    return Contact.objects.select_for_update(of=("self",)).select_related("actor").get(pk=contact.pk)


def _asked_in_a_day(actor: int) -> int:
    asked = Message.objects.of_kind(notifications.CONSENT).about_any([f"actor:{actor}"])
    return asked.filter(created_at__gte=timezone.now() - timedelta(days=1)).count()


def _refuse_too_many(actor: int) -> None:
    if _asked_in_a_day(actor) >= MOST_A_DAY:
        raise DirectoryError(
            _("Rien n’a été enregistré\u00a0: beaucoup de personnes ont été consultées aujourd’hui. Réessayez demain.")
        )

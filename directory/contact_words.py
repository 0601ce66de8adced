"""What a page says of the people of an actor: to the public what they agreed to and nothing else, to staff all of it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext as _

from directory.enums import ConsentScope
from directory.models import Contact
from soco.web.templatetags.soco import day


@dataclass(frozen=True)
class Person:
    """What may be read of a person. `state` and `proof`: for their own people and staff, « » for the public."""

    pk: int
    name: str
    role: str
    function: str
    email: str
    phone: str
    state: str = ""
    proof: str = ""
    has_left: bool = False
    can_be_asked: bool = False


def for_public(contacts: Iterable[Contact]) -> list[Person]:
    """Each scope by itself: a consent to be named says nothing of the telephone."""
    return [
        Person(
            pk=contact.pk,
            name=contact.name,
            role=str(contact.get_role_display()),
            function=contact.function,
            email=contact.email if contact.may_show(ConsentScope.EMAIL) else "",
            phone=contact.phone if contact.may_show(ConsentScope.PHONE) else "",
        )
        for contact in contacts
        if contact.may_show(ConsentScope.NAME)
    ]


def for_their_people(contacts: Iterable[Contact]) -> list[Person]:
    """Everything, with what became of the question and the proof of the answer."""
    return [
        Person(
            pk=contact.pk,
            name=contact.name,
            role=str(contact.get_role_display()),
            function=contact.function,
            email=contact.email,
            phone=contact.phone,
            state=state_of(contact),
            proof=proof_of_consent(contact),
            has_left=contact.left_on is not None,
            can_be_asked=bool(contact.email) and not contact.has_answered and contact.left_on is None,
        )
        for contact in contacts
    ]


def state_of(contact: Contact) -> str:
    if contact.left_on:
        return _("a quitté cette fonction le %(day)s") % {"day": day(contact.left_on)}
    if contact.withdrawn_at:
        return _("accord retiré le %(day)s\u00a0: rien n’est publié") % {"day": day(contact.withdrawn_at)}
    if contact.consent_at:
        labels = [str(scope.label) for scope in ConsentScope if scope in contact.consent_scope]
        return _("d’accord pour publier\u00a0: %(what)s") % {"what": ", ".join(labels)}
    return _("n’a pas encore répondu\u00a0: rien n’est publié")


def proof_of_consent(contact: Contact) -> str:
    """Who, when, how (article 7 of the GDPR)."""
    if not contact.consent_at:
        return ""
    told = _("Accord du %(day)s, par\u00a0: %(how)s") % {"day": day(contact.consent_at), "how": contact.consent_from}
    noted = contact.consent_recorded_by
    return f"{told} ({_('noté par %(by)s') % {'by': noted}})" if noted else told

"""What the portal's common pages show and keep of the contacts of actors: their pages, « Mes données », what is forgotten."""

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from directory import contact_words, services
from directory.models import Actor, Contact, Jumelage
from directory.models.contact import ContactQuerySet
from soco.accounts.addresses import verified_addresses
from soco.accounts.models import User
from soco.web.registries import PersonalData, Purge
from soco.web.slots import Block


def contacts_of_actor(request: HttpRequest, subject: Actor) -> Block | None:
    """On the page of an actor: who agreed to be named there. Staff sees everybody, with the proof of their consent."""
    return _shown(request, Contact.objects.of_actor(subject))


def contacts_of_jumelage(request: HttpRequest, subject: Jumelage) -> Block | None:
    return _shown(request, Contact.objects.of_jumelage(subject).of_shown_actors())


def _shown(request: HttpRequest, contacts: ContactQuerySet) -> Block | None:
    if request.user.has_perm("directory.view_contact"):
        people = contact_words.for_their_people(contacts.in_order())
    else:
        people = contact_words.for_public(contacts.publishable().in_order())
    if not people:
        return None
    are_all_shown = any(person.state for person in people)
    return "directory/_contacts.html", {"people": people, "are_all_shown": are_all_shown}


def _export(user: User) -> Iterable[dict[str, Any]]:
    for contact in Contact.objects.reached_at(verified_addresses(user)).for_page().in_order():
        yield {
            "acteur": contact.actor.name,
            "role": contact.get_role_display(),
            "nom": contact.name,
            "fonction": contact.function,
            "adresse": contact.email,
            "telephone": contact.phone,
            "accord_donne_le": contact.consent_at,
            "accord_donne_par": contact.consent_from,
            "ce_qui_est_publie": ", ".join(contact.consent_scope) if contact.is_publishable else "",
            "accord_retire_le": contact.withdrawn_at,
            "a_quitte_ses_fonctions_le": contact.left_on,
            "ajoute_le": contact.created_at,
        }


def _erase(user: User) -> str:
    """An address that was never verified gives no right over the contacts reached at it."""
    services.forget_person(verified_addresses(user))
    return ""


PERSONAL_DATA = PersonalData(
    code="contacts",
    label=_("Vos coordonnées comme contact d’un acteur"),
    export=_export,
    erase=_erase,
    order=35,
)

PURGE = Purge(
    code="directory.contacts",
    rule=_(
        "Les contacts d’un acteur, un an après leur départ\u00a0; ceux qui n’ont pas donné leur accord, trois ans après leur"
        " dernière mise à jour"
    ),
    run=services.forget_old_contacts,
)

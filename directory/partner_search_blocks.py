"""What announcements show elsewhere: home, actors, « Mon espace », the staff, « Mes données », and what is forgotten in time."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory import perms, services
from directory.models import Actor, PartnerSearch
from soco.web.registries import PersonalData, Purge, Queue, Waiting
from soco.web.slots import Block

SHOWN_OF_AN_ACTOR = 3
SHOWN_IN_MY_SPACE = 20
KEPT_DAYS = 3 * 365
UNCONFIRMED_DAYS = 30


def door(request: HttpRequest, subject: Any) -> Block:
    """On the home page: the way in. No query."""
    return "directory/_search_door.html", {}


def of_actor(request: HttpRequest, subject: Actor) -> Block | None:
    """On the page of an actor: its open announcements. One query."""
    if subject.is_closed:
        return None
    today = timezone.localdate()
    rows = PartnerSearch.objects.open(today).of_actor(subject).latest_published()[:SHOWN_OF_AN_ACTOR]
    searches = list(rows)
    can_add = perms.can_review_searches(request.user)
    if not (searches or can_add):
        return None
    return "directory/_searches_of_actor.html", {"actor": subject, "searches": searches, "can_add": can_add}


def mine(request: HttpRequest, subject: Any) -> Block | None:
    """In « Mon espace »: the announcements of the actors that the person represents, once there is one."""
    rows = PartnerSearch.objects.managed_by(subject).newest_first().for_card()
    searches = list(rows[:SHOWN_IN_MY_SPACE])
    return ("directory/_my_searches.html", {"searches": searches, "today": timezone.localdate()}) if searches else None


def _waiting() -> Waiting:
    return Waiting(**PartnerSearch.objects.waiting_since())


QUEUE = Queue(
    code="directory.searches",
    label=gettext_lazy("Recherches de partenaires à lire"),
    help=gettext_lazy("Des collectivités, d’ici ou d’ailleurs, cherchent un partenaire\u00a0: lisez avant de publier."),
    url_name="partner_search_queue",
    permission=perms.REVIEW_SEARCH,
    measure=_waiting,
    order=30,
)


def _export(user: Any) -> Iterator[dict[str, Any]]:
    for search in PartnerSearch.objects.concerning(user).newest_first().for_card():
        yield {
            "annonce": search.title,
            "objet": str(search.get_kind_display()),
            "qui": search.who,
            "texte": search.description,
            "adresse donnée": search.by_email,
            "état": str(search.get_state_display()),
            "raison": search.reason,
            "déposée le": search.created_at.isoformat(),
            "publiée le": search.published_at.isoformat() if search.published_at else "",
            "jusqu’au": search.deadline.isoformat() if search.deadline else "",
        }


def _erase(user: Any) -> str:
    if not services.forget_search_author(user):
        return ""
    return _("Vos annonces publiées restent celles de votre organisme, sans votre nom ni votre adresse.")


PERSONAL_DATA = PersonalData(
    code="directory.searches",
    label=gettext_lazy("Mes annonces de recherche de partenaires"),
    export=_export,
    erase=_erase,
    order=45,
)


def _forget_authors(apply: bool) -> int:
    return services.forget_old_search_authors(timezone.now() - timedelta(days=KEPT_DAYS), apply=apply)


def _forget_unconfirmed(apply: bool) -> int:
    return services.forget_unconfirmed_searches(timezone.now() - timedelta(days=UNCONFIRMED_DAYS), apply=apply)


PURGES = (
    Purge(
        code="directory.search_authors",
        rule=gettext_lazy("Trois ans après sa fin, une annonce perd le compte et l’adresse de son auteur."),
        run=_forget_authors,
    ),
    Purge(
        code="directory.search_unconfirmed",
        rule=gettext_lazy("Les annonces dont l’auteur n’a pas confirmé son adresse\u00a0: 30 jours"),
        run=_forget_unconfirmed,
    ),
)

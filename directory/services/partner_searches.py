"""Announcements of « Recherche de partenaires »: sent, confirmed, read, published, closed, one state at a time."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from directory import notifications
from directory.enums import Nature, SearchState, Source
from directory.models import Actor, Country, PartnerSearch
from directory.models.contributions import AUTHOR

from .errors import DirectoryError
from .naming import spelled_apart
from .partners import create_partner, partners_named

SLUG_WORDS = 200
MOST_UNCONFIRMED = 3  # mails to an address that nobody has shown to be theirs
BY_THE_CLOCK = "échéance"
FIELDS = (
    *("kind", "title", "description", "country_codes", "theme_codes", "population_bands", "languages"),
    *("identity_tags", "deadline"),
)


# --- sent -------------------------------------------------------------------------------------------------------------------
@transaction.atomic
def deposit_search(actor: Actor, values: Mapping[str, Any], *, by_user: Any = None) -> PartnerSearch:
    """Keep the announcement of an actor, to be read by staff; its author gets a receipt. `values`: FIELDS. Sent twice, kept
    once."""
    Actor.objects.select_for_update(of=("self",), no_key=True).only("pk").get(pk=actor.pk)
    who = {"actor": actor, "by_user": by_user}
    if existing := _same(values, **who):
        return existing
    search = _created(values, confirmed_at=timezone.now(), is_demo=actor.is_demo, **who)
    notifications.search_received(search)
    return search


@transaction.atomic
def propose_search(values: Mapping[str, Any], *, name: str, country: str, email: str) -> PartnerSearch:
    """Keep what a foreign authority sent without an account. Staff reads it once its author opened the link of the receipt.
    Sent twice, kept once. Raises DirectoryError when too many from that address wait for its owner to open their links."""
    who = {"authority_name": " ".join(name.split()), "authority_country": country, "by_email": email.strip().lower()}
    if existing := _same(values, **who):
        return existing
    if PartnerSearch.objects.unconfirmed().filter(by_email=who["by_email"]).count() >= MOST_UNCONFIRMED:
        raise DirectoryError(
            _("Plusieurs annonces attendent déjà que vous ouvriez le lien reçu par courriel : commencez par là.")
        )
    search = _created(values, **who)
    notifications.search_received(search)
    return search


def _same(values: Mapping[str, Any], **who: Any) -> PartnerSearch | None:
    said = {name: values[name] for name in ("kind", "title", "description")}
    return PartnerSearch.objects.in_states([SearchState.PENDING]).filter(**said, **who).first()


def _created(values: Mapping[str, Any], **fields: Any) -> PartnerSearch:
    search = PartnerSearch(**{name: values[name] for name in FIELDS}, **fields)
    search.save(force_insert=True)
    search.slug = slug_of(search)
    search.save(update_fields=["slug"])
    return search


def slug_of(search: PartnerSearch) -> str:
    """Its address: its title, then its number."""
    words = slugify(spelled_apart(search.title))[:SLUG_WORDS].strip("-")
    return f"{words}-{search.pk}" if words else str(search.pk)


@transaction.atomic
def confirm_search(search: PartnerSearch) -> bool:
    """Its author opened the link of the receipt: the address is theirs, staff may read. False if it was so already."""
    search = _locked(search)
    if search.is_confirmed:
        return False
    search.confirmed_at = timezone.now()
    search.save(update_fields=["confirmed_at"])
    return True


@transaction.atomic
def change_search(search: PartnerSearch, values: Mapping[str, Any]) -> bool:
    """Its author changes its words: it waits to be read again, out of sight. False, nothing written, if nothing differs."""
    search = _locked(search)
    if all(getattr(search, name) == values[name] for name in FIELDS) and search.state != SearchState.CLOSED:
        return False
    _fill(search, values)
    _wait(search)
    search.save()
    return True


def _fill(search: PartnerSearch, values: Mapping[str, Any]) -> None:
    for name in FIELDS:
        setattr(search, name, values[name])
    search.slug = slug_of(search)


def _wait(search: PartnerSearch) -> None:
    search.state, search.decided_at, search.decided_by, search.reason = SearchState.PENDING, None, "", ""


# --- read by staff ------------------------------------------------------------------------------------------------------------
def author_candidates(search: PartnerSearch) -> list[Actor]:
    """The fiches that may be those of an authority that wrote without an account: same name, same country."""
    if search.actor_id:
        return []
    return list(partners_named(search.authority_name, search.authority_country)[:10])


@transaction.atomic
def accept_search(
    search: PartnerSearch, *, by: str, values: Mapping[str, Any] | None = None, actor: Actor | None = None
) -> bool:
    """Publish it and tell its author. `values`: staff's own wording of FIELDS. `actor`: whose announcement it is, if nobody
    said so yet; None makes a fiche for the authority that it names. False if it was decided already. Raises DirectoryError,
    nothing written, for an announcement whose last day is over."""
    search = _locked(search)
    if not search.is_pending or not search.is_confirmed:
        return False
    if values is not None:
        _fill(search, values)
    if search.deadline and search.deadline < timezone.localdate():
        raise DirectoryError(_("Son dernier jour est passé\u00a0: donnez-en un autre pour la publier."))
    if search.actor is None:
        search.actor = actor or _new_partner(search, by=by)
    now = timezone.now()
    search.state, search.decided_at, search.decided_by, search.reason = SearchState.PUBLISHED, now, by, ""
    search.published_at = now
    search.save()
    notifications.search_published(search)
    return True


def _new_partner(search: PartnerSearch, *, by: str) -> Actor:
    country = Country.objects.filter(pk=search.authority_country).first()
    if country is None:
        raise DirectoryError(_("Le pays de cette collectivité n’est pas connu\u00a0: choisissez une fiche qui existe."))
    return create_partner(
        nature=Nature.ETRANGERE, name=search.authority_name, country=country, by=by, source=Source.ORGANISATION
    )


@transaction.atomic
def refuse_search(search: PartnerSearch, *, by: str, reason: str) -> bool:
    """Do not publish it, and tell its author why. False if it was decided already."""
    search = _locked(search)
    if not search.is_pending:
        return False
    _settle(search, SearchState.REFUSED, by=by, reason=reason)
    notifications.search_refused(search)
    return True


@transaction.atomic
def close_search(search: PartnerSearch, *, by: str = "", reason: str = "") -> bool:
    """It is over: a partner was found, or nobody looks any more. `by`: the reader of the team, else its author. False if it was
    closed already."""
    search = _locked(search)
    if search.state == SearchState.CLOSED:
        return False
    _settle(search, SearchState.CLOSED, by=by or str(AUTHOR), reason=reason)
    return True


@transaction.atomic
def reopen_search(search: PartnerSearch) -> bool:
    """A closed or refused announcement waits to be read again. False if it was not."""
    search = _locked(search)
    if search.state not in (SearchState.CLOSED, SearchState.REFUSED):
        return False
    _wait(search)
    search.save()
    return True


def _settle(search: PartnerSearch, state: SearchState, *, by: str, reason: str) -> None:
    search.state, search.decided_at, search.decided_by, search.reason = state, timezone.now(), by, reason.strip()
    search.save(update_fields=["state", "decided_at", "decided_by", "reason"])


def _locked(search: PartnerSearch) -> PartnerSearch:
    return PartnerSearch.objects.for_page().select_for_update(of=("self",)).get(pk=search.pk)


# --- the clock ------------------------------------------------------------------------------------------------------------------
@transaction.atomic
def extend_search(search: PartnerSearch, today: date) -> date | None:
    """Its author keeps it open: its last day is DIRECTORY_SEARCH_EXTENSION_DAYS from today, or later if it was. Return that day,
    None if it is no longer open."""
    search = _locked(search)
    if not search.is_open_on(today):
        return None
    if search.deadline:
        search.deadline = max(search.deadline, today + timedelta(days=settings.DIRECTORY_SEARCH_EXTENSION_DAYS))
        search.save(update_fields=["deadline"])
    return search.deadline


@transaction.atomic
def close_past_searches(today: date) -> int:
    """Close the published announcements whose last day is over; return how many. Safe twice."""
    past = list(PartnerSearch.objects.past(today).order_by("pk").values_list("pk", flat=True))
    over = PartnerSearch.objects.past(today).filter(pk__in=past)
    return over.update(state=SearchState.CLOSED, decided_at=timezone.now(), decided_by=BY_THE_CLOCK)


@transaction.atomic
def warn_of_ends(today: date) -> int:
    """Write once to the authors of announcements that end within DIRECTORY_SEARCH_WARNING_DAYS; return how many are asked for,
    those written to before included. Safe twice: the ledger keeps one mail for each last day."""
    until = today + timedelta(days=settings.DIRECTORY_SEARCH_WARNING_DAYS)
    ending = list(PartnerSearch.objects.ending(today, until).signed().for_page())
    for search in ending:
        notifications.search_ending(search)
    return len(ending)


# --- forgetting -----------------------------------------------------------------------------------------------------------------
@transaction.atomic
def forget_search_author(user: Any) -> int:
    """Take a person's account and addresses off their announcements; return how many. Without an account and without a fiche, or
    with nobody left to answer, an announcement goes too: deleted if it was never published, else closed."""
    theirs = PartnerSearch.objects.concerning(user)
    pks = list(theirs.order_by("pk").values_list("pk", flat=True))
    theirs = PartnerSearch.objects.filter(pk__in=pks)
    theirs.filter(actor=None).delete()
    alone = theirs.filter(by_user=None).in_states([SearchState.PUBLISHED, SearchState.PENDING])
    alone.update(state=SearchState.CLOSED, decided_at=timezone.now(), decided_by=str(_("compte effacé")))
    theirs.update(by_user=None, by_email="", link_version=F("link_version") + 1)
    return len(pks)


def forget_old_search_authors(before: datetime, *, apply: bool) -> int:
    """The closed and refused announcements decided before a moment lose their author; return how many do, or would."""
    old = PartnerSearch.objects.over_since(before).signed()
    return old.update(by_user=None, by_email="", link_version=F("link_version") + 1) if apply else old.count()


def forget_unconfirmed_searches(before: datetime, *, apply: bool) -> int:
    """Announcements whose author never opened the link of the receipt go; return how many do, or would."""
    old = PartnerSearch.objects.unconfirmed().filter(created_at__lt=before)
    return old.delete()[0] if apply else old.count()

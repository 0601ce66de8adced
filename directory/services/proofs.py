"""Does an address prove that its owner works for an actor? Only from facts that nobody could write to get in."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_date, parse_datetime

from directory import domains
from directory.enums import AttachmentProof, Nature, Source, Verifier
from directory.models import Actor

TRUSTED_SOURCES = (Source.OFFICIAL, Source.IMPORT, Source.STAFF)
# A public address that a proposal changed proves nothing at first: time for the actor's people to see it and say so.
QUARANTINE = timedelta(days=30)


def proof_of(actor: Actor, addresses: Iterable[str]) -> AttachmentProof | None:
    """What proves that the owner of these verified `addresses` works for `actor`; None if nothing does."""
    addresses = list(addresses)
    email = actor.email if is_trusted(actor, "email") else ""
    if any(domains.same_address(address, email) for address in addresses):
        return AttachmentProof.ADDRESS
    used = {domain for address in addresses if (domain := domains.domain_of(address))}
    if used & own_domains(actor):
        return AttachmentProof.DOMAIN
    return None


def own_domains(actor: Actor) -> set[str]:
    """The domains that belong to this actor and to no other of the répertoire, published or not."""
    found = domains.own_domains(
        email=actor.email if is_trusted(actor, "email") else "",
        website=actor.website if is_trusted(actor, "website") else "",
        actor_names=[name for name in (actor.name, actor.short_name, *actor.former_names) if name],
        is_commune=actor.nature == Nature.COMMUNE,
    )
    return {domain for domain in found if not _is_shared(actor, domain)}


def is_trusted(actor: Actor, field: str) -> bool:
    """Comes this value from official files, an import or the workshop of staff, or did staff read it long enough ago?

    Whatever came by a proposal says its verifier, and waits, even a proposal of staff: reviewers may be many.
    """
    said = actor.source_of(field) or {}
    if not said.get("verifier"):
        return said.get("source") in TRUSTED_SOURCES
    return said["verifier"] == Verifier.STAFF and _is_old(said.get("at"))


def _is_old(at: Any) -> bool:
    """Is this ISO moment, or day, longer ago than the quarantine?"""
    moment = parse_datetime(str(at)) if at else None
    day = moment.date() if moment else parse_date(str(at)[:10]) if at else None
    return day is not None and day < timezone.localdate() - QUARANTINE


def _is_shared(actor: Actor, domain: str) -> bool:
    others = Actor.objects.mentioning_domain(domains.root_of(domain)).exclude(pk=actor.pk)
    return any(
        domains.are_related(domain, other)
        for email, website in others.values_list("email", "website")
        for other in (domains.domain_of(email), domains.site_host(website))
        if other
    )

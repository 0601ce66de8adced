"""Does an address prove that its owner works for an actor? Asked of the whole répertoire, and of who wrote the facts."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from directory.enums import AttachmentProof, Source, Verifier
from directory.services import (
    proof_of,
)
from tests.directory.referents import limoges
from tests.factories import CommuneFactory

pytestmark = pytest.mark.django_db

ORANGE = "mairie.limoges@orange.fr"


def test_the_public_address_proves_whatever_its_case() -> None:
    assert proof_of(limoges(email=ORANGE), ["Mairie.Limoges@ORANGE.fr"]) == AttachmentProof.ADDRESS


def test_the_actors_own_domain_proves() -> None:
    assert proof_of(limoges(), ["camille@ville-limoges.fr"]) == AttachmentProof.DOMAIN


def test_the_sites_domain_proves() -> None:
    actor = limoges(email=ORANGE, website="https://www.ville-limoges.fr/accueil")

    assert proof_of(actor, ["camille@ville-limoges.fr"]) == AttachmentProof.DOMAIN


@pytest.mark.parametrize(
    "address",
    ["camille@orange.fr", "camille@mairie.ville-limoges.fr", "camille@ville-limoges.com", "camille@exemple.fr"],
)
def test_other_addresses_prove_nothing(address: str) -> None:
    limoges_of_orange = limoges(email=ORANGE, website="https://ville-limoges.fr")

    assert proof_of(limoges_of_orange, [address]) is None


def test_no_address_proves_nothing() -> None:
    assert proof_of(limoges(email=""), []) is None
    assert proof_of(limoges(email=""), [""]) is None


@pytest.mark.parametrize(
    "other",
    [
        {"email": "contact@ville-limoges.fr"},
        {"website": "https://www.ville-limoges.fr/quartier"},
        {"email": "contact@epci.ville-limoges.fr"},
        {"email": "contact@ville-limoges.fr", "hidden": True},
        {"email": "contact@ville-limoges.fr", "closed": True},
        {"email": "contact@VILLE-LIMOGES.fr", "demo": True},
    ],
)
def test_a_domain_that_another_actor_has_proves_nothing(other: dict[str, Any]) -> None:
    actor = limoges()
    CommuneFactory(**other)

    assert proof_of(actor, ["camille@ville-limoges.fr"]) is None


def test_a_domain_that_another_only_resembles_still_proves() -> None:
    actor = limoges()
    CommuneFactory(email="contact@my-ville-limoges.fr", website="https://exemple.fr/ville-limoges.fr")

    assert proof_of(actor, ["camille@ville-limoges.fr"]) == AttachmentProof.DOMAIN


def _told(days: int, **said: str) -> dict[str, Any]:
    return {"email": {"at": (timezone.now() - timedelta(days=days)).isoformat(), "by": "x"} | said}


@pytest.mark.parametrize(
    ("provenance", "is_proof"),
    [
        (_told(0, source=Source.OFFICIAL), True),
        (_told(0, source=Source.IMPORT), True),
        (_told(0, source=Source.STAFF), True),
        (_told(0, source=Source.ORGANISATION, verifier=Verifier.STAFF), False),
        (_told(29, source=Source.ORGANISATION, verifier=Verifier.STAFF), False),
        (_told(32, source=Source.ORGANISATION, verifier=Verifier.STAFF), True),
        (_told(400, source=Source.ORGANISATION, verifier=Verifier.REFERENT), False),
        (_told(400, source=Source.REPORT, verifier=Verifier.LINK), False),
        (_told(400, source=Source.ORGANISATION), False),
        ({"email": {"source": "organisation", "verifier": "staff", "at": "naguère"}}, False),
        ({"email": {"source": "organisation", "verifier": "staff", "at": None}}, False),
        ({}, False),
    ],
)
def test_a_public_address_written_by_a_proposal_proves_only_once_read_and_old(
    provenance: dict[str, Any], is_proof: bool
) -> None:
    """Else proposing one's own address would be enough to become the actor's référent."""
    actor = limoges(official=False, provenance=provenance)

    assert proof_of(actor, ["mairie@ville-limoges.fr"]) == (AttachmentProof.ADDRESS if is_proof else None)
    assert proof_of(actor, ["pirate@ville-limoges.fr"]) == (AttachmentProof.DOMAIN if is_proof else None)

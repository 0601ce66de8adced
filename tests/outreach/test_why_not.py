"""« Pourquoi pas elle ? » where a tour is chosen: why a collectivité is not proposed, and how it may be a stop all the same."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory.models import Actor
from outreach import services
from outreach.enums import WishKind
from tests.factories import CommuneFactory, VisitFactory
from tests.outreach.touring import criteria

pytestmark = pytest.mark.django_db


def test_why_not_that_one_is_answered_and_she_may_be_added(field: Client, bearn: list[Actor]) -> None:
    def said(name: str, **values: str) -> str:
        body = field.get(criteria(bearn[0], elle=name, **values)).content.decode()
        return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))

    far = CommuneFactory(
        name="Tardets", departement_codes=["65"], latitude=43.12, longitude=-0.86, departement=bearn[0].departement
    )
    services.note_wish(bearn[6], WishKind.REFUSAL, by="ana@reseau.exemple")
    VisitFactory(actor=bearn[5], starts_at=timezone.now() + timedelta(days=10))
    CommuneFactory(name="Nulle-Place", latitude=None, longitude=None)

    assert "Pau : elle est proposée." in said("Pau")
    assert "Orthez : elle vient juste après" in said("Orthez", combien="1")
    assert "Peyrehorade : elle a demandé à ne pas être contactée." in said("Peyrehorade")
    assert "Puyoô : une visite y est prévue dans les 30 jours." in said("Puyoô")
    assert "Nulle-Place : sa place sur la carte" in said("Nulle-Place")
    assert "Tardets : elle est hors du territoire choisi." in said("Tardets", departements="64")
    body = field.get(criteria(bearn[0], elle="Tardets", departements="64")).content.decode()
    assert f'value="{far.pk}"' in body and reverse("priority_why", args=[far.slug]) in body
    assert f'value="{bearn[6].pk}"' not in field.get(criteria(bearn[0], elle="Peyrehorade")).content.decode()

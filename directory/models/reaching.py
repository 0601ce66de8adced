"""The words of actors about writing to them: whose public address works, who asked to be left alone, whom the network never met."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower

from directory.enums import COLLECTIVITE_NATURES, NEVER_MET, ContactState
from soco.mailing.models import Address


class ReachingQuerySet(models.QuerySet):
    def reachable(self) -> Self:
        """Those with a public e-mail address that works and whose owner does not oppose mails of service."""
        against = Address.objects.filter(email=Lower(OuterRef("email"))).filter(
            Q(failing_since__isnull=False) | Q(service_opposed_at__isnull=False)
        )
        return self.exclude(email="").exclude(Exists(against))

    def with_email(self, emails: list[str]) -> Self:
        """Those with one of these public addresses, given in small letters; adds it as `mailbox`."""
        return self.annotate(mailbox=Lower("email")).filter(mailbox__in=emails).order_by("pk")

    @staticmethod
    def refusing_q() -> Q:
        """Asked not to be contacted, for good."""
        return Q(contact_state=ContactState.REFUSED)

    @staticmethod
    def paused_q(day: date) -> Q:
        """Asked not to be contacted until later than `day`, or until it says so."""
        return Q(paused_until__gte=day) | Q(contact_state=ContactState.PAUSED, paused_until__isnull=True)

    @staticmethod
    def never_met_q() -> Q:
        """A collectivité that the network has not met yet."""
        return Q(nature__in=COLLECTIVITE_NATURES, contact_state__in=NEVER_MET)

    def not_at_rest(self, day: date) -> Self:
        """Those that may be contacted, see `Actor.is_at_rest`."""
        return self.exclude(self.refusing_q() | self.paused_q(day))

    def in_contact_states(self, states: list[str]) -> Self:
        return self.filter(contact_state__in=states)

    def never_met(self) -> Self:
        return self.filter(self.never_met_q())

    def for_demo_wave(self) -> Self:
        """Those that cooperate first, then the others: both answer a wave of the demonstration."""
        return self.order_by("-is_demo", "-jumelage_count", "name_key", "pk")

    def for_asking(self) -> Self:
        """What a wave of a questionnaire keeps of a collectivité, and where it writes."""
        return self.only(
            *("name", "nature", "departement_codes", "population", "jumelage_count", "email", "contact_state"),
            *("paused_until", "is_demo"),
        )

    def for_invitation(self) -> Self:
        """What is said of an actor that may be invited, and why it is."""
        return self.only(
            *("name", "slug", "nature", "legal_form", "code", "departement_codes", "country", "epci", "email"),
            *("jumelage_count", "cooperation_countries", "cooperation_themes"),
        )

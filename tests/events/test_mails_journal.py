"""What organisers and staff read of the mails about a registration."""

import pytest
from django.test import Client
from django.urls import reverse

from events import services
from events.services import Applicant
from soco.mailing import delivery
from tests.directory.pages import text_of
from tests.factories import EventFactory, RegistrationFactory, SatisfactionFactory, UserFactory

pytestmark = pytest.mark.django_db


def test_organisers_read_each_mail_of_a_registration_and_why_one_did_not_leave(client: Client) -> None:
    event = EventFactory(organiser=UserFactory())
    registration = services.register(event, Applicant("Dominique", "dominique@exemple.fr"))
    other = services.register(event, Applicant("Noé", "noe@exemple.fr"))
    services.withdraw(registration)
    delivery.deliver()
    client.force_login(event.organiser)
    address = reverse("event_person", args=[event.slug, registration.pk])

    page = text_of(client.get(address))

    confirmed, withdrawn = page.partition("Ses courriels")[2].partition("</section>")[0].split("<li>")[1:]
    assert "Inscription confirmée" in confirmed
    assert "non envoyé" in confirmed
    assert "sans objet désormais" in confirmed
    assert "Désistement noté" in withdrawn
    assert ">envoyé<" in withdrawn
    assert other.email not in page
    assert "journal des courriels" not in page


def test_staff_goes_from_a_registration_to_the_journal_and_finds_its_mails_alone(client: Client) -> None:
    event = EventFactory()
    registration = services.register(event, Applicant("Dominique", "dominique@exemple.fr"))
    services.register(event, Applicant("Noé", "noe@exemple.fr"))
    client.force_login(UserFactory(superuser=True, staff=True))

    page = client.get(reverse("event_person", args=[event.slug, registration.pk])).content.decode()
    journal = f"{reverse('admin:mailing_message_changelist')}?q=registration:{registration.pk}"
    found = client.get(journal).content.decode()

    assert f'href="{journal}"' in page
    assert "dominique@exemple.fr" in found
    assert "noe@exemple.fr" not in found


def test_an_opinion_names_nobody_in_the_workshop(client: Client) -> None:
    opinion = SatisfactionFactory(
        registration=RegistrationFactory(name="Inès Roy", email="ines@exemple.fr", present=True), useful="Le café"
    )
    client.force_login(UserFactory(superuser=True, staff=True))

    pages = client.get(reverse("admin:events_satisfaction_changelist")).content.decode()
    pages += client.get(reverse("admin:events_satisfaction_change", args=[opinion.pk])).content.decode()

    assert "Le café" in pages
    assert opinion.registration.event.title in pages
    assert "Roy" not in pages
    assert "ines@exemple.fr" not in pages

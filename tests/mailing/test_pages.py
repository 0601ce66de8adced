"""« Ne plus recevoir » and the providers' notices: a GET changes nothing, a POST is obeyed at once, strangers are refused."""

import json
from base64 import b64encode
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from soco.mailing.delivery import opposition_url
from soco.mailing.enums import Category, State
from soco.mailing.models import Address, Message
from soco.web import signed_links
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def reminder() -> Message:
    return MessageFactory(
        kind="tests.reminder",
        category=Category.SERVICE,
        to_email="a@exemple.fr",
        state=State.SENT,
        sent_at=timezone.now(),
    )


def test_a_scanner_that_follows_the_link_changes_nothing(client, reminder: Message) -> None:
    address = opposition_url(reminder)

    for method in (client.get, client.head):
        assert method(address).status_code == 200
    assert not Address.objects.exists()
    assert "a@exemple.fr" not in client.get(address).content.decode()
    assert "a@exemple.fr" not in address


def test_one_click_from_the_mail_program_without_any_cookie(reminder: Message) -> None:
    strict = Client(enforce_csrf_checks=True)

    for _time in range(2):
        answer = strict.post(opposition_url(reminder), {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200

    address = Address.objects.get()
    assert address.refuses(Category.SERVICE)
    assert not address.refuses(Category.INFORMATION)


def test_the_page_stops_and_takes_up_again_each_category(client, reminder: Message) -> None:
    address = opposition_url(reminder)

    answer = client.post(address, {"geste": "stop:information"})
    assert (
        "vous ne recevrez plus les courriels « information »".replace(" »", "\u00a0»").replace("« ", "«\u00a0")
        in answer.content.decode()
    )
    assert Address.objects.get().refuses(Category.INFORMATION)
    client.post(address, {"geste": "reprendre:information"})
    assert not Address.objects.get().refuses(Category.INFORMATION)
    client.post(address, {"geste": "stop:account"})
    client.post(address, {"geste": "n’importe quoi"})
    assert Address.objects.count() == 1


def test_guessed_cut_expired_and_foreign_links(client, reminder: Message) -> None:
    good = opposition_url(reminder)
    token = good.rstrip("/").rpartition("/")[2]
    other = signed_links.make("fiche", reminder.pk).token

    assert client.get(reverse("opposition", args=[token[:-1]])).status_code == 404
    assert client.get(reverse("opposition", args=[other])).status_code == 404
    assert (
        client.get(
            reverse("opposition", args=[token.replace(f".{reminder.pk:x}.", f".{reminder.pk + 1:x}.")])
        ).status_code
        == 404
    )
    with time_machine.travel(timezone.now() + timedelta(days=4 * 365)):
        assert client.get(good).status_code == 410
    Message.objects.all().delete()
    assert client.post(good, {"List-Unsubscribe": "One-Click"}).status_code == 410


def notice(**fields: object) -> str:
    return json.dumps(
        {"RecordType": "Bounce", "Type": "HardBounce", "TypeCode": 1, "Email": "a@exemple.fr", "MessageID": "x", "ID": 42,
         "Description": "no such user", "Details": "550", "BouncedAt": "2026-11-24T08:00:00Z"} | fields
    )  # fmt: skip


def test_a_provider_tells_a_bounce(client, settings, reminder: Message) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": "postier:motdepasse"}
    right = {"Authorization": "Basic " + b64encode(b"postier:motdepasse").decode()}
    address = reverse("provider_notice", args=["postmark"])

    for _time in range(2):
        answer = client.post(address, notice(), content_type="application/json", headers=right)
        assert answer.status_code == 200

    reminder.refresh_from_db()
    assert reminder.state == State.BOUNCED
    assert "no such user" in reminder.error
    assert Address.objects.get().is_failing


def test_a_stranger_tells_nothing(client, settings, reminder: Message) -> None:
    address = reverse("provider_notice", args=["postmark"])
    assert client.post(address, notice(), content_type="application/json").status_code == 404

    settings.ANYMAIL = {"WEBHOOK_SECRET": "postier:motdepasse"}
    wrong = {"Authorization": "Basic " + b64encode(b"postier:autre").decode()}
    assert client.post(address, notice(), content_type="application/json", headers=wrong).status_code in (400, 404)
    assert client.get(address).status_code == 405
    assert (
        client.post(reverse("provider_notice", args=["inconnu"]), notice(), content_type="application/json").status_code
        == 404
    )

    assert not Address.objects.exists()


def test_a_complaint_is_an_opposition(client, settings, reminder: Message) -> None:
    settings.ANYMAIL = {"WEBHOOK_SECRET": "postier:motdepasse"}
    right = {"Authorization": "Basic " + b64encode(b"postier:motdepasse").decode()}

    client.post(
        reverse("provider_notice", args=["postmark"]),
        notice(RecordType="SpamComplaint", Type="SpamComplaint", TypeCode=512),
        content_type="application/json",
        headers=right,
    )

    assert Address.objects.get().refuses(Category.SERVICE)
    assert not Address.objects.get().is_failing

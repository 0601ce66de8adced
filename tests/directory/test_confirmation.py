"""The yearly question: who is asked, one mail a day and an address, two reminders at most, and everything that stops it."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.utils import timezone

from directory import notifications, services
from directory.enums import ConfirmationOutcome, Source, Verifier
from directory.models import Actor, ConfirmationRequest
from directory.tasks import ask_for_confirmations
from soco.mailing import kinds
from soco.mailing.enums import Category, Reason, State
from soco.mailing.models import Message
from soco.web import signed_links
from tests.factories import AddressFactory, CommuneFactory, ConfirmationRequestFactory, PartnerFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 24, 9, 10, tzinfo=ZoneInfo("Europe/Paris")), tick=False):
        yield


def commune(**fields: Any) -> Actor:
    fields.setdefault("code", f"16{Actor.objects.count():03d}")
    return CommuneFactory(email=fields.pop("email", f"mairie@{fields['code']}.exemple"), **fields)


def asked() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("to_email", flat=True))


def days_later(days: int) -> Any:
    return time_machine.travel(timezone.now() + timedelta(days=days), tick=False)


# --- who is asked ---------------------------------------------------------------------------------------------------------
def test_only_reachable_published_actors_nobody_confirmed_for_long_are_asked() -> None:
    long_ago, just_so = timezone.now() - timedelta(days=336), timezone.now() - timedelta(days=333)
    expected = {
        commune(code="16001"),
        commune(code="16002", verified_at=long_ago),
        PartnerFactory(email="comite@exemple.fr"),
    }
    commune(code="16010", verified_at=just_so)
    commune(code="16011", email="")
    commune(code="16012", closed=True)
    commune(code="16013", hidden=True)
    PartnerFactory(email="demo@exemple.fr", demo=True)
    commune(code="16014", email="Failing@exemple.fr")
    AddressFactory(email="failing@exemple.fr", failing_since=timezone.now())
    commune(code="16015", email="opposed@exemple.fr")
    AddressFactory(email="opposed@exemple.fr", service_opposed_at=timezone.now())
    ConfirmationRequestFactory(actor=commune(code="16016"), asked_on=TODAY - timedelta(days=400))
    recently = commune(code="16017")
    ConfirmationRequestFactory(actor=recently, asked_on=TODAY - timedelta(days=300), closed_at=timezone.now())
    again = commune(code="16018", email="Information@exemple.fr")
    AddressFactory(email="information@exemple.fr", information_opposed_at=timezone.now())
    ConfirmationRequestFactory(actor=again, asked_on=TODAY - timedelta(days=400), closed_at=timezone.now())

    count = services.ask_for_confirmations(TODAY, 20)

    assert {request.actor for request in ConfirmationRequest.objects.first_asked_on(TODAY)} == expected | {again}
    assert count == 4


def test_those_never_confirmed_come_first_and_no_more_than_the_days_number() -> None:
    commune(code="16001", outdated=True)
    commune(code="16002")
    commune(code="16003", ageing=True)

    counts = [services.ask_for_confirmations(TODAY, 2) for _ in range(2)]

    assert counts == [2, 0]
    assert asked() == ["mairie@16002.exemple", "mairie@16001.exemple"]


def test_asked_twice_the_same_day_is_one_mail() -> None:
    commune(code="16001")

    counts = [services.ask_for_confirmations(TODAY, 20) for _ in range(2)]

    assert (counts, ConfirmationRequest.objects.count()) == ([1, 0], 1)
    message = Message.objects.get()
    assert (message.kind, message.category) == ("directory.confirmation", Category.SERVICE)


def test_an_address_that_serves_several_fiches_gets_one_mail_a_day() -> None:
    for code in ("16001", "16002", "16003"):
        commune(code=code, email="Accueil@agglo.exemple" if code == "16002" else "accueil@agglo.exemple")

    by_day = []
    for day in range(4):
        with days_later(day):
            by_day.append(services.ask_for_confirmations(TODAY + timedelta(days=day), 20))

    assert by_day == [1, 1, 1, 0]


# --- reminders ------------------------------------------------------------------------------------------------------------
def test_two_reminders_three_weeks_apart_then_silence_is_an_answer() -> None:
    commune(code="16001")
    services.ask_for_confirmations(TODAY, 20)

    reminded = []
    for days in (20, 21, 21, 41, 42, 62, 63, 200):
        with days_later(days):
            reminded.append(services.remind_confirmations(TODAY + timedelta(days=days), 20))

    assert reminded == [0, 1, 0, 0, 1, 0, 0, 0]
    assert list(Message.objects.order_by("pk").values_list("kind", flat=True)) == [
        "directory.confirmation",
        "directory.confirmation_reminder",
        "directory.confirmation_reminder",
    ]
    request = ConfirmationRequest.objects.get()
    assert (request.reminders, request.outcome) == (2, ConfirmationOutcome.SILENT)


@pytest.mark.parametrize(
    ("what", "outcome"),
    [
        ("answered", ConfirmationOutcome.CONFIRMED),
        ("confirmed by staff", ConfirmationOutcome.CONFIRMED),
        ("opposed", ConfirmationOutcome.UNREACHABLE),
        ("bounced", ConfirmationOutcome.UNREACHABLE),
        ("no address any more", ConfirmationOutcome.UNREACHABLE),
        ("closed", ConfirmationOutcome.GONE),
        ("hidden", ConfirmationOutcome.GONE),
    ],
)
def test_nobody_is_reminded_once(what: str, outcome: str) -> None:
    actor = commune(code="16001")
    services.ask_for_confirmations(TODAY, 20)
    now = timezone.now() + timedelta(days=2)
    if what == "answered":
        services.confirm(actor, origin="lien:1", source=Source.ORGANISATION, verifier=Verifier.LINK)
    elif what == "opposed":
        AddressFactory(email=actor.email, service_opposed_at=now)
    elif what == "bounced":
        AddressFactory(email=actor.email, failing_since=now)
    else:
        changes = {
            "confirmed by staff": {"verified_at": now},
            "no address any more": {"email": ""},
            "closed": {"valid_until": TODAY},
            "hidden": {"is_published": False},
        }
        Actor.objects.filter(pk=actor.pk).update(**changes[what])

    with days_later(21):
        reminded = services.remind_confirmations(TODAY + timedelta(days=21), 20)

    assert (reminded, Message.objects.count()) == (0, 1)
    assert ConfirmationRequest.objects.get().outcome == outcome


def test_an_answer_takes_back_the_mails_that_wait() -> None:
    actor = commune(code="16001")
    services.ask_for_confirmations(TODAY, 20)
    Message.objects.update(state=State.QUEUED)

    services.confirm(actor, origin="lien:1", source=Source.ORGANISATION, verifier=Verifier.LINK)

    assert list(Message.objects.values_list("state", "reason")) == [(State.CANCELLED, Reason.ALREADY_DONE)]


def test_a_reminder_and_a_question_to_one_address_are_not_of_the_same_day() -> None:
    first = commune(code="16001", email="accueil@agglo.exemple")
    services.ask_for_confirmations(TODAY, 20)
    second = commune(code="16002", email="accueil@agglo.exemple")

    with days_later(21):
        counts = [
            services.remind_confirmations(TODAY + timedelta(days=21), 20),
            services.ask_for_confirmations(TODAY + timedelta(days=21), 20),
        ]
    with days_later(22):
        counts.append(services.ask_for_confirmations(TODAY + timedelta(days=22), 20))

    assert counts == [1, 0, 1]
    assert {request.actor for request in ConfirmationRequest.objects.all()} == {first, second}


# --- the clock ------------------------------------------------------------------------------------------------------------
def test_nothing_leaves_as_long_as_the_switch_is_off(settings: Any) -> None:
    commune(code="16001")
    ask_for_confirmations()
    off = ConfirmationRequest.objects.count()
    settings.DIRECTORY_CONFIRMATION_IS_ON = True
    ask_for_confirmations()

    assert (off, ConfirmationRequest.objects.count()) == (0, 1)


# --- the mails ------------------------------------------------------------------------------------------------------------
def test_the_mail_says_what_the_fiche_says_and_carries_the_link() -> None:
    actor = commune(code="16001", name="Nersac", phone="05 45 90 00 00", description="Un\nvillage. " * 30)
    services.ask_for_confirmations(TODAY, 20)
    request = ConfirmationRequest.objects.get()
    kind = kinds.get("directory.confirmation")
    assert kind is not None

    context = kind.context({"request": request.pk})

    assert (context["actor"], context["last_confirmed_on"]) == ("Nersac", "")
    assert context["facts"][2:4] == ["Téléphone\u00a0: 05 45 90 00 00", "Courriel public\u00a0: mairie@16001.exemple"]
    assert "\n" not in context["facts"][0] and len(context["facts"][0]) < 150
    link = signed_links.read(str(context["link"]).rstrip("/").rpartition("/")[2], "fiche")
    assert (link.pk, link.version) == (actor.pk, actor.link_version)
    assert link.last_day >= TODAY + timedelta(days=42 + 60)
    assert kind.example() == {"request": request.pk}


def test_the_reminder_carries_the_same_link() -> None:
    commune(code="16001")
    services.ask_for_confirmations(TODAY, 20)
    first = notifications.link_of(ConfirmationRequest.objects.select_related("actor").get())
    with days_later(21):
        services.remind_confirmations(TODAY + timedelta(days=21), 20)
        second = notifications.link_of(ConfirmationRequest.objects.select_related("actor").get())

    assert first == second


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"closed_at": datetime(2026, 11, 24, tzinfo=ZoneInfo("UTC"))}, Reason.ALREADY_DONE),
        ({"confirmed": datetime(2026, 11, 24, 8, tzinfo=ZoneInfo("UTC"))}, Reason.ALREADY_DONE),
        ({}, Reason.NO_OBJECT),
    ],
)
def test_a_mail_without_object_any_more_does_not_leave(change: dict[str, Any], reason: str) -> None:
    confirmed = change.pop("confirmed", None)
    request = ConfirmationRequestFactory(actor=commune(code="16001", closed=not (change or confirmed)), **change)
    Actor.objects.filter(pk=request.actor_id).update(verified_at=confirmed)
    kind = kinds.get("directory.confirmation_reminder")
    assert kind is not None

    with pytest.raises(kinds.NotRelevant) as refusal:
        kind.context({"request": request.pk})

    assert refusal.value.reason == reason


def test_after_a_pause_reminders_do_not_leave_in_a_burst() -> None:
    long_ago = TODAY - timedelta(days=60)
    for n in range(5):
        actor = CommuneFactory(email=f"mairie{n}@commune{n}.exemple")
        ConfirmationRequestFactory(actor=actor, asked_on=long_ago)

    assert services.remind_confirmations(TODAY, 3) == 3
    assert services.remind_confirmations(TODAY, 3) == 0
    assert services.remind_confirmations(TODAY + timedelta(days=1), 3) == 2

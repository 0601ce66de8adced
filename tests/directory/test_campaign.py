"""The yearly question from one year to the next, for a fiche and its jumelages: asked, reminded, confirmed, quiet, asked again."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from directory import notifications, services
from directory.enums import ConfirmationOutcome, Source, Verifier
from directory.models import Actor, ChangeProposal, ConfirmationRequest, Jumelage
from directory.models.campaign_words import stale_before
from soco.mailing import kinds
from soco.mailing.enums import Reason, State
from soco.mailing.models import Message
from soco.web import signed_links
from tests.directory.pages import text_of
from tests.factories import (
    AttachmentFactory,
    CommuneFactory,
    ConfirmationRequestFactory,
    JumelageActorFactory,
    JumelageFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 24, 9, 10, tzinfo=ZoneInfo("Europe/Paris"))
TODAY = date(2026, 11, 24)
ASKED, REMINDED = "directory.confirmation", "directory.confirmation_reminder"
SAID = {"source": Source.ORGANISATION, "verifier": Verifier.LINK}
Confirm = Callable[[Client, Jumelage], None]


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(START, tick=False):
        yield


def days_later(days: int) -> Any:
    return time_machine.travel(START + timedelta(days=days), tick=False)


def clock(days: int) -> tuple[int, int]:
    """One morning of the campaign, so many days later: how many are reminded, how many asked."""
    today = TODAY + timedelta(days=days)
    with days_later(days):
        return services.remind_confirmations(today, 20), services.ask_for_confirmations(today, 20)


def days_ago(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)


def limoges(**fields: Any) -> Actor:
    return CommuneFactory(name="Limoges", code="87085", email="mairie@limoges.exemple", **fields)


def with_furth(*, fiche: int | None = None, link: int | None = None) -> Jumelage:
    """Limoges and its jumelage, each confirmed so many days ago, or never."""
    at = {"verified_at": days_ago(fiche)} if fiche is not None else {}
    confirmed = {"verified_at": days_ago(link)} if link is not None else {}
    return JumelageFactory(collectivite=limoges(**at), partner__name="Fürth", vitality="actif", **confirmed)


def sent() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("kind", flat=True))


def outcome() -> str:
    return ConfirmationRequest.objects.get().outcome


def refusal(code: str = ASKED) -> str:
    """Why the mail of the question would not leave now; « » if it would."""
    kind = kinds.get(code)
    assert kind is not None
    try:
        kind.context({"request": ConfirmationRequest.objects.get().pk})
    except kinds.NotRelevant as refused:
        return str(refused.reason)
    return ""


# --- the ways to confirm --------------------------------------------------------------------------------------------------
def question_link() -> signed_links.SignedLink:
    return notifications.link_of(ConfirmationRequest.objects.select_related("actor").get())


def by_the_link(client: Client, jumelage: Jumelage) -> None:
    client.post(reverse("signed_link", args=[question_link().token]), {"geste": "exact"})


def by_the_link_of_the_jumelage(client: Client, jumelage: Jumelage) -> None:
    link = notifications.jumelage_link(jumelage, question_link())
    client.post(reverse("signed_link", args=[link.token]), {"geste": "exact"})


def by_the_page_of_the_fiche(client: Client, jumelage: Jumelage) -> None:
    client.force_login(AttachmentFactory(accepted=True, actor=jumelage.collectivite).user)
    client.post(reverse("actor_edit", args=[jumelage.collectivite.slug]), {"geste": "exact"})


def by_the_page_of_the_jumelage(client: Client, jumelage: Jumelage) -> None:
    client.force_login(AttachmentFactory(accepted=True, actor=jumelage.collectivite).user)
    client.post(reverse("jumelage_edit", args=[jumelage.slug]), {"geste": "exact"})


# --- from one year to the next --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("confirm", [by_the_link, by_the_page_of_the_fiche])
def test_a_year_of_the_question_about_a_fiche_and_its_jumelage(client: Client, confirm: Confirm) -> None:
    jumelage = with_furth(fiche=400)

    mornings = [clock(0), clock(20), clock(21)]
    Message.objects.filter(kind=REMINDED).update(state=State.QUEUED)
    with days_later(25):
        confirm(client, jumelage)
        in_the_end = (outcome(), refusal(REMINDED))

    assert mornings == [(0, 1), (0, 0), (1, 0)]
    assert in_the_end == (ConfirmationOutcome.CONFIRMED, Reason.ALREADY_DONE)
    assert Message.objects.get(kind=REMINDED).state == State.CANCELLED
    jumelage.refresh_from_db()
    assert timezone.localdate(jumelage.verified_at) == TODAY + timedelta(days=25)
    assert timezone.localdate(jumelage.collectivite.verified_at) == TODAY + timedelta(days=25)
    assert [clock(days) for days in (42, 63, 335, 336, 360)] == [(0, 0)] * 5
    assert sent() == [ASKED, REMINDED]
    assert clock(361) == (0, 1)
    assert sent() == [ASKED, REMINDED, ASKED]


@pytest.mark.parametrize("confirm", [by_the_link_of_the_jumelage, by_the_page_of_the_jumelage])
def test_a_year_of_the_question_about_a_stale_jumelage_alone(client: Client, confirm: Confirm) -> None:
    jumelage = with_furth(fiche=100)

    mornings = [clock(0), clock(21)]
    with days_later(25):
        confirm(client, jumelage)
        in_the_end = (outcome(), refusal(REMINDED))

    assert mornings == [(0, 1), (1, 0)]
    assert in_the_end == (ConfirmationOutcome.CONFIRMED, Reason.ALREADY_DONE)
    assert Actor.objects.get(pk=jumelage.collectivite.pk).verified_at == days_ago(100)
    assert [clock(days) for days in (42, 63, 335)] == [(0, 0)] * 3
    assert clock(336) == (0, 1)
    assert sent() == [ASKED, REMINDED, ASKED]


def test_silence_to_the_end_is_asked_again_next_year() -> None:
    with_furth(fiche=100)

    mornings = [clock(days) for days in (0, 21, 42, 63, 335, 336)]

    assert mornings == [(0, 1), (1, 0), (1, 0), (0, 0), (0, 0), (0, 1)]
    first = ConfirmationRequest.objects.first_asked_on(TODAY).get()
    assert (first.reminders, first.outcome) == (2, ConfirmationOutcome.SILENT)


# --- what does not stop it ------------------------------------------------------------------------------------------------
def test_the_fiche_alone_confirmed_leaves_the_question_about_its_jumelage() -> None:
    jumelage = with_furth()
    clock(0)

    services.confirm(jumelage.collectivite, origin="essai:1", **SAID)

    assert (outcome(), refusal()) == ("", "")
    assert clock(21) == (1, 0)
    with days_later(22):
        services.confirm(jumelage, origin="essai:2", **SAID)
    assert outcome() == ConfirmationOutcome.CONFIRMED


def test_one_of_two_stale_jumelages_confirmed_leaves_the_question() -> None:
    first = with_furth(fiche=10)
    second = JumelageFactory(collectivite=first.collectivite)
    clock(0)

    services.confirm(first, origin="essai:1", **SAID)
    between = outcome()
    services.confirm(second, origin="essai:2", **SAID)

    assert (between, outcome()) == ("", ConfirmationOutcome.CONFIRMED)


def test_the_jumelage_alone_confirmed_leaves_the_question_about_its_fiche() -> None:
    jumelage = with_furth()
    clock(0)

    services.confirm(jumelage, origin="essai:1", **SAID)

    assert (outcome(), clock(21)) == ("", (1, 0))


def test_a_jumelage_confirmed_closes_no_question_of_its_partner() -> None:
    jumelage = with_furth(fiche=10)
    ConfirmationRequestFactory(actor=jumelage.partner)

    services.confirm(jumelage, origin="essai:1", **SAID)

    assert outcome() == ""


def test_a_field_of_the_jumelage_corrected_without_reading_it_all_leaves_the_question() -> None:
    jumelage = with_furth(fiche=10)
    clock(0)
    proposal = services.propose_changes(jumelage, {"last_action": "Concert"}, origin="essai:1", source=Source.VISIT)
    assert proposal is not None

    services.decide(proposal, {"last_action": services.Decision(accept=True)}, by="equipe@exemple.fr")

    assert (outcome(), clock(21)) == ("", (1, 0))


def test_a_fiche_confirmed_on_the_very_day_is_still_asked_about_its_jumelage() -> None:
    with_furth(fiche=0)

    assert clock(0) == (0, 1)
    assert (refusal(), outcome()) == ("", "")


# --- what else stops it ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "change", [{"vitality": "clos"}, {"is_published": False}, {"partner": "hidden"}], ids=["ended", "hidden", "partner"]
)
def test_a_stale_jumelage_that_nobody_sees_any_more_is_not_asked_about(change: dict[str, Any]) -> None:
    jumelage = with_furth(fiche=10)
    clock(0)
    before = refusal(REMINDED)
    if change.get("partner"):
        Actor.objects.filter(pk=jumelage.partner.pk).update(is_published=False)
    else:
        Jumelage.objects.filter(pk=jumelage.pk).update(**change)

    assert (before, refusal(REMINDED)) == ("", Reason.ALREADY_DONE)
    assert clock(21) == (0, 0)
    assert ConfirmationRequest.objects.open().count() == 0


def test_a_jumelage_added_since_is_no_part_of_the_question() -> None:
    actor = limoges()
    clock(0)
    with days_later(2):
        JumelageFactory(collectivite=actor)
        services.confirm(actor, origin="essai:1", **SAID)

    assert outcome() == ConfirmationOutcome.CONFIRMED


def test_a_question_finds_the_same_facts_old_at_any_hour() -> None:
    edge = stale_before(TODAY)
    with_furth(fiche=10)
    Jumelage.objects.update(verified_at=edge)
    on_the_day = clock(0)

    next_day = clock(1)
    with days_later(1):
        refused = refusal()

    assert timezone.localtime(edge) == datetime(2025, 12, 24, tzinfo=ZoneInfo("Europe/Paris"))
    assert (on_the_day, next_day, refused) == ((0, 0), (0, 1), "")


# --- who is asked, and first ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "is_asked"),
    [
        ({}, True),
        ({"outdated": True}, True),
        ({"confirmed": True}, False),
        ({"hidden": True}, False),
        ({"vitality": "clos"}, False),
        ({"partner__hidden": True}, False),
    ],
)
def test_a_fresh_fiche_is_asked_for_a_stale_jumelage_that_everybody_sees(
    fields: dict[str, Any], is_asked: bool
) -> None:
    JumelageFactory(collectivite=limoges(confirmed=True), **fields)

    assert clock(0) == (0, int(is_asked))


def test_the_partner_is_not_asked_for_a_jumelage_that_it_does_not_lead() -> None:
    jumelage = with_furth(fiche=10, link=10)
    beside = JumelageFactory(collectivite=CommuneFactory(email=""), partner=jumelage.collectivite)
    JumelageActorFactory(jumelage=beside, actor=jumelage.collectivite)

    assert clock(0) == (0, 0)


def test_the_least_confirmed_of_a_fiche_and_its_jumelages_says_who_comes_first() -> None:
    old_fiche = CommuneFactory(verified_at=days_ago(700))
    old_link = CommuneFactory(verified_at=days_ago(5))
    JumelageFactory(collectivite=old_link, verified_at=days_ago(800))
    JumelageFactory(collectivite=old_link, verified_at=days_ago(2))
    no_link = CommuneFactory(verified_at=days_ago(600))
    never_linked = CommuneFactory(verified_at=days_ago(1))
    JumelageFactory(collectivite=never_linked, verified_at=days_ago(3))
    JumelageFactory(collectivite=never_linked)
    hides_its_old_one = CommuneFactory(verified_at=days_ago(4))
    JumelageFactory(collectivite=hides_its_old_one, hidden=True)
    JumelageFactory(collectivite=hides_its_old_one, vitality="clos")
    JumelageFactory(collectivite=hides_its_old_one, partner__hidden=True)

    everyone = list(Actor.objects.filter(nature="commune").least_confirmed_first())

    expected = [never_linked, old_link, old_fiche, no_link, hides_its_old_one]
    assert [actor for actor in everyone if actor in expected] == expected


# --- the page of the fiche's own people -----------------------------------------------------------------------------------
def edit_of(actor: Actor) -> str:
    return reverse("actor_edit", args=[actor.slug])


def facts(actor: Actor, **changed: str) -> dict[str, str]:
    names = ("description", "address", "phone", "email", "website")
    return {name: getattr(actor, name) for name in names} | {"message": "", "once": "abcdefgh1234"} | changed


def test_the_page_shows_what_all_is_right_confirms(client: Client) -> None:
    jumelage = with_furth(fiche=400, link=400)
    Jumelage.objects.filter(pk=jumelage.pk).update(last_action_on=date(2025, 5, 9))
    JumelageFactory(collectivite=jumelage.collectivite, partner__name="Charlotte", vitality="clos")
    JumelageFactory(collectivite=jumelage.collectivite, partner__name="Plzen", hidden=True)
    JumelageFactory(collectivite__name="Panazol", partner=jumelage.collectivite)
    client.force_login(AttachmentFactory(accepted=True, actor=jumelage.collectivite).user)

    page = text_of(client.get(edit_of(jumelage.collectivite)))

    for words in ("Fürth", "Jumelage · Allemagne", "Actif", "Dernière action connue le 9 mai 2025", "confirmé le 20"):
        assert words in page
    assert f'<a href="{reverse("jumelage_edit", args=[jumelage.slug])}">Corriger ce lien' in page
    assert page.count("Corriger ce lien") == 1
    assert not any(name in page for name in ("Charlotte", "Plzen", "Panazol"))


def test_a_page_without_jumelages_promises_the_fiche_alone(client: Client) -> None:
    actor = limoges()
    client.force_login(AttachmentFactory(accepted=True, actor=actor).user)

    page = text_of(client.get(edit_of(actor)))

    assert "la fiche sera confirmée à la date du jour" in page
    assert "Vos jumelages et partenariats" not in page


def test_the_refused_see_no_jumelage_and_confirm_none(client: Client) -> None:
    jumelage = with_furth()
    client.force_login(UserFactory())

    answers = [
        client.get(edit_of(jumelage.collectivite)),
        client.post(edit_of(jumelage.collectivite), {"geste": "exact"}),
    ]

    assert [answer.status_code for answer in answers] == [403, 403]
    assert not any("Fürth" in text_of(answer) for answer in answers)
    assert not ChangeProposal.objects.exists()


def test_all_is_right_confirms_the_jumelages_that_the_fiche_leads_and_no_other(client: Client) -> None:
    jumelage = with_furth()
    ended = JumelageFactory(collectivite=jumelage.collectivite, vitality="clos")
    led_by_another = JumelageFactory(partner=jumelage.collectivite)
    client.force_login(AttachmentFactory(accepted=True, actor=jumelage.collectivite).user)

    for _ in range(2):
        client.post(edit_of(jumelage.collectivite), {"geste": "exact"})

    for row in (jumelage, ended, led_by_another):
        row.refresh_from_db()
    assert (jumelage.freshness, jumelage.collectivite.freshness) == ("verte", "verte")
    assert (ended.verified_at, led_by_another.verified_at) == (None, None)
    assert jumelage.provenance["verified_at"]["verifier"] == Verifier.REFERENT
    assert ChangeProposal.objects.count() == 2


@pytest.mark.parametrize(
    ("typed", "freshness"),
    [
        ({"phone": "0545900001", "the_rest": "on"}, "verte"),
        ({"the_rest": "on"}, "verte"),
        ({"phone": "0545900001"}, "jamais"),
    ],
)
def test_the_rest_of_the_page_holds_its_jumelages(client: Client, typed: dict[str, str], freshness: str) -> None:
    jumelage = with_furth()
    clock(0)
    client.force_login(AttachmentFactory(accepted=True, actor=jumelage.collectivite).user)

    client.post(edit_of(jumelage.collectivite), facts(jumelage.collectivite, **typed))

    jumelage.refresh_from_db()
    assert jumelage.freshness == freshness
    assert outcome() == ("confirmed" if freshness == "verte" else "")


def test_corrections_by_the_link_with_the_rest_confirm_its_jumelages(client: Client) -> None:
    jumelage = with_furth()
    clock(0)
    typed = facts(jumelage.collectivite, phone="0545900001", the_rest="on") | {"corriger": "1"}

    client.post(reverse("signed_link", args=[question_link().token]), typed)

    jumelage.refresh_from_db()
    assert (jumelage.freshness, jumelage.collectivite.freshness) == ("verte", "jamais")
    assert outcome() == ConfirmationOutcome.CORRECTED


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_as_much_for_one_jumelage_as_for_three(
    client: Client, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    actor = limoges()
    JumelageFactory.create_batch(count, collectivite=actor)
    client.force_login(AttachmentFactory(accepted=True, actor=actor).user)
    client.get(edit_of(actor))

    with django_assert_num_queries(8):
        page = client.get(edit_of(actor))

    assert len(page.context["jumelages"]) == count

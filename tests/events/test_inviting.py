"""« Inviter autour »: who is meant, why, what keeps the others from it; sent once whoever clicks twice; reminded once; declined."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from directory.enums import ContactState
from directory.models import Actor
from directory.services.merging import merge_actors
from events import services
from events.enums import EventStatus, Exclusion, InvitationAnswer, InvitationState
from events.models import Criteria, Event, EventInvitation
from soco.mailing import kinds
from soco.mailing.delivery import deliver
from soco.mailing.enums import Reason, State
from soco.mailing.models import Message
from tests.factories import (
    AddressFactory,
    CommuneFactory,
    CountryFactory,
    DepartementFactory,
    EpciFactory,
    EventFactory,
    EventInvitationFactory,
    MessageFactory,
    PartnerFactory,
    RegistrationFactory,
    ThemeFactory,
)

pytestmark = pytest.mark.django_db
PAU = (43.3, -0.37)
NEAR = Criteria(km=30)
BY = "lea@reseau.exemple"


def event_in_pau(**fields: object) -> Event:
    return EventFactory(latitude=PAU[0], longitude=PAU[1], **fields)


def commune(name: str, *, km: float = 5, **fields: object) -> Actor:
    """A commune so many kilometres north of the place."""
    facts: dict[str, object] = {"email": f"{name.lower()}@mairies.exemple"} | fields
    return CommuneFactory(name=name, latitude=PAU[0] + km / 111.195, longitude=PAU[1], **facts)


def names(event: Event, criteria: Criteria) -> list[str]:
    pks = services.candidates(event, criteria).pks
    return [one.actor.name for one in services.described(event, criteria, pks)]


def exclusions(event: Event, criteria: Criteria = NEAR) -> dict[Exclusion, int]:
    return dict(services.candidates(event, criteria).exclusions)


def invited(event: Event, criteria: Criteria = NEAR) -> int:
    return services.invite_around(event, criteria, services.candidates(event, criteria).pks, by=BY)


# --- who is meant -----------------------------------------------------------------------------------------------------------
def test_those_within_the_radius_are_meant_the_nearest_first_each_with_its_distance() -> None:
    event = event_in_pau()
    for name, km in (("Lescar", 7), ("Bayonne", 93), ("Morlaas", 12.4), ("Limite", 29.9), ("Dehors", 30.2)):
        commune(name, km=km)

    found = services.described(event, NEAR, services.candidates(event, NEAR).pks)

    assert [(one.actor.name, one.reasons) for one in found] == [
        ("Lescar", ["à 7\u00a0km"]), ("Morlaas", ["à 12\u00a0km"]), ("Limite", ["à 30\u00a0km"]),
    ]  # fmt: skip
    assert found[0].distance == pytest.approx(7, abs=0.01)


def test_an_event_without_coordinates_is_at_its_commune() -> None:
    event = EventFactory(commune=commune("Pau", km=0, email=""))
    commune("Lescar")

    assert names(event, NEAR) == ["Lescar"]


def test_an_intercommunalite_is_itself_and_its_communes_and_the_reason_says_when_it_is_the_same() -> None:
    epci = EpciFactory(name="CA Pau Béarn Pyrénées", email="contact@agglo.exemple")
    other = EpciFactory(name="CC du Haut Béarn", email="contact@haut-bearn.exemple")
    event = EventFactory(commune=commune("Pau", epci=epci, email=""))
    commune("Lescar", epci=epci)
    commune("Oloron", epci=other)

    own, theirs = Criteria(epci=epci.code), Criteria(epci=other.code)
    described = services.described(event, own, services.candidates(event, own).pks)

    assert {one.actor.name: one.reasons for one in described} == {
        "CA Pau Béarn Pyrénées": ["même intercommunalité"], "Lescar": ["même intercommunalité"],
    }  # fmt: skip
    described = services.described(event, theirs, services.candidates(event, theirs).pks)
    assert {one.actor.name: one.reasons for one in described} == {
        "CC du Haut Béarn": ["intercommunalité\u00a0: CC du Haut Béarn"],
        "Oloron": ["intercommunalité\u00a0: CC du Haut Béarn"],
    }


def test_a_departement_a_country_and_a_theme_each_mean_their_own() -> None:
    CountryFactory(iso2="DE")
    ThemeFactory(code="culture", name="Culture")
    charente, landes = DepartementFactory(), DepartementFactory(name="Landes", code="40")
    event = event_in_pau()
    commune("Dax", departement=landes)
    linked = {"jumelage_count": 1, "cooperation_countries": ["DE"], "cooperation_themes": ["culture"]}
    commune("Cognac", departement=charente, **linked)
    commune("Ruelle", departement=charente, **linked | {"jumelage_count": 0})

    def reasons(criteria: Criteria) -> dict[str, list[str]]:
        found = services.described(event, criteria, services.candidates(event, criteria).pks)
        return {one.actor.name: one.reasons for one in found}

    assert reasons(Criteria(departement="40")) == {"Dax": ["département\u00a0: Landes"]}
    assert reasons(Criteria(country="DE")) == {"Cognac": ["jumelage ou coopération\u00a0: Allemagne"]}
    assert reasons(Criteria(theme="culture")) == {"Cognac": ["thème de coopération\u00a0: Culture"]}
    assert set(reasons(Criteria(departement="40", theme="culture"))) == {"Dax", "Cognac"}
    assert reasons(Criteria(departement="40", theme="culture", needs_all=True)) == {}


def test_partners_come_when_asked_foreign_towns_and_former_communes_never() -> None:
    event = event_in_pau()
    here = {"latitude": PAU[0], "longitude": PAU[1]}
    PartnerFactory(name="Comité de Pau", email="comite@comites.exemple", **here)
    PartnerFactory(name="Huesca", email="huesca@villes.exemple", foreign=True, **here)
    commune("Ancienne", closed=True)

    assert names(event, NEAR) == []
    assert names(event, Criteria(km=30, with_partners=True)) == ["Comité de Pau"]


def test_only_those_never_met() -> None:
    event = event_in_pau()
    commune("Lescar", contact_state=ContactState.MET)
    commune("Gan", contact_state=ContactState.REACHED)

    assert names(event, Criteria(km=30, never_met=True)) == ["Gan"]


def test_no_criterion_means_nobody() -> None:
    commune("Lescar")

    assert services.candidates(event_in_pau(), Criteria(never_met=True)).pks == []


# --- who is left aside ------------------------------------------------------------------------------------------------------
def leave_aside(event: Event, why: Exclusion) -> None:
    """Make a commune near the event that nothing keeps from it but this."""
    today = timezone.localdate()
    match why:
        case Exclusion.HOST:
            event.host = commune("Hote")
            event.save()
        case Exclusion.INVITED:
            EventInvitationFactory(event=event, actor=commune("Invitee"), email="ailleurs@mairies.exemple")
        case Exclusion.REGISTERED:
            RegistrationFactory(event=event, actor=commune("Inscrite"))
        case Exclusion.DEMO:
            commune("Fictive", demo=True)
        case Exclusion.HIDDEN:
            commune("Masquee", hidden=True)
        case Exclusion.REFUSED:
            commune("Refus", contact_state=ContactState.REFUSED)
        case Exclusion.PAUSED:
            commune("Pause", paused_until=today)
        case Exclusion.NO_ADDRESS:
            commune("Muette", email="")
        case Exclusion.OPPOSED:
            AddressFactory(
                email=commune("Opposee", email="Opposee@Mairies.exemple").email.lower(),
                service_opposed_at=timezone.now(),
            )
        case Exclusion.FAILING:
            AddressFactory(email=commune("Echec").email, failing_since=timezone.now())
        case Exclusion.SAME_ADDRESS:
            commune("Jumelle", km=6, email="LESCAR@mairies.exemple")


@pytest.mark.parametrize("why", list(Exclusion))
def test_each_reason_to_leave_somebody_aside_holds_alone_and_is_counted(why: Exclusion) -> None:
    event = event_in_pau()
    commune("Lescar")
    leave_aside(event, why)

    assert names(event, NEAR) == ["Lescar"]
    assert exclusions(event) == {why: 1}
    assert invited(event) == 1
    assert list(Message.objects.values_list("to_email", flat=True)) == ["lescar@mairies.exemple"]


def test_what_is_over_or_of_another_event_leaves_nobody_aside() -> None:
    event = event_in_pau()
    EventInvitationFactory(actor=commune("Lescar"))
    RegistrationFactory(actor=commune("Gan"))
    RegistrationFactory(event=event, withdrawn=True, actor=commune("Jurancon"))
    commune("Billere", contact_state=ContactState.PAUSED, paused_until=timezone.localdate() - timedelta(days=1))
    AddressFactory(email=commune("Bizanos").email, information_opposed_at=timezone.now())

    assert len(services.candidates(event, NEAR).pks) == 5
    assert exclusions(event) == {}


def test_the_address_alone_says_who_is_invited_or_registered_already() -> None:
    event = event_in_pau()
    commune("Lescar", email="Lescar@mairies.exemple")
    commune("Gan")
    EventInvitationFactory(event=event, email="lescar@mairies.exemple")
    RegistrationFactory(event=event, email="gan@mairies.exemple")

    assert exclusions(event) == {Exclusion.INVITED: 1, Exclusion.REGISTERED: 1}


# --- sending ----------------------------------------------------------------------------------------------------------------
def test_an_invitation_is_a_row_and_a_mail_of_service_in_the_ledger_that_says_why() -> None:
    event = event_in_pau(place_name="Salle du conseil")
    lescar = commune("Lescar", email="Mairie@lescar.exemple")

    assert invited(event) == 1

    row, mail = EventInvitation.objects.get(), Message.objects.get()
    assert (row.actor, row.email, row.reason, row.sent_by) == (lescar, "mairie@lescar.exemple", "à 5\u00a0km", BY)
    assert (mail.kind, mail.category, mail.to_email, mail.relevant_until) == (
        "events.invitation", "service", "mairie@lescar.exemple", event.registration_ends_at,
    )  # fmt: skip
    values = kinds.get("events.invitation").context(mail.params)  # type: ignore[union-attr]
    assert (values["title"], values["reason"], values["place"]) == (event.title, "à 5\u00a0km", "Salle du conseil, Pau")
    assert values["link"].endswith(row.get_absolute_url())


def test_twice_is_once_even_for_a_page_that_was_read_before() -> None:
    event = event_in_pau()
    commune("Lescar")
    pks = services.candidates(event, NEAR).pks

    assert [services.invite_around(event, NEAR, pks, by=BY) for _time in range(2)] == [1, 0]
    assert (EventInvitation.objects.count(), Message.objects.count()) == (1, 1)


def test_only_those_that_the_criteria_mean_are_invited_whatever_ids_are_sent() -> None:
    event = event_in_pau()
    lescar, bayonne = commune("Lescar"), commune("Bayonne", km=93)

    assert services.invite_around(event, NEAR, [lescar.pk, bayonne.pk, 999_999_999], by=BY) == 1
    assert EventInvitation.objects.get().actor == lescar


def test_who_opposes_after_the_page_was_read_is_not_invited() -> None:
    event = event_in_pau()
    lescar = commune("Lescar")
    pks = services.candidates(event, NEAR).pks
    AddressFactory(email=lescar.email, service_opposed_at=timezone.now())

    assert services.invite_around(event, NEAR, pks, by=BY) == 0
    assert not Message.objects.exists()


def test_one_gesture_takes_so_many_and_no_more(settings) -> None:
    settings.EVENTS_MOST_INVITATIONS = 1
    event = event_in_pau()
    pks = [commune("Lescar").pk, commune("Gan").pk]

    with pytest.raises(services.EventsError, match="1 invitations au plus"):
        services.invite_around(event, NEAR, pks, by=BY)

    assert not EventInvitation.objects.exists()


@pytest.mark.parametrize(
    "fields",
    [
        {"status": EventStatus.DRAFT}, {"status": EventStatus.CANCELLED}, {"status": EventStatus.POSTPONED},
        {"past": True}, {"demo": True}, {"closes_at": timezone.now() - timedelta(hours=1)},
    ],
)  # fmt: skip
def test_nobody_is_invited_to_what_one_cannot_register_for(fields: dict[str, object]) -> None:
    event = event_in_pau(**fields)
    pk = commune("Lescar").pk

    with pytest.raises(services.EventsError):
        services.invite_around(event, NEAR, [pk], by=BY)
    with pytest.raises(services.EventsError):
        services.invite_addresses(event, ["a@exemple.fr"], by=BY)
    with pytest.raises(services.EventsError):
        services.remind_invited(event, timezone.now())
    assert not EventInvitation.objects.exists()


# --- at the moment of sending -----------------------------------------------------------------------------------------------
def not_sent(invitation: EventInvitation) -> str:
    """Why its mail is not sent now, « » if it is."""
    try:
        kinds.get("events.invitation").context({"invitation": invitation.pk})  # type: ignore[union-attr]
    except kinds.NotRelevant as refusal:
        return refusal.reason
    return ""


def test_a_mail_that_makes_no_sense_any_more_does_not_leave_and_says_why() -> None:
    full = event_in_pau(capacity=1, has_waiting_list=False)
    RegistrationFactory(event=full)
    waited = event_in_pau(capacity=1)
    RegistrationFactory(event=waited)
    closed = event_in_pau(closes_at=timezone.now() - timedelta(minutes=1))
    registered = EventInvitationFactory()
    RegistrationFactory(event=registered.event, email=registered.email)

    assert {
        "fine": not_sent(EventInvitationFactory()),
        "waiting list": not_sent(EventInvitationFactory(event=waited)),
        "full": not_sent(EventInvitationFactory(event=full)),
        "cancelled": not_sent(EventInvitationFactory(event__cancelled=True)),
        "postponed": not_sent(EventInvitationFactory(event__postponed=True)),
        "closed": not_sent(EventInvitationFactory(event=closed)),
        "registered": not_sent(registered),
        "declined": not_sent(EventInvitationFactory(state=InvitationState.DECLINED)),
        "paused": not_sent(EventInvitationFactory(actor=commune("Gan", contact_state=ContactState.PAUSED))),
        "refused": not_sent(EventInvitationFactory(actor=commune("Lons", contact_state=ContactState.REFUSED))),
    } == {
        "fine": "", "waiting list": "", "full": Reason.NO_OBJECT, "cancelled": Reason.NO_OBJECT,
        "postponed": Reason.NO_OBJECT, "closed": Reason.TOO_LATE, "registered": Reason.ALREADY_DONE,
        "declined": Reason.ALREADY_DONE, "paused": Reason.PAUSED, "refused": Reason.PAUSED,
    }  # fmt: skip


@pytest.mark.django_db(transaction=True)
def test_invitations_wait_for_decent_hours_and_an_opposition_made_meanwhile_holds(settings) -> None:
    settings.MAILING_DECENT_HOURS, settings.MAILING_WEEK_DAYS = (8, 20), 5
    event = event_in_pau()
    lescar, gan = commune("Lescar"), commune("Gan")
    with time_machine.travel("2026-12-01 03:00+01:00", tick=False):  # a Tuesday
        event.starts_at, event.ends_at = timezone.now() + timedelta(days=9), timezone.now() + timedelta(days=9, hours=1)
        event.save()
        invited(event)
        deliver()
        assert not Message.objects.filter(state=State.SENT).exists()
        AddressFactory(email=lescar.email, service_opposed_at=timezone.now())
    with time_machine.travel("2026-12-01 10:00+01:00", tick=False):
        deliver()

    assert dict(Message.objects.values_list("to_email", "state")) == {
        lescar.email: State.SKIPPED,
        gan.email: State.SENT,
    }


# --- one by one -------------------------------------------------------------------------------------------------------------
def test_addresses_are_invited_once_each_and_those_left_aside_are_said() -> None:
    event = EventFactory()
    gan = commune("Gan")
    commune("Lons", contact_state=ContactState.REFUSED)
    EventInvitationFactory(event=event, email="deja@exemple.fr")
    RegistrationFactory(event=event, email="inscrit@exemple.fr")
    AddressFactory(email="opposee@exemple.fr", service_opposed_at=timezone.now())
    typed = ["Neuve@exemple.fr", "neuve@exemple.fr", "deja@exemple.fr", "inscrit@exemple.fr", "opposee@exemple.fr"]

    done = services.invite_addresses(event, [*typed, gan.email, "lons@mairies.exemple"], by=BY)

    assert done.new == 2
    assert dict(done.aside) == {
        "deja@exemple.fr": "déjà invitée",
        "inscrit@exemple.fr": "déjà inscrite",
        "opposee@exemple.fr": "opposée aux courriels de service",
        "lons@mairies.exemple": "ne souhaite pas être contactée",
    }
    new = EventInvitation.objects.of_event(event).exclude(email="deja@exemple.fr").order_by("email")
    assert [(row.email, row.actor) for row in new] == [("gan@mairies.exemple", gan), ("neuve@exemple.fr", None)]
    assert set(Message.objects.values_list("to_email", flat=True)) == {"gan@mairies.exemple", "neuve@exemple.fr"}
    assert services.invite_addresses(event, ["neuve@exemple.fr"], by=BY).new == 0


# --- reminded, declined -----------------------------------------------------------------------------------------------------
def test_those_silent_for_a_week_are_reminded_once() -> None:
    event = event_in_pau()
    silent, declined, registered, failed = (EventInvitationFactory(event=event) for _number in range(4))
    services.decline_invitation(declined)
    RegistrationFactory(event=event, invitation=registered)
    MessageFactory(state=State.BOUNCED, about=failed.about)
    week = timezone.now() + timedelta(days=7, minutes=1)

    assert services.remind_invited(event, timezone.now() + timedelta(days=6)) == 0
    assert [services.remind_invited(event, week) for _time in range(2)] == [1, 0]

    assert Message.objects.get(kind="events.invitation").about == silent.about
    silent.refresh_from_db()
    assert silent.reminded_at == week


def test_who_declines_is_left_alone_and_may_still_register() -> None:
    event = event_in_pau()
    commune("Lescar")
    invited(event)
    invitation = EventInvitation.objects.get()

    assert [services.decline_invitation(invitation) for _time in range(2)] == [True, False]

    mail = Message.objects.get()
    assert (mail.state, mail.reason) == (State.CANCELLED, Reason.ALREADY_DONE)
    assert EventInvitation.objects.counted() == {"inscrite": 0, "declinee": 1, "sans-reponse": 0}
    RegistrationFactory(event=event, invitation=invitation)
    assert EventInvitation.objects.with_answer().get().answer == InvitationAnswer.REGISTERED


def test_nothing_is_declined_once_the_event_is_over() -> None:
    invitation = EventInvitationFactory(event__past=True)

    with pytest.raises(services.EventsError):
        services.decline_invitation(invitation)


def test_a_withdrawn_registration_is_no_answer_nor_is_one_to_another_event() -> None:
    invitation = EventInvitationFactory()
    RegistrationFactory(event=invitation.event, withdrawn=True, invitation=invitation)
    RegistrationFactory(email=invitation.email)

    assert EventInvitation.objects.with_answer().get().answer == InvitationAnswer.WAITING


# --- beside -----------------------------------------------------------------------------------------------------------------
def test_two_fiches_that_become_one_keep_both_invitations() -> None:
    event = EventFactory()
    kept, absorbed = PartnerFactory.create_batch(2)
    EventInvitationFactory(event=event, actor=kept, email="un@comites.exemple")
    EventInvitationFactory(event=event, actor=absorbed, email="deux@comites.exemple")

    merge_actors(kept, absorbed, by=BY)

    assert [row.actor_id for row in EventInvitation.objects.order_by("pk")] == [kept.pk, kept.pk]


@pytest.mark.parametrize("count", [1, 3])
def test_candidates_are_found_in_one_query_and_described_in_a_fixed_number(
    count: int, django_assert_num_queries
) -> None:
    CountryFactory(iso2="DE")
    epci = EpciFactory(email="")
    event = event_in_pau(commune=commune("Pau", epci=epci, email=""))
    for number in range(count):
        commune(f"Voisine{number}", epci=epci, jumelage_count=1, cooperation_countries=["DE"])
    criteria = Criteria(km=30, epci=epci.code, departement="16", country="DE")
    services.described(event, criteria, [])  # the names of the countries are in the cache

    with django_assert_num_queries(1):
        pks = services.candidates(event, criteria).pks
    with django_assert_num_queries(3):
        services.described(event, criteria, pks)
    assert len(pks) == count

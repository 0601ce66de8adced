"""How far the network has come with a collectivité: what moves it, what never does, and what is kept of each step."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone

from directory.enums import ContactState
from directory.models import Actor
from directory.services import answer_need
from events.enums import MembershipState
from outreach.enums import FactKind, WishKind
from outreach.models import ContactChange, ContactFact
from outreach.services import OutreachError, lift_wish, note_wish, settle_contacts
from soco.mailing.enums import State as MailState
from surveys.enums import Channel, ResponseState
from tests.factories import (
    AdhesionFactory,
    CommuneFactory,
    EventFactory,
    EventInvitationFactory,
    GroupMemberFactory,
    MessageFactory,
    NeedFactory,
    ParticipantFactory,
    PartnerFactory,
    QuickNoteFactory,
    ResponseFactory,
    ServiceFactory,
    TourStopFactory,
    UserFactory,
    VisitFactory,
)
from tests.factories.surveys import InvitationFactory, RespondentFactory

pytestmark = pytest.mark.django_db
ROOT = settings.BASE_DIR
NEVER, REACHED, MET, ENGAGED, MEMBER, REFUSED, PAUSED = ContactState


def state(actor: Actor) -> str:
    settle_contacts()
    actor.refresh_from_db()
    return str(actor.contact_state)


def sent(about: str, **values: object) -> None:
    MessageFactory(about=about, state=MailState.SENT, sent_at=timezone.now(), **values)


def answered(channel: Channel) -> Actor:
    response = ResponseFactory(channel=channel, state=ResponseState.SUBMITTED, submitted_at=timezone.now())
    return response.invitation.actor


# --- what moves it --------------------------------------------------------------------------------------------------------
def test_nothing_happened() -> None:
    assert state(CommuneFactory()) == NEVER
    assert not ContactChange.objects.exists()


def test_a_delivered_mail_reaches() -> None:
    asked, invited, proposed, confirmed = (CommuneFactory(email=f"mairie{n}@exemple.fr") for n in range(4))
    sent(f"survey_invitation:{InvitationFactory(actor=asked).pk}")
    sent(f"event_invitation:{EventInvitationFactory(actor=invited).pk}")
    sent(f"tour_stop:{TourStopFactory(actor=proposed).pk}")
    sent(f"actor:{confirmed.pk}", to_email="mairie3@exemple.fr")

    assert [state(actor) for actor in (asked, invited, proposed, confirmed)] == [REACHED] * 4


def test_a_mail_that_did_not_arrive_reaches_nobody() -> None:
    actor = CommuneFactory(email="mairie@exemple.fr")
    about = f"survey_invitation:{InvitationFactory(actor=actor).pk}"
    for each in (MailState.QUEUED, MailState.FAILED, MailState.BOUNCED, MailState.SKIPPED):
        MessageFactory(about=about, state=each)
    sent(f"actor:{actor.pk}", to_email="referent@exemple.fr")  # to a person who speaks of it, not to the town hall

    assert state(actor) == NEVER


def test_a_mail_that_comes_back_later_is_corrected() -> None:
    actor = CommuneFactory()
    message = MessageFactory(
        about=f"survey_invitation:{InvitationFactory(actor=actor).pk}", state=MailState.SENT, sent_at=timezone.now()
    )
    assert state(actor) == REACHED

    message.state = MailState.BOUNCED
    message.save()

    assert state(actor) == NEVER
    last = ContactChange.objects.of_actor(actor).newest_first().first()
    assert last is not None and (last.before, last.after, last.cause) == (REACHED, NEVER, "correction")


def test_a_mail_that_the_ledger_forgot_still_reached() -> None:
    actor = CommuneFactory()
    message = MessageFactory(
        about=f"survey_invitation:{InvitationFactory(actor=actor).pk}", state=MailState.SENT, sent_at=timezone.now()
    )
    settle_contacts()

    message.delete()

    assert state(actor) == REACHED


@pytest.mark.parametrize(
    ("channel", "expected"),
    [(Channel.MAIL, REACHED), (Channel.PAPER, REACHED), (Channel.PHONE, MET), (Channel.VISIT, MET)],
)
def test_an_answer_reaches_and_an_answer_spoken_meets(channel: Channel, expected: str) -> None:
    assert state(answered(channel)) == expected


def test_a_note_reaches_and_a_visit_meets() -> None:
    noted, visited, planned = CommuneFactory(), CommuneFactory(), CommuneFactory()
    QuickNoteFactory(actor=noted)
    visit = VisitFactory(actor=visited, done=True)
    VisitFactory(actor=planned)

    assert [state(actor) for actor in (noted, visited, planned)] == [REACHED, MET, NEVER]
    visited.refresh_from_db()
    assert visited.last_met_on == timezone.localdate(visit.starts_at)


def test_an_event_meets_those_who_came_and_its_host_once_it_is_over() -> None:
    came, stayed, host, today = (CommuneFactory() for _ in range(4))
    over = EventFactory(starts_at=timezone.now() - timedelta(days=3), host=host)
    ParticipantFactory(registration__event=over, registration__actor=came, attended=True)
    ParticipantFactory(registration__event=over, registration__actor=stayed, attended=False)
    now = EventFactory(starts_at=timezone.now() - timedelta(minutes=5))
    ParticipantFactory(registration__event=now, registration__actor=today, attended=True)

    assert [state(actor) for actor in (came, stayed, host, today)] == [MET, NEVER, MET, NEVER]
    came.refresh_from_db()
    assert came.last_met_on == timezone.localdate(over.starts_at)


def test_a_demonstration_event_meets_nobody() -> None:
    actor = CommuneFactory()
    event = EventFactory(starts_at=timezone.now() - timedelta(days=3), is_demo=True)
    ParticipantFactory(registration__event=event, registration__actor=actor, attended=True)

    assert state(actor) == NEVER


def test_a_group_and_a_service_engage() -> None:
    asked, grouped, served, dropped = (CommuneFactory() for _ in range(4))
    GroupMemberFactory(actor=asked, state=MembershipState.PENDING)
    GroupMemberFactory(actor=grouped, state=MembershipState.ACCEPTED)
    for actor, service in ((served, ServiceFactory()), (dropped, None)):
        answer_need(NeedFactory(actor=actor, service=service), "Fait.", by=UserFactory())

    assert [state(actor) for actor in (asked, grouped, served, dropped)] == [NEVER, ENGAGED, ENGAGED, NEVER]


def test_who_leaves_a_group_is_engaged_no_more() -> None:
    actor = CommuneFactory()
    VisitFactory(actor=actor, done=True)
    member = GroupMemberFactory(actor=actor, state=MembershipState.ACCEPTED)
    assert state(actor) == ENGAGED

    member.state = MembershipState.LEFT
    member.save()

    assert state(actor) == MET


def test_a_membership_holds_until_its_last_day() -> None:
    actor = CommuneFactory()
    VisitFactory(actor=actor, done=True)
    adhesion = AdhesionFactory(actor=actor)
    assert state(actor) == MEMBER

    with time_machine.travel(timezone.now().replace(year=adhesion.year + 1, month=1, day=2)):
        assert state(actor) == MET


def test_a_partner_has_no_contact_state() -> None:
    partner = PartnerFactory()
    AdhesionFactory(actor=partner)

    assert state(partner) == NEVER
    assert not ContactFact.objects.exists()


# --- what is kept of it ---------------------------------------------------------------------------------------------------
def test_each_step_has_its_cause_its_day_and_its_author_and_twice_is_once() -> None:
    visit = VisitFactory(done=True)

    assert (settle_contacts(), settle_contacts(), settle_contacts([visit.actor_id])) == (1, 0, 0)

    change = ContactChange.objects.get()
    assert (change.before, change.after, change.cause, change.origin) == (NEVER, MET, "visite", f"visit:{visit.pk}")
    assert (change.on, change.by) == (timezone.localdate(visit.starts_at), "voltigeur@soco.example")


def test_only_those_asked_for_are_settled() -> None:
    one, other = VisitFactory(done=True), VisitFactory(done=True)

    assert settle_contacts([one.actor_id]) == 1

    other.actor.refresh_from_db()
    assert other.actor.contact_state == NEVER
    assert settle_contacts([]) == 0


def test_a_visit_that_was_not_one_is_corrected() -> None:
    visit = VisitFactory(done=True)
    settle_contacts()

    visit.state = "absente"
    visit.save()

    assert state(visit.actor) == NEVER
    visit.actor.refresh_from_db()
    assert visit.actor.last_met_on is None
    assert [change.cause for change in ContactChange.objects.newest_first()] == ["correction", FactKind.VISIT]


# --- what it asked for ----------------------------------------------------------------------------------------------------
def test_a_refusal_goes_before_what_was_done_and_is_lifted_back_to_it() -> None:
    visit = VisitFactory(done=True)
    actor = visit.actor
    settle_contacts()

    note_wish(actor, WishKind.REFUSAL, by="v@soco.example", reason="Pas d’international")
    assert state(actor) == REFUSED
    assert lift_wish(actor, by="e@soco.example") and not lift_wish(actor, by="e@soco.example")

    assert state(actor) == MET
    causes = [(change.after, change.cause, change.by) for change in ContactChange.objects.newest_first()][:2]
    assert causes == [(MET, "reprise", "e@soco.example"), (REFUSED, "refus", "v@soco.example")]


def test_a_pause_ends_by_itself() -> None:
    actor = CommuneFactory()
    until = timezone.localdate() + timedelta(days=10)

    note_wish(actor, WishKind.PAUSE, until=until, by="v@soco.example")
    actor.refresh_from_db()
    assert (actor.contact_state, actor.paused_until) == (PAUSED, until)

    with time_machine.travel(timezone.now() + timedelta(days=11)):
        assert state(actor) == NEVER
        assert actor.paused_until is None
        change = ContactChange.objects.newest_first()[0]
        assert (change.cause, change.by) == ("reprise", "")


def test_another_wish_replaces_the_first_and_the_same_changes_nothing() -> None:
    actor = CommuneFactory()
    until = timezone.localdate() + timedelta(days=10)
    first = note_wish(actor, WishKind.PAUSE, until=until, by="v@soco.example")

    assert note_wish(actor, WishKind.PAUSE, until=until, by="v@soco.example") == first
    assert note_wish(actor, WishKind.REFUSAL, by="v@soco.example") != first
    assert state(actor) == REFUSED


def test_a_pause_needs_a_day_to_come() -> None:
    for until in (None, timezone.localdate() - timedelta(days=1)):
        with pytest.raises(OutreachError, match="une pause a un dernier jour"):
            note_wish(CommuneFactory(), WishKind.PAUSE, until=until, by="v@soco.example")


# --- what never moves it --------------------------------------------------------------------------------------------------
def test_a_link_that_a_scanner_follows_moves_nothing(client: Client) -> None:
    """Filters of mail open every link, and read every page that it leads to: only what a person sends counts."""
    respondent = RespondentFactory()
    invitation = EventInvitationFactory(actor=CommuneFactory())
    for address in (f"/questionnaires/{respondent.token}/", invitation.get_absolute_url()):
        assert client.get(address, follow=True).status_code == 200

    assert [state(actor) for actor in (respondent.invitation.actor, invitation.actor)] == [NEVER, NEVER]
    assert not ContactFact.objects.exists()


def test_no_other_code_writes_the_state() -> None:
    written = re.compile(
        r"\.contact_state\s*=(?!=| ANY)|\.last_met_on\s*=[^=]|SET contact_state"
        r"|\bupdate\([^)]*(?:contact_state|last_met_on|paused_until)"
    )
    apps = ("directory", "surveys", "events", "outreach", "opendata", "soco")
    files = [path for app in apps for path in (ROOT / app).rglob("*.py") if "migrations" not in path.parts]

    assert len(files) > 300
    found = [str(path.relative_to(ROOT)) for path in files if written.search(path.read_text())]
    assert found == ["outreach/services/contact_states.py"]

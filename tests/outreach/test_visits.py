"""A visit from its planning to its report: what it writes elsewhere, and that nobody overwrites anybody."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from directory.enums import ContactState, Vitality
from directory.models import ChangeProposal, Need
from directory.services import WantedNeed
from outreach.enums import VisitKind, VisitState, WishKind
from outreach.models import Visit
from outreach.services import (
    OutreachError,
    Person,
    Promise,
    Report,
    VisitChanged,
    cancel_visit,
    change_plan,
    keep_promise,
    plan_visit,
    record_visit,
)
from tests.factories import (
    CommitmentFactory,
    CommuneFactory,
    JumelageFactory,
    PartnerFactory,
    ServiceFactory,
    UserFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db
DONE = Report(result=VisitState.DONE, starts_at=timezone.now() - timedelta(hours=3))


def plan(**values: object) -> Visit:
    known = {
        "kind": VisitKind.ON_SITE,
        "starts_at": timezone.now() + timedelta(days=3),
        "voltigeur": None,
        "by": "v@x.fr",
    }
    return plan_visit(values.pop("actor", None) or CommuneFactory(), **(known | values))  # type: ignore[arg-type]


# --- planned --------------------------------------------------------------------------------------------------------------
def test_the_same_page_sent_twice_plans_one_visit() -> None:
    actor = CommuneFactory()

    assert plan(actor=actor, once="a1") == plan(actor=actor, once="a1")
    assert plan(actor=actor) != plan(actor=actor)
    assert Visit.objects.count() == 3


@pytest.mark.parametrize("make", [PartnerFactory, lambda: CommuneFactory(closed=True)])
def test_only_a_collectivite_that_exists_is_visited(make: object) -> None:
    with pytest.raises(OutreachError, match="une collectivité qui existe"):
        plan(actor=make())  # type: ignore[operator]


def test_a_plan_is_changed_once_and_by_who_read_it() -> None:
    visit = VisitFactory()
    later = visit.starts_at + timedelta(days=1)

    change_plan(visit, read_version=1, starts_at=later)
    change_plan(visit, read_version=1, starts_at=later)  # said again: nothing to change
    with pytest.raises(VisitChanged):
        change_plan(visit, read_version=1, subject="Autre chose")

    visit.refresh_from_db()
    assert (visit.starts_at, visit.subject, visit.version) == (later, "", 2)


def test_a_visit_is_cancelled_once_and_written_down_no_more() -> None:
    visit = VisitFactory()

    assert cancel_visit(visit, read_version=1)
    assert not cancel_visit(visit, read_version=1)
    with pytest.raises(OutreachError, match="annulée"):
        record_visit(visit, DONE, by=UserFactory(), read_version=2)


def test_what_is_written_is_neither_planned_nor_cancelled_any_more() -> None:
    visit = VisitFactory(done=True)

    with pytest.raises(OutreachError, match="n’est plus à venir"):
        change_plan(visit, read_version=1, subject="Autre chose")
    with pytest.raises(OutreachError, match="déjà un compte rendu"):
        cancel_visit(visit, read_version=1)


# --- written down ---------------------------------------------------------------------------------------------------------
def test_a_report_meets_the_collectivite_and_gives_its_needs_promises_and_people() -> None:
    visit, colleague = VisitFactory(), UserFactory()
    service = ServiceFactory(code="formations")
    due = timezone.localdate() + timedelta(days=20)
    report = replace(
        DONE, minutes=75, km=62, checklist=["services", "inconnu"], text=" Bel accueil. ",
        people=[Person("Maire", "Anne Roy", "A.Roy@Mairie.fr", "05", agrees=True), Person("DGS", "Luc Nom", "l@x.fr")],
        needs=[WantedNeed("0", "Une formation", "formations", due_on=due, owner=colleague.pk)],
        promises=[Promise("Envoyer la liste", due, colleague.pk), Promise("  ")],
    )  # fmt: skip

    record_visit(visit, report, by=visit.voltigeur, read_version=1)

    visit.refresh_from_db()
    assert (visit.state, visit.checklist, visit.report, visit.version) == ("realisee", ["services"], "Bel accueil.", 2)
    assert visit.written_by == visit.voltigeur.email
    assert list(visit.people.values_list("job", "name", "email", "phone")) == [
        ("Maire", "Anne Roy", "a.roy@mairie.fr", "05"), ("DGS", "", "", ""),
    ]  # fmt: skip
    need = Need.objects.get()
    assert (need.service, need.owner, need.due_on, need.state) == (service, colleague, due, "en_cours")
    assert [promise.text for promise in visit.commitments.all()] == ["Envoyer la liste"]
    visit.actor.refresh_from_db()
    assert visit.actor.contact_state == ContactState.MET


def test_a_person_without_a_function_nor_an_agreement_stays_nameless() -> None:
    visit = VisitFactory()

    record_visit(visit, replace(DONE, people=[Person(name="Luc"), Person()]), by=UserFactory(), read_version=1)

    assert list(visit.people.values_list("job", "name")) == [("fonction non précisée", "")]


def test_nobody_overwrites_what_they_have_not_read() -> None:
    visit = VisitFactory()
    record_visit(visit, replace(DONE, text="Le mien."), by=UserFactory(), read_version=1)

    with pytest.raises(VisitChanged, match="a changé depuis"):
        record_visit(visit, replace(DONE, text="Le vôtre."), by=UserFactory(), read_version=1)

    visit.refresh_from_db()
    assert visit.report == "Le mien."


def test_a_report_corrected_follows_today_s_words() -> None:
    visit, user = VisitFactory(), UserFactory()
    needs = [WantedNeed("0", "Une formation"), WantedNeed("1", "Un partenaire")]
    record_visit(visit, replace(DONE, needs=needs, promises=[Promise("Un"), Promise("Deux")]), by=user, read_version=1)
    one, two = visit.commitments.order_by("pk")
    assert keep_promise(two, by=user) and not keep_promise(two, by=user)

    promises = [Promise("Un, mieux dit", pk=one.pk), Promise("Trois")]
    record_visit(visit, replace(DONE, needs=needs[:1], promises=promises), by=user, read_version=2)

    assert [need.label for need in Need.objects.all()] == ["Une formation"]
    assert [row.text for row in visit.commitments.order_by("pk")] == ["Un, mieux dit", "Deux", "Trois"]


def test_what_was_learned_waits_for_a_reader_and_is_taken_back_when_unsaid() -> None:
    visit, user = VisitFactory(), UserFactory()
    jumelage = JumelageFactory(collectivite=visit.actor)
    foreign = JumelageFactory()
    dormant = {"vitality": Vitality.DORMANT.value}
    learned = {"values": {"phone": "05 59 00 00 00"}, "jumelages": {jumelage.pk: dormant, foreign.pk: dormant}}

    record_visit(visit, replace(DONE, **learned), by=user, read_version=1)

    found = {row.origin: [change.field for change in row.changes.all()] for row in ChangeProposal.objects.pending()}
    assert found == {f"visit:{visit.pk}": ["phone"], f"visit:{visit.pk}:j{jumelage.pk}": ["vitality"]}

    record_visit(visit, DONE, by=user, read_version=2)
    assert not ChangeProposal.objects.pending().exists()


def test_a_value_that_the_fiche_cannot_hold_writes_nothing() -> None:
    visit = VisitFactory()

    with pytest.raises(OutreachError):
        record_visit(visit, replace(DONE, values={"website": "pas une adresse"}), by=UserFactory(), read_version=1)

    visit.refresh_from_db()
    assert visit.is_planned


def test_a_visit_put_off_is_planned_anew_once() -> None:
    visit = VisitFactory()
    later = timezone.now() + timedelta(days=9)
    report = replace(DONE, result=VisitState.POSTPONED, postponed_to=later)

    record_visit(visit, report, by=UserFactory(), read_version=1)
    record_visit(visit, report, by=UserFactory(), read_version=2)

    new = Visit.objects.planned().get()
    assert (new.follows, new.starts_at, new.actor) == (visit, later, visit.actor)
    visit.actor.refresh_from_db()
    assert visit.actor.contact_state == ContactState.NEVER


def test_a_collectivite_that_wants_to_be_left_alone_is() -> None:
    visit = VisitFactory()
    report = replace(DONE, result=VisitState.REFUSED, wish=WishKind.REFUSAL)

    record_visit(visit, report, by=UserFactory(), read_version=1)

    visit.actor.refresh_from_db()
    assert visit.actor.contact_state == ContactState.REFUSED


@pytest.mark.parametrize(
    ("report", "said"),
    [
        (replace(DONE, result=VisitState.PLANNED), "dites ce qu’a donné la visite"),
        (replace(DONE, starts_at=timezone.now() + timedelta(days=30)), "une visite à venir ne peut pas être réalisée"),
        (
            replace(DONE, result=VisitState.POSTPONED, postponed_to=timezone.now() - timedelta(days=1)),
            "la nouvelle date est déjà passée",
        ),
    ],
)
def test_what_cannot_be_is_refused(report: Report, said: str) -> None:
    with pytest.raises(OutreachError, match=said):
        record_visit(VisitFactory(), report, by=UserFactory(), read_version=1)


# --- words ----------------------------------------------------------------------------------------------------------------
def test_who_is_to_be_contacted_again() -> None:
    today = timezone.localdate()
    due = VisitFactory(done=True, next_contact_on=today)
    VisitFactory(done=True, next_contact_on=today + timedelta(days=1))
    over = VisitFactory(done=True, next_contact_on=today)
    VisitFactory(actor=over.actor)

    assert list(Visit.objects.to_contact_again(today)) == [due]


def test_what_is_late() -> None:
    today = timezone.localdate()
    late = CommitmentFactory(due_on=today - timedelta(days=2))
    CommitmentFactory(due_on=today)
    CommitmentFactory(due_on=today - timedelta(days=2), done_at=timezone.now())

    from outreach.models import Commitment

    assert list(Commitment.objects.late(today)) == [late]
    assert Commitment.objects.all().waiting_since(today) == {"count": 1, "first": today - timedelta(days=2)}

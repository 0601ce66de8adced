"""People of visits: what they may take away, what is forgotten on demand and in time, in the history too."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from outreach.models import Adhesion, Commitment, PersonMet, QuickNote, Visit
from outreach.people import PURGES, VISIT_DATA
from outreach.services import forget_old_people, forget_old_reports, forget_person
from tests.factories import (
    AdhesionFactory,
    CommitmentFactory,
    ContactChangeFactory,
    ContactWishFactory,
    CoverageTargetFactory,
    PersonMetFactory,
    QuickNoteFactory,
    UserFactory,
    VisitFactory,
)

pytestmark = pytest.mark.django_db
LEA = "lea@reseau.example"


@pytest.fixture
def lea():
    return UserFactory(email=LEA)


def test_somebody_takes_away_what_concerns_them_alone(lea) -> None:
    visit = VisitFactory(actor__name="Pau", voltigeur=lea, done=True)
    QuickNoteFactory(actor__name="Dax", user=lea, text="Rappeler.")
    CommitmentFactory(visit=visit, owner=lea, text="Envoyer la liste")
    PersonMetFactory(visit__actor__name="Nay", name="Léa", email=LEA, agrees=True)
    VisitFactory(), QuickNoteFactory(), CommitmentFactory(), PersonMetFactory()

    told = list(VISIT_DATA.export(lea))

    assert [next(iter(row.values())) for row in told] == ["Pau", "Dax", "Envoyer la liste", "Nay"]
    assert told[1]["texte"] == "", "free words leave the portal with those alone who may export them"
    lea.user_permissions.add(Permission.objects.get(codename="export_report"))
    again = list(VISIT_DATA.export(type(lea).objects.get(pk=lea.pk)))
    assert again[1]["texte"] == "Rappeler."


def test_somebody_forgotten_leaves_the_facts_without_their_name(lea) -> None:
    visit = VisitFactory(voltigeur=lea, done=True, written_by=LEA, created_by=LEA)
    visit.km = 12
    visit.save()  # the history keeps the row as it was
    note = QuickNoteFactory(user=lea, by=LEA)
    promise = CommitmentFactory(visit=visit, owner=lea, done_by=LEA, done_at=timezone.now())
    met = PersonMetFactory(job="", name="Léa", email=LEA, agrees=True)
    change, wish = ContactChangeFactory(by=LEA), ContactWishFactory(by=LEA)
    adhesion = AdhesionFactory(added_by=LEA)
    adhesion.ends_on += timedelta(days=1)
    adhesion.save()
    target = CoverageTargetFactory(set_by=LEA)
    other = VisitFactory(done=True, written_by="marc@reseau.example")

    assert "gardés, sans votre nom" in forget_person(lea)
    assert forget_person(lea) == ""

    for row in (visit, note, promise, met, change, wish, adhesion, target, other):
        row.refresh_from_db()
    assert (visit.voltigeur, visit.written_by, visit.created_by, visit.report != "") == (None, "", "", True)
    assert (note.user, note.by, promise.owner, promise.done_by, change.by, wish.by) == (None, "", None, "", "", "")
    assert (met.job, met.name, met.email, met.agrees) == ("fonction non précisée", "", "", False)
    assert (adhesion.added_by, target.set_by) == ("", "")
    assert set(Adhesion.pgh_event_model.objects.values_list("added_by", flat=True)) == {""}
    past = Visit.pgh_event_model.objects.all()
    assert {(row.written_by, row.created_by, row.voltigeur_id) for row in past} == {("", "", None)}
    assert other.written_by == "marc@reseau.example"


def test_people_met_are_forgotten_in_time_their_function_stays() -> None:
    long_ago = timezone.now() - timedelta(days=3 * 365 + 1)
    old = PersonMetFactory(visit__starts_at=long_ago, job="Maire", name="Anne", email="a@x.fr", agrees=True)
    recent = PersonMetFactory(name="Luc", agrees=True)
    purge = PURGES[0]

    assert (purge.run(False), PersonMet.objects.exclude(name="").count()) == (1, 2)
    assert (purge.run(True), purge.run(True)) == (1, 0)

    old.refresh_from_db()
    recent.refresh_from_db()
    assert (old.job, old.name, old.email, recent.name) == ("Maire", "", "", "Luc")


def test_free_words_are_forgotten_in_time_in_the_history_too() -> None:
    long_ago = timezone.now() - timedelta(days=5 * 365 + 2)
    old = VisitFactory(done=True, starts_at=long_ago)
    QuickNoteFactory(on=long_ago.date())
    VisitFactory(done=True), QuickNoteFactory()
    purge = PURGES[1]

    assert (purge.run(False), purge.run(True), purge.run(True)) == (2, 2, 0)

    assert (Visit.objects.exclude(report="").count(), QuickNote.objects.exclude(text="").count()) == (1, 1)
    assert not Visit.pgh_event_model.objects.filter(pgh_obj=old).exclude(report="").exists()


def test_forgetting_nobody_changes_nothing() -> None:
    CommitmentFactory()
    now = timezone.now() - timedelta(days=3650)

    assert (forget_old_people(now, apply=True), forget_old_reports(now, apply=True)) == (0, 0)
    assert forget_person(UserFactory()) == ""
    assert Commitment.objects.filter(owner__isnull=False).count() == 1


def test_the_public_page_says_what_is_kept_of_visits(client) -> None:
    page = client.get("/donnees-personnelles/").content.decode()

    assert [
        word for word in ("Visites et échanges", "trois ans après la visite", "cinq ans après") if word not in page
    ] == []

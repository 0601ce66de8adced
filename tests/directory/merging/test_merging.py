"""Merging two fiches: what goes over, what both have, what stays of the one that goes; and the way back."""

from datetime import date

import pytest
from django.apps import apps
from django.test import Client
from django.utils import timezone

from directory import services
from directory.enums import AttachmentState, ConfirmationOutcome, Source
from directory.models import (
    Actor,
    Attachment,
    ConfirmationRequest,
    Invitation,
    Jumelage,
    JumelageActor,
    Merge,
    ProjectActor,
)
from directory.services import DirectoryError, merging, merging_jumelages
from tests.directory.merging.worlds import two_fiches
from tests.factories import (
    AttachmentFactory,
    ChangeProposalFactory,
    CommuneFactory,
    ConfirmationRequestFactory,
    ContactFactory,
    FieldChangeFactory,
    InvitationFactory,
    JumelageActorFactory,
    JumelageDocumentFactory,
    JumelageFactory,
    PartnerFactory,
    PartnerSearchFactory,
    ProjectActorFactory,
    ProjectFactory,
    RelaunchFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
BY = "equipe@exemple.fr"


def merge(kept: Actor, absorbed: Actor, **choices: int) -> Merge:
    return services.merge_actors(kept, absorbed, choices, by=BY)


# --- what goes over -------------------------------------------------------------------------------------------------------
def test_everything_of_the_absorbed_fiche_follows() -> None:
    kept, absorbed = two_fiches()
    jumelage = JumelageFactory(partner=absorbed)
    part = JumelageActorFactory(actor=absorbed)
    role = ProjectActorFactory(actor=absorbed, project=ProjectFactory(title="Échange de jeunes"))
    others = [
        ContactFactory(actor=absorbed), AttachmentFactory(actor=absorbed, accepted=True, is_principal=True),
        InvitationFactory(actor=absorbed), ChangeProposalFactory(actor=absorbed), ConfirmationRequestFactory(actor=absorbed),
        PartnerSearchFactory(actor=absorbed),
    ]  # fmt: skip
    member = PartnerFactory(network=absorbed)

    found = merge(kept, absorbed)

    for row in [part, role, *others]:
        row.refresh_from_db()
    member.refresh_from_db()
    jumelage.refresh_from_db()
    assert (jumelage.partner_id, member.network_id) == (kept.pk, kept.pk)
    assert {row.actor_id for row in [part, role, *others]} == {kept.pk}
    kept.refresh_from_db()
    absorbed.refresh_from_db()
    assert (absorbed.valid_until, absorbed.successor_id, absorbed.is_published) == (timezone.localdate(), kept.pk, True)
    assert (kept.jumelage_count, absorbed.jumelage_count) == (2, 0)
    assert (found.kept, found.absorbed, found.merged_by, found.undone_at) == (kept, absorbed, BY, None)


def test_the_old_address_leads_to_the_kept_fiche_for_good(client: Client) -> None:
    kept, absorbed = two_fiches()
    merge(kept, absorbed)

    answer = client.get(absorbed.get_absolute_url())

    assert (answer.status_code, answer["Location"]) == (301, kept.get_absolute_url())


def test_searches_find_the_kept_fiche_by_what_it_received() -> None:
    kept, absorbed = two_fiches()
    jumelage = JumelageFactory(partner=absorbed, collectivite=CommuneFactory(name="Limoges", code="87085"))

    merge(kept, absorbed)

    kept.refresh_from_db()
    jumelage.refresh_from_db()
    assert "Limoges" in kept.partner_terms
    assert jumelage.slug == f"limoges-furth-{jumelage.pk}"
    assert "Fürth" in jumelage.search_terms


def test_the_history_says_who_merged() -> None:
    kept, absorbed = two_fiches()
    contact = ContactFactory(actor=absorbed)
    merge(kept, absorbed)

    event = Actor.pgh_event_model.objects.filter(pgh_obj=absorbed).latest("pgh_id")

    assert event.pgh_context.metadata["by"] == BY
    assert event.pgh_context.metadata["origin"] == f"fusion:{absorbed.pk}:{kept.pk}"
    assert contact.pk


# --- field by field -------------------------------------------------------------------------------------------------------
def test_each_value_comes_from_the_side_that_was_chosen_with_its_source() -> None:
    kept, absorbed = two_fiches(
        phone="+49 911 974 0", website="https://fuerth.exemple",
        provenance={"phone": {"source": "organisation", "at": "2026-05-02T10:00:00+00:00", "by": "la ville"}},
    )  # fmt: skip

    merge(kept, absorbed, phone=absorbed.pk, website=kept.pk, name=kept.pk)

    kept.refresh_from_db()
    assert (kept.name, kept.phone, kept.website) == ("Fürth", "+49 911 974 0", "")
    assert kept.source_of("phone") == {"source": "organisation", "at": "2026-05-02T10:00:00+00:00", "by": "la ville"}


def test_what_is_not_chosen_follows_the_rule() -> None:
    """A value wins over none; then the one a person confirmed last; then the kept fiche's."""
    now = timezone.now()
    kept, absorbed = two_fiches(
        phone="+49 911 1", description="Ville de Franconie.", website="https://b.exemple",
        provenance={"website": {"source": "organisation", "at": now.isoformat(), "by": "la ville"}},
    )  # fmt: skip
    Actor.objects.filter(pk=kept.pk).update(
        description="Ville jumelle.",
        website="https://a.exemple",
        provenance={"*": {"source": "staff", "at": "2020-01-01", "by": BY}},
    )

    merge(kept, absorbed)

    kept.refresh_from_db()
    assert (kept.phone, kept.website) == ("+49 911 1", "https://b.exemple")
    assert (kept.name, kept.description) == ("Fürth", "Ville jumelle.")


def test_a_new_address_revokes_the_links_sent_to_the_former_one() -> None:
    kept, absorbed = two_fiches(email="stadt@fuerth.exemple")
    merged = merge(kept, absorbed, email=absorbed.pk)
    kept.refresh_from_db()
    version = kept.link_version

    services.undo_merge(merged, by=BY)

    kept.refresh_from_db()
    assert (version, kept.link_version, kept.email) == (2, 3, "")


# --- who may --------------------------------------------------------------------------------------------------------------
def test_official_collectivites_are_never_merged() -> None:
    commune, partner = CommuneFactory(), PartnerFactory()

    for pair in ((commune, partner), (partner, commune), (commune, CommuneFactory())):
        with pytest.raises(DirectoryError, match="référentiel officiel"):
            merge(*pair)
    assert Merge.objects.count() == 0


def test_what_else_is_refused() -> None:
    kept, absorbed = two_fiches()
    demo, closed = PartnerFactory(demo=True), PartnerFactory(closed=True)
    twin = PartnerFactory()
    JumelageFactory(collectivite=kept, partner=twin)

    for other, sentence in (
        (kept, "deux fois"),
        (demo, "démonstration"),
        (closed, "cessé d’exister"),
        (twin, "jumelées"),
    ):
        with pytest.raises(DirectoryError, match=sentence):
            merge(kept, other)
    merge(kept, absorbed)
    with pytest.raises(DirectoryError, match="fusionnée"):
        merge(kept, absorbed)


# --- what both have -------------------------------------------------------------------------------------------------------
def test_the_same_jumelage_twice_becomes_one() -> None:
    kept, absorbed = two_fiches()
    limoges = CommuneFactory(name="Limoges", code="87085")
    own = JumelageFactory(collectivite=limoges, partner=kept, year_signed=1992)
    theirs = JumelageFactory(
        collectivite=limoges, partner=absorbed, year_signed=1993, context="Depuis la foire.", theme_codes=["eau"],
        provenance={"context": {"source": "survey", "at": "2026-02-01", "by": "réponse"}},
    )  # fmt: skip
    document = JumelageDocumentFactory(jumelage=theirs)
    contact, project = ContactFactory(actor=limoges, jumelage=theirs), ProjectFactory(jumelage=theirs)
    proposal = ChangeProposalFactory(actor=limoges, jumelage=theirs)

    merge(kept, absorbed)

    own.refresh_from_db()
    theirs.refresh_from_db()
    assert (theirs.is_published, theirs.successor_id, theirs.partner_id) == (False, own.pk, absorbed.pk)
    assert (own.year_signed, own.context, own.theme_codes) == (1992, "Depuis la foire.", ["eau"])
    assert own.source_of("context")["source"] == "survey"
    for row in (document, contact, project, proposal):
        row.refresh_from_db()
        assert row.jumelage_id == own.pk
    limoges.refresh_from_db()
    assert limoges.jumelage_count == 1


def test_two_years_stay_two_jumelages() -> None:
    kept, absorbed = two_fiches()
    limoges = CommuneFactory()
    JumelageFactory(collectivite=limoges, partner=kept, year_started=1992)
    JumelageFactory(collectivite=limoges, partner=absorbed, year_started=None)

    merge(kept, absorbed)

    assert Jumelage.objects.standing().in_pair_of(kept.pk).count() == 2


def test_dates_that_do_not_hold_together_are_left_out() -> None:
    kept, absorbed = two_fiches()
    limoges = CommuneFactory()
    own = JumelageFactory(collectivite=limoges, partner=kept, vitality="clos", ended_on=date(1990, 1, 1))
    JumelageFactory(collectivite=limoges, partner=absorbed, year_signed=1995)
    other = CommuneFactory()
    second = JumelageFactory(collectivite=other, partner=kept, year_signed=1995)
    JumelageFactory(collectivite=other, partner=absorbed, vitality="clos", ended_on=date(1990, 1, 1))

    merge(kept, absorbed)

    own.refresh_from_db()
    second.refresh_from_db()
    assert (own.year_signed, own.ended_on) == (None, date(1990, 1, 1))
    assert (second.year_signed, second.ended_on, second.vitality) == (1995, None, "")


def test_parts_that_both_have_are_one() -> None:
    kept, absorbed = two_fiches()
    jumelage, led = JumelageFactory(), JumelageFactory(partner=kept)
    JumelageActorFactory(jumelage=jumelage, actor=kept, role="porteur")
    JumelageActorFactory(jumelage=jumelage, actor=absorbed, role="porteur")
    other = JumelageActorFactory(jumelage=jumelage, actor=absorbed, role="financeur")
    JumelageActorFactory(jumelage=led, actor=absorbed)

    merge(kept, absorbed)

    parts = JumelageActor.objects.filter(actor=kept)
    assert sorted(parts.values_list("jumelage", "role")) == [(jumelage.pk, "financeur"), (jumelage.pk, "porteur")]
    assert JumelageActor.objects.filter(actor=absorbed).count() == 0
    assert other in parts


def test_two_equal_roles_keep_the_amount_that_is_known() -> None:
    kept, absorbed = two_fiches()
    project, second = ProjectFactory.create_batch(2)
    ProjectActorFactory(project=project, actor=kept, role="financeur")
    ProjectActorFactory(project=project, actor=absorbed, role="financeur", amount=5000)
    ProjectActorFactory(project=second, actor=kept, role="financeur", amount=100)
    ProjectActorFactory(project=second, actor=absorbed, role="financeur", amount=5000)

    merge(kept, absorbed)

    assert sorted(ProjectActor.objects.values_list("actor", "project", "amount")) == sorted(
        [(kept.pk, project.pk, 5000), (kept.pk, second.pk, 100)]
    )


def test_whoever_represents_both_stays_once_and_one_principal_remains() -> None:
    kept, absorbed = two_fiches()
    both, waiting, chief = UserFactory(), UserFactory(), UserFactory()
    principal = AttachmentFactory(actor=kept, accepted=True, is_principal=True)
    AttachmentFactory(actor=kept, user=both, accepted=True)
    twice = AttachmentFactory(actor=absorbed, user=both, accepted=True)
    asked = AttachmentFactory(actor=kept, user=waiting)
    accepted = AttachmentFactory(actor=absorbed, user=waiting, accepted=True)
    second = AttachmentFactory(actor=absorbed, user=chief, accepted=True, is_principal=True)

    merge(kept, absorbed)

    states = dict(Attachment.objects.values_list("pk", "state"))
    assert (states[twice.pk], states[asked.pk], states[accepted.pk]) == (
        AttachmentState.LEFT, AttachmentState.LEFT, AttachmentState.ACCEPTED,
    )  # fmt: skip
    assert list(Attachment.objects.principals()) == [principal]
    assert set(Attachment.objects.accepted().of_actor(kept).values_list("user", flat=True)) == {
        principal.user_id, both.pk, waiting.pk, chief.pk,
    }  # fmt: skip
    assert second.user_id == chief.pk


def test_open_questions_and_invitations_that_both_have_are_one() -> None:
    kept, absorbed = two_fiches()
    question = ConfirmationRequestFactory(actor=absorbed)
    ConfirmationRequestFactory(actor=kept)
    InvitationFactory(actor=kept, email="a@exemple.fr")
    InvitationFactory(actor=absorbed, email="A@exemple.fr")

    merge(kept, absorbed)

    question.refresh_from_db()
    assert question.outcome == ConfirmationOutcome.GONE
    assert ConfirmationRequest.objects.open().about(kept).count() == 1
    assert Invitation.objects.open().of_actor(kept).count() == 1


def test_an_open_relaunch_of_each_leaves_one() -> None:
    kept, absorbed = two_fiches()
    limoges = CommuneFactory()
    for partner in (kept, absorbed):
        RelaunchFactory(jumelage=JumelageFactory(collectivite=limoges, partner=partner))

    merge(kept, absorbed)

    relaunches = list(Jumelage.objects.standing().get().relaunches.values_list("state", flat=True).order_by("state"))
    assert relaunches == ["abandonnee", "en-cours"]


def test_its_own_head_of_network_is_left_without() -> None:
    kept, absorbed = two_fiches()
    Actor.objects.filter(pk=kept.pk).update(network=absorbed)

    merge(kept, absorbed)

    kept.refresh_from_db()
    assert kept.network is None


def test_a_jumelage_proposed_with_the_absorbed_fiche_is_made_with_the_kept_one() -> None:
    kept, absorbed = two_fiches()
    proposal = services.propose_addition(
        CommuneFactory(), {}, partner={"name": "Furth", "country": "DE", "id": absorbed.pk}, origin="a",
        source=Source.ORGANISATION,
    )  # fmt: skip
    merged = merge(kept, absorbed)

    assert [actor.pk for actor in services.partner_candidates(proposal)] == [kept.pk]
    services.undo_merge(merged, by=BY)
    proposal.refresh_from_db()
    assert proposal.changes.get().new["id"] == absorbed.pk


# --- no table forgotten ---------------------------------------------------------------------------------------------------
STAYS = {
    # Official collectivités, which are never merged, are the only ones they point to.
    "directory.Actor.region", "directory.Actor.departement", "directory.Actor.epci", "directory.Actor.seat",
    "events.Event.commune",
    "outreach.Visit.actor", "outreach.QuickNote.actor", "outreach.ContactFact.actor", "outreach.ContactWish.actor",
    "outreach.ContactChange.actor", "outreach.Priority.actor", "outreach.Tour.start", "outreach.TourStop.actor",
    "outreach.FieldArea.start", "outreach.Tour.epci",
    "directory.Actor.successor",  # an older succession leads on from fiche to fiche
    "directory.Jumelage.successor",
    "directory.Merge.kept", "directory.Merge.absorbed", "directory.Merge.kept_jumelage", "directory.Merge.absorbed_jumelage",
    "directory.NotDuplicate.first", "directory.NotDuplicate.second",
    "directory.NotDuplicate.first_jumelage", "directory.NotDuplicate.second_jumelage",
}  # fmt: skip
OWN_RULE = {
    "directory.Actor.network", "directory.Jumelage.collectivite", "directory.Jumelage.partner", "directory.JumelageActor.actor",
    "directory.ProjectActor.actor", "directory.Attachment.actor", "directory.Invitation.actor",
    "directory.ConfirmationRequest.actor", "directory.JumelageActor.jumelage", "directory.Relaunch.jumelage",
    "events.GroupMember.actor", "outreach.Adhesion.actor",
}  # fmt: skip


def test_every_link_to_an_actor_or_a_jumelage_is_known_to_mergers() -> None:
    """A new one says whether it follows (`merging.follow`), stays, or has a rule of its own."""
    found = {
        f"{relation.related_model._meta.label}.{relation.field.name}"
        for model in (Actor, Jumelage)
        for relation in model._meta.related_objects
        if not hasattr(relation.related_model, "pgh_tracked_model") and not relation.many_to_many
    }
    found |= {
        f"directory.NotDuplicate.{name}" for name in ("first", "second", "first_jumelage", "second_jumelage")
    }  # they hide their way back
    following = {f"{label}.{name}" for label, name in merging.FOLLOWING}
    following |= {f"{model._meta.label}.{name}" for model, name in merging_jumelages.FOLLOWING.items()}

    assert found == STAYS | OWN_RULE | following
    assert [apps.get_model(label) for label, _name in merging.FOLLOWING]


def test_a_field_change_without_a_partner_is_left_alone() -> None:
    kept, absorbed = two_fiches()
    change = FieldChangeFactory(proposal=ChangeProposalFactory(actor=absorbed), field="phone", new="1")

    merge(kept, absorbed)

    change.refresh_from_db()
    assert (change.new, change.proposal.actor_id) == ("1", kept.pk)

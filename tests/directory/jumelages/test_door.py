"""The one door, for jumelages: edit, add, report, confirm by a signed link; read by staff, undone, told."""

from datetime import date
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from directory import notifications, services
from directory.enums import ProposalKind, Source, Verifier
from directory.models import Actor, ChangeProposal, Jumelage
from soco.accounts.models import User
from soco.mailing import kinds
from soco.mailing.models import Message
from soco.web import signed_links
from tests.directory.pages import text_of
from tests.factories import (
    ConfirmationRequestFactory,
    JumelageFactory,
    UserFactory,
)

from .door import YES, boxes, edit, team

pytestmark = pytest.mark.django_db


# --- its own people -------------------------------------------------------------------------------------------------------
def test_a_trusted_field_is_published_at_once_with_its_source(
    client: Client, jumelage: Jumelage, referent: User
) -> None:
    answer = edit(client, jumelage, last_action="Concert", last_action_on="2026-05-09")

    assert answer["Location"] == jumelage.get_absolute_url()
    jumelage.refresh_from_db()
    assert (jumelage.last_action, jumelage.last_action_on) == ("Concert", date(2026, 5, 9))
    said = jumelage.provenance["last_action"]
    assert (said["source"], said["verifier"]) == (Source.ORGANISATION, Verifier.REFERENT)
    page = text_of(client.get(jumelage.get_absolute_url()))
    assert "publié par un référent de l’organisme" in page


def test_what_a_jumelage_is_waits_for_staff(client: Client, jumelage: Jumelage, referent: User) -> None:
    answer = edit(client, jumelage, kind="pacte", year_started="1989")

    proposal = ChangeProposal.objects.get()
    assert (proposal.jumelage, proposal.actor, proposal.state) == (jumelage, jumelage.collectivite, "pending")
    assert {change.field: (change.old, change.new) for change in proposal.changes.all()} == {
        "kind": ("jumelage", "pacte"),
        "year_started": (None, 1989),
    }
    jumelage.refresh_from_db()
    assert jumelage.kind == "jumelage"
    assert "attente de l’équipe" in text_of(client.get(reverse("jumelage_edit", args=[jumelage.slug])))
    assert answer.status_code == 302


def test_only_what_was_touched_is_proposed(client: Client, jumelage: Jumelage, referent: User) -> None:
    """The page was open while somebody else changed the vitality: the old value is not put back."""
    address = reverse("jumelage_edit", args=[jumelage.slug])
    form = client.get(address).context["form"]
    Jumelage.objects.filter(pk=jumelage.pk).update(vitality="en-sommeil")

    client.post(address, boxes(form, context="Depuis la guerre."))

    jumelage.refresh_from_db()
    assert (jumelage.vitality, jumelage.context) == ("en-sommeil", "Depuis la guerre.")


def test_themes_and_goals_are_ticked(client: Client, jumelage: Jumelage, referent: User) -> None:
    edit(client, jumelage, theme_codes=["culture", "eau-assainissement"], sdgs=["6", "11"])

    jumelage.refresh_from_db()
    assert (jumelage.theme_codes, jumelage.sdgs) == (["culture", "eau-assainissement"], [6, 11])
    jumelage.collectivite.refresh_from_db()
    assert jumelage.collectivite.cooperation_themes == ["culture", "eau-assainissement"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"year_signed": "19888"}, "Cette année est trop loin dans l’avenir."),
        ({"year_signed": "1799"}, "1900"),
        ({"year_signed": "2090"}, "Cette année est trop loin dans l’avenir."),
        ({"last_action_on": "2090-01-01"}, "La dernière action a déjà eu lieu"),
        ({"theme_codes": ["culture", "inconnu"]}, "inconnu"),
        ({"ended_on": "1980-01-01"}, "La fin ne peut pas précéder"),
        ({"ended_on": "pas une date"}, "date valide"),
    ],
)
def test_bad_values_are_told_and_what_was_typed_is_kept(
    client: Client, jumelage: Jumelage, referent: User, typed: dict[str, Any], sentence: str
) -> None:
    answer = edit(client, jumelage, context="À garder", **typed)

    page = text_of(answer)
    assert answer.status_code == 200
    assert sentence in page
    assert "À garder" in page
    assert ChangeProposal.objects.count() == 0


def test_the_day_it_ended_closes_it_once_read(client: Client, jumelage: Jumelage, referent: User) -> None:
    edit(client, jumelage, ended_on="2024-06-01")

    proposal = ChangeProposal.objects.get()
    assert {change.field: change.new for change in proposal.changes.all()} == {
        "ended_on": "2024-06-01",
        "vitality": "clos",
    }
    services.decide(proposal, {"ended_on": YES, "vitality": YES}, by="equipe@exemple.fr")
    jumelage.refresh_from_db()
    assert (jumelage.vitality, jumelage.ended_on) == ("clos", date(2024, 6, 1))


def ended(jumelage: Jumelage) -> None:
    services.end_jumelage(jumelage, on=date(2020, 5, 1), source=Source.STAFF, by="x@exemple.fr")


def test_a_referent_who_says_that_it_lives_again_takes_its_end_back_once_read(
    client: Client, jumelage: Jumelage, referent: User
) -> None:
    ended(jumelage)

    edit(client, jumelage, vitality="actif")

    proposal = ChangeProposal.objects.get()
    assert {change.field: change.new for change in proposal.changes.all()} == {"vitality": "actif", "ended_on": None}
    services.decide(proposal, {"ended_on": YES, "vitality": YES}, by="equipe@exemple.fr")
    jumelage.refresh_from_db()
    assert (jumelage.vitality, jumelage.ended_on) == ("actif", None)


def test_staff_revives_it_at_once_by_the_same_form(client: Client, jumelage: Jumelage) -> None:
    ended(jumelage)
    team(client, "review_changeproposal", "change_actor", "change_jumelage")

    edit(client, jumelage, vitality="en-projet")

    jumelage.refresh_from_db()
    assert (jumelage.vitality, jumelage.ended_on) == ("en-projet", None)


def test_another_vitality_with_a_new_day_of_end_is_asked_about(
    client: Client, jumelage: Jumelage, referent: User
) -> None:
    ended(jumelage)

    page = text_of(edit(client, jumelage, vitality="actif", ended_on="2021-01-01"))

    assert "changez l’un ou l’autre" in page.replace("'", "’")
    assert ChangeProposal.objects.count() == 0


def test_all_is_right_makes_it_fresh_and_lifts_the_flag(client: Client, jumelage: Jumelage, referent: User) -> None:
    Jumelage.objects.filter(pk=jumelage.pk).update(to_verify=True)

    for _twice in range(2):
        client.post(reverse("jumelage_edit", args=[jumelage.slug]), {"geste": "exact"})

    jumelage.refresh_from_db()
    assert (jumelage.freshness, jumelage.to_verify) == ("verte", False)
    assert ChangeProposal.objects.get().kind == ProposalKind.CONFIRMATION


def test_others_learn_how_to_become_referent(client: Client, jumelage: Jumelage) -> None:
    client.force_login(UserFactory())

    answer = client.get(reverse("jumelage_edit", args=[jumelage.slug]))

    assert answer.status_code == 403
    assert "Demander à représenter" in text_of(answer)


def test_staff_publishes_everything_at_once(client: Client, jumelage: Jumelage) -> None:
    team(client, "review_changeproposal", "change_actor")

    edit(client, jumelage, kind="pacte", vitality="en-sommeil")

    jumelage.refresh_from_db()
    assert (jumelage.kind, jumelage.vitality, jumelage.vitality_on) == ("pacte", "en-sommeil", timezone.localdate())
    assert jumelage.provenance["kind"]["source"] == Source.STAFF


# --- read by staff --------------------------------------------------------------------------------------------------------
def proposed(jumelage: Jumelage, values: dict[str, Any], **said: Any) -> ChangeProposal:
    proposal = services.propose_changes(
        jumelage, values, origin="essai:1", source=Source.ORGANISATION, by_email="claude@exemple.fr", **said
    )
    assert proposal is not None
    return proposal


def test_the_reading_room_says_values_in_words(client: Client, jumelage: Jumelage) -> None:
    team(client, "review_changeproposal")
    proposal = proposed(
        jumelage,
        {"vitality": "en-sommeil", "theme_codes": ["eau-assainissement"], "ended_on": None, "year_signed": 1990},
    )

    page = text_of(client.get(reverse("proposal_review", args=[proposal.pk])))

    for words in ("Limoges – Fürth", "En sommeil", "Actif", "Eau, assainissement", "1990", "1992"):
        assert words in page, words


def test_a_value_that_changed_meanwhile_waits(client: Client, jumelage: Jumelage) -> None:
    team(client, "review_changeproposal")
    proposal = proposed(jumelage, {"year_signed": 1990})
    Jumelage.objects.filter(pk=jumelage.pk).update(year_signed=1991)

    outcome = services.decide(proposal, {"year_signed": YES}, by="equipe@exemple.fr")
    page = text_of(client.get(reverse("proposal_review", args=[proposal.pk])))

    assert outcome.conflicts == ["year_signed"]
    assert "La fiche a changé depuis cette proposition." in page
    client.post(
        reverse("proposal_review", args=[proposal.pk]),
        {"year_signed-choice": "accepter", "year_signed-seen": "1991", "year_signed-reason": ""},
    )
    jumelage.refresh_from_db()
    assert jumelage.year_signed == 1990


def test_an_accepted_value_is_undone_from_its_page(client: Client, jumelage: Jumelage) -> None:
    team(client, "review_changeproposal")
    proposal = proposed(jumelage, {"theme_codes": ["eau-assainissement"]})
    services.decide(proposal, {"theme_codes": YES}, by="equipe@exemple.fr")
    change = proposal.changes.get()

    client.post(reverse("proposal_undo", args=[proposal.pk, change.pk]))

    jumelage.refresh_from_db()
    assert jumelage.theme_codes == ["culture"]


def test_the_author_is_told_by_mail(jumelage: Jumelage) -> None:
    proposal = proposed(jumelage, {"vitality": "en-sommeil"})

    services.decide(proposal, {"vitality": YES}, by="equipe@exemple.fr")

    message = Message.objects.get(kind="directory.proposal_decided")
    assert message.to_email == "claude@exemple.fr"
    context = kinds.get(message.kind).context(message.params)
    assert (context["actor"], context["accepted"]) == ("Limoges – Fürth", ["Vitalité\u00a0: En sommeil"])


def test_history_keeps_the_row_with_the_origin(jumelage: Jumelage) -> None:
    services.decide(proposed(jumelage, {"vitality": "en-sommeil"}), {"vitality": YES}, by="equipe@exemple.fr")

    event = Jumelage.pgh_event_model.objects.order_by("-pgh_id").first()
    assert (event.vitality, event.pgh_context.metadata["origin"]) == ("actif", "essai:1")
    assert event.pgh_context.metadata["verifier"] == "equipe@exemple.fr"


# --- any visitor ----------------------------------------------------------------------------------------------------------
def test_a_visitor_reports_an_error(client: Client, jumelage: Jumelage) -> None:
    address = reverse("jumelage_report", args=[jumelage.slug])
    answer = client.post(
        address, {"kind": "closed", "message": "", "name": "", "email": "v@exemple.fr", "once": "abcdefgh1"}
    )

    proposal = ChangeProposal.objects.get()
    assert answer["Location"] == jumelage.get_absolute_url()
    assert (proposal.jumelage, proposal.kind, proposal.source) == (jumelage, "closed", Source.REPORT)
    assert "Merci. L’équipe du réseau a reçu votre signalement" in text_of(client.get(jumelage.get_absolute_url()))


def test_a_report_that_says_nothing_keeps_what_was_typed(client: Client, jumelage: Jumelage) -> None:
    address = reverse("jumelage_report", args=[jumelage.slug])

    answer = client.post(address, {"kind": "wrong", "message": "", "name": "Dominique", "once": "abcdefgh1"})

    assert "Dites-nous en quelques mots" in text_of(answer)
    assert "Dominique" in text_of(answer)
    assert ChangeProposal.objects.count() == 0


# --- the yearly question --------------------------------------------------------------------------------------------------
def fiche_link(actor: Actor) -> str:
    return reverse("signed_link", args=[signed_links.make("fiche", actor.pk, version=actor.link_version).token])


def test_one_click_confirms_the_fiche_and_its_jumelages(client: Client, jumelage: Jumelage) -> None:
    ended = JumelageFactory(collectivite=jumelage.collectivite, vitality="clos")
    page = text_of(client.get(fiche_link(jumelage.collectivite)))
    assert "Fürth" in page

    client.post(fiche_link(jumelage.collectivite), {"geste": "exact"})

    for row in (jumelage, ended, jumelage.collectivite):
        row.refresh_from_db()
    assert (jumelage.freshness, jumelage.collectivite.freshness) == ("verte", "verte")
    assert ended.verified_at is None


def test_the_page_of_the_question_leads_to_each_jumelage(client: Client, jumelage: Jumelage) -> None:
    page = client.get(fiche_link(jumelage.collectivite))
    (row,) = page.context["jumelages"]
    address = "/" + row["address"].split("/", 3)[3]

    shown = text_of(client.get(address))
    client.post(address, {"geste": "exact"})

    assert "Limoges – Fürth : ce jumelage est-il à jour" in shown
    jumelage.refresh_from_db()
    assert jumelage.freshness == "verte"


def test_its_corrections_wait_for_staff(client: Client, jumelage: Jumelage) -> None:
    link = signed_links.make("fiche", jumelage.collectivite.pk, version=jumelage.collectivite.link_version)
    address = reverse("signed_link", args=[notifications.jumelage_link(jumelage, link).token])
    form = client.get(address).context["form"]

    client.post(address, boxes(form, vitality="clos", corriger="1"))

    proposal = ChangeProposal.objects.get()
    assert (proposal.jumelage, proposal.by_email) == (jumelage, "mairie@limoges.exemple")
    jumelage.refresh_from_db()
    assert jumelage.vitality == "actif"


def test_the_link_of_another_version_opens_nothing(client: Client, jumelage: Jumelage) -> None:
    link = signed_links.make("jumelage", jumelage.pk, version=99)

    assert client.get(reverse("signed_link", args=[link.token])).status_code == 410


def test_the_question_is_asked_again_for_a_jumelage_that_nobody_confirmed(jumelage: Jumelage) -> None:
    now = timezone.now()
    Actor.objects.filter(pk=jumelage.collectivite.pk).update(verified_at=now)

    def asked() -> list[Actor]:
        return list(
            Actor.objects.to_ask_again(confirmed_before=now - timezone.timedelta(days=330), asked_since=now.date())
        )

    assert asked() == [jumelage.collectivite]
    Jumelage.objects.filter(pk=jumelage.pk).update(verified_at=now)
    assert asked() == []


@time_machine.travel("2026-03-02 10:00+01:00", tick=False)
def test_the_mail_of_the_question_tells_the_jumelages(jumelage: Jumelage) -> None:
    request = ConfirmationRequestFactory(actor=jumelage.collectivite)
    context = kinds.get("directory.confirmation").context({"request": request.pk})

    assert context["facts"][-1] == "Jumelages et partenariats\u00a0: Fürth (Allemagne), actif"

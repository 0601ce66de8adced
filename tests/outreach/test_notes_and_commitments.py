"""Quick notes in two taps, what was promised, the queues of the team, the block and the story of a collectivité."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from directory.enums import ContactState
from directory.models import Need
from directory.services import WantedNeed
from outreach.checklists import checklist
from outreach.enums import NoteKind, VisitKind, WishKind
from outreach.models import ContactWish, QuickNote
from outreach.papers.preparation import words
from outreach.services import OutreachError, note_exchange, note_wish, record_visit
from outreach.sheet import preparation
from soco.accounts.roles import FIELD, TEAM
from soco.web.registries import queues
from tests.factories import (
    CommitmentFactory,
    CommuneFactory,
    PartnerFactory,
    QuickNoteFactory,
    ServiceFactory,
    UserFactory,
    VisitFactory,
)
from tests.outreach.test_visits import DONE
from tests.outreach.visiting import signed_in

pytestmark = pytest.mark.django_db
NOTES, PROMISES = "/equipe/notes/", "/equipe/engagements/"


@pytest.fixture
def voltigeur() -> Client:
    return signed_in(FIELD)


# --- the service ----------------------------------------------------------------------------------------------------------
def test_a_note_moves_the_contact_state_and_keeps_what_was_asked_for() -> None:
    actor, user = CommuneFactory(), UserFactory(email="lea@reseau.example")
    need = WantedNeed("0", "Une formation", ServiceFactory(code="formations").code)

    notes = {
        note_exchange(actor, NoteKind.CALL_IN, by=user, text=" Rappeler. ", need=need, once="n1") for _ in range(2)
    }

    note = notes.pop()
    assert (notes, note.text, note.by, note.on) == (set(), "Rappeler.", "lea@reseau.example", timezone.localdate())
    asked = Need.objects.get()
    assert (asked.origin, asked.source, asked.label) == (f"note:{note.pk}:appel", "staff", "Une formation")
    assert asked.source_words == "un appel"
    actor.refresh_from_db()
    assert actor.contact_state == ContactState.REACHED


@pytest.mark.parametrize(
    ("actor", "days", "said"),
    [(PartnerFactory, 0, "une collectivité qui existe"), (CommuneFactory, 1, "ce jour est à venir")],
)
def test_what_cannot_have_been_said_is_refused(actor, days, said) -> None:
    with pytest.raises(OutreachError, match=said):
        on = timezone.localdate() + timedelta(days=days)
        note_exchange(actor(), NoteKind.OTHER, by=UserFactory(), on=on)
    assert not QuickNote.objects.exists()


# --- the page -------------------------------------------------------------------------------------------------------------
def test_a_note_takes_two_taps(voltigeur) -> None:
    pau = CommuneFactory(name="Pau", departement_codes=["64"])
    page = voltigeur.get(f"{NOTES}nouvelle/?acteur={pau.slug}")
    form = page.context["form"]
    typed = {
        "actor": "Pau (commune, 64)",
        "on": timezone.localdate(),
        "once": form["once"].value(),
        "type": "appel_recu",
    }

    answers = [voltigeur.post(f"{NOTES}nouvelle/", typed) for _time in range(2)]

    assert {answer.url for answer in answers} == {f"/equipe/collectivites/{pau.slug}/contacts/"}
    assert [(note.actor, note.kind) for note in QuickNote.objects.all()] == [(pau, "appel_recu")]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"actor": "Nulle-Part"}, "Aucune fiche du répertoire ne porte ce nom"),
        ({"type": ""}, "Touchez le bouton"),
        ({"type": "danse"}, "Touchez le bouton"),
        ({"on": "2199-01-01"}, "Ce jour est à venir"),
        ({"service": "conseil"}, "Dites en quelques mots ce qui est demandé."),
    ],
)
def test_a_note_that_is_wrong_says_so_and_keeps_what_was_typed(voltigeur, typed, said) -> None:
    CommuneFactory(name="Pau")
    ServiceFactory(code="conseil")

    page = voltigeur.post(f"{NOTES}nouvelle/", {"actor": "Pau", "text": "À garder", "type": "autre"} | typed)

    text = page.content.decode()
    assert [word for word in (said, "À garder") if word not in text] == []
    assert not QuickNote.objects.exists()


def test_a_call_that_asks_to_be_left_alone_is_noted_as_such(voltigeur) -> None:
    pau = CommuneFactory(name="Pau")
    typed = {"actor": "Pau", "type": "appel_recu", "once": "n123456789", "wish": "pause"}

    refused = voltigeur.post(f"{NOTES}nouvelle/", typed).content.decode()
    assert "une pause a une fin" in refused and not QuickNote.objects.exists()
    until = timezone.localdate() + timedelta(days=30)
    voltigeur.post(f"{NOTES}nouvelle/", typed | {"wish_until": until.isoformat()})

    pau.refresh_from_db()
    assert (pau.contact_state, pau.paused_until) == (ContactState.PAUSED, until)
    wish = ContactWish.objects.get()
    assert (wish.origin, wish.by) == (QuickNote.objects.get().origin, voltigeur.user.email)


def test_notes_are_listed_filtered_and_taken_away_without_their_words(voltigeur) -> None:
    QuickNoteFactory(actor__name="Pau", text="Le maire hésite.", user=voltigeur.user)
    QuickNoteFactory(actor__name="Dax", kind=NoteKind.MAIL_IN)

    for query in ("q=pau", "type=appel_recu", "auteur=moi"):
        found = voltigeur.get(f"{NOTES}?{query}").context["page"].rows
        assert [note.actor.name for note in found] == ["Pau"], query
    assert "Aucun échange" not in voltigeur.get(NOTES).content.decode()
    book = load_workbook(BytesIO(b"".join(voltigeur.get(f"{NOTES}export.xlsx").streaming_content)))
    assert [row[1] for row in book.active.iter_rows(values_only=True)] == ["collectivité", "Dax", "Pau"]
    exports = {role: b"".join(client.get(f"{NOTES}export.csv").streaming_content).decode()
               for role, client in (("voltigeur", voltigeur), ("team", signed_in(TEAM)))}  # fmt: skip
    assert ("hésite" in exports["voltigeur"], "hésite" in exports["team"]) == (False, True)


def test_a_list_of_notes_costs_the_same_for_one_and_for_many(voltigeur, django_assert_num_queries) -> None:
    QuickNoteFactory()
    voltigeur.get(NOTES)
    with django_assert_num_queries(8):
        voltigeur.get(NOTES)
    QuickNoteFactory.create_batch(3)
    with django_assert_num_queries(8):
        voltigeur.get(NOTES)


def test_an_empty_list_of_notes_says_how_to_start(voltigeur) -> None:
    assert "Aucun échange noté" in voltigeur.get(NOTES).content.decode()


# --- what was promised ------------------------------------------------------------------------------------------------------
def test_promises_are_mine_late_everybody_s_done(voltigeur) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    CommitmentFactory(text="À moi", owner=voltigeur.user)
    CommitmentFactory(text="En retard", due_on=yesterday)
    CommitmentFactory(text="Fait", done_at=timezone.now())

    def texts(query: str) -> list[str]:
        return [row.text for row in voltigeur.get(PROMISES + query).context["page"].rows]

    assert texts("") == ["À moi"]
    assert texts("?etat=en-retard") == ["En retard"]
    assert texts("?etat=tous") == ["En retard", "À moi"]
    assert texts("?etat=faits") == ["Fait"]
    assert texts(f"?etat=tous&jusque={yesterday}") == texts("?etat=tous&q=retard") == ["En retard"]
    assert texts("?etat=tous&responsable=personne") == []
    export = b"".join(voltigeur.get(f"{PROMISES}export.csv?etat=en-retard").streaming_content).decode()
    assert [line.split(",")[1] for line in export.splitlines()] == ["engagement", "En retard"]


def test_a_promise_is_ticked_and_unticked_by_post_alone(voltigeur) -> None:
    promise = CommitmentFactory()
    address = f"{PROMISES}{promise.pk}/fait/"

    assert voltigeur.get(address).status_code == 405
    assert voltigeur.post(address, {"fait": "oui", "retour": f"{PROMISES}?etat=tous"}).url == f"{PROMISES}?etat=tous"
    promise.refresh_from_db()
    assert (promise.is_done, promise.done_by) == (True, voltigeur.user.email)
    assert voltigeur.post(address, {"fait": "non", "retour": "https://ailleurs.example/"}).url == PROMISES
    promise.refresh_from_db()
    assert not promise.is_done


def test_a_list_of_promises_costs_the_same_for_one_and_for_many(voltigeur, django_assert_num_queries) -> None:
    CommitmentFactory(owner=voltigeur.user)
    voltigeur.get(PROMISES)
    with django_assert_num_queries(8):
        voltigeur.get(PROMISES)
    CommitmentFactory.create_batch(3, owner=voltigeur.user)
    with django_assert_num_queries(8):
        voltigeur.get(PROMISES)


# --- what waits -------------------------------------------------------------------------------------------------------------
def test_what_waits_is_counted_on_the_team_s_home(voltigeur) -> None:
    VisitFactory(starts_at=timezone.now() - timedelta(days=2))
    VisitFactory(done=True, next_contact_on=timezone.localdate())
    CommitmentFactory(due_on=timezone.localdate() - timedelta(days=1))

    measured = {queue.code: queue.measure().count for queue in queues() if queue.code.startswith("outreach.")}

    codes = ("outreach.to_write_down", "outreach.late_commitments", "outreach.to_contact_again")
    assert [measured[code] for code in codes] == [1, 1, 1]
    home = voltigeur.get("/equipe/").content.decode()
    for address in ("/equipe/visites/?etat=a-ecrire", "/equipe/engagements/?etat=en-retard", "/equipe/notes/nouvelle/"):
        assert address in home


# --- one collectivité -------------------------------------------------------------------------------------------------------
def test_a_collectivite_s_page_tells_staff_where_the_contact_stands(voltigeur, client) -> None:
    visit = VisitFactory(starts_at=timezone.now() - timedelta(days=1))
    record_visit(visit, DONE, by=voltigeur.user, read_version=1)
    coming = VisitFactory(actor=visit.actor)

    page = voltigeur.get(visit.actor.get_absolute_url()).content.decode()

    wanted = (
        "Contact avec le réseau",
        "Rencontrée",
        "visite réalisée",
        coming.get_absolute_url(),
        "Prévoir une visite",
    )
    assert [word for word in wanted if word not in page] == []
    assert "Contact avec le réseau" not in client.get(visit.actor.get_absolute_url()).content.decode()


def test_the_whole_story_tells_who_when_and_why(voltigeur, django_assert_num_queries) -> None:
    visit = VisitFactory(starts_at=timezone.now() - timedelta(days=1))
    record_visit(visit, DONE, by=voltigeur.user, read_version=1)
    note_exchange(visit.actor, NoteKind.CALL_IN, by=voltigeur.user, text="Rappeler en mai.")
    note_wish(visit.actor, WishKind.REFUSAL, by="marc@reseau.example", reason="Plus de temps")

    page = voltigeur.get(f"/equipe/collectivites/{visit.actor.slug}/contacts/")

    told = [(moment.what, moment.detail) for moment in page.context["moments"]]
    assert ("Rencontrée → Ne souhaite pas être contactée", "Parce que\u00a0: ne souhaite plus être contactée.") in told
    assert ("Jamais touchée → Rencontrée", "Parce que\u00a0: visite réalisée.") in told
    assert [pair for pair in told if pair[0] == "Appel reçu"] == [("Appel reçu", "Rappeler en mai.")]
    assert ("Ne souhaite plus être contactée", "Plus de temps") in told
    assert "marc@reseau.example" in page.content.decode()


def test_a_refusal_and_a_pause_are_noted_and_lifted(voltigeur) -> None:
    actor = CommuneFactory()
    address = f"/equipe/collectivites/{actor.slug}/contacts/"

    wrong = voltigeur.post(address, {"geste": "noter", "kind": "pause", "reason": "À garder"})
    assert [word for word in ("une pause a une fin", "À garder") if word not in wrong.content.decode()] == []
    until = timezone.localdate() + timedelta(days=90)
    voltigeur.post(address, {"geste": "noter", "kind": "pause", "until": until.isoformat()})
    actor.refresh_from_db()
    assert (actor.contact_state, actor.paused_until) == (ContactState.PAUSED, until)

    voltigeur.post(address, {"geste": "lever"})
    actor.refresh_from_db()
    assert actor.contact_state == ContactState.NEVER
    assert ContactWish.objects.get().lifted_by == voltigeur.user.email


def test_a_pause_that_is_over_is_told_in_the_past(voltigeur) -> None:
    actor = CommuneFactory()
    note_wish(actor, WishKind.PAUSE, until=timezone.localdate() + timedelta(days=5), by="v@soco.example")
    address = f"/equipe/collectivites/{actor.slug}/contacts/"
    assert voltigeur.get(address).context["wish"] is not None

    ContactWish.objects.update(until=timezone.localdate() - timedelta(days=1))

    page = voltigeur.get(address)
    assert page.context["wish"] is None
    assert "En pause jusqu’au" in page.content.decode()


def test_a_story_is_no_page_of_a_partner(voltigeur) -> None:
    partner = PartnerFactory()

    for page in ("contacts/", "preparer/", "preparer.pdf"):
        assert voltigeur.get(f"/equipe/collectivites/{partner.slug}/{page}").status_code == 404


def test_the_sheet_is_a_page_and_a_pdf_of_one_page(voltigeur) -> None:
    visit = VisitFactory()
    for number in range(30):
        CommitmentFactory(visit=visit, text=f"Promesse {number} " + "longue " * 25)
        QuickNoteFactory(actor=visit.actor, text="Un long échange. " * 20)

    page = voltigeur.get(f"{visit.get_absolute_url()}preparer/")
    pdf = voltigeur.get(f"/equipe/collectivites/{visit.actor.slug}/preparer.pdf")

    assert "Trois services à citer" in page.content.decode()
    assert pdf["Content-Type"] == "application/pdf"
    assert pdf.content.count(b"/Type /Page\n") + pdf.content.count(b"/Type /Page ") == 1 or b"/Count 1" in pdf.content


def test_a_short_sheet_has_room_to_write_and_is_still_one_page(voltigeur) -> None:
    actor = CommuneFactory(name="Bidache")
    sheet = preparation(actor, timezone.localdate()).as_dict()

    pdf = voltigeur.get(f"/equipe/collectivites/{actor.slug}/preparer.pdf")

    assert words(sheet)["remember"]["lines"] == [label for _code, label in checklist(VisitKind.ON_SITE)]
    assert pdf.content.count(b"/Type /Page\n") + pdf.content.count(b"/Type /Page ") == 1 or b"/Count 1" in pdf.content

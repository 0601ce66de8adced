"""Letters about a jumelage: prepared words, once for each occasion, to whom it may be written, and what leaves."""

from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from time_machine import travel

from directory import services
from directory.enums import FollowUpMail, Source
from directory.models import Jumelage
from directory.services import DirectoryError
from soco.mailing import delivery
from soco.mailing.models import Message
from tests.directory.test_attachments_at_once import at_once
from tests.factories import AddressFactory, CommuneFactory, JumelageFactory, PartnerFactory, WordingFactory

TODAY = date(2026, 11, 25)
STAFF = "marie@reseau.exemple"
WORDS = {"subject": "Vos 50 ans", "text": "Bonjour,\n\nÀ bientôt !\n- un bal\n- un repas", "reply_to": STAFF}
SILENT, ANNIVERSARY, AGREEMENT = FollowUpMail.SILENT, FollowUpMail.ANNIVERSARY, FollowUpMail.AGREEMENT


@pytest.fixture(autouse=True)
def _a_working_day():
    with travel("2026-11-25T10:00:00+01:00", tick=False):
        yield


def limoges(**fields: Any) -> Jumelage:
    commune = CommuneFactory(name="Limoges", email="Mairie@limoges.exemple", demo=fields.pop("is_demo_actor", False))
    town = PartnerFactory(name="Fürth", foreign=True, country__iso2="DE")
    facts = {"year_signed": 1977, "agreement_ends_on": date(2027, 3, 1), "to_verify": True}
    return JumelageFactory(collectivite=commune, partner=town, **facts | fields)


def rows() -> list[tuple[str, str, str, str, str]]:
    names = ("kind", "category", "to_email", "reply_to", "about")
    return list(Message.objects.order_by("pk").values_list(*names))


# --- the prepared words -------------------------------------------------------------------------------------------------
@pytest.mark.django_db
@pytest.mark.parametrize(
    ("purpose", "subject", "sentence"),
    [
        (
            ANNIVERSARY,
            "2027 : les 50 ans de votre jumelage avec Fürth",
            "Votre jumelage avec Fürth (Allemagne) date de 1977 : il aura 50 ans en 2027.",
        ),
        (
            AGREEMENT,
            "Votre convention avec Fürth finit le 1er mars 2027",
            "la convention qui lie Limoges et Fürth (Allemagne) finit le 1er mars 2027.",
        ),
        (SILENT, "Des nouvelles de votre jumelage avec Fürth ?", "Aucune action connue depuis 1977."),
    ],
)
def test_the_words_come_prepared(purpose: FollowUpMail, subject: str, sentence: str) -> None:
    jumelage = limoges()

    letter = services.prepare_letter(jumelage, purpose, TODAY)

    assert letter.subject.replace("\u00a0", " ") == subject
    assert sentence in letter.text.replace("\u00a0", " ")
    assert letter.text.startswith("Bonjour,\n\n")
    assert letter.text.endswith(f"/repertoire/{jumelage.collectivite.slug}/representer/")
    assert (letter.recipient.address, letter.written) == ("Mairie@limoges.exemple", None)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("purpose", "fields", "sentence"),
    [
        (ANNIVERSARY, {"year_signed": 1978}, "pas d’anniversaire à fêter"),
        (ANNIVERSARY, {"year_signed": None}, "pas d’anniversaire à fêter"),
        (AGREEMENT, {"agreement_ends_on": None}, "Aucune convention"),
        (AGREEMENT, {"agreement_ends_on": date(2027, 5, 26)}, "Aucune convention"),
        (AGREEMENT, {"agreement_ends_on": date(2026, 11, 24)}, "Aucune convention"),
        (SILENT, {"to_verify": False}, "n’est plus à vérifier"),
        (ANNIVERSARY, {"vitality": "clos"}, "pas d’anniversaire à fêter"),
    ],
)
def test_no_letter_without_a_reason(purpose: FollowUpMail, fields: dict[str, Any], sentence: str) -> None:
    jumelage = limoges(**fields)

    with pytest.raises(DirectoryError, match=sentence):
        services.prepare_letter(jumelage, purpose, TODAY)
    with pytest.raises(DirectoryError, match=sentence):
        services.send_letter(jumelage, purpose, TODAY, **WORDS)

    assert rows() == []


# --- sending ------------------------------------------------------------------------------------------------------------
@pytest.mark.django_db
def test_it_leaves_once_in_the_words_of_staff(django_capture_on_commit_callbacks: Any) -> None:
    jumelage = limoges()

    with django_capture_on_commit_callbacks(execute=True):
        assert services.send_letter(jumelage, ANNIVERSARY, TODAY, **WORDS) is True
        assert services.send_letter(jumelage, ANNIVERSARY, TODAY, **WORDS | {"text": "Autre chose"}) is False

    sent = mail.outbox[0]
    assert len(mail.outbox) == 1
    assert (sent.subject, sent.to, sent.reply_to) == ("Vos 50 ans", ["mairie@limoges.exemple"], [STAFF])
    assert sent.body.startswith("Bonjour,\n\nÀ bientôt !\n- un bal\n- un repas\n\n-- \n")
    assert "Ne plus recevoir ces courriels" in sent.body
    about = f"jumelage:{jumelage.pk}"
    assert rows() == [("directory.jumelage_anniversary", "service", "mairie@limoges.exemple", STAFF, about)]
    written = services.letters_about([jumelage], ANNIVERSARY, TODAY)
    assert [row.subject for row in written.values()] == ["Vos 50 ans"]


@pytest.mark.django_db(transaction=True)
def test_two_colleagues_at_once_send_one() -> None:
    jumelage = limoges()

    results = at_once(*[lambda: services.send_letter(jumelage, SILENT, TODAY, **WORDS)] * 3)

    assert sorted(results) == [False, False, True]
    assert len(rows()) == 1


@pytest.mark.django_db
def test_each_purpose_and_each_occasion_has_its_letter() -> None:
    jumelage = limoges()

    for purpose in FollowUpMail:
        services.send_letter(jumelage, purpose, TODAY, **WORDS)
    jumelage.agreement_ends_on = date(2027, 4, 1)
    services.save_jumelage(jumelage, ["agreement_ends_on"], source=Source.STAFF, by=STAFF)

    assert services.send_letter(jumelage, AGREEMENT, TODAY, **WORDS) is True
    assert services.send_letter(jumelage, SILENT, date(2027, 1, 1), **WORDS) is True
    assert services.send_letter(jumelage, ANNIVERSARY, date(2027, 1, 1), **WORDS) is False
    assert [row[0].removeprefix("directory.jumelage_") for row in rows()] == [
        *("anniversary", "agreement", "silent", "agreement", "silent")
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "known", "sentence"),
    [
        ({"email": ""}, {}, "la collectivité n’a pas d’adresse publique."),
        ({}, {"failing_since": timezone.now()}, "son adresse est en échec."),
        ({}, {"service_opposed_at": timezone.now()}, "elle s’oppose aux courriels de service."),
        ({"demo": True}, {}, "c’est une fiche de démonstration."),
    ],
)
def test_who_cannot_be_written_to(fields: dict[str, Any], known: dict[str, Any], sentence: str) -> None:
    commune = CommuneFactory(**{"email": "mairie@limoges.exemple"} | fields)
    jumelage = JumelageFactory(collectivite=commune, to_verify=True)
    if known:
        AddressFactory(email="mairie@limoges.exemple", **known)

    assert services.prepare_letter(jumelage, SILENT, TODAY).recipient.why_not == sentence
    with pytest.raises(DirectoryError, match=sentence):
        services.send_letter(jumelage, SILENT, TODAY, **WORDS)
    assert rows() == []


@pytest.mark.django_db
def test_an_opposition_made_meanwhile_holds() -> None:
    services.send_letter(limoges(), SILENT, TODAY, **WORDS)
    AddressFactory(email="mairie@limoges.exemple", service_opposed_at=timezone.now())

    delivery.deliver()

    message = Message.objects.get()
    assert (message.state, message.reason, mail.outbox) == ("skipped", "oppose", [])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("purpose", "changed", "reason"),
    [
        (SILENT, {"verified_at": True}, "deja_fait"),
        (AGREEMENT, {"agreement_ends_on": date(2032, 3, 1)}, "deja_fait"),
        (ANNIVERSARY, {"year_signed": 1979}, "sans_objet"),
        (SILENT, {"vitality": "clos"}, "sans_objet"),
        (SILENT, {"is_published": False}, "sans_objet"),
    ],
)
def test_what_makes_no_sense_any_more_does_not_leave(
    purpose: FollowUpMail, changed: dict[str, Any], reason: str
) -> None:
    jumelage = limoges()
    services.send_letter(jumelage, purpose, TODAY, **WORDS)
    for name, value in changed.items():
        setattr(jumelage, name, timezone.now() if value is True else value)
    services.save_jumelage(jumelage, list(changed), source=Source.STAFF, by=STAFF)

    delivery.deliver()

    assert Message.objects.values_list("state", "reason").get() == ("skipped", reason)


@pytest.mark.django_db
def test_a_model_that_lost_the_text_sends_nothing() -> None:
    WordingFactory(kind="directory.jumelage_silent", subject="Des nouvelles ?", body="Bonjour {{ collectivite }}.")

    with pytest.raises(DirectoryError, match="ne reprend plus votre texte"):
        services.send_letter(limoges(), SILENT, TODAY, **WORDS)

    assert rows() == []


@pytest.mark.django_db
def test_what_staff_types_forges_nothing(django_capture_on_commit_callbacks: Any) -> None:
    forged = {
        "subject": "Un\r\nBcc: x@exemple.fr",
        "text": "{{ network_name }} {% now 'Y' %}\n[Payez] https://x.exemple",
    }

    with django_capture_on_commit_callbacks(execute=True):
        services.send_letter(limoges(), SILENT, TODAY, **WORDS | forged)

    sent = mail.outbox[0]
    assert (sent.subject, sent.message()["Bcc"]) == ("Un Bcc: x@exemple.fr", None)
    assert sent.body.startswith("{{ network_name }} {% now 'Y' %}\n")
    assert 'class="bouton"' not in str(sent.alternatives[0])

"""A person who erases their account leaves the histories: the changes stay, nothing says who made them."""

import io

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from pghistory.models import Context

from directory import services
from directory.models import Actor, ChangeProposal
from directory.services.editing import save_by_staff
from soco.accounts.services import erase
from tests.factories import (
    AttachmentFactory,
    ChangeProposalFactory,
    CommuneFactory,
    FieldChangeFactory,
    MessageFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

GONE = "camille.durand-partie@exemple.fr"
FORMER = "ancienne-adresse@exemple.fr"
STAYS = "reste@exemple.fr"


def edit(actor: Actor, phone: str, by: str) -> None:
    actor.phone = phone
    save_by_staff(actor, ["phone"], by=by)


def everything_said() -> str:
    """Every row of every table of ours, as text."""
    said = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            said += [row for (row,) in cursor.fetchall()]
    return "\n".join(said)


def test_nothing_in_the_base_says_who_it_was() -> None:
    call_command("sync_permissions", stdout=io.StringIO())
    user = UserFactory(email=GONE, first_name="Camilla-Partie", last_name="Durand-Partie", former_emails=[FORMER])
    name = user.get_full_name()
    actor = CommuneFactory()
    edit(actor, "05 45 00 00 01", GONE)
    edit(actor, "05 45 00 00 02", STAYS)
    AttachmentFactory(user=user, actor=actor, accepted=True)
    refused = AttachmentFactory(actor=actor, state="refused", decided_at=timezone.now(), decided_by=GONE)
    refused.reason = "Inconnu"
    refused.save()
    ChangeProposalFactory(actor=actor, by_user=user, by_email=GONE, by_name=name, message=f"{name} ici")
    decided = FieldChangeFactory(
        proposal=ChangeProposalFactory(actor=actor, by_email="autre@exemple.fr"),
        old="05 45 00 00 02",
        new="05 45 00 00 03",
    )
    services.decide(decided.proposal, {"phone": services.Decision(accept=True)}, by=GONE)
    settled = {"state": "sent", "sent_at": timezone.now()}
    MessageFactory(to_email=FORMER, text="Votre lettre", subject="Une lettre", **settled)
    MessageFactory(
        to_email=STAYS, text="Bonjour", subject=f"{name} représente aussi…", about=f"actor:{actor.pk}", **settled
    )
    MessageFactory(to_email=STAYS, reply_to=GONE, text="Bonjour", params={"said": name}, **settled)
    kept = MessageFactory(to_email=STAYS, text="Rien à voir", subject="Autre chose", **settled)
    before = everything_said()
    assert before.count(GONE) > 8
    assert before.count(FORMER) >= 2

    erase(user)

    said = everything_said()
    assert [word for word in (GONE, FORMER, "Camilla-Partie", "Durand-Partie") if word in said] == []
    assert STAYS in said
    kept.refresh_from_db()
    assert kept.text == "Rien à voir"
    actor.refresh_from_db()
    assert actor.phone == "05 45 00 00 03"
    assert ChangeProposal.objects.count() == 2
    assert Context.objects.filter(metadata__by="compte effacé").exists()


def test_forgetting_twice_finds_nothing_more_and_adds_no_history() -> None:
    actor = CommuneFactory()
    edit(actor, "05 45 00 00 01", GONE)
    edit(actor, "05 45 00 00 02", GONE)
    events = Actor.pgh_event_model.objects.count()

    assert services.forget_name_in_histories([GONE]) == 4
    assert services.forget_name_in_histories([GONE]) == 0
    assert Actor.pgh_event_model.objects.count() == events

"""The morning's point: once a day, to who wants it, with what they may empty, and only when something waits."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.core import mail

from soco.accounts import digest, tasks
from soco.accounts.models import User
from soco.mailing import delivery
from soco.mailing.enums import State
from soco.mailing.models import Message
from tests.factories import MessageFactory, UserFactory

pytestmark = pytest.mark.django_db

MORNING = datetime(2026, 11, 24, 7, 5, tzinfo=UTC)


@pytest.fixture
def reader() -> User:
    user = UserFactory(staff=True, wants_digest=True, email="equipe@exemple.fr")
    user.user_permissions.add(Permission.objects.get(codename="change_message"))
    return user


@time_machine.travel(MORNING, tick=False)
def test_one_mail_a_day_with_what_waits(reader: User) -> None:
    UserFactory(staff=True)
    UserFactory(wants_digest=True)
    MessageFactory.create_batch(3, state=State.FAILED)
    for _time in range(2):
        tasks.queue_digests()
        delivery.deliver()

    (email,) = mail.outbox
    assert email.to == ["equipe@exemple.fr"]
    assert "- Courriels en échec\u00a0: 3, depuis 0\u00a0minute\n" in email.body
    assert "Adresses" not in email.body
    assert "http://testserver/equipe/" in email.body


@time_machine.travel(MORNING, tick=False)
def test_nothing_is_sent_when_nothing_waits_or_to_who_no_longer_wants_it(reader: User) -> None:
    digest.queue_digests(MORNING.date())
    delivery.deliver()
    assert (Message.objects.get().state, Message.objects.get().reason) == (State.SKIPPED, "sans_objet")

    Message.objects.all().delete()
    MessageFactory(state=State.FAILED)
    digest.queue_digests(MORNING.date())
    digest.want_digest(reader, False)
    delivery.deliver()
    assert mail.outbox == []


def test_chosen_from_the_staff_home(client) -> None:
    user = UserFactory(superuser=True)
    client.force_login(user)

    client.post("/equipe/point-du-matin/", {"souhait": "oui"})
    assert User.objects.who_want_the_digest().get() == user
    assert "Ne plus le recevoir" in client.get("/equipe/").content.decode()
    client.post("/equipe/point-du-matin/", {"souhait": "non"})
    assert not User.objects.who_want_the_digest().exists()

    client.force_login(UserFactory())
    assert client.post("/equipe/point-du-matin/", {"souhait": "oui"}).status_code == 403

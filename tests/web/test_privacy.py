"""The register is printed from the code, and each rule of forgetting runs dry unless told otherwise."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.utils import timezone
from django.utils.html import escape

from soco.accounts.forms import SignupForm
from soco.mailing.enums import State
from soco.mailing.models import Message
from soco.web import registries, tasks
from soco.web.privacy import TREATMENTS
from tests.directory.pages import text_of
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db


def old_message(days: int, **fields: object) -> Message:
    message = MessageFactory(state=State.SENT, sent_at=timezone.now(), text="Bonjour", **fields)
    Message.objects.filter(pk=message.pk).update(created_at=timezone.now() - timedelta(days=days))
    return message


def test_the_public_page_prints_every_treatment_and_every_rule(client) -> None:
    page = text_of(client.get("/donnees-personnelles/"))

    for treatment in TREATMENTS:
        assert f'id="{treatment.code}"' in page
        assert escape(str(treatment.retention).replace("\u00a0", " ")) in page
    for purge in registries.purges():
        assert escape(str(purge.rule).replace("\u00a0", " ")) in page


def test_forgetting_is_dry_unless_asked(capsys) -> None:
    recent, body, row = old_message(10), old_message(400), old_message(36 * 31 + 2)

    call_command("purger")
    assert capsys.readouterr().out.splitlines()[-1] == "total: to_purge=3"
    assert Message.objects.exclude(text="").count() == 3

    call_command("purger", "--apply")
    assert capsys.readouterr().out.splitlines()[-1] == "total: purged=3"
    assert set(Message.objects.values_list("pk", "text")) == {(recent.pk, "Bonjour"), (body.pk, "")}
    assert not Message.objects.filter(pk=row.pk).exists()


def test_the_nightly_task_forgets_once() -> None:
    old_message(400)
    for _night in range(2):
        tasks.purge()

    assert list(Message.objects.values_list("text", flat=True)) == [""]


def test_the_register_says_required_what_sign_up_requires() -> None:
    account = next(treatment for treatment in TREATMENTS if treatment.code == "compte")

    names = next(datum for datum in account.data if datum.label == "prénom et nom")
    assert names.is_required is SignupForm.base_fields["first_name"].required


def test_the_address_of_the_network_can_be_copied(client) -> None:
    page = client.get("/contact/").content.decode()

    assert f"<strong>{settings.MAIL_FROM}</strong>" in page


def test_one_rule_that_fails_keeps_no_other_from_forgetting(monkeypatch) -> None:
    def breaks(apply: bool) -> int:
        raise RuntimeError("panne d’essai")

    monkeypatch.setitem(registries._purges, "a.broken", registries.Purge("a.broken", "Rien", breaks))
    old_message(400)

    with pytest.raises(RuntimeError, match=r"a\.broken"):
        tasks.purge()
    assert list(Message.objects.values_list("text", flat=True)) == [""]

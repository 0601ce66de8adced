"""Every mail about accounts goes through the ledger, in our words."""

import re
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import timezone

from soco.accounts import notifications
from soco.accounts.adapter import AccountAdapter
from soco.accounts.notifications import KINDS
from soco.mailing import kinds, rendering
from soco.mailing.enums import Category
from soco.mailing.models import Message

# By a link rather than a code, or never sent by itself: our settings leave them out.
NOT_OURS = {"account/email/email_confirm", "account/email/password_reset_key"}


def test_every_mail_that_allauth_may_send_is_one_of_ours() -> None:
    templates = Path(find_spec("allauth").submodule_search_locations[0]) / "templates"
    theirs = {
        path.relative_to(templates).as_posix().removesuffix("_subject.txt")
        for path in templates.rglob("*/email/*_subject.txt")
    }

    assert len(theirs) > 15
    assert theirs - NOT_OURS == set(KINDS)


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", sorted(KINDS))
def test_each_has_words_that_render(prefix: str) -> None:
    kind = kinds.get(KINDS[prefix].kind.code)

    rendered = rendering.render(kind, kind.context(kind.example()))

    assert kind.category == Category.ACCOUNT
    assert rendered.subject
    assert rendered.text.startswith("Bonjour,")
    assert "{" not in rendered.subject + rendered.text


@pytest.mark.parametrize("prefix", sorted(KINDS))
def test_a_code_is_never_in_a_subject(prefix: str) -> None:
    """A subject shows on a locked phone, and in the staff's list of mails."""
    subject, _body = rendering.shipped(KINDS[prefix].kind)

    assert "code }}" not in subject
    assert set(re.findall(r"{{ *(\w+)", subject)) <= {"network_name"}


@pytest.mark.django_db
def test_a_code_is_useless_after_its_time_and_each_request_is_a_mail() -> None:
    for code in ("1111-1111", "2222-2222"):
        AccountAdapter().send_mail("account/email/login_code", "a@exemple.fr", {"code": code, "request": object()})

    mails = Message.objects.oldest_first()
    assert [mail.params["code"] for mail in mails] == ["1111-1111", "2222-2222"]
    lifetime = mails[0].relevant_until - timezone.now()
    assert timedelta(seconds=settings.CODE_SECONDS - 60) < lifetime <= timedelta(seconds=settings.CODE_SECONDS)


@pytest.mark.django_db
def test_a_mail_nobody_declared_is_a_defect() -> None:
    with pytest.raises(KeyError):
        notifications.send("account/email/inconnu", "a@exemple.fr", {})

"""Without a mail server, each mail is a file that its owner alone reads, and sending it again makes no second one."""

from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path

import pytest

from soco.mailing import delivery
from soco.mailing.enums import State
from soco.mailing.models import Message
from tests.factories import MessageFactory

pytestmark = pytest.mark.django_db


def test_a_mail_becomes_a_file(settings, tmp_path: Path) -> None:
    settings.EMAIL_BACKEND = "soco.mailing.backends.FolderBackend"
    settings.EMAIL_FILE_PATH = tmp_path / "mails"
    row = MessageFactory(to_email="a@exemple.fr", params={"subject": "Été à Saintes", "said": "Bonjour"})
    delivery.deliver()
    Message.objects.update(state=State.QUEUED)
    delivery.deliver()

    (file,) = (tmp_path / "mails").iterdir()
    assert file.name == f"{row.message_id.strip('<>')}.eml"
    assert (tmp_path / "mails").stat().st_mode & 0o077 == 0
    mail = message_from_bytes(file.read_bytes())
    assert str(make_header(decode_header(mail["Subject"]))) == "Été à Saintes"
    assert mail["To"] == "a@exemple.fr"
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]

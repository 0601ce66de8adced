"""What leaves, byte by byte: a file that its owner alone reads without a mail server, and what a real server receives."""

from base64 import b64encode
from email import message_from_bytes
from email.header import decode_header, make_header
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from soco.mailing import delivery
from soco.mailing.enums import State
from soco.mailing.models import Message
from tests.factories import MessageFactory
from tests.mailing import sink as sinks

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


def test_a_pdf_goes_through_a_server_unchanged(settings) -> None:
    """Whatever a mail server is tempted to touch: zeros, lone line ends, a line of a dot alone, a very long one."""
    pdf = b"%PDF-1.7\n" + bytes(range(256)) + b"\r\n.\r\n.\n\r\n" + b"x" * 5000 + b"\r\r%%EOF"
    params = {"pdf": ["Convention signée à Saintes.pdf", b64encode(pdf).decode()]}
    MessageFactory(to_email="a@exemple.fr", params=params)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"

    with sinks.running() as (sink, url):
        settings.EMAIL_HOST, settings.EMAIL_PORT = urlsplit(url).hostname, urlsplit(url).port
        delivery.deliver()

    assert sink.last
    (received,) = [part for part in sink.last.walk() if part.get_content_type() == "application/pdf"]
    assert received.get_payload(decode=True) == pdf
    assert received.get_filename() == "Convention signée à Saintes.pdf"

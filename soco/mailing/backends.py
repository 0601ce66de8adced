"""Without a mail server: each mail becomes a file that any mail program opens, and none leaves."""

import re
from collections.abc import Sequence
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class FolderBackend(BaseEmailBackend):
    """Writes `<Message-ID>.eml` in EMAIL_FILE_PATH: the same message sent again replaces its file."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for email in email_messages:
            message = email.message()
            name = re.sub(r"[^\w.@-]", "", message["Message-ID"])
            partial = folder / f".{name}.partial"
            partial.write_bytes(message.as_bytes())
            partial.rename(folder / f"{name}.eml")
        return len(email_messages)

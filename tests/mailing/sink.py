"""A mail server on the loopback that takes everything, or refuses, waits or hangs up as the recipient's name asks."""

import asyncio
import logging
import socket
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

logging.getLogger("mail.log").setLevel(logging.WARNING)


class Sink:
    """`received`: Message-ID → how many times it was accepted (a mail taken just before hanging up counts). `last`: the last."""

    def __init__(self) -> None:
        self.received: Counter[str] = Counter()
        self.seen: Counter[str] = Counter()
        self.last: Message | None = None

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[Any]
    ) -> str:
        self.seen[address] += 1
        if address.startswith("plustard") and self.seen[address] == 1:
            return "450 4.2.0 greylisted, come back"
        if address.startswith("inconnu"):
            return "550 5.1.1 no such user here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        address = envelope.rcpt_tos[0]
        if address.startswith("lent") and self.seen[address] == 1:
            await asyncio.sleep(3)
        if address.startswith("refus"):
            return "554 5.6.0 content refused"
        self.last = message_from_bytes(envelope.content or b"")
        self.received[str(self.last["Message-ID"])] += 1
        if address.startswith("coupe") and self.seen[address] == 1:
            server.transport.abort()
        return "250 OK"


@contextmanager
def running() -> Iterator[tuple[Sink, str]]:
    """A started sink, and its EMAIL_URL."""
    sink = Sink()
    with socket.create_server(("127.0.0.1", 0)) as free:  # the controller wants to know its port beforehand
        port = free.getsockname()[1]
    controller = Controller(sink, hostname="127.0.0.1", port=port, ready_timeout=10)
    controller.start()
    try:
        yield sink, f"smtp://127.0.0.1:{port}"
    finally:
        controller.stop()

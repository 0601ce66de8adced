"""What the tests of accounts share: reading a code from the ledger, a page without what changes at each request."""

import re
import time
from collections.abc import Callable

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.http import HttpResponse

from soco.mailing.models import Message

PASSWORD = "un mot de passe d’essai"


def totp_code(secret: str) -> str:
    """What an app of codes shows now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


@pytest.fixture
def last_code() -> Callable[[str], str]:
    """`last_code("a@exemple.fr")`: the code of the newest mail asked for to that address."""
    return lambda email: Message.objects.to_address(email).order_by("-pk")[0].params["code"]


def same_for_all(response: HttpResponse, *addresses: str) -> bytes:
    """The answer, but for its CSRF token and the address that was typed."""
    page = re.sub(rb'(name="csrfmiddlewaretoken" value=")[^"]+', rb"\1", response.content)
    for address in addresses:
        page = page.replace(address.encode(), b"ADRESSE")
    return page

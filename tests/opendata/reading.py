"""Reading what open data gives."""

import csv
import io
import json
from typing import Any

from django.test import Client


def body(client: Client, address: str) -> bytes:
    response = client.get(address)
    assert response.status_code == 200, address
    return b"".join(response) if response.streaming else response.content


def text(client: Client, address: str) -> str:
    return body(client, address).decode()


def data(client: Client, address: str) -> Any:
    return json.loads(body(client, address))


def rows(client: Client, address: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text(client, address))))

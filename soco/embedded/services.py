"""What the portal needs around it: an address given in the environment, else an embedded service."""

import os
from collections.abc import Mapping

from . import valkey
from .folder import VarFolder
from .postgres import Postgres
from .processes import Children

ADDRESSES = ("DATABASE_URL", "BROKER_URL", "CACHE_URL")


def given() -> dict[str, str]:
    """The addresses that the environment gives."""
    return {name: os.environ[name] for name in ADDRESSES if os.environ.get(name)}


def start(
    folder: VarFolder, children: Children, given: Mapping[str, str], *, is_disposable: bool = False
) -> dict[str, str]:
    """Start the services whose address is not `given`, both at once, and return the three addresses."""
    addresses = dict(given)
    cache_and_broker = None
    if not {"BROKER_URL", "CACHE_URL"} <= addresses.keys():
        cache_and_broker = valkey.start(folder, children)
    if "DATABASE_URL" not in addresses:
        database = Postgres(folder, is_disposable=is_disposable)
        database.start(children)
        addresses["DATABASE_URL"] = database.wait()
    if cache_and_broker is not None:
        cache_and_broker.wait()
        addresses.setdefault("BROKER_URL", cache_and_broker.broker_url)
        addresses.setdefault("CACHE_URL", cache_and_broker.cache_url)
    return addresses

"""Folders, services and processes that the tests of `soco.embedded` start for real."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from soco.embedded.folder import VarFolder
from soco.embedded.processes import Children

ADDRESSES = ("DATABASE_URL", "BROKER_URL", "CACHE_URL", "SITE_URL", "ALLOWED_HOSTS", "SECRET_KEY", "PORTAL_PG_BIN")


@pytest.fixture(autouse=True)
def nothing_given(monkeypatch: pytest.MonkeyPatch) -> None:
    """The suite itself runs with services: what is tested here must not see their addresses."""
    for name in ADDRESSES:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def folder(tmp_path: Path) -> VarFolder:
    folder = VarFolder(tmp_path / "var")
    folder.create()
    return folder


@pytest.fixture
def children() -> Iterator[Children]:
    with Children() as started:
        yield started

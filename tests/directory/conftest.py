"""The official files that the tests of loading start from."""

from pathlib import Path

import pytest

from directory.services import load_referentiel
from tests.directory.official_files import OfficialFiles


@pytest.fixture
def files(tmp_path: Path) -> OfficialFiles:
    return OfficialFiles(tmp_path)


@pytest.fixture
def loaded(files: OfficialFiles) -> OfficialFiles:
    """Région 75 is loaded from the files."""
    load_referentiel("75", folder=files.folder)
    return files

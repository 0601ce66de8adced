"""The API against its own contract: Schemathesis asks what nobody would think of, right and wrong, and checks each answer."""

import os
import subprocess
import sys
from pathlib import Path

from directory.models import Project


def test_schemathesis_finds_nothing(live_server, settings, project: Project, tmp_path: Path) -> None:
    settings.OPENDATA_REQUESTS_A_MINUTE = 1_000_000
    settings.SITE_URL = live_server.url
    command = [
        *(str(Path(sys.executable).with_name("schemathesis")), "run", f"{live_server.url}/api/v1/openapi.json"),
        *("--checks", "all", "--max-examples", "25", "--seed", "7", "--continue-on-failure", "--no-color"),
        *("--warnings", "off", "--request-timeout", "10"),
    ]

    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"NO_COLOR": "1"}, capture_output=True, text=True, timeout=180
    )

    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "Tested: 11" in done.stdout

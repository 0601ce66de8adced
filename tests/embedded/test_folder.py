import json
import os
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from soco.embedded import terminal
from soco.embedded.folder import SOCKET_PATH_BYTES, FolderIsBusy, Running, VarFolder, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_new_folder_is_private(tmp_path: Path) -> None:
    folder = VarFolder(tmp_path / "un" / "deux")

    folder.create()

    assert mode(folder.path) == 0o700


def test_the_secret_key_is_drawn_once_and_private(folder: VarFolder) -> None:
    key = folder.secret_key()

    assert len(key) >= 50
    assert VarFolder(folder.path).secret_key() == key
    assert mode(folder.path / "secret_key") == 0o600


def test_a_private_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("ancien")

    write_private(path, "nouveau")

    assert (path.read_text(), mode(path), [*tmp_path.iterdir()]) == ("nouveau", 0o600, [path])


def test_a_log_that_grew_is_set_aside(folder: VarFolder) -> None:
    log = folder.log("site")
    with log.open("wb") as file:
        file.truncate(10_000_001)

    folder.log("site")

    assert (log.exists(), log.with_suffix(".log.1").stat().st_size) == (False, 10_000_001)


def test_sockets_stand_in_their_folder_up_to_the_longest_path(folder: VarFolder, tmp_path: Path) -> None:
    room = SOCKET_PATH_BYTES - len(os.fsencode(tmp_path)) - len("/") - len("/.s.PGSQL.5432")
    fits, too_long = tmp_path / ("é" * (room // 2) + "e" * (room % 2)), tmp_path / ("e" * (room + 1))

    with folder.held_by("run"):
        assert folder.socket_folder(fits) == fits
        assert folder.socket_folder(too_long) != too_long


@pytest.mark.parametrize("awkward", ["virgule,", "pour%cent", "arobase@", "dièse#", "question?"])
def test_sockets_avoid_characters_that_addresses_cannot_hold(tmp_path: Path, awkward: str) -> None:
    folder = VarFolder(tmp_path / awkward)
    folder.create()

    with folder.held_by("run"):
        assert folder.socket_folder(folder.postgres) != folder.postgres


def test_the_fallback_for_sockets_is_private_and_leaves_with_the_portal(tmp_path: Path) -> None:
    folder = VarFolder(tmp_path / ("long" * 40))
    folder.create()

    with folder.held_by("run"):
        sockets = folder.socket_folder(folder.postgres)
        seen = (sockets.parent.parent, mode(sockets), mode(sockets.parent))

    assert seen == (Path(tempfile.gettempdir()), 0o700, 0o700)
    assert not sockets.parent.exists()


def test_nowhere_to_put_sockets_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    far = tmp_path / ("long" * 40)
    far.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(far))

    with pytest.raises(terminal.PortalError, match="trop long"):
        VarFolder(far).socket_folder(far / "pg")


def test_who_holds_the_folder_says_so_to_its_owner_only(folder: VarFolder) -> None:
    with folder.held_by("run", "http://localhost:8000"):
        assert folder.running() == Running(os.getpid(), "run", "http://localhost:8000")
        assert mode(folder.path / "portal.json") == 0o600

    assert folder.running() is None
    assert not (folder.path / "portal.json").exists()


def test_a_second_portal_is_told_who_is_there(folder: VarFolder) -> None:
    with (
        folder.held_by("run", "http://localhost:8000"),
        pytest.raises(FolderIsBusy) as refused,
        VarFolder(folder.path).held_by("run"),
    ):
        pytest.fail("two portals on one folder")

    assert str(refused.value).startswith(
        f"Le portail tourne déjà sur {folder.path} (processus {os.getpid()}) : http://localhost:8000."
    )


def test_a_portal_is_told_that_a_command_uses_the_folder(folder: VarFolder) -> None:
    with (
        folder.held_by("manage"),
        pytest.raises(FolderIsBusy, match=r"Une commande « \./portal manage »"),
        VarFolder(folder.path).held_by("run"),
    ):
        pytest.fail("a portal on a folder in use")


def test_a_refused_portal_leaves_the_other_as_it_was(folder: VarFolder) -> None:
    with folder.held_by("run"):
        with pytest.raises(FolderIsBusy), VarFolder(folder.path).held_by("run"):
            pytest.fail("two portals on one folder")

        assert folder.running() == Running(os.getpid(), "run")


def test_the_next_portal_waits_for_what_a_killed_one_left(folder: VarFolder) -> None:
    """The killed portal's database is still closing: it inherited the lock."""
    code = (
        "import subprocess, sys, os, signal; from pathlib import Path; from soco.embedded.folder import VarFolder\n"
        "folder = VarFolder(Path(sys.argv[1]))\n"
        "with folder.held_by('run'):\n"
        "    subprocess.Popen(['sleep', '1.5'], pass_fds=folder.inherited_fds)\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code, str(folder.path)], check=False)
    started = time.monotonic()

    with folder.held_by("run"):
        waited = time.monotonic() - started

    assert killed.returncode == -signal.SIGKILL
    assert 0.5 < waited < 5


def test_what_a_dead_portal_said_is_not_believed(folder: VarFolder) -> None:
    dead = subprocess.Popen(["true"])
    dead.wait()
    (folder.path / "portal.json").write_text(json.dumps({"pid": dead.pid, "command": "run"}))
    (folder.path / "portal.lock").touch()

    assert folder.running() is None


def test_a_number_taken_by_another_program_is_not_a_portal(folder: VarFolder) -> None:
    (folder.path / "portal.json").write_text(json.dumps({"pid": os.getpid(), "command": "run"}))
    (folder.path / "portal.lock").touch()

    assert folder.running() is None

"""Real environments and a real pip, on locks of one local wheel: no network."""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from soco.embedded import installation
from soco.embedded.arguments import ROOT
from soco.embedded.installation import Environment
from soco.embedded.terminal import PortalError


def lock_of(*wheels: Path) -> str:
    return "".join(
        f"{wheel.name.split('-')[0]} @ {wheel.as_uri()} \\\n"
        f"    --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"
        for wheel in wheels
    )


def make_wheel(folder: Path, name: str) -> Path:
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    info = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return wheel


def imports(python: Path, module: str) -> bool:
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True, check=False).returncode == 0


@dataclass(frozen=True)
class Installed:
    root: Path
    outputs: list[str]
    codes: list[int]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """A checkout where an installation was interrupted, then two portals started together.

    Its production lock has one wheel; its tests lock adds another, not installed. Making an environment takes seconds:
    the tests share this one, and change copies of it.
    """
    root = tmp_path_factory.mktemp("checkout")
    (root / "requirements").mkdir()
    served, tested = make_wheel(root, "served"), make_wheel(root, "tested")
    (root / "requirements" / "production.lock").write_text(lock_of(served))
    (root / "requirements" / "tests.lock").write_text(lock_of(served, tested))
    (root / ".venv").mkdir()
    (root / ".venv" / "half-installed").touch()
    code = "import sys, pathlib, soco.embedded.installation as i; i.ensure(pathlib.Path(sys.argv[1]), 'production')"
    command = [sys.executable, "-c", code, str(root)]
    portals = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    outputs = [portal.communicate(timeout=120)[0] for portal in portals]
    return Installed(root, outputs, [portal.returncode for portal in portals])


@pytest.fixture
def root(installed: Installed, tmp_path: Path) -> Path:
    """A copy of the installed checkout, to change at will."""
    return shutil.copytree(installed.root, tmp_path / "checkout", symlinks=True)


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout where nothing is installed, with a lock that no one can satisfy."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / "requirements" / "production.lock").write_text("nowhere==1.0 \\\n    --hash=sha256:" + "0" * 64 + "\n")
    return tmp_path


def test_an_empty_checkout_needs_its_installation(bare: Path) -> None:
    assert Environment(bare).needs("production")


def test_what_is_installed_can_be_imported_and_is_not_installed_again(root: Path) -> None:
    python = installation.ensure(root, "production", before=lambda: pytest.fail("installed twice"))

    assert imports(python, "served")
    assert not imports(python, "tested")


def test_the_tests_lock_also_serves_a_run(root: Path) -> None:
    installation.ensure(root, "tests")

    environment = Environment(root)
    assert (environment.needs("tests"), environment.needs("production")) == (False, False)


def test_the_tests_lock_does_not_serve_a_run_with_other_versions(root: Path) -> None:
    other = make_wheel(root, "other")
    (root / "requirements" / "production.lock").write_text(lock_of(other))

    installation.ensure(root, "tests")

    environment = Environment(root)
    assert (environment.needs("tests"), environment.needs("production")) == (False, True)


def test_a_changed_lock_is_installed(root: Path) -> None:
    (root / "requirements" / "production.lock").write_text(lock_of(make_wheel(root, "newer")))

    python = installation.ensure(root, "production")

    assert imports(python, "newer")


def test_an_interrupted_installation_starts_again_from_an_empty_environment(installed: Installed) -> None:
    environment = Environment(installed.root)

    assert not environment.needs("production")
    assert imports(environment.python, "served")
    assert not (environment.folder / "half-installed").exists()


def test_two_portals_install_one_after_the_other(installed: Installed) -> None:
    assert installed.codes == [0, 0]
    assert sorted(output.count("✓ installation") for output in installed.outputs) == [0, 1]


def test_an_installation_without_its_stamp_is_not_trusted(root: Path) -> None:
    Environment(root).stamp.unlink()

    assert Environment(root).needs("production")


def test_a_vanished_python_is_seen(root: Path) -> None:
    python = Environment(root).python
    python.unlink()
    python.symlink_to("/nowhere/python3")

    assert Environment(root).needs("production")


def test_another_python_in_the_same_place_is_seen(root: Path) -> None:
    python = Environment(root).python
    python.unlink()
    python.write_text("#!/bin/sh\necho 3.99\n")
    python.chmod(0o755)

    assert Environment(root).needs("production")


@pytest.mark.parametrize(
    ("pip_says", "sentence"),
    [
        (
            "WARNING: Retrying … NewConnectionError('…')\nERROR: No matching distribution found",
            "le réseau ne répond pas",
        ),
        ("Temporary failure in name resolution", "le réseau ne répond pas"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", "ne correspond pas à son empreinte"),
        ("ERROR: No matching distribution found for served==1.0", "n’existe pas pour ce système"),
        ("OSError: [Errno 28] No space left on device", "le disque est plein"),
        ("something that nobody foresaw", "something that nobody foresaw"),
    ],
)
def test_a_failure_of_pip_is_one_sentence(root: Path, pip_says: str, sentence: str) -> None:
    environment = Environment(root)
    environment.python.unlink()
    answer = root / "pip-says"
    answer.write_text(pip_says)
    version = ".".join(map(str, sys.version_info[:2]))
    environment.python.write_text(f'#!/bin/sh\ncase "$*" in *pip*) cat {answer}; exit 1;; *) echo {version};; esac\n')
    environment.python.chmod(0o755)
    (root / "requirements" / "production.lock").write_text(lock_of(make_wheel(root, "newer")))

    with pytest.raises(PortalError) as refused:
        installation.ensure(root, "production")

    assert sentence in str(refused.value)
    assert environment.needs("production")


@pytest.mark.parametrize("module", ["venv", "ensurepip"])
def test_a_python_without_venv_is_told_what_to_install(
    bare: Path, monkeypatch: pytest.MonkeyPatch, module: str
) -> None:
    monkeypatch.setitem(sys.modules, module, None)

    with pytest.raises(PortalError, match="sudo apt install python3-venv"):
        installation.ensure(bare, "production")

    assert not (bare / ".venv").exists()


def test_a_busy_port_is_told_before_a_minute_of_installation(bare: Path) -> None:
    def refuse() -> None:
        raise PortalError("occupé")

    with pytest.raises(PortalError, match="occupé"):
        installation.ensure(bare, "production", before=refuse)

    assert not (bare / ".venv").exists()


def test_a_read_only_checkout_is_one_sentence(tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    (checkout / "requirements").mkdir(parents=True)
    (checkout / "requirements" / "production.lock").write_text("")
    shutil.copy(ROOT / "portal", checkout)
    shutil.copytree(ROOT / "soco" / "embedded", checkout / "soco" / "embedded")
    shutil.copy(ROOT / "soco" / "__init__.py", checkout / "soco")
    checkout.chmod(0o555)
    # Root writes everywhere: as in the portal itself, a user namespace makes it an ordinary user.
    as_user = ["unshare", "--user", "--map-user=65534", "--map-group=65534", "--"] if os.geteuid() == 0 else []

    result = subprocess.run(
        [*as_user, sys.executable, checkout / "portal", "setup"], capture_output=True, text=True, check=False
    )

    checkout.chmod(0o755)
    assert result.returncode == 2
    assert result.stderr.startswith(f"✗ Impossible d’écrire dans {checkout}/.venv : l’accès y est refusé.")

from pathlib import Path

import pytest

from soco.embedded import arguments
from soco.embedded.arguments import ROOT, Arguments
from soco.embedded.terminal import PortalError


@pytest.fixture(autouse=True)
def no_var(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PORTAL_VAR", raising=False)


def test_run_has_the_documented_defaults() -> None:
    assert arguments.parse(["run"]) == Arguments("run", ROOT / "var", (), "127.0.0.1", 8000)


def test_run_takes_its_three_options(tmp_path: Path) -> None:
    understood = arguments.parse(["run", "--port", "8080", "--host=0.0.0.0", "--var", str(tmp_path)])

    assert understood == Arguments("run", tmp_path, (), "0.0.0.0", 8080)  # noqa: S104


def test_portal_var_gives_the_folder_of_every_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path))

    assert {arguments.parse([command]).var for command in ("run", "test", "manage", "bench", "check")} == {tmp_path}


def test_a_relative_folder_is_that_of_the_caller(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert arguments.parse(["run", "--var", "données"]).var == tmp_path / "données"


@pytest.mark.parametrize("command", ["test", "manage", "bench"])
def test_what_follows_a_tool_goes_to_it_untouched(command: str) -> None:
    assert arguments.parse([command, "--help", "-k", "nom"]).rest == ("--help", "-k", "nom")


@pytest.mark.parametrize("argv", [[], ["--help"], ["-h"], ["help"], ["run", "--help"]])
def test_help_is_asked_for_in_several_ways(argv: list[str]) -> None:
    assert arguments.parse(argv).command == "help"


@pytest.mark.parametrize(
    ("argv", "sentence"),
    [
        (["lancer"], "« lancer » n’est pas une commande du portail"),
        (["check", "--vite"], "« ./portal check » ne prend pas d’option"),
        (["run", "--port", "99999"], "--port (de 1 à 65535)"),
        (["run", "--port", "abc"], "--port (de 1 à 65535)"),
        (["run", "--porte", "8000"], "Options de « ./portal run » non comprises"),
        (["run", "ici"], "Options de « ./portal run » non comprises"),
    ],
)
def test_a_mistake_is_answered_with_one_sentence(argv: list[str], sentence: str) -> None:
    with pytest.raises(PortalError) as refused:
        arguments.parse(argv)

    assert sentence in str(refused.value)
    assert refused.value.exit_code == 2


def test_the_help_names_every_command() -> None:
    commands = ["run", *arguments.COMMANDS_WITH_FREE_ARGUMENTS, *arguments.COMMANDS_ALONE]

    assert [command for command in commands if f"./portal {command}" not in arguments.HELP] == []

import os

import pytest

from soco.embedded import environment
from soco.embedded.folder import VarFolder


def test_a_portal_answers_on_this_machine_by_default(folder: VarFolder) -> None:
    env = environment.for_portal(folder, "127.0.0.1", 8000)

    assert env["SITE_URL"] == "http://localhost:8000"
    assert env["ALLOWED_HOSTS"] == "localhost,127.0.0.1,[::1]"
    assert env["DJANGO_SETTINGS_MODULE"] == "soco.settings.base"
    assert env["SECRET_KEY"] == folder.secret_key()
    assert env["PORTAL_VAR"] == str(folder.path)


def test_a_portal_answers_to_the_names_it_was_given(folder: VarFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_URL", "https://portail.example.org")

    env = environment.for_portal(folder, "192.0.2.7", 8080)

    assert env["SITE_URL"] == "https://portail.example.org"
    assert env["ALLOWED_HOSTS"] == "localhost,127.0.0.1,[::1],192.0.2.7,portail.example.org"


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL"])
def test_what_is_given_wins(folder: VarFolder, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv(name, "donné")

    assert environment.for_portal(folder, "127.0.0.1", 8000)[name] == "donné"


def test_a_variable_left_empty_was_not_given(folder: VarFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "")
    monkeypatch.setenv("EMAIL_URL", "")

    env = environment.for_portal(folder, "127.0.0.1", 8000)

    assert env["SECRET_KEY"] == folder.secret_key()
    assert "EMAIL_URL" not in env


def test_a_portal_always_has_the_production_settings(folder: VarFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "soco.settings.dev")

    assert environment.for_portal(folder, "127.0.0.1", 8000)["DJANGO_SETTINGS_MODULE"] == "soco.settings.base"
    assert environment.for_command(folder)["DJANGO_SETTINGS_MODULE"] == "soco.settings.dev"


def test_tools_see_nothing_of_the_callers_portal(folder: VarFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    given = ["DATABASE_URL", "SECRET_KEY", "SITE_URL", "EMAIL_URL", "REGION_CODE", "OIDC_CLIENT_SECRET"]
    for name in given:
        monkeypatch.setenv(name, "du portail")

    env = environment.for_tools(folder, environment.TEST_SETTINGS)

    assert [name for name in given if env.get(name) == "du portail"] == []
    assert env["PATH"] == os.environ["PATH"]

"""The real PostgreSQL and Valkey, through the very libraries that will read their addresses."""

import os
import shutil
import signal
import subprocess
from pathlib import Path

import environ
import psycopg
import pytest
import redis
from kombu import Connection

from soco.embedded import postgres, services, valkey
from soco.embedded.folder import VarFolder
from soco.embedded.postgres import Postgres
from soco.embedded.processes import Children
from soco.embedded.terminal import PortalError


def connect(database_url: str) -> psycopg.Connection:
    settings = environ.Env.db_url_config(database_url)
    return psycopg.connect(host=settings["HOST"], user=settings["USER"], dbname=settings["NAME"], autocommit=True)


def ping_broker(url: str) -> bool:
    with Connection(url) as broker:
        return broker.ensure_connection(max_retries=1, timeout=5).default_channel.client.ping()


def databases_used_by_cache(url: str) -> set[str]:
    settings = environ.Env.cache_url_config(url)
    pool = redis.ConnectionPool.from_url(settings["LOCATION"], **settings["OPTIONS"])
    client = redis.Redis(connection_pool=pool)
    try:
        client.set("name", "value")
        return set(client.info("keyspace"))
    finally:
        client.close()
        pool.disconnect()


@pytest.mark.parametrize("name", ["var", "été à l'île", "une, deux", "long" * 40])
def test_the_services_answer_at_their_addresses_whatever_the_folders_name(
    tmp_path: Path, children: Children, name: str
) -> None:
    folder = VarFolder(tmp_path / name)
    folder.create()

    with folder.held_by("test"):
        addresses = services.start(folder, children, {}, is_disposable=True)

        with connect(addresses["DATABASE_URL"]) as connection:
            locale = connection.execute(
                "SELECT datname, datlocprovider, datlocale FROM pg_database WHERE datname = current_database()"
            ).fetchone()
        assert locale == ("soco", "b", "PG_UNICODE_FAST")
        assert ping_broker(addresses["BROKER_URL"])
        assert databases_used_by_cache(addresses["CACHE_URL"]) == {"db1"}
        children.stop()


def test_a_full_cache_never_costs_a_queued_task(folder: VarFolder, children: Children) -> None:
    server = valkey.start(folder, children)
    server.wait()

    with redis.Redis(unix_socket_path=str(server.socket)) as client:
        assert client.config_get("maxmemory-policy") == {"maxmemory-policy": "volatile-lru"}
        assert client.config_get("maxmemory") == {"maxmemory": str(256 * 1024 * 1024)}


def test_nothing_is_started_when_every_address_is_given(folder: VarFolder, children: Children) -> None:
    given = {"DATABASE_URL": "postgres://a/b", "BROKER_URL": "redis://c/0", "CACHE_URL": "redis://c/1"}

    assert services.start(folder, children, given) == given
    assert not folder.postgres.exists()
    assert not folder.valkey.exists()


def test_a_given_broker_leaves_the_cache_to_the_embedded_one(folder: VarFolder, children: Children) -> None:
    given = {"DATABASE_URL": "postgres://a/b", "BROKER_URL": "redis://c/0"}

    addresses = services.start(folder, children, given)

    assert addresses.items() >= given.items()
    assert databases_used_by_cache(addresses["CACHE_URL"]) == {"db1"}


def test_addresses_left_empty_are_not_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "")
    monkeypatch.setenv("BROKER_URL", "redis://c/0")

    assert services.given() == {"BROKER_URL": "redis://c/0"}


def test_data_survive_a_killed_server_and_a_number_taken_by_another_program(
    folder: VarFolder, children: Children
) -> None:
    database = Postgres(folder)
    server = database.start(children)
    with connect(database.wait()) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 1")
    os.kill(server.process.pid, signal.SIGKILL)
    children.stop()
    mark = folder.postgres / "postmaster.pid"
    mark.write_text("\n".join([str(os.getpid()), *mark.read_text().split("\n")[1:]]))

    restarted = Postgres(folder)
    restarted.start(children)

    with connect(restarted.wait()) as connection:
        assert connection.execute("SELECT * FROM kept").fetchone() == (1,)
    children.stop()


def test_disposable_data_are_made_anew_after_a_crash(folder: VarFolder, children: Children) -> None:
    """Written without waiting for the disk, they may be wrong in ways that no one would see."""
    database = Postgres(folder, is_disposable=True)
    server = database.start(children)
    with connect(database.wait()) as connection:
        connection.execute("CREATE TABLE lost AS SELECT 1")
    os.kill(server.process.pid, signal.SIGKILL)
    children.stop()

    restarted = Postgres(folder, is_disposable=True)
    restarted.start(children)

    with connect(restarted.wait()) as connection:
        assert connection.execute("SELECT to_regclass('lost')").fetchone() == (None,)
    children.stop()


def test_data_of_another_major_version_are_never_touched(folder: VarFolder, children: Children) -> None:
    folder.postgres.mkdir()
    (folder.postgres / "PG_VERSION").write_text("17\n")

    with pytest.raises(PortalError) as refused:
        Postgres(folder).start(children)

    assert "au format de PostgreSQL 17, or ce portail utilise PostgreSQL 18. Rien n’a été modifié." in str(
        refused.value
    )
    assert "pg_dumpall" in str(refused.value)
    assert [path.name for path in folder.postgres.iterdir()] == ["PG_VERSION"]


def test_an_interrupted_initialisation_leaves_nothing_that_looks_complete(
    folder: VarFolder, children: Children
) -> None:
    unfinished = folder.path / "pg.inacheve"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")

    database = Postgres(folder, is_disposable=True)
    database.start(children)

    with connect(database.wait()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not unfinished.exists()
    children.stop()


def test_data_of_another_account_are_one_sentence(folder: VarFolder, children: Children) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder to another account")
    folder.postgres.mkdir()
    os.chown(folder.postgres, 12_345, 12_345)

    with pytest.raises(PortalError, match=r"appartiennent à un autre compte de la machine \(numéro 12345\)"):
        Postgres(folder).start(children)


def test_a_server_that_cannot_start_shows_the_end_of_its_log(folder: VarFolder, children: Children) -> None:
    Postgres(folder, is_disposable=True).start(children)
    children.stop()
    (folder.postgres / "postgresql.conf").write_text("shared_buffers = 'beaucoup'\n")

    database = Postgres(folder)
    database.start(children)

    with pytest.raises(PortalError, match="La base de données n’a pas pu démarrer ; ses données sont intactes"):
        database.wait()


@pytest.mark.parametrize("version", ["", "17.2"])
def test_a_wrong_portal_pg_bin_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str) -> None:
    if version:
        (tmp_path / "postgres").write_text(f"#!/bin/sh\necho 'postgres (PostgreSQL) {version}'\n")
        (tmp_path / "postgres").chmod(0o755)
    monkeypatch.setenv("PORTAL_PG_BIN", str(tmp_path))

    with pytest.raises(PortalError, match=r"PORTAL_PG_BIN .* ne contient pas PostgreSQL 18"):
        postgres.find_binaries()


def test_portal_pg_bin_comes_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installed = postgres.find_binaries()
    (tmp_path / "bin").symlink_to(installed)
    monkeypatch.setenv("PORTAL_PG_BIN", str(tmp_path / "bin"))

    assert postgres.find_binaries() == tmp_path / "bin"


def test_root_without_user_namespaces_is_told_what_to_do(
    folder: VarFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that others may not cross: the server could not run as `nobody` there either."""
    if os.geteuid() != 0:
        pytest.skip("an ordinary user needs no other identity")
    forbidden = tmp_path / "bin" / "unshare"
    forbidden.parent.mkdir()
    forbidden.write_text("#!/bin/sh\nexit 1\n")
    forbidden.chmod(0o755)
    monkeypatch.setenv("PATH", f"{forbidden.parent}:{os.environ['PATH']}")
    tmp_path.chmod(0o700)

    with pytest.raises(PortalError, match="PostgreSQL refuse de tourner sous root"):
        Postgres(folder)


def test_root_without_user_namespaces_becomes_nobody_where_it_may(
    monkeypatch: pytest.MonkeyPatch, children: Children, tmp_path: Path
) -> None:
    if os.geteuid() != 0:
        pytest.skip("an ordinary user needs no other identity")
    if any(
        not parent.stat().st_mode & 0o001 for parent in (postgres.find_binaries(), *postgres.find_binaries().parents)
    ):
        pytest.skip("the installed PostgreSQL stands where others may not go")
    forbidden = tmp_path / "unshare"
    forbidden.write_text("#!/bin/sh\nexit 1\n")
    forbidden.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    folder = VarFolder(Path("/tmp") / f"portail-test-{os.getpid()}")  # noqa: S108 - pytest's own folder is private
    folder.create()

    try:
        database = Postgres(folder, is_disposable=True)
        server = database.start(children)
        with connect(database.wait()) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
        uid = subprocess.run(["ps", "-o", "uid=", str(server.process.pid)], capture_output=True, text=True, check=True)
        assert int(uid.stdout) == 65_534
    finally:
        children.stop()
        shutil.rmtree(folder.path)

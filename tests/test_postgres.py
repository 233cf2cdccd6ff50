"""The tests' own PostgreSQL keeps its promises: a fresh database each, and nothing left behind."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
import psycopg

if TYPE_CHECKING:
    from tests.postgres import PostgresServer

ROOT = Path(__file__).parent.parent


def test_each_database_is_a_copy_of_its_template_and_its_changes_stay_its_own(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.create("pattern"), autocommit=True) as pattern:
        pattern.execute("CREATE TABLE said (word text)")
    try:
        with psycopg.connect(postgres.create("first", template="pattern"), autocommit=True) as first:
            first.execute("INSERT INTO said VALUES ('hello')")
        with psycopg.connect(postgres.create("second", template="pattern")) as second:
            assert second.execute("SELECT count(*) FROM said").fetchone() == (0,)
    finally:
        for name in ("first", "second", "pattern"):
            postgres.drop(name)


def test_a_database_goes_even_while_somebody_is_connected(postgres: PostgresServer) -> None:
    with psycopg.connect(postgres.create("held")):
        postgres.drop("held")
    with psycopg.connect(postgres.url) as connection:
        found = connection.execute("SELECT 1 FROM pg_database WHERE datname = 'held'").fetchone()
    assert found is None


def test_words_of_any_script_are_compared_without_regard_to_case(postgresql_url: str) -> None:
    with psycopg.connect(postgresql_url) as connection:
        assert connection.execute("SELECT lower('ÉCLAIR ŻÓŁĆ')").fetchone() == ("éclair żółć",)


def test_a_killed_test_run_leaves_no_server_and_no_files() -> None:
    start_and_die = (
        "import os, signal; from tests.postgres import PostgresServer; "
        "server = PostgresServer.start_own(); print(server.keeper.pid, server.keeper.args[-2], flush=True); "
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    died = subprocess.run([sys.executable, "-c", start_and_die], cwd=ROOT, capture_output=True, text=True, check=False)
    pid, home = died.stdout.split()
    psutil.wait_procs([psutil.Process(int(pid))] if psutil.pid_exists(int(pid)) else [], timeout=30)
    assert not psutil.pid_exists(int(pid)) or psutil.Process(int(pid)).status() == psutil.STATUS_ZOMBIE
    assert not Path(home).exists()
    assert [p.pid for p in psutil.process_iter(["cmdline"]) if home in " ".join(p.info["cmdline"] or [])] == []

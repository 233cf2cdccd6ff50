"""The command line: `python -m bot …`."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Annotated, Any

import typer

from escalation.errors import SetupError

cli = typer.Typer(
    name="python -m bot",
    help="Clarion runs customer escalations in Slack.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,  # a page of drawn boxes is no use in a log
)
policy_cli = typer.Typer(help="Check a policy file, or show the default one.", no_args_is_help=True)
cli.add_typer(policy_cli, name="policy")


@cli.command()
def worker() -> None:
    """Run the bot over Socket Mode (no public address needed)."""
    from bot.running import run_worker

    _run(run_worker)


@cli.command()
def web() -> None:
    """Run the bot over HTTP on $PORT: /slack/events, /healthz, /readyz, /metrics."""
    from bot.running import run_web

    _run(run_web)


@cli.command()
def demo(
    port: Annotated[int | None, typer.Option(help="Port of the local workspace; a free one unless given.")] = None,
    browser: Annotated[bool, typer.Option(help="Open the page where there is a desktop.")] = True,
    story: Annotated[bool, typer.Option("--story", help="Print one escalation from beginning to end instead.")] = False,
    leave: Annotated[bool, typer.Option("--leave", help="With --story: end after it.")] = False,
) -> None:
    """Start a local Slack workspace with the bot in it, and a page to use both in a browser."""
    from bot.demo import run_demo, run_story

    _run(lambda: run_story(port or 0, leave=leave) if story or leave else run_demo(port, browser=browser))


@cli.command()
def migrate() -> None:
    """Bring the database in DATABASE_URL to this version's schema."""
    from bot.settings import read_settings
    from storage import migrating

    def work() -> None:
        migrating.migrate(read_settings().database_url)
        typer.echo("The database has the newest schema.")

    _sentence_on_failure(work)


@cli.command()
def doctor() -> None:
    """Check tokens, scopes, database and policy against the live workspace, and say what to mend."""
    from bot.doctor import run_doctor

    _run(run_doctor)


@policy_cli.command("check")
def policy_check(file: Annotated[Path, typer.Argument(help="The policy file.")]) -> None:
    """Print what the file was understood to mean, or the line that is wrong."""
    from bot.policy_source import read_policy_file
    from escalation.policy_text import describe

    def work() -> None:
        try:
            policy = read_policy_file(file)
        except OSError as error:
            raise SetupError(f"{file} cannot be read: {error.strerror}.") from None
        typer.echo(describe(policy))

    _sentence_on_failure(work)


@policy_cli.command("show")
def policy_show() -> None:
    """Print the default policy as YAML, to start a file of your own from."""
    from escalation.policy_file import default_policy_text

    typer.echo(default_policy_text(), nl=False)


def _run(work: Callable[[], Coroutine[Any, Any, int | None]]) -> None:
    def in_loop() -> None:
        code = asyncio.run(work())
        if code:
            sys.exit(code)

    _sentence_on_failure(in_loop)


def _sentence_on_failure(work: Callable[[], None]) -> None:
    try:
        work()
    except SetupError as error:
        typer.echo(str(error), err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    cli()

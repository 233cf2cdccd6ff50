from __future__ import annotations

import json
import logging

import pytest
from aiohttp.http_exceptions import BadHttpMessage, LineTooLong

from bot.logs import set_up_logging

SECRETS = [
    "xoxb-12-abc",
    "xapp-1-A1-2-def",
    "https://hooks.slack.com/actions/T1/2/x",
    "wss://wss.slack.com/link/?ticket=abc",
    "DETAIL:  Key (team_id, name_key)=(T1, acme) already exists.",
]
pytestmark = pytest.mark.usefixtures("restored_logging")


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("format_", ["text", "json"])
def test_no_secret_is_logged_in_a_message_an_argument_or_an_exception(
    capsys: pytest.CaptureFixture[str], secret: str, format_: str
) -> None:
    set_up_logging("INFO", format_)
    log = logging.getLogger("clarion.test")
    log.info("calling with %s", secret)
    try:
        int(secret)
    except ValueError:
        log.exception("failed")
    written = capsys.readouterr().err
    assert "[hidden]" in written
    assert secret not in written


def test_a_ring_that_waits_for_the_one_before_is_no_news(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", "text")
    scheduler = logging.getLogger("apscheduler.scheduler")
    scheduler.warning("skipped: maximum number of running instances reached")
    scheduler.error("a job failed")
    assert capsys.readouterr().err.count("apscheduler") == 1


def test_nobody_can_fill_the_log_with_what_is_no_http(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", "text")
    for error in (BadHttpMessage("Invalid header"), LineTooLong("GET"), RuntimeError("ours")):
        logging.getLogger("aiohttp.server").error("Error handling request", exc_info=error)
    assert capsys.readouterr().err.count("Error handling request") == 1


def test_json_lines_are_json(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging("INFO", "json")
    logging.getLogger("clarion.test").warning("ESC-%s waits", 1)
    line = json.loads(capsys.readouterr().err)
    assert line["event"] == "ESC-1 waits"
    assert line["level"] == "warning"
    assert line["timestamp"].endswith("Z")

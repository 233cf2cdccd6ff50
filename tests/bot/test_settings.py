from __future__ import annotations

from typing import Any

import pytest

from bot.settings import Settings, read_settings
from escalation.errors import SetupError

GOOD = {
    "SLACK_BOT_TOKEN": "xoxb-1",
    "SLACK_APP_TOKEN": "xapp-1",
    "SLACK_SIGNING_SECRET": "secret",
}


@pytest.fixture(autouse=True)
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """No variable of the machine's, and no .env file."""
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def test_defaults_are_those_of_the_contract() -> None:
    settings = read_settings()
    assert settings.slack_api_url == "https://slack.com/api/"
    assert settings.database_url == "sqlite:///clarion.db"
    assert (settings.port, settings.log_level, settings.log_format) == (3000, "INFO", "text")


@pytest.mark.parametrize("name", GOOD)
def test_a_missing_variable_is_named_with_what_it_should_be(name: str) -> None:
    with pytest.raises(SetupError, match=rf"^{name} is not set: it should be .+\.$"):
        read_settings().need(name)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-1"),
        ("SLACK_APP_TOKEN", "xoxb-1"),
        ("SLACK_API_URL", "slack.com"),
        ("PORT", "http"),
        ("PORT", "70000"),
        ("LOG_LEVEL", "LOUD"),
        ("LOG_FORMAT", "xml"),
    ],
)
def test_a_malformed_variable_is_named_and_its_value_is_not_repeated(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SetupError, match=rf"^{name} is malformed: it should be .+\.$") as caught:
        read_settings()
    assert value not in str(caught.value) or name == "SLACK_API_URL"


def test_an_empty_variable_counts_as_unset_and_an_address_gets_its_slash(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLARION_POLICY", "")
    monkeypatch.setenv("SLACK_API_URL", "http://127.0.0.1:8080/api")
    monkeypatch.setenv("LOG_LEVEL", "debug")
    settings = read_settings()
    assert settings.clarion_policy is None
    assert settings.slack_api_url == "http://127.0.0.1:8080/api/"
    assert settings.log_level == "DEBUG"


def test_a_env_file_is_read(tmp_path: Any) -> None:
    (tmp_path / ".env").write_text("SLACK_BOT_TOKEN=xoxb-from-file\n")
    assert read_settings().slack_bot_token == "xoxb-from-file"


def test_secrets_are_not_in_what_is_printed_of_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GOOD.items():
        monkeypatch.setenv(name, value)
    assert not [value for value in GOOD.values() if value in repr(read_settings())]

"""Settings from the environment (CONTRACT.md, "Running it"); a `.env` file is read in development."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

from pydantic import Field, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from escalation.errors import SetupError

_SHAPES = {
    "SLACK_BOT_TOKEN": "the bot token of your Slack app, which starts with xoxb-",
    "SLACK_APP_TOKEN": "the app-level token for Socket Mode, which starts with xapp-",
    "SLACK_SIGNING_SECRET": "the signing secret from the page Basic Information of your Slack app",
    "SLACK_API_URL": "the base address of the Web API, for example https://slack.com/api/",
    "DATABASE_URL": "sqlite:///clarion.db or postgresql://user:password@host/name",
    "CLARION_POLICY": "the path of a policy file that exists",
    "CLARION_CLOCK": "the path of a file that holds a number of seconds",
    "PORT": "a port number from 1 to 65535",
    "LOG_LEVEL": "DEBUG, INFO, WARNING or ERROR",
    "LOG_FORMAT": "text or json",
}


class Settings(BaseSettings):
    """Everything the environment says. Secrets never appear in its repr."""

    model_config = SettingsConfigDict(env_file=".env", extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    slack_bot_token: str | None = Field(default=None, repr=False, pattern=r"^xoxb-\S+$")
    slack_app_token: str | None = Field(default=None, repr=False, pattern=r"^xapp-\S+$")
    slack_signing_secret: str | None = Field(default=None, repr=False, pattern=r"^\S+$")
    slack_api_url: str = Field(default="https://slack.com/api/", pattern=r"^https?://\S+$")
    database_url: str = Field(default="sqlite:///clarion.db", repr=False)
    clarion_policy: Path | None = None
    clarion_clock: Path | None = None
    port: int = Field(default=3000, ge=1, le=65535)
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    log_format: Literal["text", "json"] = "text"

    @field_validator("slack_api_url")
    @classmethod
    def _ends_with_a_slash(cls, value: str) -> str:
        return value if value.endswith("/") else value + "/"

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_capitals(cls, value: Any) -> Any:
        return value.upper() if isinstance(value, str) else value

    def need(self, *names: str) -> None:
        """Raise SetupError naming the first of these variables that is missing."""
        for name in names:
            if getattr(self, name.lower()) is None:
                raise SetupError(f"{name} is not set: it should be {_SHAPES[name]}.")


def read_settings(**overrides: Any) -> Settings:
    """The settings; SetupError names the variable that is malformed and what it should look like."""
    try:
        return Settings(**overrides)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0]).upper()
        raise SetupError(f"{name} is malformed: it should be {_SHAPES.get(name, 'something else')}.") from None

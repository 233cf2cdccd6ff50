# Everything here works in a fresh clone with Python 3.11 or newer, pip, git and make. .venv is made when it is missing,
# half made or out of date. `make` alone lists what there is.

PYTHON ?= python3
VENV_PYTHON := .venv/bin/python
INSTALL := $(PYTHON) requirements/install.py
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help setup demo test soak check bench pictures format lock migration

help: ## say what there is
	@sed -n 's/^\([a-z]*\):[^#]*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

setup: ## make .venv, with everything for development
	@$(INSTALL) dev

demo: ## see it work: a local Slack workspace and the bot, no account needed
	@$(INSTALL) runtime
	@$(VENV_PYTHON) -m bot demo $(ARGS)

test: setup ## run all tests, on SQLite and PostgreSQL (make test ARGS="-k nag")
	@$(VENV_PYTHON) -m pytest --numprocesses=logical --maxprocesses=4 --dist=worksteal $(ARGS)

soak: setup ## a year of 500 escalations in virtual time (make soak ARGS="--seed 7 --escalations 50 --days 30")
	@$(VENV_PYTHON) -m tests.soak $(ARGS)

check: setup ## formatting, lint, types, import directions
	@$(VENV_PYTHON) -m ruff format --check --quiet || { echo "Not formatted: run make format."; exit 1; }
	@$(VENV_PYTHON) -m ruff check --quiet
	@$(VENV_PYTHON) -m mypy
	@$(VENV_PYTHON) -c "from importlinter.cli import lint_imports_command; lint_imports_command()" --no-logo

bench: setup ## measure what the documentation claims
	@$(VENV_PYTHON) -m benchmarks $(ARGS)

pictures: setup ## take the README's pictures anew (wants Chromium)
	@$(VENV_PYTHON) -m docs.pictures.take

format: setup ## format, and mend what can be mended by itself
	@$(VENV_PYTHON) -m ruff check --fix --quiet --exit-zero
	@$(VENV_PYTHON) -m ruff format --quiet

COMPILE := $(VENV_PYTHON) -m uv --quiet pip compile --universal --generate-hashes --no-header --no-annotate \
	--no-emit-index-url --no-emit-find-links

lock: setup ## write requirements/*.txt anew from pyproject.toml (make lock ARGS=--upgrade)
	@$(COMPILE) $(ARGS) pyproject.toml --output-file requirements/runtime.txt >/dev/null
	@$(COMPILE) $(ARGS) pyproject.toml --group dev --constraint requirements/runtime.txt --output-file requirements/dev.txt >/dev/null
	@$(COMPILE) $(ARGS) --group lock --constraint requirements/dev.txt --output-file requirements/uv.txt >/dev/null

migration: setup ## write a migration from the tables (make migration NAME="add customers")
	@test -n "$(NAME)" || { echo 'Name it: make migration NAME="add customers"'; exit 1; }
	@scratch=$$(mktemp -d) && trap 'rm -rf "$$scratch"' EXIT && export DATABASE_URL="sqlite:///$$scratch/migration.db" && \
		$(VENV_PYTHON) -m alembic upgrade head && $(VENV_PYTHON) -m alembic revision --autogenerate --message "$(NAME)"

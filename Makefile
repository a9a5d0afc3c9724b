# `make help` lists the targets. Needs Python 3.11 or newer and make; PYTHON=... chooses the interpreter.
# FOREBAY_* variables of the environment reach whatever a target starts.

export PYTHON
VENV := .venv
BIN := $(VENV)/bin
RUNNABLE := $(VENV)/.runnable
SYNCED := $(VENV)/.synced
OPENAPI := docs/openapi/openapi.v1.json
CHECKED := src tests $(wildcard benchmarks)
COMPOSE := docker compose -f deploy/compose.yml

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint type openapi migrate up down logs bench clean compose-file force

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  %-8s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# One environment in two stages: what Forebay runs on, and the tools on top. A stage is made again when the lock file or
# the choice of interpreter changes; the first never removes what the second installed.
ifneq ($(shell cat $(RUNNABLE) 2>/dev/null),PYTHON=$(PYTHON))
$(RUNNABLE): force
endif
ifneq ($(shell cat $(SYNCED) 2>/dev/null),PYTHON=$(PYTHON))
$(SYNCED): force
endif
$(RUNNABLE): pyproject.toml uv.lock
	@echo "forebay: preparing $(VENV)"
	@scripts/uv sync --quiet --frozen --inexact --all-extras --no-default-groups
	@echo "PYTHON=$(PYTHON)" >$@
$(SYNCED): pyproject.toml uv.lock $(RUNNABLE)
	@echo "forebay: adding the development tools to $(VENV)"
	@scripts/uv sync --quiet --frozen --all-extras --all-groups
	@echo "PYTHON=$(PYTHON)" >$@

run: $(RUNNABLE) ## Start Forebay on FOREBAY_HOST:FOREBAY_PORT (127.0.0.1:8000)
	@exec $(BIN)/forebay serve

test: $(SYNCED) ## Run the tests, with Docker or without; ARGS="-k name -x" goes to pytest
	@$(BIN)/pytest $(ARGS)

lint: $(SYNCED) ## Check style, formatting and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

type: $(SYNCED) ## Check types
	$(BIN)/mypy $(CHECKED)

openapi: $(RUNNABLE) ## Write docs/openapi/openapi.v1.json
	@mkdir -p $(dir $(OPENAPI))
	@$(BIN)/forebay openapi >$(OPENAPI).new && mv $(OPENAPI).new $(OPENAPI)
	@echo "wrote $(OPENAPI)"

migrate: $(RUNNABLE) ## Bring the database of FOREBAY_DATABASE_URL to the newest schema
	@$(BIN)/forebay migrate

bench: $(SYNCED) ## Run the benchmarks; ARGS goes to them
	@$(BIN)/python -m benchmarks $(ARGS)

up: compose-file ## Start the production-like set in containers
	$(COMPOSE) up --detach --build --wait

down: compose-file ## Stop that set; its data stays
	$(COMPOSE) down

logs: compose-file ## Follow the logs of that set
	$(COMPOSE) logs --follow

compose-file:
	@test -f deploy/compose.yml || { echo "forebay: deploy/compose.yml is not there yet, so there is nothing to do in containers; make run starts Forebay without them" >&2; exit 1; }
	@docker compose version >/dev/null 2>&1 || { echo "forebay: this needs Docker with its compose plugin" >&2; exit 1; }

clean: ## Remove caches and build output; environments and data stay
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .schemathesis
	find src tests benchmarks migrations -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

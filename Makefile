# `make help` lists the targets. Needs Python 3.11 or newer and make; PYTHON=... chooses the interpreter. What is done with
# the web pages uses the Node of PATH if it is new enough, else one that comes as a Python package (scripts/with-node).
# FOREBAY_* variables of the environment reach whatever a target starts.

export PYTHON
VENV := .venv
BIN := $(VENV)/bin
RUNNABLE := $(VENV)/.runnable
SYNCED := $(VENV)/.synced
OPENAPI := docs/openapi/openapi.v1.json
PAGES := src/forebay/entrypoints/http/static/index.html
MODULES := web/node_modules/.package-lock.json
NODE := ../scripts/with-node
CHECKED := src tests $(wildcard benchmarks)
COMPOSE := docker compose -f deploy/compose.yml

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run web test test-python test-web stack-test lint type openapi migrate up down logs bench clean compose force

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s  %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

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
	@UV_COMPILE_BYTECODE=1 scripts/uv sync --quiet --frozen --all-extras --all-groups
	@echo "PYTHON=$(PYTHON)" >$@

# What goes into the pages. Folders too: what is deleted changes only them.
$(PAGES): $(MODULES) scripts/build-web scripts/precompress.mjs web/index.html web/vite.config.ts web/tsconfig.json \
  $(shell find web/src web/public -not -name '*.test.ts*' 2>/dev/null)
	@echo "forebay: building the web pages"
	@scripts/build-web
# npm writes this file last. Not `npm ci`: it refuses a lock file that was made where the registry lacks what packages have
# for other systems. What the lock file names comes in that version, with its digest, all the same.
$(MODULES): web/package-lock.json web/package.json web/.npmrc
	@echo "forebay: fetching what the web pages are built with"
	@cd web && $(NODE) npm install --no-save --loglevel error --prefer-offline --ignore-scripts
	@touch $@

# Without the pages the rest still works, so that whoever cannot build them can run it all the same.
run: $(RUNNABLE) ## Start Forebay on FOREBAY_HOST:FOREBAY_PORT (127.0.0.1:8000)
	@UV_HTTP_TIMEOUT=15 npm_config_fetch_timeout=15000 npm_config_fetch_retries=1 npm_config_fetch_retry_mintimeout=500 npm_config_fetch_retry_maxtimeout=1000 \
	  $(MAKE) --no-print-directory web || \
	  if [ -f $(PAGES) ]; then echo "forebay: the web pages could not be built anew (make web says why); those of before are served" >&2; \
	  else echo "forebay: the web pages could not be built (make web says why); Forebay starts without them" >&2; fi
	@exec $(BIN)/forebay serve

web: $(PAGES) ## Build the web pages, if anything changed that they are made of
	@:

test: $(if $(ARGS),,test-web) test-python ## Run the tests, with Docker or without; ARGS="-k name -x" goes to pytest alone

# Side by side, or in this one process where a debugger and -x are at home; `auto` is said in tests/side_by_side.py.
# Python keeps what it has compiled, whatever the environment wishes: tests start a few thousand programs.
PROCESSES = $(if $(ARGS),0,auto)
test-python: $(SYNCED) $(if $(ARGS),,$(PAGES))
	@PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n $(PROCESSES) $(ARGS)

test-web: $(MODULES)
	@cd web && $(NODE) npm run --silent test

# One after the other, on a stack of its own that nobody else's settings, data and ports belong to.
stack-test: $(SYNCED) compose ## Bring the containers up, take parts of them away, and see that no upload is lost; ARGS goes to pytest
	@$(BIN)/pytest tests/stack --numprocesses 0 $(ARGS)

lint: $(SYNCED) $(MODULES) ## Check style, formatting and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports
	cd web && $(NODE) npm run --silent lint

type: $(SYNCED) $(MODULES) ## Check types
	$(BIN)/mypy $(CHECKED)
	cd web && $(NODE) npm exec -- tsc --noEmit

openapi: $(RUNNABLE) $(MODULES) ## Write docs/openapi/openapi.v1.json, and the types of the web pages that come of it
	@mkdir -p $(dir $(OPENAPI))
	@$(BIN)/forebay openapi >$(OPENAPI).new && mv $(OPENAPI).new $(OPENAPI)
	@cd web && $(NODE) npm run --silent api >/dev/null
	@echo "wrote $(OPENAPI) and web/src/api/schema.d.ts"

migrate: $(RUNNABLE) ## Bring the database of FOREBAY_DATABASE_URL to the newest schema
	@$(BIN)/forebay migrate

bench: $(SYNCED) ## Run the benchmarks; ARGS goes to them
	@$(BIN)/python -m benchmarks $(ARGS)

up: compose deploy/.env ## Start the whole system in containers; PROFILES="observability metabase" adds to it
	@$(COMPOSE) $(PROFILES:%=--profile %) up --detach --build --wait --wait-timeout 300 || \
	  { echo "forebay: not all of it is up and healthy; make logs says more" >&2; exit 1; }
	@$(COMPOSE) --profile '*' ps --format '{{range .Publishers}}{{if .PublishedPort}}{{$$.Service}} is at http://{{.URL}}:{{.PublishedPort}}{{end}}{{end}}' | grep .

down: compose ## Stop that system; its data stays
	@$(COMPOSE) --profile '*' down

logs: compose ## Follow the logs of that system
	@$(COMPOSE) --profile '*' logs --follow

deploy/.env: # made once: with other secrets than those of its volumes the set would not start
	@(umask 077 && scripts/make-compose-env >$@)
	@echo "forebay: made $@, with secrets of its own; deploy/compose.env.example says what is in it"

compose:
	@docker compose version >/dev/null 2>&1 || { echo "forebay: this needs Docker with its compose plugin" >&2; exit 1; }
	@docker info >/dev/null 2>&1 || { echo "forebay: Docker is installed, but its daemon does not answer (docker info says why)" >&2; exit 1; }

clean: ## Remove caches and build output; environments and data stay
	rm -rf build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .schemathesis
	find src tests benchmarks migrations -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

# `make run` and `make test` need Python 3.11+ and make, nothing else. `make help` lists the rest.
PY := .venv/bin/python
.DEFAULT_GOAL := help
# Modules that were read once are read compiled from then on, whatever the environment says of it.
export PYTHONDONTWRITEBYTECODE :=
.PHONY: help run test test-others test-quick lint format bench kill-test drill lock clean

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1	\2/p' $(firstword $(MAKEFILE_LIST)) | expand -t 18

run: .venv/ok ## start the house with its demonstration, on PORT (8000)
	@exec $(PY) bin/run.py

test: .venv/ok-development ## everything: each test on SQLite or PostgreSQL, where it matters on both, and in a browser
	@exec $(PY) -m pytest -n 2 --dist loadgroup --durations 10 --stores by-turns

test-others: .venv/ok-development ## each test that `make test` ran on one store, on the other one
	@exec $(PY) -m pytest -n 2 --dist loadgroup --durations 10 --stores the-others

test-quick: .venv/ok-development ## a walk through every part, on SQLite and without a browser
	@exec $(PY) -m pytest -n 2 --dist loadgroup -q -m "not postgres and not journey and not slow"

lint: .venv/ok-development ## ruff, mypy, templates, translations, migrations
	@failed=0; \
	for check in "ruff check --quiet ." "ruff format --check ." "mypy --no-error-summary" tests.lint; do \
	    $(PY) -m $$check || failed=1; \
	done; \
	exit $$failed

format: .venv/ok-development ## let ruff write the code
	@$(PY) -m ruff check --quiet --fix . ; $(PY) -m ruff format --quiet .

bench: .venv/ok-development ## measure; the results stand in bench/
	@exec $(PY) -m bench

kill-test: .venv/ok-development ## kill -9 of web and worker at every named point
	@exec $(PY) -m tests.kill

drill: .venv/ok-development ## two hosts under load on PostgreSQL and Redis (QUEUE=postgres: no Redis), while one thing after the other fails
	@exec $(PY) -m tests.drill --queue $(or $(QUEUE),redis)

lock: ## choose the newest versions again (needs uv)
	uv pip compile -q --upgrade --generate-hashes --universal --python-version 3.11 --no-header requirements.in -o requirements.txt
	uv pip compile -q --upgrade --generate-hashes --universal --python-version 3.11 --no-header requirements-dev.in -o requirements-dev.txt

clean: ## forget the environment and all caches; what the house keeps (var/) stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache build *.egg-info test-results retreats/translations/*/LC_MESSAGES
	find retreats tests migrations bench -name __pycache__ -type d -prune -exec rm -rf {} + 2>/dev/null || true

.venv/ok: requirements.txt
	@bin/environment runtime

.venv/ok-development: .venv/ok requirements-dev.txt
	@bin/environment development

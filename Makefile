# make paper   set up what is missing, then everything from config.yaml to results/paper.pdf and results/report.html
# make preview the same with fewer runs and episodes, marked on every page: results/preview/
# make archive the paper first, then source, results and paper as one file: dist/athanor-archive.tar.gz
# make arxiv   the paper first, then its source as arXiv takes it: dist/athanor-arxiv.tar.gz
# make test    the same set-up, then every check that continuous integration runs
# make faults  what is only sampled there, at length: killed runs, damaged files, arbitrary input, a dry run of ten times the jobs
# make help    this text
#
# Both skip what is there, and need a network only for what is missing.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help setup tex for-tests paper preview archive arxiv test faults lint
.NOTPARALLEL:

BIN := .venv/bin
SET_UP := .venv/.set-up
# Whether .venv was made here: the programs in one that was moved or copied run another folder's Python, or none. (Pythons
# differ in how `activate` quotes the place.)
MADE_HERE := [[ "$$(sed -n 's/^command = //p' .venv/pyvenv.cfg 2>/dev/null)" == *' $(CURDIR)/.venv' ]]
# Debian keeps ensurepip in a package of its own, without which a virtual environment has no pip.
PYTHON := $(shell for python in python3.11 python3; do \
	"$$python" -c 'import sys, ensurepip, venv; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null \
	&& echo "$$python" && break; done)
ifeq ($(shell $(MADE_HERE) || echo moved),moved)
.PHONY: $(SET_UP)
endif
# Tools that the rules call (athanor, snakemake) are those of .venv.
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Snakemake loads its plugins before the Snakefile can put aside what foreign modules lie there.
unexport PYTHONPATH

help:
	@sed -n '/^# make/,/^$$/s/^# \{0,1\}//p' Makefile

setup: $(SET_UP) tex

$(SET_UP): requirements.lock pyproject.toml
	@test -n "$(PYTHON)" || { echo "athanor: Python 3.11 with venv and pip is missing; install it by: sudo apt-get install --yes python3.11 python3.11-venv" >&2; exit 1; }
	@test -w . || { echo "athanor: $(CURDIR) cannot be written; work in a copy of your own" >&2; exit 1; }
	$(MADE_HERE) && $(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv
	$(BIN)/python -m pip install --quiet --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	touch $@

# Without TeX everything but the paper is made, so a machine without root goes on.
tex: $(SET_UP)
	@install=$$($(BIN)/athanor doctor | sed -n 's/^missing .* : \(.*--no-install-recommends.*\)/\1/p' | sort -u || true); \
	if [ -z "$$install" ]; then exit 0; fi; \
	if [ "$$(id -u)" = 0 ]; then \
		echo "athanor: installing TeX by: $$install"; \
		DEBIAN_FRONTEND=noninteractive bash -c "$$install" >.venv/tex.log 2>&1 \
		|| echo "athanor: TeX could not be installed (see .venv/tex.log); everything but the paper follows" >&2; \
	else \
		echo "athanor: TeX is missing, and everything but the paper follows; to install it: $$install" >&2; \
	fi

# Tests start a Slurm and a browser of their own where they are installed, and say that they skip them elsewhere.
for-tests: $(SET_UP)
	@if [ "$$(id -u)" = 0 ]; then \
		$(BIN)/athanor doctor | sed -n 's/^ok without .* : //p' | while read -r install; do \
			echo "athanor: installing what tests start by: $$install"; \
			DEBIAN_FRONTEND=noninteractive bash -c "$$install" </dev/null >>.venv/for-tests.log 2>&1 \
			|| echo "athanor: not installed (see .venv/for-tests.log); the tests that need it are skipped" >&2; \
		done || true; \
	fi

paper: setup
	$(BIN)/snakemake --cores all

# Most of a preview's time is compiling.
preview: setup
	ATHANOR_OPTIMISATION=1 $(BIN)/snakemake --profile workflow/profiles/preview --cores all

archive arxiv: paper
	$(BIN)/athanor $@

test: setup for-tests lint
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -n 2 --dist loadfile --no-loadscope-reorder

FAULTS := 30 # runs that are killed at random moments
faults: setup
	$(BIN)/pytest -n 2 --faults $(FAULTS) --hypothesis-profile=thorough tests/workflow/test_faults.py tests/pipeline/test_fuzz.py
	$(BIN)/pytest -n 0 -s tests/workflow/bench_dry_run.py

lint: $(SET_UP)
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/snakefmt --check Snakefile workflow
	$(BIN)/snakemake --lint

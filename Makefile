# Everything Nightdesk does from a clone. Each target sets up what it needs first.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done || echo python3)
VENV := .venv
BIN := $(VENV)/bin

.DEFAULT_GOAL := help
.PHONY: help setup extras cuda demo app test lint format bench faults acceptance screenshots translations package pin clean

help:            ## show these targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' $(MAKEFILE_LIST) | expand -t 20

SETUP := $(addprefix packaging/,bootstrap.py llama_wheel.py embedded_model.py cache_folder.py prove_decode.py amx_tile_config.h)

$(VENV)/ready: pyproject.toml constraints.txt $(SETUP)
	@command -v $(PYTHON) >/dev/null || { echo "Nightdesk needs Python 3.11 or newer, and none was found; set PYTHON=… for make."; exit 1; }
	@$(PYTHON) packaging/bootstrap.py --venv $(VENV) --extra dev
	@touch $@

setup: $(VENV)/ready   ## make .venv, compile the engine once, fetch the embedded model

$(VENV)/extras: $(VENV)/ready packaging/convert_model.py
	@$(PYTHON) packaging/bootstrap.py --venv $(VENV) --extra dev --extra mlx --extra torch --extra convert
	@$(BIN)/python packaging/convert_model.py
	@touch $@

extras: $(VENV)/extras  ## add the MLX and torch engines, and the embedded model in their formats

cuda: setup      ## build the engine anew, for the CUDA cards of this machine
	@$(BIN)/python packaging/cuda.py --venv $(VENV)

demo: setup      ## work the sample documents off while a chat streams, and print the figures
	@$(BIN)/nightdesk demo

app: setup       ## open the window
	@$(BIN)/nightdesk

test: setup      ## the whole suite
	@QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest

faults: setup    ## the tests that kill, fill and damage things, at their full length
	@QT_QPA_PLATFORM=offscreen NIGHTDESK_FAULTS=1 $(BIN)/python -m pytest -o faulthandler_timeout=1200 tests/faults tests/core/watch/test_watch_operations.py tests/engines/test_scheduler.py

lint: extras     ## ruff, types (those of torch and MLX too), and the direction of imports
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/lint-imports

format: setup    ## rewrite the code in the house's layout
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: setup     ## measure speed on this machine, against peers in the same run
	@$(BIN)/python tests/perf/run_all.py

acceptance: setup  ## the real window under Xvfb: typed into, dropped upon, hidden in the tray, quit
	@$(BIN)/python packaging/acceptance.py build/acceptance

screenshots: setup  ## draw docs/screenshots from the real window under Xvfb
	@$(BIN)/python packaging/screenshots.py

package: setup   ## build the app as one folder that needs no Python, and try it
	@$(PYTHON) packaging/bootstrap.py --venv $(VENV) --extra dev --extra package
	@$(BIN)/python packaging/bundle.py

translations: setup  ## collect the texts of window and core, and compile what is translated
	@$(BIN)/python packaging/translations.py

pin: setup       ## write the installed versions to constraints.txt
	@$(BIN)/python packaging/pin.py

clean:           ## remove what was made here (the caches outside the clone stay)
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache *.egg-info resources/models
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

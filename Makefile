# Every command that a person or CI needs. `make` without a target lists them.
# Compile once, not in each process that the tests start.
unexport PYTHONDONTWRITEBYTECODE
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
# The libraries needed to try Porchlight's kiosk and text line. EXTRAS= makes a kiosk without a text line. To add
# postgres, paper or charts, run `uv sync --inexact --extra NAME`. If one is missing, the program tells you.
EXTRAS ?= line
LIBRARIES = sh tools/libraries.sh $(VENV) "$(PYTHON)" "$(or $(MAKECMDGOALS),run)"

# A test that hangs ends the run and prints its threads' stacks. The longest test of a whole run, which visits every
# page with axe, takes about eight minutes on idle processors and more than fifteen on busy ones.
NO_HANG = -o faulthandler_timeout=$(1) -o faulthandler_exit_on_timeout=true
# A test spends half its time waiting for a browser or a server, so each processor gets two workers. A file's tests
# share the things they build, so they stay with one worker. Files run in order of their names, the browser's first. If
# the number of tests set the order, the longest would run last, while other processors are idle.
TESTS = $(PY) -m pytest -q -n $$(($$(nproc) * 2)) --dist loadfile --no-loadscope-reorder
SLOW ?= none

.PHONY: help run install bundle test test-all coverage faults mutants fuzz check bench soak pinned fonts sbom advisories
help: ## print this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

install: ## turn this Debian 13 or Raspberry Pi OS machine into a kiosk, or update it to this version, without questions; ARGS=... for deploy/setup.sh
	@sh deploy/setup.sh $(ARGS)

bundle: EXTRAS = line postgres
bundle: $(VENV)/.publisher ## put the program, pack and libraries on a stick, signed: KEY=keys/program.key TO=/media/stick/porchlight EXTRAS=...
	@sh deploy/bundle.sh "$(KEY)" "$(TO)" $(EXTRAS)

run: $(VENV)/.run ## run the kiosk, the text line and the schedule from a fresh checkout
	@$(PY) server.py

test: $(VENV)/.dev ## run the quick tests and a sample of the long ones, with real Chromium and PostgreSQL; SLOW=tenth adds a tenth of the others
	@sh tools/test_needs.sh
	$(TESTS) $(call NO_HANG,900) --slow=$(SLOW)

test-all: $(VENV)/.dev ## run every test completely; PORCHLIGHT_EVERY_VISIT=1 also visits every page in every mode and size, which takes hours
	@sh tools/test_needs.sh
	$(TESTS) $(call NO_HANG,2700) --slow=all

coverage: $(VENV)/.dev ## measure the lines that the quick tests run, and check the minimum
	@sh tools/test_needs.sh
	$(TESTS) $(call NO_HANG,900) --slow=none --cov --cov-report=term

faults: $(VENV)/.dev ## plant each fault in tests/faults and check that a test that runs its line fails
	@sh tools/test_needs.sh
	$(PY) -m tools.plant_faults

mutants: $(VENV)/.mutants ## change one thing at a time in the most important modules and check that a test fails; MODULE=... for one module
	$(PY) -m tools.mutants $(MODULE)

FUZZ := $(VENV)/fuzz
fuzz: $(VENV)/.fuzz ## send a minute of hostile bytes to the form parser, and a minute of hostile text to the word rules
	@mkdir -p $(FUZZ)/form $(FUZZ)/words
	$(PY) -m tools.fuzz.form $(FUZZ)/form -max_total_time=60 -max_len=3000 -artifact_prefix=$(FUZZ)/form-
	$(PY) -m tools.fuzz.words $(FUZZ)/words -max_total_time=60 -max_len=4000 -artifact_prefix=$(FUZZ)/words-

check: $(VENV)/.dev ## check format, lint, types, imports, sizes, concepts and plain words, and print every problem in the shipped pack
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .
	$(VENV)/bin/mypy .
	$(VENV)/bin/lint-imports --no-logo >/dev/null || $(VENV)/bin/lint-imports --no-logo
	$(PY) -m tools.layout >/dev/null
	$(PY) -m tools.concepts
	$(PY) tools/walks.py
	$(PY) -m tools.plain_words
	$(PY) -m pytest -q tests/test_architecture.py
	$(VENV)/bin/porchlight check

bench: $(VENV)/.bench ## compare speed and size with similar programs, in one run
	@sh tools/test_needs.sh
	$(PY) -m bench
	$(PY) -m bench.directory

soak: $(VENV)/.bench ## send the line 200 messages a second for half an hour, checking errors, growth and traces; then use a slow disk
	$(PY) -m bench.soak
	$(PY) -m bench.slow_disk

sbom: $(VENV)/.dev ## write a bill of materials (CycloneDX) and each library's license to dist/
	@$(PY) -m tools.supply sbom dist

advisories: $(VENV)/.run ## list the libraries' known vulnerabilities; exit code 1 if there are any, 3 if no database can be reached
	@$(PY) -m tools.supply advisories

pinned: $(VENV)/.run ## rebuild content/packs/pinned/built after a change to the crisis set
	$(PY) -m tools.make.pinned

FONTS := $(VENV)/fonts
fonts: $(VENV)/.dev ## rebuild the screen's fonts from their packages (Debian: apt-get install fonts-noto-cjk)
	npm install --prefix $(FONTS) --ignore-scripts --no-audit --no-fund --silent \
		@fontsource-variable/atkinson-hyperlegible-next@5 @fontsource-variable/noto-sans@5 \
		@fontsource-variable/noto-sans-arabic@5 @fontsource-variable/noto-sans-gurmukhi@5
	$(PY) -m tools.make.fonts $(FONTS)/node_modules /usr/share/fonts/opentype/noto

# libraries.sh makes the environment, and repairs one that an interrupted run left incomplete.
$(VENV)/bin/python: ;

LOCKED := pyproject.toml editor/pyproject.toml uv.lock
$(VENV)/.run: $(VENV)/bin/python $(LOCKED)
	@$(LIBRARIES) --no-dev --group editor $(EXTRAS:%=--extra %) && touch $@

$(VENV)/.publisher: $(VENV)/.run
	@$(LIBRARIES) --no-dev --package porchlight-editor --extra publisher && touch $@

$(VENV)/.dev: $(VENV)/bin/python $(LOCKED)
	@$(LIBRARIES) --compile-bytecode --all-extras --group dev && touch $@ $(VENV)/.run

$(VENV)/.bench: $(VENV)/bin/python $(LOCKED)
	@$(LIBRARIES) --no-dev --group editor --extra postgres $(EXTRAS:%=--extra %) --group bench --compile-bytecode && touch $@ $(VENV)/.run

$(VENV)/.fuzz: $(VENV)/bin/python $(LOCKED)
	@$(LIBRARIES) --all-extras --group dev --group fuzz && touch $@ $(VENV)/.run

$(VENV)/.mutants: $(VENV)/bin/python $(LOCKED)
	@$(LIBRARIES) --all-extras --group dev --group mutants && touch $@ $(VENV)/.run

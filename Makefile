# Gradbook's commands, for any make (macOS has GNU make 3.81, *BSD its own).
# Each may be the very first one: .ci/venv makes .venv and installs, or sees that nothing changed.

PYTHON ?= python3
PIP_FLAGS ?=
ADDR ?= 127.0.0.1:$(PORT)
PORT ?= 8000
ARGS ?=
# make serve builds only the page that changed, within a second or two; all of them take ten and more.
DIRTY ?= --dirty

# Material's notice about MkDocs 2 is answered by the pin in requirements.txt.
# exec: a signal to make's child reaches the program itself, and no server outlives make.
RUN = @exec env NO_MKDOCS_2_WARNING=1 .venv/bin/python -m

help:
	@echo 'make serve    the site at http://$(ADDR), a changed page renewed at once (PORT=8001; DIRTY= renews all)'
	@echo 'make test     every test, and every code block of every page, on all cores (ARGS="-k backward")'
	@echo 'make site     the site, built strictly, in site/'
	@echo 'make offline  the copy to read from disk, in site-offline/ and site-offline.zip'
	@echo 'make check    outputs against what the snippets state (ARGS=snippets/tutorial/one_step.py)'
	@echo 'make update   write what they print into the snippets (ARGS as above)'
	@echo 'make bench    ratios to the limit and to other tools, into the page What checking costs'
	@echo 'make matrix   matrix/report.md: what differs under other releases of torch, threads, CPUs'
	@echo 'make pythons  the tests of the engine under each Python from 3.11 on that is found'
	@echo 'make book     site/gradbook.pdf, the course as one PDF, of the site as it is now (needs Chromium)'
	@echo 'make picture  the picture of README, of the site as it is now (needs Chromium)'
	@echo 'make clean    remove all that these have made, .venv too'
	@echo 'PYTHON=python3.12 names the Python to use, PIP_FLAGS="..." is handed to pip install.'

serve: venv
	$(RUN) mkdocs serve $(DIRTY) --dev-addr '$(ADDR)' $(ARGS)

test: venv
	$(RUN) pytest -n auto $(ARGS)

site: venv
	$(RUN) mkdocs build --strict $(ARGS)

offline: venv
	$(RUN) mkdocs build --strict -f mkdocs-offline.yml $(ARGS)
# A zip holds the time of each file: with the commit's, the same commit gives the same zip.
	@when=$$(git log -1 --format=%cd --date=format:%Y%m%d%H%M.%S 2>/dev/null) && \
	find site-offline -exec touch -t $$when {} + || true
	.venv/bin/python -m zipfile -c site-offline.zip site-offline/

check: venv
	$(RUN) gradbook check $(ARGS)

update: venv
	$(RUN) gradbook update $(ARGS)

bench: venv
	@.venv/bin/python -m pip install -q $(PIP_FLAGS) -r benchmarks/requirements.txt
	@.venv/bin/python benchmarks/peers.py --write $(ARGS)

picture: site
	@.venv/bin/python .ci/picture.py

book: site
	@.venv/bin/python .ci/book.py

matrix: venv
	@PIP_FLAGS='$(PIP_FLAGS)' .venv/bin/python -m nox $(ARGS)

pythons: venv
	@PIP_FLAGS='$(PIP_FLAGS)' .venv/bin/python -m nox -s python $(ARGS)

venv:
	@PYTHON='$(PYTHON)' sh .ci/venv $(PIP_FLAGS)

clean:
	rm -rf .venv .zensical site .site-* site-offline site-offline.zip .cache .nox matrix .pytest_cache .ruff_cache src/*.egg-info docs/assets/stix-math.woff2
	find docs snippets src tests -name __pycache__ -prune -exec rm -rf {} +

.PHONY: help picture book bench serve test site offline check update matrix pythons venv clean

# make demo    train on handwritten digits and draw backpropagation, in a fresh .venv
# make course  the whole course, every chapter a page, with an index
# make notebooks  the same course as Jupyter notebooks
# make test    run the tests
# make check   lint, formatting and types
# make clean   remove .venv, pictures and caches
#
# PYTHON chooses the interpreter: make demo PYTHON=python3.12

PYTHON ?= python3
VENV := .venv
PICTURES := out

.PHONY: demo course notebooks test check clean

demo: $(VENV)/demos.stamp
	$(VENV)/bin/python -m demos digits
	$(VENV)/bin/python -m demos backprop
	@echo "The pictures are in $(CURDIR)/$(PICTURES)"

course: $(VENV)/demos.stamp
	$(VENV)/bin/python -m demos all

notebooks: $(VENV)/notebooks.stamp
	$(VENV)/bin/python -m demos notebooks

test: $(VENV)/test.stamp
	$(VENV)/bin/python -m pytest

check: $(VENV)/dev.stamp
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy

# One stamp an extra: pip runs again only when pyproject.toml has changed.
$(VENV)/%.stamp: pyproject.toml | $(VENV)/bin/pip
	$(VENV)/bin/python -m pip install --disable-pip-version-check --quiet -e ".[$*]"
	touch $@

$(VENV)/bin/pip:
	$(PYTHON) -m venv $(VENV)

clean:
	rm -rf $(VENV) $(PICTURES) build dist *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

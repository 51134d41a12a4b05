# Everything a newcomer types. Settings go behind: make run PORT=8001 DATA_DIR=/tmp/floor
PYTHON ?= $(shell command -v python3.11 || command -v python3)

.PHONY: help run test test-fast soak

help:
	@echo "make run        the floor with demo traffic; PORT HOST DATA_DIR DIALOGUES RATE SPEED SEED MAX_ACTIVE"
	@echo "make test       every check"
	@echo "make test-fast  the checks without browser and scale tests"
	@echo "make soak       the long runs"

run:
	@$(PYTHON) bin/set_up.py run
	@exec .venv/bin/python bin/run.py

test:
	@PYTHON=$(PYTHON) bin/test

test-fast:
	@PYTHON=$(PYTHON) bin/test fast

soak:
	@PYTHON=$(PYTHON) bin/test soak

# Everything a newcomer types. Settings go behind: make run PORT=8001 DATA_DIR=/tmp/floor
PYTHON ?= $(shell command -v python3.11 || command -v python3)

.PHONY: help run run-cluster roll test test-fast soak bench

help:
	@echo "make run          the floor with demo traffic; PORT HOST DATA_DIR DIALOGUES RATE SPEED SEED MAX_ACTIVE"
	@echo "make run-cluster  many processes, PostgreSQL, Valkey, nginx; the same, and WEB CLOCKS"
	@echo "make roll         renews the web processes of a running cluster one by one; DATA_DIR"
	@echo "make test         every check"
	@echo "make test-fast    the checks without browser and scale tests"
	@echo "make soak         the long runs"
	@echo "make bench        every figure beside its limit; QUICK=1, ONLY='fanout busy'"

run:
	@$(PYTHON) bin/set_up.py run
	@exec .venv/bin/python bin/run.py

run-cluster:
	@$(PYTHON) bin/set_up.py cluster
	@exec .venv/bin/python bin/cluster.py run

roll:
	@$(PYTHON) bin/set_up.py cluster
	@exec .venv/bin/python bin/cluster.py roll

test:
	@PYTHON=$(PYTHON) bin/test

test-fast:
	@PYTHON=$(PYTHON) bin/test fast

soak:
	@PYTHON=$(PYTHON) bin/test soak

bench:
	@$(PYTHON) bin/set_up.py bench
	@.venv/bin/python -m bench $(if $(QUICK),--quick) $(if $(ONLY),--only $(ONLY))

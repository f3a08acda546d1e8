# The same two commands without make, and on Windows: python .ci/do.py demo | test
PYTHON ?= python3

.PHONY: demo test
demo:
	@$(PYTHON) .ci/do.py demo

test:
	@$(PYTHON) .ci/do.py test

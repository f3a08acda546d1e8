# The same commands without make, and on Windows: python .ci/do.py demo | test | check | docs
PYTHON ?= python3

.PHONY: demo test check docs
demo:
	@$(PYTHON) .ci/do.py demo

test:
	@$(PYTHON) .ci/do.py test

check:
	@$(PYTHON) .ci/do.py check

docs:
	@$(PYTHON) .ci/do.py docs

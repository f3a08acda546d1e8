# The same commands without make, and on Windows: python .ci/do.py demo | test | docs
PYTHON ?= python3

.PHONY: demo test docs
demo:
	@$(PYTHON) .ci/do.py demo

test:
	@$(PYTHON) .ci/do.py test

docs:
	@$(PYTHON) .ci/do.py docs

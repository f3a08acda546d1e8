# The same commands without make, and on Windows: python .ci/do.py demo | test | coverage | check | bundle | docs
PYTHON ?= python3

.PHONY: demo test coverage check bundle docs
demo:
	@$(PYTHON) .ci/do.py demo

test:
	@$(PYTHON) .ci/do.py test

coverage:
	@$(PYTHON) .ci/do.py coverage

check:
	@$(PYTHON) .ci/do.py check

bundle:
	@$(PYTHON) .ci/do.py bundle

docs:
	@$(PYTHON) .ci/do.py docs

"""A process to be killed: records one answer after the other and says of each that it was acknowledged."""

from __future__ import annotations

import sys
from decimal import Decimal
from itertools import count
from pathlib import Path

from scoring.readings.order import keys_in_reading_order
from scoring.readings.reading import AnswerChanged, Graded
from storage.study.reader import ReaderStudy


def main() -> None:
    """Arguments: study folder, reader, case. Prints `visit feature site grade` after each return of `record`."""
    folder, reader, case = sys.argv[1:]
    with ReaderStudy.open(Path(folder), reader) as study:
        keys = keys_in_reading_order(study.scheme)
        for number in count():
            key = keys[number % len(keys)]
            before = study.reading(case).answer(key)
            grade = Decimal((number // len(keys)) % 4)
            study.record(case, [AnswerChanged(key, before, Graded(grade))], "enter")
            sys.stdout.write(f"{key.visit} {key.feature} {key.site} {grade}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()

"""`python -m workstation` is `ramris`. In a bundle also the entry of its workers, and of no other module."""

import sys

from workstation.runtime import own_process


def _run() -> int:
    if own_process.is_frozen():
        import multiprocessing

        # a process that draws phantoms ends in here
        multiprocessing.freeze_support()
    match sys.argv[1:]:
        case [own_process.RUN_MODULE, own_process.DECODER]:
            from workstation.intake.pixels.decode_worker import main as work
        case [own_process.RUN_MODULE, own_process.REGISTRAR]:
            from workstation.registering.worker import main as work
        case _:
            from workstation.cli import main

            return main()
    work()
    return 0


if __name__ == "__main__":
    raise SystemExit(_run())

"""Python's own `import`, given back once PySide6 is imported: PySide's reads the source of each module after it.

PySide6 looks in it for its own name, so that `from __feature__ import snake_case` could hold in that module, and
`linecache` keeps all lines for good: 23 MB and 0.1 s of a room's start. No module here, nor one that it imports, asks
for such a feature; one that isn't looked at is drawn with none, as all are.

Source: PYSIDE-2029; shibokensupport/feature.py, `feature_imported`.
"""

import builtins

# where somebody else has imported PySide6 before, this is PySide's already, and stays
_PLAIN = builtins.__import__

import PySide6  # noqa: E402, F401 - it puts its own in the place of what is kept above

builtins.__import__ = _PLAIN

"""Application layer, where everything is joined: each command's work, with what it needs imported when it runs.

The imports stand inside the functions on purpose: `ramris enter` must not pay for Qt, and a process that shows the
reading room must never have loaded what knows identities. So `open` and `demo` import first and then start a new
process for the room, in which only the study folder is named.
"""

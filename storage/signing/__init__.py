"""Signatures: what is signed, by whom, under which passphrase."""

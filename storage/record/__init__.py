"""The record: grade events, acts, their hash chain, and what is computed from them."""

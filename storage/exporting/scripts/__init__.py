"""Scripts that go with an export: R, SAS, pandas."""

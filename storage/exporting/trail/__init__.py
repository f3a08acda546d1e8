"""The trail: every row of the record as files that hold without this program."""

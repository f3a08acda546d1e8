"""Steps of a record on a PostgreSQL server, each with the number of the one for study.db; they begin at 0016."""

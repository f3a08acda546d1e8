"""SQLite engines, the tables of study.db, and faults of the disk told apart."""

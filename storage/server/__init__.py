"""Server where the copies of readers at other sites meet: a PostgreSQL that takes what each copy has that is new."""

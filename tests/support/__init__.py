"""Real parts for tests: installations on disk, a PostgreSQL server of our own."""

"""The compiled catalog: an SQLite file that is built from records and opened read-only."""

"""Publication in PostgreSQL/PostGIS: a versioned schema a release, one switch of views, a reader that can only read."""

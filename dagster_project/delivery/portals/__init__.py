"""Upload of a release to open data portals: a dry run by default, idempotent, resumable."""

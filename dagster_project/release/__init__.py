"""The life of a release: candidate, switch, keeping, backup, integrity, changes, and what each table states of itself."""

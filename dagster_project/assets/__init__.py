"""Thin Dagster wrappers round the pure rooms: what exists, what it hangs on, what to show of it."""

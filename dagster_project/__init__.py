"""Carbon flux warehouse: one room per job, data walks straight from snapshots to the release."""

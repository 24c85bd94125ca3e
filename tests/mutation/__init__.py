"""Faults that someone could commit, and the harness that shows which test or gate catches each."""

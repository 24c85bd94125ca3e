"""Measures whole processes: ratios within one run, never a timed test."""

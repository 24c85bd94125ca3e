"""The gates: Great Expectations suites and native checks, as Dagster asset checks that can stop a refresh."""

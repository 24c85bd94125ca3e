"""Pure: a producer's bytes to Parquet, all text, under the producer's labels. No typing, no filtering, no Dagster."""

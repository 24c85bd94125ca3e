"""What is ingested and how it is fetched; one YAML a source. No parsing, no Dagster."""

"""The dbt project by dbt's public API: what to build, the build, the contract of the marts, the same models elsewhere."""

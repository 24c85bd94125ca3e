"""The observatory's static site: pages of territories, of method and of changes, for people without a database."""

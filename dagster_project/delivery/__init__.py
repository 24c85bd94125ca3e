"""Where a release is sent: PostgreSQL, open data portals, forms."""

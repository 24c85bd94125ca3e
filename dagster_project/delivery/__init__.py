"""Where a release is sent: PostgreSQL and open data portals."""

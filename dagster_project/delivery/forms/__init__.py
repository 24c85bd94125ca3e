"""Forms that a territory files elsewhere: a dry run by default."""

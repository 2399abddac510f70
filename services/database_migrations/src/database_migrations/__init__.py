"""The schema of a facility's database, made and changed by migrations only."""

"""Builds what the lab runs on, content-addressed and shared between checkouts."""

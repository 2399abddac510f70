"""Puts films into a facility's object store at a set rate."""

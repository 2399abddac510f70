"""Commits made of content that lies in several places."""

"""Publish OCI layouts in an image registry."""

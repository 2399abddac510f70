"""The one error of this package."""


class ClusterError(Exception):
    """A cluster can't be brought up; the message is for people."""

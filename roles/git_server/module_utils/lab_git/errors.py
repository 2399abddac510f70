"""The one error of this package."""


class GitError(Exception):
    """Git can't do what was asked; the message is for people."""

"""The one error of this package."""


class RegistryError(Exception):
    """An image can't be published; the message is for people."""

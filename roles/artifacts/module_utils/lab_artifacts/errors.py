"""The one error of this package."""


class ArtifactError(Exception):
    """A recipe can't be read or built; the message names the artefact, what happened and what to do."""

"""Everything that seisview raises on purpose.

Each error carries one sentence that says what happened and one that says what to do about it, so that
the window, the command line and a notebook can all show both. An error that a library raised is
translated in the module that calls the library, and nowhere else.
"""


class SeisviewError(Exception):
    """An expected failure that a user can act on.

    Parameters
    ----------
    message : str
        One sentence: what happened.
    hint : str, optional
        One sentence: what to do about it.
    """

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class VolumeError(SeisviewError, ValueError):
    """A survey cannot be read as what it claims to be."""


class GeometryError(SeisviewError, LookupError):
    """A line number, index or coordinate lies outside the survey."""


class LabelError(SeisviewError, ValueError):
    """Labels are unusable: wrong shape, unknown class, nothing to train on."""


class ModelError(SeisviewError, ValueError):
    """A model or weights file does not fit."""


class ProjectError(SeisviewError, ValueError):
    """A project cannot be opened, saved or matched to its survey."""


class ExportError(SeisviewError, OSError):
    """A result could not be written; nothing half-written was left behind."""


class Cancelled(Exception):  # noqa: N818 - not an error: the user asked for it
    """A job stopped because the user asked it to."""

"""Looks whether inputs are there before anything heavy is loaded: a slip of the pen costs no seconds."""

from __future__ import annotations

from pathlib import Path

from seisview.cli.options import weights_file
from seisview.errors import ModelError, VolumeError


def refuse_missing(*paths: Path | None) -> None:
    """Make sure that surveys, labels and folders that a command reads are there; None is skipped.

    Raises
    ------
    VolumeError
        If one is not.
    """
    for path in paths:
        if path is not None and not path.exists():
            raise VolumeError(f"There is no file {path}.", "Check the name; was it moved or renamed?")


def refuse_missing_models(*paths: Path | None) -> None:
    """Make sure that model files are there; None is skipped.

    Raises
    ------
    ModelError
        If one is not.
    """
    for path in paths:
        if path is not None and not path.is_file():
            raise ModelError(f"There is no model file {path}.", "Check the path.")


def refuse_missing_weights(backbone: str) -> None:
    """Make sure that weights are there where ``--backbone`` names a file.

    Raises
    ------
    ModelError
        If they are not.
    """
    if backbone not in ("default", "none"):
        weights_file(backbone)

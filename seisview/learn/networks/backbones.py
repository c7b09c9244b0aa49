"""The pretrained weights that come with the program; free of torch."""

from __future__ import annotations

from pathlib import Path

from seisview.errors import SeisviewError
from seisview.learn.config import BackboneName
from seisview.resources import resource


def shipped_backbone(name: BackboneName) -> Path | None:
    """Find the shipped weights of a backbone.

    Returns
    -------
    Path or None
        A file for :func:`seisview.learn.networks.pretrained.load_pretrained`; None where no weights of that
        backbone are shipped. ``resources/backbones/README.md`` says how each was made.
    """
    try:
        return resource("backbones", f"{name}.safetensors")
    except SeisviewError:
        return None

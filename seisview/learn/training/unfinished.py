"""Where the state of an unfinished run is kept, and what it says about itself; free of torch."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from seisview.errors import ModelError
from seisview.learn.tensor_files import read_entry

KIND = "unfinished pretraining"
VERSION = 1

KEPT_EVERY_S = 120.0
"""So often a running run is kept; what has run so long may take the place of an older unfinished one."""


def state_path(out_path: Path) -> Path:
    """Beside the output: ``b.safetensors`` -> ``b.unfinished.safetensors``."""
    return out_path.with_name(f"{out_path.stem}.unfinished.safetensors")


def describe_state(path: Path) -> dict[str, Any] | None:
    """Read what a kept run says about itself, without its tensors; None unless it is one that can be used."""
    try:
        described = read_entry(path)
    except ModelError:
        return None
    usable = described.get("kind") == KIND and described.get("version") == VERSION
    return described if usable else None


def steps_kept(path: Path) -> int:
    """Steps of the run that is kept in a file; 0 when there is none that can be used."""
    described = describe_state(path)
    return 0 if described is None else int(described["clock"]["step"])

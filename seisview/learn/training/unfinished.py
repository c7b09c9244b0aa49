"""Where the state of an unfinished run is kept, and what it says about itself; free of torch."""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any

ENTRY = "seisview"
KIND = "unfinished pretraining"
VERSION = 1
_LARGEST_HEADER = 100 << 20


def state_path(out_path: Path) -> Path:
    """Beside the output: ``b.safetensors`` -> ``b.unfinished.safetensors``."""
    return out_path.with_name(f"{out_path.stem}.unfinished.safetensors")


def describe_state(path: Path) -> dict[str, Any] | None:
    """Read what a kept run says about itself, without its tensors; None unless it is one that can be used."""
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(min(length, _LARGEST_HEADER)))
        described = json.loads(header["__metadata__"][ENTRY])
    except (OSError, struct.error, ValueError, KeyError, TypeError):
        return None
    if not isinstance(described, dict) or described.get("kind") != KIND:
        return None
    return described if described.get("version") == VERSION else None

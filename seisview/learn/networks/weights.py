"""Reading named weights from a file without executing anything in it."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import torch
from torch import Tensor

from seisview.errors import ModelError
from seisview.learn.networks.pickle_names import check_names
from seisview.learn.tensor_files import damaged, read_tensors

# What torch's restricted reader raises on bytes that are no checkpoint, as found by feeding it such bytes.
_GARBLED = (
    RuntimeError,
    EOFError,
    OSError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    AssertionError,
    ArithmeticError,
    MemoryError,
    zipfile.BadZipFile,
    struct.error,
)


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read the tensors of a safetensors file or of a torch checkpoint.

    Parameters
    ----------
    path : Path
        Told apart by content. Nested dictionaries of a checkpoint become dotted names.

    Raises
    ------
    ModelError
        If the file is missing, unreadable, damaged, or holds anything but plain weights.
    """
    try:
        with path.open("rb") as file:
            head = file.read(9)
    except OSError as error:
        raise ModelError(
            f"{path} cannot be read: {error.strerror}.", "Check the path and try again."
        ) from error
    weights = read_tensors(path) if _is_safetensors(head) else _read_checkpoint(path)
    if not weights:
        raise ModelError(f"{path.name} holds no weights.", "Choose another file.")
    return weights


def _is_safetensors(head: bytes) -> bool:
    # Eight bytes of header length, then the JSON header itself.
    return len(head) == 9 and head[8:9] == b"{"


def _read_checkpoint(path: Path) -> dict[str, Tensor]:
    try:
        check_names(path)
        # An open file, not its path: torch would go by the name and read a .safetensors file otherwise.
        with path.open("rb") as file:
            content = torch.load(file, map_location="cpu", weights_only=True)
    except UnpicklingError as error:
        raise ModelError(
            f"{path.name} is no weights file, or holds more than weights, which is not loaded for safety.",
            "Save only the weights (the state dict), best as safetensors.",
        ) from error
    except _GARBLED as error:
        raise damaged(path) from error
    return dict(_flatten(content)) if isinstance(content, Mapping) else {}


def _flatten(values: Mapping[Any, Any], prefix: str = "") -> list[tuple[str, Tensor]]:
    found: list[tuple[str, Tensor]] = []
    for name, value in values.items():
        if not isinstance(name, str | int):
            continue  # whatever else a damaged file has as a name need not have one in words
        if isinstance(value, Tensor):
            found.append((f"{prefix}{name}", value))
        elif isinstance(value, Mapping):
            found.extend(_flatten(value, f"{prefix}{name}."))
    return found

"""Tensors as a file: safetensors with one JSON entry of metadata, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import Tensor

from seisview.atomic import replacing, scratch_folder
from seisview.learn.training.unfinished import ENTRY


def write_tensors(path: Path, tensors: Mapping[str, Tensor], described: Mapping[str, Any]) -> None:
    """Write tensors and what is to be said about them.

    Parameters
    ----------
    path : Path
    tensors : mapping of str to Tensor
        On the CPU.
    described : mapping
        Plain values for JSON.

    Raises
    ------
    ExportError
        If the disk is full, or the folder is missing or not writable.
    """
    content = {name: tensor.contiguous() for name, tensor in tensors.items()}
    # A folder of its own: safetensors leaves a temporary file of its own beside the target when it is killed.
    with replacing(path) as temporary, scratch_folder(path) as folder:
        file = folder / temporary.name
        file.touch()
        permissions = file.stat().st_mode  # as the umask says; safetensors lets only the owner read
        try:
            save_file(content, file, {ENTRY: json.dumps(described)})
            file.chmod(permissions)
            file.replace(temporary)
        except SafetensorError as error:
            raise OSError(_errno_of(error), str(error)) from error


def _errno_of(error: SafetensorError) -> int:
    """Find the system's error number in the text, e.g. "... No space left on device (os error 28)"."""
    digits = str(error).rpartition("os error ")[2].split(")")[0]
    return int(digits) if digits.isdigit() else 0

"""Models and unfinished runs as files: safetensors with one JSON entry that says what they are.

Free of torch until tensors are read or written. Nothing is pickled, and nothing is half-written.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from seisview.atomic import replacing, scratch_folder
from seisview.errors import ModelError

if TYPE_CHECKING:
    from torch import Tensor

Model = TypeVar("Model")

_ENTRY = "seisview"


@dataclass(frozen=True, slots=True)
class FileKind:
    """One kind of file.

    Attributes
    ----------
    name : str
        As the file says it.
    version : int
        The newest that is known.
    title : str
        What it is, e.g. ``"facies model"``; for messages.
    hint : str
        What to do about a file of another kind.
    """

    name: str
    version: int
    title: str
    hint: str

    def describe(self, **facts: object) -> dict[str, Any]:
        """What is written into a file of this kind."""
        return {"kind": self.name, "version": self.version, **facts}

    def read(self, path: Path) -> dict[str, Any]:
        """What a file of this kind says about itself.

        Raises
        ------
        ModelError
            If it is missing, damaged, of another kind, or of a newer version.
        """
        described = read_entry(path)
        if described.get("kind") != self.name:
            raise ModelError(f"{path.name} is no {self.title} of seisview.", self.hint)
        version = described.get("version")
        if not isinstance(version, int) or version > self.version:
            raise ModelError(f"{path.name} was written by a newer seisview.", "Install the newest version.")
        return described


def read_entry(path: Path) -> dict[str, Any]:
    """What a file says about itself, whatever its kind; empty when it says nothing.

    Raises
    ------
    ModelError
        If it is missing or damaged.
    """
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise ModelError(f"There is no model file {path}.", "Check the path.")
    try:
        with safe_open(path, framework="numpy") as file:
            described = json.loads((file.metadata() or {}).get(_ENTRY) or "{}")
    except (SafetensorError, OSError, ValueError) as error:
        raise damaged(path) from error
    return described if isinstance(described, dict) else {}


def read_tensors(path: Path) -> dict[str, Tensor]:
    """Read all tensors of a file, to the CPU; :class:`ModelError` when it is damaged."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        return load_file(path)
    except (SafetensorError, OSError, ValueError) as error:
        raise damaged(path) from error


def read_model(
    path: Path, kind: FileKind, restore: Callable[[dict[str, Any], dict[str, Tensor]], Model]
) -> Model:
    """Read a trained model.

    Parameters
    ----------
    path : Path
    kind : FileKind
    restore : callable
        Makes the model of what the file says about itself and of its tensors; where they do not fit it
        raises ValueError, or whatever comes of them.

    Raises
    ------
    ModelError
        If the file is missing, damaged, of another kind, or of a newer version.
    """
    described, tensors = kind.read(path), read_tensors(path)
    try:
        return restore(described, tensors)
    except (KeyError, TypeError, ValueError, AttributeError, RuntimeError) as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError(
            f"{path.name} holds a damaged model description.", "Train and save the model again."
        ) from error


def write_tensors(
    path: Path, tensors: Mapping[str, Tensor] | Mapping[str, npt.NDArray[Any]], described: Mapping[str, Any]
) -> None:
    """Write tensors and what is to be said about them, whole or not at all.

    Parameters
    ----------
    path : Path
    tensors : mapping of str to Tensor or ndarray
        On the CPU, all of one sort.
    described : mapping
        Plain values for JSON.

    Raises
    ------
    ExportError
        If the disk is full, or the folder is missing or not writable.
    """
    from safetensors import SafetensorError

    # A folder of its own: safetensors leaves a temporary file of its own beside the target when it is killed.
    with replacing(path) as temporary, scratch_folder(path) as folder:
        file = folder / temporary.name
        file.touch()
        permissions = file.stat().st_mode  # as the umask says; safetensors lets only the owner read
        try:
            _save(tensors, file, {_ENTRY: json.dumps(described)})
            file.chmod(permissions)
            file.replace(temporary)
        except SafetensorError as error:
            raise OSError(_errno_of(error), str(error)) from error


def damaged(path: Path) -> ModelError:
    """The error for a file that is cut off or garbled."""
    return ModelError(f"{path.name} is damaged or no weights file.", "Copy or download the file again.")


def _save(tensors: Mapping[str, Any], file: Path, metadata: dict[str, str]) -> None:
    if all(isinstance(value, np.ndarray) for value in tensors.values()):
        from safetensors import numpy as arrays

        arrays.save_file({name: np.ascontiguousarray(a) for name, a in tensors.items()}, file, metadata)
    else:
        from safetensors.torch import save_file

        save_file({name: tensor.contiguous() for name, tensor in tensors.items()}, file, metadata)


def _errno_of(error: Exception) -> int:
    """Find the system's error number in the text, e.g. "... No space left on device (os error 28)"."""
    digits = str(error).rpartition("os error ")[2].split(")")[0]
    return int(digits) if digits.isdigit() else 0

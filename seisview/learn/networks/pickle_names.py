"""A look at the pickle inside a torch checkpoint before torch reads it; nothing in it is carried out.

torch reads weights without executing anything, but searches the text of its own complaint with patterns
whose time grows with the square of its length: a name of a megabyte would keep it busy for half an hour.
"""

from __future__ import annotations

import io
import pickletools
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

_LONGEST_NAME = 2000
_LARGEST_PICKLE = 256 << 20
_LEGACY_PICKLES = 5  # a magic number, a version, the system, the weights' places, the order of their data


def check_names(path: Path) -> None:
    """Raise ValueError when a checkpoint names something at a length that no weights have."""
    with path.open("rb") as file:
        if not zipfile.is_zipfile(file):
            file.seek(0)
            for _ in range(_LEGACY_PICKLES):
                _check(file)
            return
        for stream in _zipped_pickles(file):
            _check(stream)


def _zipped_pickles(file: BinaryIO) -> Iterator[BinaryIO]:
    with zipfile.ZipFile(file) as archive:
        for info in archive.infolist():
            if info.filename.endswith("data.pkl"):
                if info.file_size > _LARGEST_PICKLE or info.compress_type != zipfile.ZIP_STORED:
                    raise ValueError("not written by torch")
                yield io.BytesIO(archive.read(info))


def _check(stream: BinaryIO) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # odd escapes are torch's to refuse
        for _operation, argument, _position in pickletools.genops(stream):
            if isinstance(argument, str | bytes) and len(argument) > _LONGEST_NAME:
                raise ValueError("a name that is too long")

"""Which codecs a zarr folder may name: those that only unpack numbers. One that exists runs code: pickle."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from seisview.errors import VolumeError

_METADATA = (".zarray", "zarr.json")
_LARGEST_METADATA = 64 << 20
_HARMLESS = frozenset(
    {
        "adler32",
        "astype",
        "bitround",
        "blosc",
        "bytes",
        "bz2",
        "crc32",
        "crc32c",
        "delta",
        "endian",
        "fixedscaleoffset",
        "fletcher32",
        "gzip",
        "jenkins_lookup3",
        "lz4",
        "lzma",
        "packbits",
        "pcodec",
        "quantize",
        "sharding_indexed",
        "shuffle",
        "transpose",
        "zfpy",
        "zlib",
        "zstd",
    }
)


def check_codecs(folder: Path) -> None:
    """Look at the metadata of an array or group before any of it is read.

    Raises
    ------
    VolumeError
        If a codec is not among those known to be harmless, or the metadata cannot be read.
    """
    for path in (found for name in _METADATA for found in folder.rglob(name)):
        try:
            if path.stat().st_size > _LARGEST_METADATA:
                raise ValueError("its metadata are too large")
            names = set(_codec_names(json.loads(path.read_bytes())))
        except (OSError, ValueError, RecursionError) as error:
            raise VolumeError(
                f"{folder.name} is not a readable zarr array: {error}.", "Write it again."
            ) from error
        if unknown := {name for name in names if name.removeprefix("numcodecs.") not in _HARMLESS}:
            raise VolumeError(
                f"{folder.name} is packed by {', '.join(sorted(map(repr, unknown)))}, which is not read for "
                "safety.",
                "Write it again with the usual compression (blosc, zstd, gzip or none).",
            )


def _codec_names(metadata: Any) -> Iterator[str]:
    """Names of all codecs, those inside shards and of consolidated arrays included."""
    if isinstance(metadata, list):
        for item in metadata:
            yield from _codec_names(item)
    if not isinstance(metadata, dict):
        return
    for key, value in metadata.items():
        if key in ("compressor", "filters", "codecs", "index_codecs"):
            for codec in value if isinstance(value, list) else [value]:
                if isinstance(codec, dict):
                    yield str(codec.get("id", codec.get("name", "")))
                elif codec is not None:
                    yield str(codec)
        if key != "attributes":
            yield from _codec_names(value)

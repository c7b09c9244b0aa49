"""The names and colours of classes that a facies or label file carries with it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from seisview.data.geometry_io import ZARR_ATTRIBUTE, sidecar_path
from seisview.data.opening import is_zarr, open_volume
from seisview.errors import LabelError, SeisviewError
from seisview.labels.facies import DEFAULT_PALETTE, FaciesClass, FaciesScheme

_CARD = re.compile(r"CLASS\s+(\d{1,3})\s*:?\s+(?:(#[0-9a-f]{6})\s+)?(\S.*)", re.IGNORECASE)


def scheme_for(path: Path, ids: npt.ArrayLike) -> FaciesScheme:
    """Classes with these ids, named and coloured as the file says, else "Facies 1", "Facies 2", ...

    Parameters
    ----------
    path : Path
        SEG-Y (class table in the text header), ``.npy`` (its sidecar) or zarr (its attributes), as exported.
    ids : array-like of int
        The ids that occur.
    """
    try:
        known = {c.id: c for c in _stored_classes(path)}
        return FaciesScheme(tuple(known.get(i) or _numbered(i) for i in np.asarray(ids, int).tolist()))
    except LabelError:  # the file's table is no usable one, for example with a name twice
        return numbered_scheme(ids)


def numbered_scheme(ids: npt.ArrayLike) -> FaciesScheme:
    """Classes with these ids, named by them, in the default colours."""
    return FaciesScheme(tuple(_numbered(i) for i in np.asarray(ids, int).tolist()))


def _numbered(class_id: int) -> FaciesClass:
    return FaciesClass(class_id, f"Facies {class_id}", _default_color(class_id))


def _default_color(class_id: int) -> str:
    return DEFAULT_PALETTE[(class_id - 1) % len(DEFAULT_PALETTE)]


def _stored_classes(path: Path) -> Iterable[FaciesClass]:
    if is_zarr(path):
        import zarr

        attributes = dict(zarr.open(str(path), mode="r").attrs)
        return _from_plain(attributes.get(ZARR_ATTRIBUTE))
    if path.suffix.lower() == ".npy":
        try:
            return _from_plain(json.loads(sidecar_path(path).read_text(encoding="utf-8")))
        except (OSError, ValueError):
            return ()
    return () if path.is_dir() else _from_text_header(path)


def _from_plain(stored: Any) -> Iterable[FaciesClass]:
    rows = stored.get("classes", ()) if isinstance(stored, dict) else ()
    return FaciesScheme.from_dicts(rows).classes


def _from_text_header(path: Path) -> Iterable[FaciesClass]:
    try:
        volume = open_volume(path)
    except SeisviewError:
        return ()
    text = volume.info.text_header
    volume.close()
    cards = (_CARD.match(line[3:].strip()) for line in text.split("\n"))
    return [
        FaciesClass(int(card[1]), card[3].strip(), card[2] or _default_color(int(card[1])))
        for card in cards
        if card and 1 <= int(card[1]) <= 255
    ]


def class_named(scheme: FaciesScheme, name: str) -> int:
    """Id of the class that a person calls by this name, in small or capital letters, or by its number.

    Raises
    ------
    LabelError
        If there is none; the hint lists those there are.
    """
    ids = {str(facies.id): facies.id for facies in scheme}
    ids |= {facies.name.casefold(): facies.id for facies in scheme}
    if name.strip().casefold() not in ids:
        listed = ", ".join(facies.name for facies in scheme) or "none"
        raise LabelError(f"There is no class called {name}.", f"There are: {listed}.")
    return ids[name.strip().casefold()]

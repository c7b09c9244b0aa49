"""What the program keeps on disk to be quick, by survey, and how it is cleaned away."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

from seisview.data.bricks.file import read_layout
from seisview.data.bricks.folder import clean_bricks, stored_bricks
from seisview.errors import SeisviewError
from seisview.learn.carrying.dip_file import clean_dips, dips_fingerprint, stored_dips
from seisview.learn.features.folder import clean_features, stored_features
from seisview.learn.features.store import read_description

_NO_NAMES: Mapping[str, str] = MappingProxyType({})


class CacheKind(StrEnum):
    """What is kept."""

    BRICKS = "fast copy"
    FEATURES = "features"
    DIPS = "dips"


@dataclass(frozen=True, slots=True)
class CachedItem:
    """Something that is kept for a survey; it can be made again.

    Attributes
    ----------
    kind : CacheKind
    path : Path
        File or folder.
    fingerprint : str
        Of the survey; empty when it cannot be told.
    survey : str
        What the survey is called; empty when it is not known.
    n_bytes : int
        Disk space.
    last_used : float
        Seconds since the epoch.
    """

    kind: CacheKind
    path: Path
    fingerprint: str
    survey: str
    n_bytes: int
    last_used: float


def list_caches(names: Mapping[str, str] = _NO_NAMES) -> tuple[CachedItem, ...]:
    """List all that is kept, what was used last first.

    Parameters
    ----------
    names : mapping of str to str, optional
        What surveys are called, by fingerprint; fast copies know it themselves.
    """
    known = dict(names)
    items = []
    for bricks in stored_bricks():
        fingerprint, source = _origin_of_bricks(bricks.path)
        name = known.setdefault(fingerprint, source)
        facts = bricks.path, fingerprint, name, bricks.n_bytes, bricks.last_used
        items.append(CachedItem(CacheKind.BRICKS, *facts))
    for features in stored_features():
        fingerprint = _origin_of_features(features.path)
        name = known.get(fingerprint, "")
        facts = features.path, fingerprint, name, features.n_bytes, features.last_used
        items.append(CachedItem(CacheKind.FEATURES, *facts))
    for dips in stored_dips():
        fingerprint = dips_fingerprint(dips.path)
        facts = dips.path, fingerprint, known.get(fingerprint, ""), dips.n_bytes, dips.last_used
        items.append(CachedItem(CacheKind.DIPS, *facts))
    return tuple(sorted(items, key=lambda item: item.last_used, reverse=True))


def clean_caches(limits: Mapping[CacheKind, int], open_fingerprint: str = "") -> tuple[Path, ...]:
    """Delete what was not used for longest until the rest fits.

    Parameters
    ----------
    limits : mapping of CacheKind to int
        Bytes; a kind that is not named is left alone. Dips keep to a small limit of their own.
    open_fingerprint : str, optional
        Survey of which nothing is deleted: it is open.

    Returns
    -------
    tuple of Path
        What was deleted.
    """
    keep = frozenset(item.path for item in list_caches() if _is_open(item, open_fingerprint))
    deleted: list[Path] = []
    if CacheKind.BRICKS in limits:
        deleted += clean_bricks(limits[CacheKind.BRICKS], keep=keep)
    if CacheKind.FEATURES in limits:
        deleted += clean_features(limits[CacheKind.FEATURES], keep=keep)
    if CacheKind.DIPS in limits:
        deleted += clean_dips(limits[CacheKind.DIPS], keep=keep)
    return tuple(deleted)


def delete_cached(paths: Iterable[Path], open_fingerprint: str = "") -> tuple[Path, ...]:
    """Delete these, except what belongs to the open survey or is being made; returns what was deleted."""
    wanted = frozenset(paths)
    spared = frozenset(
        item.path for item in list_caches() if item.path not in wanted or _is_open(item, open_fingerprint)
    )
    return (
        *clean_bricks(-1, keep=spared),
        *clean_features(-1, keep=spared),
        *clean_dips(-1, keep=spared),
    )


def _is_open(item: CachedItem, open_fingerprint: str) -> bool:
    return bool(open_fingerprint) and item.fingerprint == open_fingerprint


def _origin_of_bricks(path: Path) -> tuple[str, str]:
    try:
        layout = read_layout(path)
    except SeisviewError:
        return "", ""
    return layout.fingerprint, Path(layout.source).stem


def _origin_of_features(path: Path) -> str:
    try:
        return str(read_description(path)["origin"]["fingerprint"])
    except (SeisviewError, KeyError, TypeError):
        return ""

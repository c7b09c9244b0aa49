"""The shipped colour tables: complete, read-only, and equal to where they were taken from."""

from __future__ import annotations

import json

import numpy as np
import pytest

from seisview.data.colormaps import DEFAULT_COLORMAP, colormap, colormaps
from seisview.errors import SeisviewError
from seisview.resources import resource


def test_there_is_a_handful_with_distinct_names_and_the_default_among_them() -> None:
    names = [c.name for c in colormaps()]
    assert 5 <= len(names) <= 12
    assert len(set(names)) == len(names)
    assert DEFAULT_COLORMAP in names
    assert len({c.label for c in colormaps()}) == len(names)


@pytest.mark.parametrize("candidate", colormaps(), ids=lambda c: c.name)
def test_tables_are_256_read_only_colours(candidate) -> None:
    assert candidate.table.shape == (256, 3)
    assert candidate.table.dtype == np.uint8
    assert not candidate.table.flags.writeable


@pytest.mark.parametrize("candidate", [c for c in colormaps() if c.diverging], ids=lambda c: c.name)
def test_diverging_maps_are_most_neutral_in_the_middle(candidate) -> None:
    chroma = np.ptp(candidate.table.astype(int), axis=1)
    assert chroma[127:129].max() <= 12
    assert chroma[127:129].max() <= chroma.min() + 12
    assert chroma[[32, -33]].min() > 60


def test_grey_rises_from_black_to_white() -> None:
    table = colormap("grey").table.astype(int)
    assert table[0].max() <= 5
    assert table[-1].min() >= 240
    assert (np.diff(table[:, 0]) >= 0).all()


def test_sampled_keeps_both_ends() -> None:
    grey = colormap("grey")
    sampled = grey.sampled(253)
    assert sampled.shape == (253, 3)
    np.testing.assert_array_equal(sampled[[0, -1]], grey.table[[0, -1]])


def test_an_unknown_name_is_refused_with_the_known_ones() -> None:
    with pytest.raises(SeisviewError) as caught:
        colormap("rainbow")
    assert "red-white-blue" in caught.value.hint


def test_tables_equal_their_source() -> None:
    colorcet = pytest.importorskip("colorcet")
    entries = json.loads(resource("colormaps", "tables.json").read_text())["colormaps"]
    sourced = [e for e in entries if e["source"]]
    assert len(sourced) >= 5
    for entry in sourced:
        name, _, reverse = entry["source"].partition(" ")
        digits = "".join(color.lstrip("#") for color in getattr(colorcet, name.replace("-", "_")))
        expected = np.frombuffer(bytes.fromhex(digits), np.uint8).reshape(-1, 3)
        table = colormap(entry["name"]).table
        np.testing.assert_array_equal(table[::-1] if reverse else table, expected)

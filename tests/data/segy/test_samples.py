"""Every file of the collection of awkward SEG-Y files: how it opens, or why it is refused.

``segy_outcomes.tsv`` is the table; ``python -m tests.data.segy.test_samples FOLDER`` prints it anew.
"""

from __future__ import annotations

import csv
import re
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from seisview.data.geometry import Axis, SectionKey
from seisview.data.opening import open_volume
from seisview.errors import SeisviewError

pytestmark = pytest.mark.data

_TABLE = Path(__file__).with_name("segy_outcomes.tsv")
# written in another format than stated; and formats of 3 bytes, which segyio does not decode
_NOT_FOR_SEGYIO = ("Format4lsb", "Format4msb", "00001034", "Format7", "Format15")


def outcome(path: Path) -> dict[str, str]:
    """One row of the table, all but the file's name."""
    try:
        volume = open_volume(path)
    except SeisviewError as error:
        return {"outcome": "refused", "said": str(error)[:120].replace("\t", " ")}
    geometry, info = volume.geometry, volume.info
    lines = [f"{part.first}..{part.last}/{part.step}" for part in (geometry.inlines, geometry.crosslines)]
    volume.close()
    return {
        "outcome": "opens",
        "shape": "x".join(map(str, geometry.shape)),
        "inlines": lines[0],
        "crosslines": lines[1],
        "start": f"{geometry.sample_start:g}",
        "interval": f"{geometry.sample_interval:g}",
        "domain": geometry.domain.value,
        "order": info.byte_order,
        "format": info.sample_format,
        "sorting": info.sorting,
        "bytes": f"{info.header_bytes.inline or '-'}/{info.header_bytes.crossline or '-'}",
        "traces": str(info.n_traces),
        "missing": str(info.n_missing_traces),
        "said": " | ".join(text[:60] for text in info.warnings),
    }


def table() -> dict[str, dict[str, str]]:
    with _TABLE.open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {
            row["file"]: {key: value for key, value in row.items() if key != "file" and value} for row in rows
        }


@pytest.fixture(scope="module")
def samples(real_data: Callable[[str], Path]) -> Path:
    return real_data("segy-samples")


def names_in_index(folder: Path) -> dict[str, str]:
    with (folder / "INDEX.tsv").open(encoding="utf-8") as file:
        return {row["file"]: row["segyio_view"] for row in csv.DictReader(file, delimiter="\t")}


def test_the_table_covers_every_file(samples: Path) -> None:
    found = {str(path.relative_to(samples)) for path in samples.rglob("*") if path.is_file()}
    assert found == set(table())


def test_every_file_opens_as_in_the_table_or_is_refused_as_it_says(samples: Path) -> None:
    differing = {}
    for name, expected in table().items():
        got = {key: value for key, value in outcome(samples / name).items() if value}
        if got != expected:
            differing[name] = {
                key: (got.get(key), expected.get(key))
                for key in {*got, *expected}
                if got.get(key) != expected.get(key)
            }
    assert not differing


def test_every_refusal_has_a_hint(samples: Path) -> None:
    for name, expected in table().items():
        if expected["outcome"] == "refused":
            with pytest.raises(SeisviewError) as caught:
                open_volume(samples / name)
            assert caught.value.hint, name


def test_shapes_are_those_that_the_index_implies(samples: Path) -> None:
    for name, view in names_in_index(samples).items():
        row = table()[name]
        cube = re.match(r"(\d+)x(\d+)x(\d+)", view)
        plain = re.match(r"unstructured (\d+)x(\d+)", view)
        if cube:
            assert row["shape"] == cube[0], name
        elif plain and row["outcome"] == "opens":
            # not a regular cube: either its traces were arranged, or they are one line
            assert int(row["traces"]) == int(plain[1]), name
            assert row["shape"].endswith(f"x{plain[2]}"), name


def _assert_same(got: np.ndarray, expected: np.ndarray, name: str) -> None:
    """Equal to the bit, but for numbers below the normal range of float32, where segyio is wrong."""
    np.testing.assert_allclose(got, expected, rtol=0, atol=1e-37, err_msg=name)


def test_values_are_those_that_segyio_reads(samples: Path) -> None:
    """Trace by trace; segyio is told the layout's formats and arranges nothing itself."""
    segyio = pytest.importorskip("segyio")
    compared = 0
    for name, view in names_in_index(samples).items():
        row = table()[name]
        if row["outcome"] == "refused" or view.startswith("FAIL"):
            continue
        if any(part in name for part in _NOT_FOR_SEGYIO):
            continue
        volume = open_volume(samples / name)
        endian = "little" if volume.info.byte_order == "little" else "big"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with segyio.open(samples / name, ignore_geometry=True, endian=endian) as reference:
                raw = reference.trace.raw[:].astype(np.float32)
        for index in range(volume.geometry.shape[0]):
            key = SectionKey(Axis.INLINE, index)
            numbers = volume.trace_numbers(key)
            expected = np.where(numbers[:, None] >= 0, raw[numbers], 0)
            _assert_same(volume.read_section(key), expected.T, name)
        compared += 1
    assert compared > 75


def test_cubes_lie_as_segyio_arranges_them(samples: Path) -> None:
    """The same line numbers hold the same traces when segyio sorts the survey out by itself."""
    segyio = pytest.importorskip("segyio")
    compared = 0
    for name, view in names_in_index(samples).items():
        if "sort" not in view or view.startswith("1x1x") or any(p in name for p in _NOT_FOR_SEGYIO):
            continue
        volume = open_volume(samples / name)
        geometry = volume.geometry
        endian = "little" if volume.info.byte_order == "little" else "big"
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with segyio.open(samples / name, endian=endian) as reference:
                for number in reference.ilines:
                    key = geometry.exact_key(Axis.INLINE, int(number))
                    expected = np.asarray(reference.iline[int(number)], np.float32)
                    crosslines = [geometry.crosslines.index_of(int(x)) for x in reference.xlines]
                    _assert_same(volume.read_section(key)[:, crosslines], expected.T, name)
        compared += 1
    assert compared > 60


def test_the_obspy_companion_holds_the_same_samples(samples: Path) -> None:
    for name in ("1.sgy_first_trace", "one_trace_year_99.sgy"):
        companion = "1.sgy_first_trace.npy" if name.startswith("1") else "one_trace_year_11.sgy.npy"
        folder, prefix = samples / "obspy__obspy", "obspy_io_segy_tests_data_"
        expected = np.load(folder / (prefix + companion))
        section = open_volume(folder / (prefix + name)).read_section(SectionKey(Axis.INLINE, 0))
        np.testing.assert_array_equal(section.T, expected)


def test_ieee_floats_under_another_name_are_read_as_such(samples: Path) -> None:
    folder = samples / "equinor__segyio"
    prefix = "test-data_multiformats_Format"
    key = SectionKey(Axis.INLINE, 7)
    expected = open_volume(folder / f"{prefix}5msb.sgy").read_section(key)
    for name in ("4msb", "4lsb"):
        np.testing.assert_array_equal(open_volume(folder / f"{prefix}{name}.sgy").read_section(key), expected)


def test_one_survey_in_many_formats_is_the_same_survey(samples: Path) -> None:
    """The files were made from 2-byte integers; narrow and unsigned formats kept the low bits only."""
    folder, key = samples / "equinor__segyio", SectionKey(Axis.CROSSLINE, 7)

    def section(name: str) -> np.ndarray:
        return open_volume(folder / f"test-data_multiformats_Format{name}.sgy").read_section(key)

    true = section("3lsb").astype(np.int64)
    for name in ("1lsb", "2msb", "4lsb", "5msb", "7msb", "9msb"):
        np.testing.assert_array_equal(section(name), true, err_msg=name)
    for name, bits in (("11lsb", 16), ("12msb", 64), ("15lsb", 24), ("15msb", 24), ("16msb", 8)):
        expected = np.array([value % (1 << bits) for value in true.ravel().tolist()], np.float64)
        np.testing.assert_array_equal(section(name).ravel(), expected.astype(np.float32), err_msg=name)
    np.testing.assert_array_equal(section("8msb"), true.astype(np.int8))


if __name__ == "__main__":
    root = Path(sys.argv[1])
    columns = "file outcome shape inlines crosslines start interval domain order format".split()  # noqa: SIM905
    columns += ["sorting", "bytes", "traces", "missing", "said"]
    print("\t".join(columns))
    for item in sorted(path for path in root.rglob("*") if path.is_file()):
        found = {"file": str(item.relative_to(root)), **outcome(item)}
        print("\t".join(found.get(column, "") for column in columns))

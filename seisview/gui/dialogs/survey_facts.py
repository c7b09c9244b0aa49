"""What is known of an open survey, in the words and units of interpreters; free of Qt."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from seisview.data.amplitude import AmplitudeStatistics
from seisview.data.geometry import LineNumbers, SurveyGeometry
from seisview.data.volume import SourceInfo, Volume
from seisview.workflows.surveys import describe_survey

Rows = tuple[tuple[str, str], ...]

FORMATS = {"segy": "SEG-Y", "npy": "numpy array", "zarr": "zarr array"}
_MEASURED = {"time": "two-way time", "depth": "depth", "sample": "not known: samples are counted"}
_NOT_IN_ARRAYS = "an array has no trace headers"


@dataclass(frozen=True, slots=True)
class FactGroup:
    """Facts under one heading, as (name, value)."""

    title: str
    rows: Rows


def survey_facts(volume: Volume, statistics: AmplitudeStatistics) -> tuple[FactGroup, ...]:
    """What ``seisview info`` prints, warnings apart, and where the survey lies on the map.

    Parameters
    ----------
    volume : Volume
    statistics : AmplitudeStatistics
        Of the same volume; nothing is measured here.
    """
    facts, geometry = describe_survey(volume, statistics), volume.geometry
    return (
        FactGroup("Grid", _grid(geometry)),
        FactGroup("Vertical axis", _vertical(facts, geometry)),
        FactGroup("Traces", _traces(facts, geometry)),
        FactGroup("Amplitudes", _amplitudes(facts, statistics, geometry.n_traces)),
        FactGroup("Coordinates", _coordinates(geometry, volume.info.xy_unit)),
        FactGroup("File", _file(facts, volume.info)),
    )


def facts_text(groups: tuple[FactGroup, ...], info: SourceInfo) -> str:
    """Everything as plain text, for the clipboard."""
    lines: list[str] = []
    for group in groups:
        lines += [group.title, *(f"  {name}: {value}" for name, value in group.rows)]
    if info.warnings:
        lines += ["Warnings", *(f"  {text}" for text in info.warnings)]
    if info.text_header:
        lines += ["Text header", info.text_header]
    return "\n".join(lines)


def lines_text(lines: LineNumbers) -> str:
    """Range, step and number of lines, e.g. ``"1000 to 1022, step 2 (12)"``."""
    if len(lines) == 1:
        return f"{lines.first} (1)"
    regular = LineNumbers.regular(lines.first, lines.step, len(lines)).numbers == lines.numbers
    step = f"step {lines.step}" if regular else "irregular"
    return f"{lines.first} to {lines.last}, {step} ({len(lines)})"


def _grid(geometry: SurveyGeometry) -> Rows:
    crosslines = lines_text(geometry.crosslines)
    if geometry.is_2d:
        return ("inlines", "one 2-D line"), ("traces", crosslines)
    return ("inlines", lines_text(geometry.inlines)), ("crosslines", crosslines)


def _vertical(facts: dict[str, Any], geometry: SurveyGeometry) -> Rows:
    unit = geometry.domain.unit
    ending = f"_{unit}" if unit else ""
    interval, start = facts[f"sample_interval{ending}"], facts[f"start{ending}"]
    return (
        ("measures", _MEASURED[facts["domain"]]),
        ("range", geometry.domain.range_text(start, geometry.sample_end)),
        ("sample interval", f"{interval:g} {unit}".strip()),
        ("samples per trace", f"{facts['n_samples']:,}"),
    )


def _traces(facts: dict[str, Any], geometry: SurveyGeometry) -> Rows:
    return (
        ("in the file", f"{facts['n_traces'] or geometry.n_traces:,}"),
        ("missing in the grid", f"{facts['n_missing_traces']:,}"),
        ("sorted by", facts["sorting"] or _NOT_IN_ARRAYS),
    )


def _amplitudes(facts: dict[str, Any], statistics: AmplitudeStatistics, n_traces: int) -> Rows:
    found, sampled = facts["amplitude"], statistics.n_sampled_traces
    estimate = "" if sampled >= n_traces else " (estimate)"
    rows = [
        ("smallest, largest", f"{found['min']:.5g}, {found['max']:.5g}"),
        ("1st, 99th percentile", f"{found['p1']:.5g}, {found['p99']:.5g}"),
        ("mean, standard deviation", f"{found['mean']:.5g}, {found['std']:.5g}"),
        ("dead traces", f"{facts['n_dead_traces']:,}{estimate}"),
    ]
    if statistics.nonfinite_fraction:
        rows.append(("not a number or infinite", f"{statistics.nonfinite_fraction:.3%} of the samples"))
    return (*rows, ("measured on", f"{sampled:,} of {n_traces:,} traces"))


def _coordinates(geometry: SurveyGeometry, xy_unit: str) -> Rows:
    if geometry.transform is None:
        return (("map coordinates", "none"),)
    last = len(geometry.inlines) - 1, len(geometry.crosslines) - 1
    rows, unit = [], xy_unit or "m or ft"
    for inline, crossline in dict.fromkeys([(0, 0), (0, last[1]), (last[0], 0), last]):
        x, y = geometry.transform.xy(inline, crossline)
        numbers = geometry.inlines.number_at(inline), geometry.crosslines.number_at(crossline)
        rows.append((f"inline {numbers[0]}, crossline {numbers[1]}", f"X {x:.2f}  Y {y:.2f} {unit}"))
    return tuple(rows)


def _file(facts: dict[str, Any], info: SourceInfo) -> Rows:
    rows = [
        ("path", str(info.path)),
        ("format", FORMATS.get(facts["format"], facts["format"])),
        ("sample format", facts["sample_format"]),
        ("byte order", facts["byte_order"]),
    ]
    if facts["format"] == "segy":
        rows += [
            ("line bytes", _bytes("inline", facts["inline_byte"], "crossline", facts["crossline_byte"])),
            ("coordinate bytes", _bytes("X", facts["x_byte"], "Y", facts["y_byte"])),
            ("text header", facts["text_encoding"].upper() or "none"),
        ]
    return (*rows, ("fingerprint", facts["fingerprint"]))


def _bytes(first: str, first_byte: int | None, second: str, second_byte: int | None) -> str:
    """Positions in the trace header; none where they were not needed, e.g. for a 2-D line."""
    found = {first: first_byte, second: second_byte}
    return ", ".join(f"{name} {'none' if byte is None else byte}" for name, byte in found.items())

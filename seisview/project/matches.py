"""Searches that a project keeps: queries, hits with what a person said about them, heat map, origin."""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from seisview.atomic import replacing, write_error, write_text_atomic
from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.errors import GeometryError, ProjectError
from seisview.labels.boxes import Box
from seisview.labels.heat import HeatCube, HeatGrid
from seisview.labels.patches import Hit, Patch, Verdict
from seisview.project.schema import now_text

VERSION = 1
MATCH_FOLDER = "matches"
_LARGEST_BYTES = 64 << 20
_LARGEST_HEAT = 4 << 30
_NAME = re.compile(r"matches-(\d{4,9})\.json")


@dataclass(frozen=True, slots=True, eq=False)
class MatchSet:
    """One search and its hits.

    Attributes
    ----------
    name : str
        File name without suffix; empty until it is stored.
    positives, negatives : tuple of Patch
        What was searched for.
    hits : tuple of Hit
        Best first, with verdicts.
    measure : str
        ``"cosine similarity"`` or ``"euclidean distance"`` (of which similarities are the negative).
    origin : dict of str to str
        Features, weights, model, calibration, settings.
    fingerprint : str
        Of the survey.
    created : str
        ISO 8601.
    heat : HeatCube or None
        Where the survey is similar to the query.
    """

    positives: tuple[Patch, ...]
    negatives: tuple[Patch, ...]
    hits: tuple[Hit, ...]
    measure: str
    origin: dict[str, str]
    fingerprint: str
    created: str = ""
    name: str = ""
    heat: HeatCube | None = None

    def having(self, verdict: Verdict) -> tuple[Hit, ...]:
        """The hits with a verdict."""
        return tuple(hit for hit in self.hits if hit.verdict is verdict)


class _PatchRecord(BaseModel):
    model_config = ConfigDict(extra="ignore")
    axis: Axis
    index: int = Field(ge=0)
    box: tuple[int, int, int, int]

    @classmethod
    def of(cls, patch: Patch) -> _PatchRecord:
        box = patch.box
        return cls(
            axis=patch.key.axis,
            index=patch.key.index,
            box=(box.row0, box.row1, box.column0, box.column1),
        )

    def patch(self, geometry: SurveyGeometry) -> Patch:
        patch = Patch(SectionKey(self.axis, self.index), Box(*self.box))
        geometry.check(patch.key)
        shape = geometry.section_shape(patch.key.axis)
        inside = patch.box.intersection(Box.whole(shape))
        if patch.key.axis is Axis.SAMPLE or inside.is_empty or max(patch.box.shape) > 2 * max(shape) + 64:
            raise ValueError("a patch outside the survey")
        return patch


class _HitRecord(_PatchRecord):
    similarity: float = Field(allow_inf_nan=False)
    confidence: float = Field(ge=0, le=1)
    verdict: Verdict = Verdict.OPEN


class _GridRecord(BaseModel):
    axis: Axis
    step: int = Field(ge=1)
    cell: tuple[int, int]
    window: tuple[int, int]


class _Record(BaseModel):
    model_config = ConfigDict(extra="ignore")
    version: int = VERSION
    fingerprint: str
    created: str = Field(default_factory=now_text)
    measure: str
    origin: dict[str, str] = Field(default_factory=dict)
    positives: list[_PatchRecord] = Field(min_length=1)
    negatives: list[_PatchRecord] = Field(default_factory=list)
    hits: list[_HitRecord]
    grids: list[_GridRecord] = Field(default_factory=list)


def save_matches(project_folder: Path, matches: MatchSet, with_heat: bool = True) -> MatchSet:
    """Store a search, a new one under a new name, instead of what it was before.

    Parameters
    ----------
    project_folder : Path
    matches : MatchSet
    with_heat : bool
        Whether the heat map is another than the one that is stored.

    Raises
    ------
    ExportError
        If the disk is full or the folder cannot be written; what was stored before stays.
    """
    folder = project_folder / MATCH_FOLDER
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error
    if not matches.name:
        matches = replace(matches, name=new_match_name(project_folder), created=now_text())
    heat = folder / f"{matches.name}.npz"
    if matches.heat is not None and (with_heat or not heat.exists()):
        with replacing(heat) as temporary, temporary.open("wb") as file:
            arrays = {f"grid{n}": grid.values for n, grid in enumerate(matches.heat.grids)}
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    write_text_atomic(folder / f"{matches.name}.json", _record(matches).model_dump_json(indent=1))
    return matches


def new_match_name(project_folder: Path) -> str:
    """Return a name that no search of the project has."""
    folder = project_folder / MATCH_FOLDER
    numbers = [int(m[1]) for path in folder.glob("*.json") if (m := _NAME.fullmatch(path.name))]
    return f"matches-{max(numbers, default=0) + 1:04d}"


def list_matches(project_folder: Path) -> tuple[str, ...]:
    """Names of the searches that a project keeps, the oldest first."""
    found = [p.stem for p in (project_folder / MATCH_FOLDER).glob("*.json") if _NAME.fullmatch(p.name)]
    return tuple(sorted(found, key=lambda name: int(name.split("-")[1])))


def load_matches(project_folder: Path, name: str, geometry: SurveyGeometry, fingerprint: str) -> MatchSet:
    """Read a search.

    Raises
    ------
    ProjectError
        If it is damaged, a newer seisview wrote it, or it belongs to another survey.
    """
    path = project_folder / MATCH_FOLDER / f"{name}.json"
    try:
        if path.stat().st_size > _LARGEST_BYTES:
            raise ValueError("larger than any search")
        record = _Record.model_validate_json(path.read_bytes())
        if record.version > VERSION:
            raise ProjectError(f"The search {name} was made by a newer seisview.", "Update seisview.")
        if record.fingerprint != fingerprint:
            raise ProjectError(f"The search {name} belongs to another survey.", "Search again.")
        return _restored(record, name, geometry, _read_heat(path.with_suffix(".npz"), record, geometry))
    except (OSError, ValidationError, ValueError, GeometryError) as error:
        if isinstance(error, ProjectError):
            raise
        raise ProjectError(f"The search {name} is damaged.", "Search again.") from error


def _record(matches: MatchSet) -> _Record:
    grids = () if matches.heat is None else matches.heat.grids
    return _Record(
        fingerprint=matches.fingerprint,
        created=matches.created or now_text(),
        measure=matches.measure,
        origin=matches.origin,
        positives=[_PatchRecord.of(patch) for patch in matches.positives],
        negatives=[_PatchRecord.of(patch) for patch in matches.negatives],
        hits=[
            _HitRecord(
                **_PatchRecord.of(hit.patch).model_dump(),
                similarity=hit.similarity,
                confidence=hit.confidence,
                verdict=hit.verdict,
            )
            for hit in matches.hits
        ],
        grids=[_GridRecord(axis=g.axis, step=g.step, cell=g.cell, window=g.window) for g in grids],
    )


def _restored(record: _Record, name: str, geometry: SurveyGeometry, heat: HeatCube | None) -> MatchSet:
    return MatchSet(
        positives=tuple(patch.patch(geometry) for patch in record.positives),
        negatives=tuple(patch.patch(geometry) for patch in record.negatives),
        hits=tuple(Hit(h.patch(geometry), h.similarity, h.confidence, h.verdict) for h in record.hits),
        measure=record.measure,
        origin=dict(record.origin),
        fingerprint=record.fingerprint,
        created=record.created,
        name=name,
        heat=heat,
    )


def _read_heat(path: Path, record: _Record, geometry: SurveyGeometry) -> HeatCube | None:
    """The heat map; None when it is missing or damaged: the hits are worth having without it."""
    grids = []
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > _LARGEST_HEAT:
                return None
        with np.load(path, allow_pickle=False) as arrays:
            for number, grid in enumerate(record.grids):
                values: Any = arrays[f"grid{number}"]
                if values.ndim != 3 or values.dtype != np.uint8 or 0 in values.shape:
                    return None
                grids.append(HeatGrid(grid.axis, grid.step, grid.cell, grid.window, values))
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    return HeatCube(geometry, tuple(grids)) if grids else None

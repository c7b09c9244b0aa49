"""Searching a survey from files to files, for the command line and for scripts."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from seisview import __version__
from seisview.data.amplitude import measure_amplitudes
from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.data.volume import HeaderBytes, Volume
from seisview.errors import ExportError, ModelError
from seisview.export.guard import refuse_overwriting
from seisview.export.matches import export_matches, heat_content, match_rows
from seisview.labels.patches import Patch
from seisview.learn.config import BackboneName
from seisview.learn.features.config import FeatureConfig
from seisview.learn.matching.config import DEFAULT_PATCH, Region, SearchConfig
from seisview.progress import Progress
from seisview.project.matches import MatchSet, list_matches, load_matches
from seisview.project.project import Project
from seisview.workflows.export import ExportOptions, export_content
from seisview.workflows.lines import LineSelection
from seisview.workflows.matching.search import MatchAnswer, MatchQuery, find_matches
from seisview.workflows.sections import picture_place
from seisview.workflows.surveys import open_survey


@dataclass(frozen=True, slots=True)
class Place:
    """A place in survey units.

    Attributes
    ----------
    inline, crossline : int
        Line numbers.
    position : float
        Time (ms) or depth (m).
    """

    inline: int
    crossline: int
    position: float

    def patch(self, geometry: SurveyGeometry, axis: Axis, size: tuple[int, int]) -> Patch:
        """Patch of `size` samples and traces around it, across `axis`, moved inside the survey.

        Raises
        ------
        GeometryError
            If there is no such line.
        ModelError
            If the place lies above or below the survey, or the patch is larger than a section.
        """
        inline = geometry.inlines.index_of(self.inline, "inline")
        crossline = geometry.crosslines.index_of(self.crossline, "crossline")
        if not geometry.sample_start <= self.position <= geometry.sample_end:
            unit = geometry.domain.unit
            raise ModelError(
                f"{self.position:g} {unit} lies outside the survey.",
                f"Samples run from {geometry.sample_start:g} to {geometry.sample_end:g} {unit}.",
            )
        key, column = SectionKey(Axis.INLINE, inline), crossline
        if axis is Axis.CROSSLINE and not geometry.is_2d:
            key, column = SectionKey(Axis.CROSSLINE, crossline), inline
        shape = geometry.section_shape(key.axis)
        if any(side > whole for side, whole in zip(size, shape, strict=True)):
            raise ModelError(
                f"A patch of {size[0]} x {size[1]} does not fit a section of {shape[0]} x {shape[1]}.",
                "Give a smaller size.",
            )
        return Patch.around(key, (geometry.nearest_sample(self.position), column), size, shape)


@dataclass(frozen=True, slots=True)
class MatchRequest:
    """What to search for, in survey units.

    Attributes
    ----------
    places, negatives : tuple of Place
        What hits are to be like, at least one, and unlike.
    size : (int, int)
        Samples and traces.
    axis : Axis
        Direction of the sections that patches lie on and that are searched.
    both_directions : bool
        Search inlines and crosslines.
    top : int
    inlines, crosslines : LineSelection or None
        Range in which hits may lie.
    positions : (float, float) or None
        Times or depths between which hits may lie.
    model : Path or None
        Siamese model.
    network : str
        Features that are searched: ``"texture"``, or the backbone of dense ones.
    device : str
    """

    places: tuple[Place, ...]
    negatives: tuple[Place, ...] = ()
    size: tuple[int, int] = DEFAULT_PATCH
    axis: Axis = Axis.INLINE
    both_directions: bool = False
    top: int = 50
    inlines: LineSelection | None = None
    crosslines: LineSelection | None = None
    positions: tuple[float, float] | None = None
    model: Path | None = None
    network: BackboneName | Literal["texture"] = "texture"
    device: str = "auto"

    @property
    def features(self) -> FeatureConfig:
        """How the features that are searched are made."""
        if self.network == "texture":
            return FeatureConfig.texture()
        return FeatureConfig(backbone=self.network, device=self.device, spare_cores=0)

    def query(self, geometry: SurveyGeometry) -> MatchQuery:
        """Patches of a survey."""
        patches = [
            tuple(place.patch(geometry, self.axis, self.size) for place in places)
            for places in (self.places, self.negatives)
        ]
        return MatchQuery(patches[0], patches[1])

    def config(self, geometry: SurveyGeometry) -> SearchConfig:
        """Settings of the search, in indices."""
        samples = None
        if self.positions is not None:
            first, last = (geometry.nearest_sample(position) for position in sorted(self.positions))
            samples = (first, last + 1)
        region = Region(
            _range(self.inlines, geometry, Axis.INLINE),
            _range(self.crosslines, geometry, Axis.CROSSLINE),
            samples,
        )
        both = (Axis.INLINE, Axis.CROSSLINE)
        return SearchConfig(self.top, region, both if self.both_directions else (self.axis,))


@dataclass(frozen=True, slots=True)
class MatchFiles:
    """What a search reads and writes.

    Attributes
    ----------
    survey : Path
    out : Path
        Hits, ``.csv`` or ``.json``.
    heat : Path or None
        Heat map: ``.sgy``, ``.npy`` or ``.zarr``.
    header_bytes : HeaderBytes
    """

    survey: Path
    out: Path
    heat: Path | None = None
    header_bytes: HeaderBytes = field(default_factory=HeaderBytes)


def match_files(request: MatchRequest, files: MatchFiles, progress: Progress | None = None) -> dict[str, Any]:
    """Search a survey and write what was found.

    Returns
    -------
    dict
        Hits and where they were written, as plain data.

    Raises
    ------
    VolumeError, GeometryError, ModelError, ExportError
        As the steps it is made of.
    """
    progress = progress or Progress()
    for path in filter(None, (files.out, files.heat)):
        refuse_overwriting(path, [files.survey, request.model])
    volume = open_survey(files.survey, files.header_bytes, progress)
    try:
        statistics = measure_amplitudes(volume, progress)
        query, config = request.query(volume.geometry), request.config(volume.geometry)
        answer = find_matches(volume, statistics, query, config, progress, request.features, request.model)
        matches = match_set(answer, volume)
        export_matches(matches, volume.geometry, files.out, _provenance(volume))
        if files.heat is not None:
            _write_heat(matches, volume, files.heat, progress)
    finally:
        volume.close()
    return {
        "measure": matches.measure,
        "n_matches": len(matches.hits),
        "matches": match_rows(matches, volume.geometry),
        "origin": matches.origin,
        "out": str(files.out),
        "heatmap": None if files.heat is None else str(files.heat),
    }


def match_set(answer: MatchAnswer, volume: Volume) -> MatchSet:
    """Return an answer as a project keeps it."""
    return MatchSet(
        answer.query.positives,
        answer.query.negatives,
        answer.hits,
        answer.measure,
        answer.origin,
        volume.fingerprint,
        heat=answer.heat,
    )


def project_matches(project: Project) -> MatchSet:
    """Return the newest search that a project keeps; :class:`ExportError` when there is none."""
    names = list_matches(project.folder)
    if not names:
        raise ExportError(
            f"The project {project.name} has no matches.", "Pick a patch with the match tool (M) first."
        )
    return load_matches(project.folder, names[-1], project.volume.geometry, project.volume.fingerprint)


def export_project_matches(
    project: Project, out: Path, options: ExportOptions | None = None, progress: Progress | None = None
) -> dict[str, Any]:
    """Export the newest search of a project: hits as CSV or JSON, else its heat map.

    Raises
    ------
    ExportError, ProjectError
        If there is none, it is damaged, or it cannot be written.
    """
    matches = project_matches(project)
    written = write_matches(matches, project.volume, out, options, progress)
    place = {}
    if out.suffix.lower() == ".png":
        place = picture_place(heat_content(matches, {}), out, None if options is None else options.section)
    return {"what": "matches", "out": str(out), "written": written, **place, "n_matches": len(matches.hits)}


def write_matches(
    matches: MatchSet,
    volume: Volume,
    out: Path,
    options: ExportOptions | None = None,
    progress: Progress | None = None,
) -> str:
    """Write a search to a file: hits as ``.csv`` or ``.json``, else its heat map; returns what, in words."""
    refuse_overwriting(out, [volume.info.path])
    if out.suffix.lower() in (".csv", ".json"):
        return export_matches(matches, volume.geometry, out, _provenance(volume))
    return export_content(heat_content(matches, _provenance(volume)), volume, out, options, progress)


def _write_heat(matches: MatchSet, volume: Volume, out: Path, progress: Progress) -> None:
    export_content(heat_content(matches, _provenance(volume)), volume, out, progress=progress)


def _provenance(volume: Volume) -> dict[str, str]:
    return {
        "survey": volume.info.path.name,
        "fingerprint": volume.fingerprint,
        "written by": f"seisview {__version__}",
    }


def _range(selection: LineSelection | None, geometry: SurveyGeometry, axis: Axis) -> tuple[int, int] | None:
    return None if selection is None else selection.index_range(geometry.lines(axis), str(axis))

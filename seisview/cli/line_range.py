"""Which sections a command works on: --inlines, --crosslines, --samples, and --axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import typer

from seisview.cli.options import line_selection
from seisview.cli.values import position_range
from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.errors import GeometryError

if TYPE_CHECKING:
    from seisview.learn.config import PredictConfig
    from seisview.workflows.labels import LabelChoice


class LineRange:
    """Lines to predict, checked before anything is read."""

    def __init__(
        self, inlines: str | None, crosslines: str | None, axis: Literal["inline", "crossline"] | None
    ) -> None:
        if inlines is not None and crosslines is not None:
            raise typer.BadParameter("Give --inlines or --crosslines, not both.")
        own = Axis.INLINE if inlines is not None else Axis.CROSSLINE if crosslines is not None else None
        wanted = None if axis is None else Axis(axis)
        if own is not None and wanted not in (None, own):
            raise typer.BadParameter(f"--{own}s goes with --axis {own}.")
        self._axis = own or wanted
        self._selection = line_selection(inlines if inlines is not None else crosslines)

    def config(self, geometry: SurveyGeometry, device: str, fusion: Literal["sum", "vote"]) -> PredictConfig:
        """Return the configuration for a survey; indices instead of line numbers."""
        from seisview.learn.config import PredictConfig

        lines = None
        if self._selection is not None and self._axis is not None:
            lines = self._selection.index_range(geometry.lines(self._axis), str(self._axis))
        return PredictConfig(device=device, spare_cores=0, fusion=fusion, axis=self._axis, lines=lines)


class SectionRange:
    """Sections that --inlines, --crosslines and --samples name, checked before anything is read."""

    def __init__(self, choice: LabelChoice, positions: tuple[float, float] | None) -> None:
        self._choice = choice
        self._positions = positions

    def keys(self, geometry: SurveyGeometry) -> tuple[SectionKey, ...]:
        """Return the sections of a survey, by axis and index; :class:`GeometryError` if there are none."""
        return (*sorted(self._choice.keys(geometry)), *self._slices(geometry))

    def _slices(self, geometry: SurveyGeometry) -> list[SectionKey]:
        if self._positions is None:
            return []
        first, last = sorted(self._positions)
        indices = [i for i in range(geometry.n_samples) if first <= geometry.sample_at(i) <= last]
        if not indices:
            covered = geometry.domain.range_text(geometry.sample_start, geometry.sample_end)
            raise GeometryError("No slice of the survey is among those chosen.", f"It covers {covered}.")
        return [SectionKey(Axis.SAMPLE, index) for index in indices]


def chosen_range(inlines: str | None, crosslines: str | None, samples: str | None) -> SectionRange:
    """Read the three options; none of them at all is wrong usage.

    Raises
    ------
    typer.BadParameter
        If none is given, or one is written wrongly.
    """
    if inlines is None and crosslines is None and samples is None:
        raise typer.BadParameter(
            "Say which sections: --inlines 100:200, --crosslines, or --inlines : for all."
        )
    from seisview.workflows.labels import LabelChoice

    choice = LabelChoice(line_selection(inlines), line_selection(crosslines))
    return SectionRange(choice, position_range(samples))

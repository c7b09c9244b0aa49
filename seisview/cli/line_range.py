"""Which sections a command predicts: --inlines or --crosslines, and --axis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import typer

from seisview.cli.options import line_selection
from seisview.data.geometry import Axis, SurveyGeometry

if TYPE_CHECKING:
    from seisview.learn.config import PredictConfig


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

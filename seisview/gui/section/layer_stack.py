"""The overlays of a section, by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import numpy.typing as npt

from seisview.gui.section.color_tables import (
    anomaly_colors,
    confidence_colors,
    facies_colors,
    heat_colors,
    label_colors,
    picked_colors,
)
from seisview.gui.section.overlay_scale import LayerScale, anomaly_scale, percent_scale
from seisview.gui.section.overlays import IndexedLayer, LabelLayer
from seisview.labels.strokes import Box

ByteArray = npt.NDArray[np.uint8]

_SCALED = ("matches", "anomaly", "confidence")
LAYER_NAMES = ("facies", "confidence", "clusters", "anomaly", "matches", "labels")


class LayerStack:
    """Facies below confidence, clusters, anomaly, matches and labels; above all, places that are picked out.

    Where labels are shown the facies are not: mixed, their colours would be those of other classes. Facies
    that others are compared with look like these and are drawn beside them.

    Attributes
    ----------
    items : tuple of IndexedLayer
        To be added to a scene.

    Parameters
    ----------
    show_scale : callable
        Told what the colours of the uppermost layer that has a scale mean, or None, whenever that changes.
    """

    def __init__(self, show_scale: Callable[[LayerScale | None], object] = lambda _scale: None) -> None:
        self._show_scale = show_scale
        self._layers: dict[str, IndexedLayer] = {"facies": IndexedLayer(1), "confidence": IndexedLayer(2)}
        self._layers["compared"] = IndexedLayer(1)
        self._layers |= {"clusters": IndexedLayer(2), "anomaly": IndexedLayer(2)}
        self._layers |= {"matches": IndexedLayer(2), "labels": LabelLayer(3), "picked": IndexedLayer(3)}
        self._opacity = {"facies": 0.45, "confidence": 0.6, "clusters": 0.45, "anomaly": 0.6}
        self._opacity |= {"matches": 0.5, "labels": 1.0}
        self._cluster_palette: ByteArray = np.zeros((256, 3), np.uint8)
        self._hidden_clusters: list[int] = []
        self._unusual_from, self._score_unit = 128, 1 / 128
        self._palette: ByteArray = np.zeros((256, 3), np.uint8)
        self._hidden: list[int] = []
        self._shape: tuple[int, int] | None = None
        self._areas: dict[str, ByteArray | None] = {"facies": None, "compared": None}
        self.items = tuple(self._layers.values())
        for name in ("confidence", "anomaly"):
            self._layers[name].setVisible(False)
        for name in LAYER_NAMES:
            self._recolor(name)
        self._layers["picked"].set_colors(picked_colors())

    @property
    def labels(self) -> ByteArray | None:
        """The labels shown or hidden; None when there are none."""
        return self._layers["labels"].values

    @property
    def predictions(self) -> tuple[IndexedLayer, ...]:
        """Facies and confidence."""
        return self._layers["facies"], self._layers["confidence"]

    @property
    def compared(self) -> tuple[IndexedLayer, ...]:
        """Facies of another result, to be drawn where the predictions are not."""
        return (self._layers["compared"],)

    def set_shape(self, shape: tuple[int, int] | None) -> None:
        """Set the shape that layers must have; None: there is no section to lie on."""
        self._shape = shape

    def clear(self) -> None:
        """Draw nothing."""
        self._areas = dict.fromkeys(self._areas)
        for layer in self.items:
            layer.set_values(None)
        self._tell_scale()

    def set_values(self, name: str, values: ByteArray | None) -> None:
        """Draw `values`, shape as the section's; None draws nothing. ValueError on another shape."""
        if values is not None and values.shape != self._shape:
            raise ValueError(f"{name} of shape {values.shape} do not fit a section of shape {self._shape}")
        if name in self._areas:
            self._areas[name] = None if values is None else values.copy()
            self._draw_area(name)
        else:
            self._layers[name].set_values(values)
        if name == "labels":
            self._draw_areas()
        if name in _SCALED:
            self._tell_scale()

    def patch(self, name: str, box: Box, values: ByteArray) -> None:
        """Replace a box; a layer that drew nothing starts from zeros. ValueError when it does not fit."""
        if self._shape is None or values.shape != box.shape or not box.fits(self._shape):
            raise ValueError(
                f"{box} with {values.shape} {name} does not fit a section of shape {self._shape}"
            )
        layer = self._layers[name]
        if layer.values is None:
            layer.set_values(np.zeros(self._shape, np.uint8))
        layer.patch(box, values)
        if name == "labels":
            for other, area in self._areas.items():
                if area is not None:
                    self._layers[other].patch(box, self._beside_labels(area, box))

    def set_palette(self, palette: ByteArray) -> None:
        """Change the colours of the classes. ValueError unless uint8 of shape (256, 3)."""
        if palette.shape != (256, 3) or palette.dtype != np.uint8:
            raise ValueError(f"a palette is uint8 of shape (256, 3), not {palette.dtype} of {palette.shape}")
        self._palette = palette.copy()
        self._recolor("facies")
        self._recolor("labels")

    def set_clusters_look(self, palette: ByteArray, hidden: Iterable[int], first: int, unit: float) -> None:
        """Change the colours of the clusters, uint8 of shape (256, 3), which are clear, and the anomaly.

        Anomaly is drawn from the stored value `first` on; a step of stored values is a score of `unit`.
        """
        self._cluster_palette, self._hidden_clusters = palette.copy(), sorted(hidden)
        self._unusual_from, self._score_unit = first, unit
        self._recolor("clusters")
        self._recolor("anomaly")
        self._tell_scale()

    def set_hidden(self, class_ids: Iterable[int]) -> None:
        """Draw these classes clear; what was painted by hand keeps its outline."""
        hidden = sorted(class_ids)
        if hidden != self._hidden:
            self._hidden = hidden
            self._recolor("facies")
            self._recolor("labels")

    def set_layer(self, name: str, visible: bool, opacity: float) -> None:
        """Show or hide a layer and choose its opacity, 0..1. ValueError when there is none of that name."""
        if name not in self._layers:
            raise ValueError(f"there is no layer {name!r}; layers are {', '.join(LAYER_NAMES)}")
        if visible != self._layers[name].isVisible():
            self._layers[name].setVisible(visible)
            if name == "labels":
                self._draw_areas()
            elif name == "facies":
                self._layers["compared"].setVisible(visible)
        if opacity != self._opacity[name]:
            self._opacity[name] = opacity
            self._recolor(name)
        if name in _SCALED:
            self._tell_scale()

    @property
    def scale(self) -> LayerScale | None:
        """What the colours of the uppermost layer with a scale mean; None when there is none in view."""
        for name in _SCALED:
            layer, opacity = self._layers[name], self._opacity[name]
            if layer.values is None or not layer.isVisible():
                continue
            if name == "matches":
                return percent_scale("match confidence", heat_colors(opacity), "How surely a place matches")
            if name == "anomaly":
                colors = anomaly_colors(opacity, self._unusual_from)
                return anomaly_scale(colors, self._unusual_from, self._score_unit)
            hover = "How sure the facies are: the darker the veil the less"
            return percent_scale("confidence", confidence_colors(opacity), hover)
        return None

    def _tell_scale(self) -> None:
        self._show_scale(self.scale)

    def _draw_areas(self) -> None:
        for name in self._areas:
            self._draw_area(name)

    def _draw_area(self, name: str) -> None:
        area = self._areas[name]
        drawn = None if area is None else self._beside_labels(area, Box.whole(area.shape))
        self._layers[name].set_values(drawn)

    def _beside_labels(self, area: ByteArray, box: Box) -> ByteArray:
        facies, labels = area[box.slices], self._layers["labels"]
        if labels.values is None or not labels.isVisible():
            return facies
        return np.where(labels.values[box.slices] == 0, facies, np.uint8(0))

    def _recolor(self, name: str) -> None:
        opacity = self._opacity[name]
        if name == "facies":
            colors = facies_colors(self._palette, opacity)
        elif name == "confidence":
            colors = confidence_colors(opacity)
        elif name == "matches":
            colors = heat_colors(opacity)
        elif name == "clusters":
            colors = facies_colors(self._cluster_palette, opacity)
            colors[self._hidden_clusters] = 0
        elif name == "anomaly":
            colors = anomaly_colors(opacity, self._unusual_from)
        else:
            colors = label_colors(self._palette, opacity)
        if name in ("facies", "labels"):
            colors[self._hidden] = 0
        self._layers[name].set_colors(colors)
        if name == "facies":
            self._layers["compared"].set_colors(colors)

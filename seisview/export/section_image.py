"""A section as colours: amplitudes through a colour map, facies, confidence and labels above them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from seisview.data.colormaps import DEFAULT_COLORMAP, colormap
from seisview.data.gaps import GAP_COLORS, dead_traces, on_stripe
from seisview.data.geometry import Axis, SectionKey, SurveyGeometry
from seisview.data.volume import FloatArray
from seisview.labels.facies import FaciesScheme

ByteArray = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class AmplitudeStyle:
    """How amplitudes are shown.

    Attributes
    ----------
    clip_limit : float
        How far the colour map reaches on either side of `center`; positive.
    colormap : str
        Name of a shipped colour map.
    unit : str
        What the colour bar says below its numbers.
    center : float
        Amplitude in the middle of the colour map.
    """

    clip_limit: float
    colormap: str = DEFAULT_COLORMAP
    unit: str = "amplitude"
    center: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class SectionPicture:
    """Everything that is drawn of one section.

    Attributes
    ----------
    geometry : SurveyGeometry
    key : SectionKey
    amplitude : ndarray of float32, section shape
    style : AmplitudeStyle
    facies, labels, confidence : ndarray of uint8, section shape, or None
        Class ids (0 = none) and 0..255 for confidence 0..1; what is None is not drawn.
    scheme : FaciesScheme or None
        Names and colours of the classes; needed with facies or labels.
    opacity : float
        Of facies and labels over the amplitudes, 0..1.
    source : str
        Added to the title, e.g. the file name of the survey.
    """

    geometry: SurveyGeometry
    key: SectionKey
    amplitude: FloatArray
    style: AmplitudeStyle
    facies: ByteArray | None = None
    labels: ByteArray | None = None
    confidence: ByteArray | None = None
    scheme: FaciesScheme | None = None
    opacity: float = 0.45
    source: str = ""


def section_colors(picture: SectionPicture) -> ByteArray:
    """Colour every sample of a section.

    Amplitudes beyond the clip limit take the colours at the ends of the map. Facies are blended over them,
    labels over the facies with twice the opacity, and low confidence darkens. Missing and dead traces are
    hatched, as in the window.

    Parameters
    ----------
    picture : SectionPicture

    Returns
    -------
    ndarray of uint8, shape (rows, columns, 3)
    """
    limit, center = picture.style.clip_limit, picture.style.center
    scaled = np.clip(((picture.amplitude - center) / limit + 1.0) * 127.5, 0, 255)
    colors = colormap(picture.style.colormap).table[np.rint(scaled).astype(np.uint8)].astype(np.float32)
    gaps = np.flatnonzero(dead_traces(picture.amplitude)) if picture.key.axis is not Axis.SAMPLE else ()
    colors[:, gaps] = GAP_COLORS[on_stripe(np.arange(len(colors))[:, None], np.asarray(gaps)).astype(int)]
    for layer, opacity in ((picture.facies, picture.opacity), (picture.labels, 2 * picture.opacity)):
        if layer is not None and picture.scheme is not None:
            _blend(colors, layer, picture.scheme, min(opacity, 1.0))
    if picture.confidence is not None:
        light = 0.25 + 0.75 * picture.confidence.astype(np.float32) / 255.0
        light[:, gaps] = 1.0  # nothing was predicted there that could be unsure
        colors *= light[..., None]
    result: ByteArray = np.rint(colors).astype(np.uint8)
    return result


def _blend(colors: npt.NDArray[np.float32], layer: ByteArray, scheme: FaciesScheme, opacity: float) -> None:
    shown = layer > 0
    layer_colors = scheme.color_table()[layer[shown]].astype(np.float32)
    colors[shown] = (1.0 - opacity) * colors[shown] + opacity * layer_colors

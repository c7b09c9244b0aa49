"""Pictures of a collection of images: what its classes look like, and how strong and large they are."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from seisview.atomic import write_error
from seisview.data.patches.collection import PatchCollection
from seisview.progress import Progress

_VIEWED = 64


def write_views(collection: PatchCollection, folder: Path, progress: Progress) -> list[str]:
    """Draw what a collection is like: mosaic and amplitude histogram of its classes, and its sizes."""
    from seisview.export.mosaic import save_histograms, save_mosaic, save_sizes

    progress.report("Drawing the collection")
    images, bands = collection.images(), []
    for label, name in enumerate(collection.class_names or ("images",)):
        rows = np.flatnonzero(collection.labels == (label if collection.class_names else -1))
        spread = rows[np.unique(np.linspace(0, len(rows) - 1, min(len(rows), _VIEWED)).astype(int))]
        bands.append((name, [images[int(row)] for row in spread]))
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error
    paths = [folder / name for name in ("mosaic.png", "histograms.png", "sizes.png")]
    save_mosaic(paths[0], bands)
    save_histograms(paths[1], bands)
    save_sizes(paths[2], collection.shapes)
    return [str(path) for path in paths]

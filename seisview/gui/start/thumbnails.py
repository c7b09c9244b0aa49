"""Small pictures of what was opened lately, kept in the user's cache."""

from __future__ import annotations

import hashlib
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QSize, Qt
from PySide6.QtGui import QPixmap

from seisview.atomic import replacing
from seisview.preferences import cache_folder

THUMBNAIL_SIZE = QSize(112, 63)
_SCALE = 2  # sharp on HiDPI screens


def save_thumbnail(path: Path, picture: QPixmap) -> None:
    """Keep a small copy of `picture` for a survey or project; a cache that cannot be written is no matter."""
    if picture.isNull():
        return
    small = picture.scaled(
        THUMBNAIL_SIZE * _SCALE,
        Qt.AspectRatioMode.KeepAspectRatioByExpanding,
        Qt.TransformationMode.SmoothTransformation,
    )
    small.setDevicePixelRatio(1.0)
    cut = small.copy(0, 0, THUMBNAIL_SIZE.width() * _SCALE, THUMBNAIL_SIZE.height() * _SCALE)
    try:
        file = _file(path)
        file.parent.mkdir(exist_ok=True)
        with replacing(file) as temporary:
            temporary.write_bytes(_as_png(cut))
    except OSError:
        return


def _as_png(picture: QPixmap) -> bytes:
    """Encode in memory: onto a full disk the library would complain on stderr, and leave half a picture."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    picture.save(buffer, "PNG")
    return bytes(buffer.data().data())


def thumbnail(path: Path) -> QPixmap | None:
    """Return the picture kept for a survey or project, or None."""
    try:
        picture = QPixmap(str(_file(path)))
    except OSError:
        return None
    if picture.isNull():
        return None
    picture.setDevicePixelRatio(_SCALE)
    return picture


def _file(path: Path) -> Path:
    name = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:24]
    return cache_folder() / "thumbnails" / f"{name}.png"

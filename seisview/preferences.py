"""The user's folders and what the program remembers between sessions."""

from __future__ import annotations

import math
import os
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType
from typing import Any

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from seisview.atomic import write_error, write_text_atomic
from seisview.errors import ExportError

GIGABYTE = 10**9
LIMITS = MappingProxyType(
    {"max_bricks_gb": (0.0, 10_000.0), "max_features_gb": (0.0, 10_000.0), "clip_percent": (80.0, 100.0)}
)
"""Smallest and largest value of the preferences that are numbers."""

_RECENT_LIMIT = 12


def data_folder() -> Path:
    """Where working projects live; ``$SEISVIEW_DATA_DIR`` overrides the platform's place.

    This and the next two make the folder; :class:`ExportError` when that is not possible.
    """
    return _folder("SEISVIEW_DATA_DIR", platformdirs.user_data_path("seisview", appauthor=False))


def cache_folder() -> Path:
    """Where files live that can be made again; ``$SEISVIEW_CACHE_DIR`` overrides the platform's place."""
    return _folder("SEISVIEW_CACHE_DIR", platformdirs.user_cache_path("seisview", appauthor=False))


def config_folder() -> Path:
    """Where the preferences live; ``$SEISVIEW_CONFIG_DIR`` overrides the platform's place."""
    return _folder("SEISVIEW_CONFIG_DIR", platformdirs.user_config_path("seisview", appauthor=False))


def _folder(variable: str, default: Path) -> Path:
    folder = Path(os.environ.get(variable) or default)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise write_error(folder, error) from error
    return folder


class Preferences(BaseModel):
    """What is remembered: recent files, the last folder, the window, display settings by survey.

    Attributes
    ----------
    recent : list of str
        Paths of surveys and projects, the latest first.
    last_folder : str
        Folder of the last file dialog.
    window : dict of str to str
        Geometry and dock layout of the window, base64 text.
    surveys : dict of str to dict
        Display settings (clip, gain, colour map, header bytes) by survey fingerprint or path; the path of a
        survey by its fingerprint.
    max_bricks_gb, max_features_gb : float
        Disk space for fast copies of surveys, and for features, in 10^9 bytes.
    clip_percent : float
        Clip of surveys that were never looked at before.
    """

    model_config = ConfigDict(extra="ignore")

    recent: list[str] = Field(default_factory=list)
    last_folder: str = ""
    window: dict[str, str] = Field(default_factory=dict)
    surveys: dict[str, dict[str, Any]] = Field(default_factory=dict)
    max_bricks_gb: float = 50.0
    max_features_gb: float = 20.0
    clip_percent: float = 98.0

    @field_validator("max_bricks_gb", "max_features_gb", "clip_percent")
    @classmethod
    def _is_sensible(cls, value: float, info: ValidationInfo) -> float:
        low, high = LIMITS[info.field_name or ""]
        return min(max(value, low), high) if math.isfinite(value) else high

    @property
    def max_bricks_bytes(self) -> int:
        """Disk space for fast copies."""
        return round(self.max_bricks_gb * GIGABYTE)

    @property
    def max_features_bytes(self) -> int:
        """Disk space for features."""
        return round(self.max_features_gb * GIGABYTE)

    @property
    def survey_names(self) -> dict[str, str]:
        """What surveys are called, by fingerprint, as far as they were open before."""
        paths = {key: known.get("path") for key, known in self.surveys.items()}
        return {key: Path(path).stem for key, path in paths.items() if isinstance(path, str)}

    @classmethod
    def load(cls) -> Preferences:
        """Read the stored preferences; unreadable ones are set aside and defaults returned."""
        try:
            path = _preferences_path()
            return cls.model_validate_json(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ExportError):
            return cls()
        except (OSError, ValueError):
            with suppress(OSError):  # a folder that cannot be written is no reason not to start
                path.replace(path.with_suffix(".unreadable.json"))
            return cls()

    def save(self) -> None:
        """Store the preferences in one step.

        Raises
        ------
        ExportError
            If the user's configuration folder cannot be written.
        """
        write_text_atomic(_preferences_path(), self.model_dump_json(indent=1))

    def remember_recent(self, path: Path) -> None:
        """Put `path` in front of the recent files."""
        text = str(path.resolve())
        self.recent = [text, *(other for other in self.recent if other != text)][:_RECENT_LIMIT]


def _preferences_path() -> Path:
    return config_folder() / "preferences.json"

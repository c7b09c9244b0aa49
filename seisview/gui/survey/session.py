"""What is open: one survey with its project, statistics and section cache."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from seisview.data.bricks.fast_volume import FastVolume
from seisview.data.geometry import Axis, SectionKey
from seisview.errors import GeometryError

if TYPE_CHECKING:
    from seisview.data.amplitude import AmplitudeStatistics
    from seisview.data.cache import SectionCache
    from seisview.data.geometry import SurveyGeometry
    from seisview.data.volume import Volume
    from seisview.labels.store import LabelStore
    from seisview.project.project import Project

_LAST_SECTION = "last_section"


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """An open survey and what belongs to it; replaced as a whole when another survey is opened.

    Attributes
    ----------
    volume : Volume
        The survey itself, at full precision.
    project : Project
        The user's project, or the working project that keeps labels of a survey opened without one.
    statistics : AmplitudeStatistics
        One definition of the amplitude limits, for display and learning.
    cache : SectionCache
        Sections read lately, for the screen: time slices may come from a fast copy.
    """

    volume: Volume
    project: Project
    statistics: AmplitudeStatistics
    cache: SectionCache

    @property
    def fast(self) -> FastVolume | None:
        """The survey as the screen reads it: time slices may come from a fast copy. None if they cannot."""
        volume = self.cache.volume
        return volume if isinstance(volume, FastVolume) else None

    @property
    def geometry(self) -> SurveyGeometry:
        """The grid of the survey."""
        return self.volume.geometry

    @property
    def labels(self) -> LabelStore:
        """The labels of the project."""
        return self.project.labels

    @property
    def is_working_project(self) -> bool:
        """Whether the labels are kept behind the survey's own file, not in a project of the user's."""
        from seisview.project.storage import working_project_folder

        working = working_project_folder(self.volume.fingerprint, self.volume.info.path.stem)
        return self.project.folder.resolve() == working.resolve()

    @property
    def name(self) -> str:
        """What the survey is called: the name of its file without the suffix."""
        return self.volume.info.path.stem

    @property
    def title(self) -> str:
        """What the window is called: the project's name, and that it is read only if it is."""
        return f"{self.project.name} (read only)" if self.project.read_only else self.project.name

    @property
    def last_key(self) -> SectionKey | None:
        """The section on screen when the project was used last; None when that is not known any more."""
        stored: Any = self.project.view.get(_LAST_SECTION)
        try:
            key = SectionKey(Axis(stored[0]), int(stored[1]))
            self.geometry.check(key)
        except (TypeError, ValueError, IndexError, KeyError, GeometryError):
            return None
        return key if key.axis in self.geometry.axes else None

    def remember_key(self, key: SectionKey) -> None:
        """Note the section on screen; stored when the project is saved or closed."""
        self.project.view[_LAST_SECTION] = [str(key.axis), key.index]

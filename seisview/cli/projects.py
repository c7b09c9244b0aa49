"""Opening a project that a command changes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from seisview.errors import ProjectError

if TYPE_CHECKING:
    from seisview.project.project import Project


def refuse_other_folders(path: Path) -> None:
    """Make sure that a path is a project.

    Raises
    ------
    ProjectError
        If it is none.
    """
    from seisview.project.storage import is_project

    if not is_project(path):
        raise ProjectError(f"{path} is not a seisview project.", "Name the folder that holds project.json.")


@contextmanager
def project_to_change(path: Path) -> Iterator[Project]:
    """Open a project and save what is done to it; edits go to its journal, as those of a window do.

    Parameters
    ----------
    path : Path
        Its folder.

    Raises
    ------
    ProjectError
        If it is none, or if a window has it.
    """
    refuse_other_folders(path)
    from seisview.data.opening import open_volume
    from seisview.project.storage import open_project

    with open_project(path, open_volume) as project, closing(project.volume):
        if project.read_only:
            raise ProjectError(f"{path} is open in a window or write-protected.", "Close it there first.")
        yield project
        project.save()

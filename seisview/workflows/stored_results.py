"""The facies that a project keeps, found by what they are called."""

from __future__ import annotations

from seisview.errors import ExportError
from seisview.project.project import Project
from seisview.project.results import FaciesResult


def stored_result(project: Project, title: str = "") -> FaciesResult:
    """Return the latest facies of that title; without one, those shown last.

    Raises
    ------
    ExportError
        If the project has none; the hint names those it has.
    """
    found = project.result_titled(title) if title else project.shown_result
    if found is not None:
        return found
    if not title:
        raise no_facies(project)
    names = ", ".join(dict.fromkeys(result.title for result in project.results)) or "none"
    raise ExportError(f"The project {project.name} has no result {title!r}.", f"It has: {names}.")


def no_facies(project: Project) -> ExportError:
    """The error for a project in which nothing was predicted yet."""
    return ExportError(f"The project {project.name} has no facies yet.", "Train, and let it predict, first.")

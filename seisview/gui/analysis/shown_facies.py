"""The facies on screen and the models of the project: which, how old, and back to the ones before."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from seisview.gui.analysis.analysis_texts import result_text
from seisview.gui.analysis.model_rows import (
    backbone_rows,
    carried_rows,
    fused_rows,
    model_rows,
    preview_row,
)
from seisview.gui.docks.preview_offer import PREVIEW_NAME
from seisview.gui.docks.train_dock import TrainDock
from seisview.gui.survey.session import Session
from seisview.project.curves import read_curve
from seisview.project.results import FaciesResult

NO_PREDICTION = "There is no facies prediction yet: train first (Ctrl+T)."
PREVIEW_ONLY = "The preview is on inlines and crosslines only."
_LAYERS = ("facies", "confidence")


class ShownFacies(QObject):
    """Keeps the project's current result, the overlay and what is said about them in step.

    Parameters
    ----------
    dock : TrainDock
        Its list of models is kept up to date.

    Signals
    -------
    overlay_changed(callable or None)
        Other facies are to be drawn, read section by section by this function: (facies, confidence), uint8.
    layer_described(str, str, str)
        Layer, what it shows and how old it is, why it cannot be shown.
    """

    overlay_changed = Signal(object)
    layer_described = Signal(str, str, str)

    def __init__(self, dock: TrainDock) -> None:
        super().__init__()
        self._dock = dock
        dock.model_selected.connect(self.show_curve)
        self._session: Session | None = None
        self._growing: FaciesResult | None = None
        self._n_preview_sections: int | None = None
        self._preview_first = False

    @property
    def result(self) -> FaciesResult | None:
        """The facies on screen."""
        return None if self._session is None else self._session.project.current_result

    def set_session(self, session: Session | None) -> None:
        """Show the facies of another project, or none."""
        self._session = session
        self._growing = None
        self._preview_first = False
        self._show()
        self.show_curve(self._dock.selected_model)

    def set_preview(self, n_sections: int | None) -> None:
        """List the instant preview, or with None no more; facies show again where it was preferred."""
        if n_sections == self._n_preview_sections:
            return
        self._n_preview_sections = n_sections
        if n_sections is None and self._preview_first:
            self._preview_first = False
            self._show()
        self.refresh()

    def show_curve(self, name: str) -> None:
        """Draw how the training of a model went."""
        project = None if self._session is None else self._session.project
        if project is None:
            return
        model = next((model for model in project.models if model.name == name), None)
        self._dock.show_curve(() if model is None else read_curve(project.model_path(model)))

    def install(self, result: FaciesResult) -> None:
        """Show a result that a job is still writing to."""
        if self._session is not None:
            self._growing, self._preview_first = result, False
            self._session.project.install_result(result)
            self._show()

    def finish(self, result: FaciesResult) -> None:
        """Take note that no more is written to a result; older facies of the same model go.

        Facies and confidence take half as much disk as the survey: one volume for each model is kept.
        """
        self._growing = None
        if not result.complete:
            result.flush()
        self._remove([other for other in self._titled(result.title) if other is not result])
        self.refresh()

    def show_model(self, name: str) -> None:
        """Show the facies that a model predicted before, or the preview instead of them."""
        self._preview_first = name == PREVIEW_NAME
        if self._preview_first:
            self._show()
            return
        found = self._titled(name)
        if found and self._session is not None:
            self._session.project.install_result(found[-1])
            self._show()

    def discard(self, model: str, before: FaciesResult | None) -> None:
        """Delete a model with its facies, and show what was shown before it."""
        if self._session is None:
            return
        self._growing = None
        gone = self._titled(model)
        if before is not None:
            self._session.project.install_result(before)
        # whoever draws must let go of the facies before their files are deleted
        self.overlay_changed.emit(None if before is None else before.section)
        self._remove(gone)
        self._session.project.remove_model(model)
        self._show()

    def refresh(self) -> None:
        """Say again what is shown and how old it is, e.g. because labels changed."""
        self.describe()
        rows = []
        if self._session is not None:
            project = self._session.project
            shown = None if self._preview_first else project.current_result
            rows = model_rows(project.models, project.results, shown)
            rows += fused_rows(project.models, project.results, shown)
            rows += carried_rows(project.results, shown)
            if self._n_preview_sections is not None:
                rows.append(preview_row(self._n_preview_sections, shown is None))
            rows += backbone_rows(project.backbones)
        self._dock.set_models(rows)
        has_facies = self.result is not None and not self._preview_first
        self._dock.offer_preview(self._n_preview_sections is not None and has_facies)

    def describe(self) -> None:
        """Say what the layers show and how old it is."""
        result, session = self.result, self._session
        text, reason = "", PREVIEW_ONLY if self._preview_first else NO_PREDICTION
        if self._preview_first:
            result = None
        if result is not None and session is not None:
            text, reason = result_text(result, session.labels.revision, result is self._growing), ""
        for layer in _LAYERS:
            self.layer_described.emit(layer, text, reason)

    def _show(self) -> None:
        result = None if self._preview_first else self.result
        self.overlay_changed.emit(None if result is None else result.section)
        self.refresh()

    def _titled(self, title: str) -> list[FaciesResult]:
        results = () if self._session is None else self._session.project.results
        return [result for result in results if result.title == title]

    def _remove(self, results: list[FaciesResult]) -> None:
        for result in results:
            assert self._session is not None
            self._session.project.remove_result(result)

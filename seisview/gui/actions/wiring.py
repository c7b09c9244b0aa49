"""What each action does, and which may run now."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from seisview.data.display_filters import DISPLAY_FILTERS
from seisview.data.geometry import Axis, Domain
from seisview.gui.actions.opened_dialogs import OpenedDialogs
from seisview.gui.actions.qactions import fill_recent
from seisview.gui.actions.table import Facts
from seisview.gui.panes.pane_grid import COUNTS
from seisview.gui.view.view_state import EXAGGERATIONS, TOOLS

if TYPE_CHECKING:
    from seisview.gui.application import Application

PREVIEW = "instant_preview"
_OPACITY_STEPS = 2


class WindowActions(QObject):
    """Connects the action table with the controllers.

    Parameters
    ----------
    application : Application

    Attributes
    ----------
    dialogs : OpenedDialogs
        What actions open beside the window.
    """

    def __init__(self, application: Application) -> None:
        super().__init__(application)
        self._app = application
        self.dialogs = OpenedDialogs(application)
        self._running = ""
        self._actions = application.window.actions_by_id
        self._actions.connect_slots(
            {
                **self._file_slots(),
                **self._view_slots(),
                **self._label_slots(),
                **self._learn_slots(),
                "preferences": application.preferences_shown.show,
                "shortcuts": self.dialogs.show_shortcuts,
                "about": self.dialogs.show_about,
            }
        )
        self._actions.connect_switches(
            {
                "hold_out": application.labels.hold_out,
                "swipe": application.state.set_swipe_on,
                "map_uncertainty": application.map_colors.set_uncertainty_on,
                "instant_preview": self.switch_preview,
            }
        )
        application.state.changed.connect(self._on_state_changed)
        application.panes.kinds_changed.connect(self.refresh)
        application.surveys.session_changed.connect(lambda _session: self.dialogs.leave_survey_information())
        self._on_state_changed("tool")
        self._on_state_changed("exaggeration")
        self._on_state_changed("display")
        preview_on = application.preferences.window.get(PREVIEW) != "off"
        application.preview.set_on(preview_on)
        self._actions.set_checked("instant_preview", preview_on)

    def refresh(self) -> None:
        """Switch actions on and off by what is the case now."""
        app, store = self._app, self._app.labels.store
        session = app.session
        n_painted = 0 if store is None else sum(n > 0 for n in store.counts().values())
        self._actions.set_facts(
            Facts(
                survey=session is not None,
                three_d=session is not None and not session.geometry.is_2d,
                vertical=app.panes.shows_traces,
                upright=app.state.key is not None and app.state.key.axis is not Axis.SAMPLE,
                in_time=session is not None and session.geometry.domain is Domain.TIME,
                panes=app.panes.count > 1,
                swipe=app.state.swipe_on,
                undo=store is not None and store.can_undo,
                redo=store is not None and store.can_redo,
                idle=app.jobs.busy is None,
                running=app.jobs.busy_text(),
                job=app.jobs.busy is not None,
                painted=n_painted > 0,
                labels=n_painted > 1,
                result=app.analysis.has_result,
                two_results=session is not None and len({r.title for r in session.project.results}) > 1,
                classified=app.analysis.has_result or n_painted > 0,
                undecided=app.analysis.is_undecided,
                clusters=app.clusters.result is not None,
                writable=session is not None and not session.project.read_only,
                classes=0 if store is None else len(store.scheme),
            )
        )
        self._actions.set_checked(f"panes_{app.panes.count}", True)
        held = store is not None and app.state.key in store.holdout
        self._actions.set_checked("hold_out", held)

    def refresh_running(self) -> None:
        """Say again how long what runs still takes, where that is why actions are off."""
        if (running := self._app.jobs.busy_text()) and running != self._running:
            self._running = running
            self.refresh()
            self._app.window.train_dock.set_busy(running)

    def switch_preview(self, on: bool) -> None:
        """Switch the instant preview on or off; remembered."""
        self._app.preferences.window[PREVIEW] = "on" if on else "off"
        self._app.preview.set_on(on)

    def offer_pretraining(self) -> None:
        """Show the training page with the line that starts a pretraining."""
        self._app.window.show_train_page()
        self._app.pretraining.show_offer()

    def show_recent(self, paths: list[Path]) -> None:
        """List the recent files in the menu."""
        fill_recent(self._app.window.menus.recent, paths, self._app.open_path)

    def _file_slots(self) -> dict[str, Callable[[], object]]:
        surveys, exports = self._app.surveys, self._app.exports
        return {
            "open_survey": surveys.choose_and_open,
            "open_with_bytes": self._app.show_open_dialog,
            "open_builtin": surveys.open_builtin,
            "open_project": surveys.choose_and_open_folder,
            "survey_information": self.dialogs.show_survey_information,
            "save": surveys.save,
            "save_as": surveys.choose_and_save_as,
            **{
                f"export_{name}": partial(exports.export, name)
                for name in (
                    "facies_segy",
                    "confidence_segy",
                    "labels_segy",
                    "clusters_segy",
                    "facies_npy",
                    "facies_zarr",
                    "png",
                    "csv",
                )
            },
            "export_surfaces": self._app.surfaces.show,
            "quit": self._app.window.close,
        }

    def _view_slots(self) -> dict[str, Callable[[], object]]:
        view, panes = self._app.view, self._app.panes
        return {
            "next_section": lambda: view.step(1),
            "previous_section": lambda: view.step(-1),
            "next_10": lambda: view.step(10),
            "previous_10": lambda: view.step(-10),
            "go_to": self.dialogs.ask_where_to_go,
            **{f"axis_{axis}": partial(view.show_axis, axis) for axis in Axis},
            "fit": lambda: view.active.fit(),
            "zoom_in": lambda: view.active.zoom(),
            "zoom_out": lambda: view.active.zoom(1 / 1.25),
            "aspect_fill": lambda: self._app.state.set_exaggeration(None),
            **{f"aspect_{n}": partial(self._app.state.set_exaggeration, n) for n in EXAGGERATIONS},
            **{f"panes_{n}": partial(panes.choose_count, n) for n in COUNTS},
            "swipe_left": lambda: view.step_swipe(-1),
            "swipe_right": lambda: view.step_swipe(1),
            "toggle_class": lambda: self._app.state.toggle_class(self._app.state.active_class),
            "next_pane": panes.activate_next,
            "link_panes": panes.link_to_cursor,
            "gain_up": lambda: view.step_gain(1),
            "gain_down": lambda: view.step_gain(-1),
            **{f"filter_{f.name}": partial(view.choose_display, filter=f.name) for f in DISPLAY_FILTERS},
            "overlay_stronger": lambda: view.step_opacity(_OPACITY_STEPS),
            "overlay_weaker": lambda: view.step_opacity(-_OPACITY_STEPS),
        }

    def _label_slots(self) -> dict[str, Callable[[], object]]:
        labels, state, computed = self._app.labels, self._app.state, self._app.label_jobs
        return {
            "undo": labels.undo,
            "redo": labels.redo,
            **{f"tool_{tool}": partial(state.set_tool, tool) for tool in TOOLS},
            "tool_line": self._app.line.drawing.toggle,
            "brush_smaller": lambda: state.step_brush(-1),
            "brush_larger": lambda: state.step_brush(1),
            **{f"class_{n}": partial(labels.choose_class, n) for n in range(1, 10)},
            "add_class": labels.add_class,
            "interpolate": computed.interpolate,
            "import_labels": lambda: computed.import_labels(self._app.prompts.labels_to_import()),
            "accept_prediction": computed.show_accept_dialog,
        }

    def _learn_slots(self) -> dict[str, Callable[[], object]]:
        analysis, window = self._app.analysis, self._app.window
        return {
            "pretrain": self.offer_pretraining,
            "show_clusters": partial(window.show_page, window.cluster_page),
            "cluster_folder": self.dialogs.show_patches,
            "match_folders": self.dialogs.show_folder_matches,
            "train": window.train_dock.request_training,
            "predict": analysis.predict_survey,
            "carry_labels": analysis.carry,
            "cancel_job": self._app.jobs.cancel,
            "keep_result": analysis.keep,
            "discard_result": analysis.discard,
            "compare": window.train_dock.request_comparison,
        }

    def _on_state_changed(self, name: str) -> None:
        state = self._app.state
        if name == "tool":
            self._actions.set_checked(f"tool_{state.tool}", True)
        elif name == "key" and state.key is not None:
            self._actions.set_checked(f"axis_{state.key.axis}", True)
            self.refresh()
        elif name == "display":
            self._actions.set_checked(f"filter_{state.display.filter}", True)
        elif name == "swipe_on":
            self._actions.set_checked("swipe", state.swipe_on)
            self.refresh()
        elif name == "exaggeration":
            ratio = "fill" if state.exaggeration is None else f"{state.exaggeration:g}"
            self._actions.set_checked(f"aspect_{ratio}", True)

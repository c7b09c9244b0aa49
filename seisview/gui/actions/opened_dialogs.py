"""Dialogs that actions open beside the window; each is made when it is first wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from seisview.gui.application import Application
    from seisview.gui.clusters.folder_controller import FolderController
    from seisview.gui.dialogs.survey_information import SurveyInformationDialog
    from seisview.gui.matches.folder_matches import FolderMatches


class OpenedDialogs:
    """Opens dialogs that belong to no page, and holds those that stay open.

    Parameters
    ----------
    application : Application

    Attributes
    ----------
    patches : FolderController or None
        Clusters of a folder of images; None until it was asked for.
    folder_matches : FolderMatches or None
        Similar images of folders; None until it was asked for.
    """

    def __init__(self, application: Application) -> None:
        self._app = application
        self.patches: FolderController | None = None
        self.folder_matches: FolderMatches | None = None
        self._information: SurveyInformationDialog | None = None

    def show_patches(self) -> None:
        """Open the dialog that clusters a folder of images."""
        if self.patches is None:
            from seisview.gui.clusters.folder_controller import FolderController

            app = self._app
            self.patches = FolderController(
                app.jobs, app.prompts, app.window, app.errors.show_error, app.window.status_line.set_note
            )
        self.patches.show()

    def show_folder_matches(self) -> None:
        """Open the dialog that finds similar images in folders."""
        if self.folder_matches is None:
            from seisview.gui.matches.folder_matches import FolderMatches

            app = self._app
            self.folder_matches = FolderMatches(
                app.jobs, app.prompts, app.window, app.errors.show_error, app.window.status_line.set_note
            )
        self.folder_matches.show()

    def show_shortcuts(self) -> None:
        """Open the sheet of all keys."""
        from seisview.gui.dialogs.shortcuts import ShortcutSheet

        ShortcutSheet(parent=self._app.window).show()

    def show_about(self) -> None:
        """Show version and licence."""
        from seisview.gui.dialogs.about import AboutDialog

        AboutDialog(self._app.window).open()

    def show_survey_information(self) -> None:
        """Show what is in the open survey, or bring that to the front."""
        session = self._app.session
        if session is None:
            return
        if self._information is None:
            from seisview.gui.dialogs.survey_facts import survey_facts
            from seisview.gui.dialogs.survey_information import SurveyInformationDialog

            facts = survey_facts(session.volume, session.statistics)
            self._information = SurveyInformationDialog(
                session.name, facts, session.volume.info, self._app.window
            )
            self._information.finished.connect(self._forget_information)
        self._information.show()
        self._information.raise_()
        self._information.activateWindow()

    def leave_survey_information(self) -> None:
        """Close what is shown of a survey, because another one is open."""
        if self._information is not None:
            self._information.reject()

    def ask_where_to_go(self) -> None:
        """Open the go-to dialog."""
        session, key = self._app.session, self._app.state.key
        if session is not None and key is not None:
            from seisview.gui.dialogs.go_to import GoToDialog

            dialog = GoToDialog(session.geometry, key, self._app.window)
            dialog.target_chosen.connect(self._app.places.go_to)
            dialog.open()

    def _forget_information(self) -> None:
        self._information = None

"""Similar images of folders in the window: runs the jobs and shows the answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from seisview.errors import SeisviewError
from seisview.events import Note
from seisview.gui.jobs import JobRunner
from seisview.gui.matches.folder_dialog import FolderMatchDialog
from seisview.gui.matches.gallery import GalleryItem
from seisview.gui.matches.match_work import Grey
from seisview.gui.prompts import Prompts
from seisview.learn.matching.config import MatchTrainConfig
from seisview.progress import Progress
from seisview.workflows.matching.images import ImageMatchConfig, match_image_folders

_MOST_PICTURES = 2000


@dataclass(frozen=True, slots=True, eq=False)
class FolderAnswers:
    """What was found.

    Attributes
    ----------
    result : dict
        As :func:`seisview.workflows.matching.images.match_image_folders` gives it.
    answers : dict
        As ``answers.json`` holds it.
    queries, corpus : dict of str to ndarray of uint8
        Pictures of queries and of answers, by name.
    """

    result: dict[str, Any]
    answers: dict[str, list[dict[str, Any]]]
    queries: dict[str, Grey]
    corpus: dict[str, Grey]


class FolderMatches(QObject):
    """Connects the dialog with the job runner; the dialog is made when it is first wanted.

    Attributes
    ----------
    config : MatchTrainConfig or None
        How to learn; None takes the default with the shipped weights.

    Parameters
    ----------
    jobs : JobRunner
    prompts : Prompts
    window : QWidget
    show_error, show_note : callable
    """

    def __init__(
        self,
        jobs: JobRunner,
        prompts: Prompts,
        window: QWidget,
        show_error: Callable[[SeisviewError], None],
        show_note: Callable[[str], object],
    ) -> None:
        super().__init__(window)
        self.config: MatchTrainConfig | None = None
        self._jobs, self._prompts, self._window = jobs, prompts, window
        self._show_error, self._show_note = show_error, show_note
        self._dialog: FolderMatchDialog | None = None
        self._found: FolderAnswers | None = None

    @property
    def found(self) -> FolderAnswers | None:
        """What the last run found."""
        return self._found

    def show(self) -> FolderMatchDialog:
        """Open the dialog, or bring it to the front."""
        if self._dialog is None:
            self._dialog = self._made()
        self._dialog.show()
        self._dialog.raise_()
        self._dialog.activateWindow()
        return self._dialog

    def _made(self) -> FolderMatchDialog:
        dialog = FolderMatchDialog(self._window)
        dialog.ask_folder = self._prompts.folder_of_patches
        dialog.run_requested.connect(lambda: self._run(dialog))
        dialog.learn_requested.connect(lambda: self._learn(dialog))
        dialog.cancel_requested.connect(self._jobs.cancel)
        dialog.query_chosen.connect(lambda number: self._show_query(dialog, number))
        self._jobs.started.connect(lambda _name: dialog.set_busy(True))
        self._jobs.finished.connect(lambda _name: dialog.set_busy(False))
        return dialog

    def _run(self, dialog: FolderMatchDialog) -> None:
        queries, corpus, model = (dialog.path(name) for name in ("queries", "corpus", "model"))
        out = self._prompts.file_to_write("Write the answers", "answers.json")
        if queries is None or corpus is None or out is None:
            return
        views = out.with_name(f"{out.stem}-views") if dialog.draws_views else None
        config = ImageMatchConfig(top=dialog.top, model=model, views=views)
        self._jobs.start(
            "Matching images",
            lambda progress: answer_folders(queries, corpus, out, config, progress),
            on_result=lambda found: self._on_found(dialog, found),
            on_event=self._on_event,
            on_failure=self._show_error,
        )

    def _learn(self, dialog: FolderMatchDialog) -> None:
        corpus = dialog.path("corpus")
        out = self._prompts.file_to_write("Write the model", "similarity.safetensors")
        if corpus is None or out is None:
            return
        config = self.config
        self._jobs.start(
            "Learning similarity of images",
            lambda progress: learn_folders(corpus, out, config, progress),
            on_result=lambda score: self._on_learnt(dialog, out, score),
            on_event=self._on_event,
            on_failure=self._show_error,
        )

    def _on_learnt(self, dialog: FolderMatchDialog, out: Path, score: float) -> None:
        dialog.set_path("model", out)
        dialog.say(f"The similarity was learnt: mAP {score:.3f} on held-out images.")

    def _on_event(self, event: object) -> None:
        if isinstance(event, Note):
            self._show_note(event.text)

    def _on_found(self, dialog: FolderMatchDialog, found: FolderAnswers) -> None:
        self._found = found
        scores = ", ".join(
            f"{name} {value:.3f}"
            for name, value in found.result.get("scores", {}).items()
            if name.endswith(f"@{dialog.top}") or name in ("mAP", "R-precision")
        )
        counts = f"{found.result['n_queries']} queries, {found.result['n_corpus']} images searched"
        dialog.say(f"{counts}; {scores}." if scores else f"{counts}.")
        dialog.set_queries(list(found.answers))

    def _show_query(self, dialog: FolderMatchDialog, number: int) -> None:
        found = self._found
        if found is None or not 0 <= number < len(found.answers):
            return
        name, answers = list(found.answers.items())[number]
        items = [GalleryItem("query", name, "open")]
        items += [
            GalleryItem(f"{rank}  {100 * a['confidence']:.0f} %", a["label"], "open")
            for rank, a in enumerate(answers, start=1)
        ]
        dialog.show_answers(items)
        pictures = [found.queries.get(name), *(found.corpus.get(a["label"]) for a in answers)]
        for place, picture in enumerate(pictures):
            if picture is not None:
                dialog.gallery.set_picture(place, picture)


def answer_folders(
    queries: Path, corpus: Path, out: Path, config: ImageMatchConfig, progress: Progress
) -> FolderAnswers:
    """Answer queries, and draw them and what was found."""
    result = match_image_folders(queries, corpus, out, config, progress)
    answers = json.loads(out.read_text(encoding="utf-8"))
    wanted = {a["label"] for found in answers.values() for a in found}
    return FolderAnswers(result, answers, _drawn(queries, set(answers)), _drawn(corpus, wanted))


def learn_folders(corpus: Path, out: Path, config: MatchTrainConfig | None, progress: Progress) -> float:
    """Train on class folders; returns mAP on held-out images."""
    from seisview.workflows.matching.train_match import MatchTrainingFiles, starting_weights, train_match

    config = config or MatchTrainConfig(backbone_file=starting_weights("resnet18"))
    result = train_match(MatchTrainingFiles(corpus, out), config, progress=progress)
    return float(result["metrics"]["validation_map"])


def _drawn(folder: Path, wanted: set[str]) -> dict[str, Grey]:
    from seisview.data.patches.collection import open_patches

    collection = open_patches(folder)
    images = collection.images()
    rows = [row for row, name in enumerate(collection.names) if name in wanted][:_MOST_PICTURES]
    return {
        collection.names[row]: np.rint(127.5 * (np.clip(images[row], -1, 1) + 1)).astype(np.uint8)
        for row in rows
    }

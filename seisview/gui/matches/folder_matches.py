"""Similar images of folders in the window: runs the jobs and shows the answers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from seisview.errors import SeisviewError
from seisview.events import Note
from seisview.gui.jobs.job_runner import JobRunner
from seisview.gui.matches.folder_dialog import FolderMatchDialog
from seisview.gui.matches.gallery import GalleryItem
from seisview.gui.matches.match_work import Grey
from seisview.gui.prompts import Prompts
from seisview.learn.matching.config import MatchTrainConfig
from seisview.progress import Progress
from seisview.workflows.matching.image_answers import ImageAnswers, write_answers
from seisview.workflows.matching.images import ImageMatchConfig, find_similar_images
from seisview.workflows.matching.views import write_views

_MOST_PICTURES = 2000


RIGHT, WRONG = "#00996b", "#d9431f"
"""Colours of answers of the query's own class and of others."""


@dataclass(frozen=True, slots=True, eq=False)
class FolderAnswers:
    """What was found.

    Attributes
    ----------
    found : ImageAnswers
    queries, corpus : dict of str to ndarray of uint8
        Pictures of queries and of answers, by name.
    """

    found: ImageAnswers
    queries: dict[str, Grey]
    corpus: dict[str, Grey]

    def items(self, query: str) -> list[GalleryItem]:
        """Return a query and its answers for the gallery; right and wrong ones in colour, where known."""
        own = self.found.query_classes.get(query, "")
        items = [GalleryItem(f"query  {own}".strip(), query, "open")]
        for rank, answer in enumerate(self.found.answers[query], start=1):
            name, sure = answer.get("class", ""), f"{100 * answer['confidence']:.0f} %"
            color, judged = "", ""
            if own and name:
                color, judged = (RIGHT, ", the query's class") if name == own else (WRONG, f", not {own}")
            hover = f"{answer['label']}: rank {rank}, confidence {sure}{f', {name}' if name else ''}{judged}"
            items.append(GalleryItem(f"{name or rank}  {sure}", hover, "open", color))
        return items

    def pictures(self, query: str) -> list[Grey | None]:
        """Pictures of the query and its answers, where they could be drawn."""
        answers = self.found.answers[query]
        return [self.queries.get(query), *(self.corpus.get(answer["label"]) for answer in answers)]


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
        """What the last run found; None once a folder or the model is another one."""
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
        dialog.ask_model = lambda title: self._prompts.model_to_use(title)
        dialog.run_requested.connect(lambda: self._run(dialog))
        dialog.learn_requested.connect(lambda: self._learn(dialog))
        dialog.save_requested.connect(lambda: self._save(dialog))
        dialog.places_changed.connect(self._forget)
        dialog.cancel_requested.connect(self._jobs.cancel)
        dialog.query_chosen.connect(lambda number: self._show_query(dialog, number))
        self._jobs.started.connect(lambda _name: dialog.set_busy(True))
        self._jobs.finished.connect(lambda _name: dialog.set_busy(False))
        return dialog

    def _forget(self) -> None:
        self._found = None

    def _run(self, dialog: FolderMatchDialog) -> None:
        asked = queries, corpus, model = _places(dialog)
        if queries is None or corpus is None:
            return
        config = ImageMatchConfig(top=dialog.top, model=model)
        started = self._jobs.start(
            "Matching images",
            lambda progress: answer_folders(queries, corpus, config, progress),
            on_result=lambda found: self._on_found(dialog, asked, found),
            on_event=self._on_event,
            on_failure=lambda error: self._on_failed(dialog, error),
        )
        if started:
            self._forget()
            dialog.clear_answers()
            dialog.say("Searching …")

    def _save(self, dialog: FolderMatchDialog) -> None:
        found, corpus = self._found, dialog.path("corpus")
        if found is None or corpus is None:
            return
        out = self._prompts.file_to_write("Save the answers", "answers.json")
        if out is None:
            return
        views = out.with_name(f"{out.stem}-views") if dialog.draws_views else None
        self._jobs.start(
            "Saving the answers",
            lambda progress: save_answers(out, found.found, corpus, views, progress),
            on_result=lambda text: dialog.say(text),
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

    def _on_failed(self, dialog: FolderMatchDialog, error: SeisviewError) -> None:
        dialog.say(error.message)
        self._show_error(error)

    def _on_found(self, dialog: FolderMatchDialog, asked: _Asked, answers: FolderAnswers) -> None:
        if asked != _places(dialog):
            dialog.say("Other folders were chosen meanwhile: find again.")
            return
        self._found, figures = answers, answers.found.figures
        scores = ", ".join(
            f"{name} {value:.3f}"
            for name, value in figures.get("scores", {}).items()
            if name.endswith(f"@{dialog.top}") or name in ("mAP", "R-precision")
        )
        counts = f"{figures['n_queries']} queries, {figures['n_corpus']} images searched"
        dialog.say(f"{counts}; {scores}." if scores else f"{counts}.")
        dialog.set_queries(list(answers.found.answers))

    def _show_query(self, dialog: FolderMatchDialog, number: int) -> None:
        answers = self._found
        if answers is None or not 0 <= number < len(answers.found.answers):
            return
        query = list(answers.found.answers)[number]
        dialog.show_answers(answers.items(query))
        for place, picture in enumerate(answers.pictures(query)):
            if picture is not None:
                dialog.gallery.set_picture(place, picture)


_Asked = tuple[Path | None, Path | None, Path | None]


def _places(dialog: FolderMatchDialog) -> _Asked:
    return dialog.path("queries"), dialog.path("corpus"), dialog.path("model")


def answer_folders(
    queries: Path, corpus: Path, config: ImageMatchConfig, progress: Progress
) -> FolderAnswers:
    """Answer queries, and draw them and what was found."""
    found = find_similar_images(queries, corpus, config, progress)
    wanted = {answer["label"] for answers in found.answers.values() for answer in answers}
    return FolderAnswers(found, _drawn(queries, set(found.answers)), _drawn(corpus, wanted))


def save_answers(out: Path, found: ImageAnswers, corpus: Path, views: Path | None, progress: Progress) -> str:
    """Write answers, and pictures of the corpus where they are wanted; returns what was written."""
    from seisview.data.patches.collection import open_patches

    if views is not None:
        write_views(open_patches(corpus, ImageMatchConfig().key, progress), views, progress)
    write_answers(out, found)
    return f"Wrote {out}{'' if views is None else f' and {views}'}."


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

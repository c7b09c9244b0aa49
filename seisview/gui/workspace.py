"""What the window holds for work on a survey: panes, docks and the pages at the bottom.

Made by :meth:`seisview.gui.main_window.MainWindow.complete`, after the first picture of the window.
"""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from seisview.gui.clusters.cluster_page import ClusterPage
from seisview.gui.docks.facies_dock import FaciesDock
from seisview.gui.docks.layers_dock import LayersDock
from seisview.gui.docks.train_dock import TrainDock
from seisview.gui.jobs.job_panel import JobPanel
from seisview.gui.jobs.job_strip import JobStrip
from seisview.gui.label_next.label_next_dock import LabelNextDock
from seisview.gui.matches.match_page import MatchPage
from seisview.gui.panes.pane_grid import COUNTS, PaneGrid
from seisview.gui.pretraining.pretrain_offer import PretrainOffer
from seisview.gui.quality.quality_page import QualityPage
from seisview.gui.view.section_bar import SectionBar
from seisview.gui.widgets.sideways_scroll import SidewaysScroll


class Workspace:
    """Makes the widgets once; the window places them.

    Attributes
    ----------
    panes, section_bar, facies_dock, layers_dock, label_next_dock
    train_dock, pretrain_offer, cluster_page, match_page, quality_page, job_strip
        Passive views.
    work : QTabWidget
        The pages of work; each scrolls sideways in a narrow window.
    bottom : JobPanel
        The job strip above `work`.
    pane_counts : tuple of int
        How many panes the user may choose.
    """

    pane_counts = COUNTS

    def __init__(self) -> None:
        self.panes = PaneGrid()
        self.section_bar = SectionBar()
        self.facies_dock = FaciesDock()
        self.layers_dock = LayersDock()
        self.label_next_dock = LabelNextDock()
        self.train_dock = TrainDock()
        self.pretrain_offer = PretrainOffer()
        self.cluster_page = ClusterPage()
        self.match_page = MatchPage()
        self.quality_page = QualityPage()
        self.job_strip = JobStrip()
        self.work = self._make_work()
        self.bottom = JobPanel(self.job_strip, self.work)

    def _make_work(self) -> QTabWidget:
        work = QTabWidget()
        work.setObjectName("work_tabs")
        work.setDocumentMode(True)
        work.setAccessibleName("Work")
        work.tabBar().setAccessibleName("Pages of work: Train, Clusters, Matches, Quality")
        pages = {
            "Train": _column(self.pretrain_offer, self.train_dock),
            "Clusters": self.cluster_page,
            "Matches": self.match_page,
            "Quality": self.quality_page,
        }
        for title, page in pages.items():
            work.addTab(SidewaysScroll(page), title)
        return work


def _column(above: QWidget, below: QWidget) -> QWidget:
    """Return both in a column without margins; the lower one takes the room."""
    box = QWidget()
    rows = QVBoxLayout(box)
    rows.setContentsMargins(0, 0, 0, 0)
    rows.setSpacing(0)
    rows.addWidget(above)
    rows.addWidget(below, 1)
    return box

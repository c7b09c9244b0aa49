"""The training page: settings become a config, steps become curves, and every button says why it is off."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QLabel,
    QPushButton,
    QSpinBox,
    QToolButton,
    QTreeWidget,
)
from pytestqt.qtbot import QtBot

from seisview.events import TrainingStep
from seisview.gui.docks.loss_curves import running_mean
from seisview.gui.docks.model_list import ModelRow
from seisview.gui.docks.start_choice import KnownStarts
from seisview.gui.docks.train_dock import TrainDock, metrics_text
from seisview.gui.docks.train_settings import TrainSettings
from seisview.gui.docks.training_plot import TrainingPlot
from seisview.gui.widgets.elided_label import ElidedLabel
from seisview.learn.config import TrainConfig
from tests.gui.shown_widget import shown_widget


@pytest.fixture
def dock(qtbot: QtBot) -> TrainDock:
    return shown_widget(qtbot, TrainDock(), 1060, 220)


def button(dock: TrainDock, name: str) -> QPushButton:
    return dock.findChild(QPushButton, name)


def label(dock: TrainDock, name: str) -> str:
    return dock.findChild(QLabel, name).text()


def press(qtbot: QtBot, dock: TrainDock, name: str) -> None:
    qtbot.mouseClick(button(dock, name), Qt.MouseButton.LeftButton)


def test_too_few_labels_are_said_on_the_button(qtbot: QtBot, dock: TrainDock) -> None:
    dock.set_ready(False, "Paint at least two classes first.")
    assert not button(dock, "train_start").isEnabled()
    assert button(dock, "train_start").toolTip() == "Paint at least two classes first."
    with qtbot.assertNotEmitted(dock.train_requested):
        dock.request_training()


def test_train_sends_the_settings(qtbot: QtBot, dock: TrainDock) -> None:
    dock.set_ready(True)
    qtbot.mouseClick(dock.findChild(QToolButton, "train_settings_fold"), Qt.MouseButton.LeftButton)
    unit = dock.findChild(QComboBox, "train_budget_unit")
    qtbot.keyClick(unit, Qt.Key.Key_Down)
    steps = dock.findChild(QSpinBox, "train_steps")
    assert steps.isVisible()
    steps.selectAll()
    qtbot.keyClicks(steps, "25")
    seed = dock.findChild(QSpinBox, "train_seed")
    seed.selectAll()
    qtbot.keyClicks(seed, "7")
    with qtbot.waitSignal(dock.train_requested) as asked:
        press(qtbot, dock, "train_start")
    assert asked.args == [TrainConfig(mode="scratch", backbone="auto", steps=25, seed=7)]


def test_the_default_budget_is_in_minutes(qtbot: QtBot, dock: TrainDock) -> None:
    dock.set_ready(True)
    with qtbot.waitSignal(dock.train_requested) as asked:
        press(qtbot, dock, "train_start")
    assert asked.args[0].minutes == dock.findChild(QDoubleSpinBox, "train_minutes").value()
    assert asked.args[0].steps is None


@pytest.mark.parametrize(
    "config",
    [
        TrainConfig(mode="scratch", backbone="resnet10", steps=3, seed=5, device="cpu"),
        TrainConfig(
            mode="tune", backbone="resnet18", backbone_file=Path("/weights/b.safetensors"), minutes=2.0
        ),
        TrainConfig(mode="scratch", recipe="reference", minutes=1.0),
    ],
)
def test_settings_give_back_what_was_set(qtbot: QtBot, config: TrainConfig) -> None:
    settings = TrainSettings()
    qtbot.addWidget(settings)
    settings.set_config(config)
    assert settings.config() == config


def test_the_best_weights_are_taken_until_the_user_chooses(qtbot: QtBot) -> None:
    settings = TrainSettings()
    qtbot.addWidget(settings)
    assert settings.config().mode == "scratch"
    settings.set_known_starts(KnownStarts(shipped=Path("/program/default.safetensors")))
    assert settings.config().backbone_file == Path("/program/default.safetensors")
    settings.set_known_starts(KnownStarts(Path("/project/own.safetensors"), Path("/program/d.safetensors")))
    assert settings.config().backbone_file == Path("/project/own.safetensors")
    starts = settings.findChild(QComboBox, "train_start_from")
    qtbot.keyClick(starts, Qt.Key.Key_End)
    assert settings.config() == TrainConfig(mode="scratch", minutes=5.0)
    settings.set_known_starts(KnownStarts(Path("/project/other.safetensors")))
    assert settings.config().mode == "scratch"


def test_shipped_weights_are_left_out_of_another_network(qtbot: QtBot) -> None:
    settings = TrainSettings()
    qtbot.addWidget(settings)
    shipped = Path("/program/resnet18.safetensors")
    settings.set_known_starts(KnownStarts(shipped=shipped))
    assert settings.config().backbone_file == shipped
    network = settings.findChild(QComboBox, "train_network")
    qtbot.keyClicks(network, "ResNet-10")
    config = settings.config()
    assert (config.backbone, config.backbone_file, config.mode) == ("resnet10", None, "scratch")
    qtbot.keyClick(network, Qt.Key.Key_Home)
    assert settings.config().backbone_file == shipped
    qtbot.keyClicks(network, "ResNet-18")
    assert settings.config().backbone_file == shipped


def test_while_it_runs_no_other_can_be_started(dock: TrainDock) -> None:
    dock.set_ready(True)
    dock.begin()
    assert not button(dock, "train_start").isEnabled()
    assert "running" in button(dock, "train_start").toolTip()
    dock.end("Cancelled.")
    assert button(dock, "train_start").isEnabled()
    assert label(dock, "train_status") == "Cancelled."


def test_figures_are_shown_and_how_far_it_is_is_left_to_the_strip(dock: TrainDock) -> None:
    dock.begin()
    dock.add_step(TrainingStep(140, 400, 0.4321, {"validation_loss": 0.5, "validation_mean_iou": 0.617}))
    assert label(dock, "train_status") == "loss 0.432, validation loss 0.50, mean IoU 0.62"
    shown = [each.text() for each in dock.findChildren(QLabel) if each.isVisible()]
    assert [text for text in shown if "140" in text or "left" in text] == []
    assert [each.text() for each in dock.findChildren(QPushButton) if "Cancel" in each.text()] == []


def test_the_device_is_told_with_the_reason(dock: TrainDock) -> None:
    dock.set_device("CPU, bfloat16: no CUDA device was found")
    assert label(dock, "train_device") == "CPU, bfloat16: no CUDA device was found"


def test_keep_and_discard_appear_for_a_new_model_only(qtbot: QtBot, dock: TrainDock) -> None:
    assert not button(dock, "train_keep").isVisible()
    dock.finish("mean IoU 0.62")
    dock.set_undecided("tuned-3")
    assert "tuned-3" in button(dock, "train_keep").text()
    with qtbot.waitSignal(dock.keep_requested):
        press(qtbot, dock, "train_keep")
    with qtbot.waitSignal(dock.discard_requested):
        press(qtbot, dock, "train_discard")
    dock.set_undecided("")
    assert not button(dock, "train_discard").isVisible()


def test_models_are_listed_and_the_selected_one_predicts(qtbot: QtBot, dock: TrainDock) -> None:
    assert "Train a model first" in button(dock, "model_predict").toolTip()
    rows = [
        ModelRow("tuned-2", "14:02", "3 sections", "0.62", has_result=True, shown=True),
        ModelRow("tuned-1", "13:40", "2 sections", "0.51", has_result=True),
        ModelRow("tuned-0", "13:20", "1 section"),
    ]
    dock.set_models(rows)
    assert not button(dock, "model_show").isEnabled()  # it is shown already
    table = dock.findChild(QTreeWidget, "model_table")
    assert table.topLevelItem(0).font(0).bold()
    qtbot.keyClick(table, Qt.Key.Key_Down)
    with qtbot.waitSignal(dock.show_requested) as shown:
        press(qtbot, dock, "model_show")
    assert shown.args == ["tuned-1"]
    dock.set_models(rows)  # the choice survives an update
    with qtbot.waitSignal(dock.predict_requested) as asked:
        press(qtbot, dock, "model_predict")
    assert asked.args == ["tuned-1"]
    qtbot.keyClick(table, Qt.Key.Key_Down)
    assert "not predicted" in button(dock, "model_show").toolTip()


def test_a_running_job_forbids_training_and_predicting(dock: TrainDock) -> None:
    dock.set_ready(True)
    dock.set_models([ModelRow("tuned-1")])
    dock.set_busy("Export is running, about 12 s left.")
    assert button(dock, "train_start").toolTip() == "Export is running, about 12 s left."
    assert not button(dock, "model_predict").isEnabled()
    dock.set_busy("")
    assert button(dock, "train_start").isEnabled()
    assert button(dock, "model_predict").isEnabled()


def test_many_steps_are_drawn_together(qtbot: QtBot) -> None:
    plot = TrainingPlot()
    qtbot.addWidget(plot)
    for number in range(1, 301):
        plot.add(
            TrainingStep(number, 300, 1.0 / number, {"validation_loss": 0.5} if number % 100 == 0 else {})
        )
    assert plot.n_points == 300
    curves = plot.curves
    assert curves.drawn["training loss"][0] is None  # nothing drawn yet: drawing waits
    qtbot.waitUntil(lambda: curves.drawn["training loss"][0] is not None, timeout=2000)
    assert curves.drawn["training loss"][0].tolist() == list(range(1, 301))
    assert curves.drawn["validation loss"][0].tolist() == [100, 200, 300]
    assert curves.getPlotItem().getAxis("bottom").labelText == "step"
    assert curves.getPlotItem().getAxis("left").labelText == "loss"
    plot.clear()
    assert plot.n_points == 0


def test_why_training_is_not_possible_can_be_read_without_hovering(dock: TrainDock) -> None:
    why = dock.findChild(QLabel, "train_reason")
    dock.set_ready(False, "Only Salt is labelled: paint a second class.")
    assert why.text() == "Only Salt is labelled: paint a second class."
    assert not why.isHidden()
    dock.set_ready(True)
    assert why.isHidden()
    dock.begin()
    assert why.isHidden()


@pytest.mark.parametrize(("n_steps", "scale"), [(1, 0.7), (3, 0.0004), (9, 5000.0)])
def test_axes_count_steps_and_show_losses_as_they_are(qtbot: QtBot, n_steps: int, scale: float) -> None:
    plot = TrainingPlot()
    qtbot.addWidget(plot)
    plot.resize(420, 160)
    plot.show_steps([TrainingStep(step, n_steps, scale / step) for step in range(1, n_steps + 1)])
    plot.show()
    qtbot.waitExposed(plot)
    item = plot.curves.getPlotItem()
    steps, losses = item.getAxis("bottom"), item.getAxis("left")
    levels = steps.tickValues(*steps.range, steps.size().width())
    ticks = [value for _spacing, values in levels for value in values]
    assert ticks
    assert all(float(value).is_integer() for value in ticks)
    assert "x1" not in losses.labelString()
    assert "x0" not in losses.labelString()


@pytest.mark.parametrize("width", [190, 420])
def test_what_is_what_stands_above_the_curves_which_fill_the_plot(qtbot: QtBot, width: int) -> None:
    plot = TrainingPlot()
    qtbot.addWidget(plot)
    plot.resize(width, 160)
    plot.show_steps([TrainingStep(step, 9, 1.0) for step in range(1, 10)])
    plot.show()
    qtbot.waitExposed(plot)
    legend = plot.findChild(QLabel, "training_plot_legend")
    assert "training" in legend.text()
    assert "validation" in legend.text()
    assert legend.geometry().bottom() <= plot.curves.geometry().top()
    assert legend.height() < 0.2 * plot.height()
    assert plot.curves.getPlotItem().legend is None
    drawn = plot.curves.getPlotItem().getViewBox().sceneBoundingRect()
    assert 0.5 * width < drawn.right() <= width


def test_a_single_bad_step_does_not_press_the_curve_flat(qtbot: QtBot) -> None:
    plot = TrainingPlot()
    qtbot.addWidget(plot)
    for number in range(1, 51):
        plot.add(TrainingStep(number, 500.0 if number == 25 else 1.0, 50))
    plot.redraw()
    top = plot.curves.getPlotItem().getViewBox().viewRange()[1][1]
    assert 1.0 < top < 80


def test_losses_that_are_not_numbers_are_survived(qtbot: QtBot) -> None:
    plot = TrainingPlot()
    qtbot.addWidget(plot)
    for number in range(1, 4):
        plot.add(TrainingStep(number, float("nan"), 3))
    plot.redraw()
    assert plot.curves.drawn["training loss"][0].tolist() == [1, 2, 3]


def test_before_the_first_training_the_place_of_the_curves_says_so(qtbot: QtBot, dock: TrainDock) -> None:
    plot = dock.findChild(TrainingPlot, "training_plot")
    empty = plot.findChild(QLabel, "training_plot_empty")
    assert plot.curves is None
    assert "loss" in empty.text()
    dock.begin()
    assert plot.curves is not None
    assert empty.isHidden()


def test_running_mean_of_a_constant_is_that_constant() -> None:
    np.testing.assert_allclose(running_mean(np.full(7, 2.5)), 2.5)
    assert running_mean(np.array([1.0, 0.0]))[1] == pytest.approx(0.9 / 1.9)


def test_metrics_text_takes_each_figure_once() -> None:
    assert metrics_text({"mean_iou": 0.5, "validation_mean_iou": 0.6, "odd": 1.0}) == "mean IoU 0.60"


def test_selecting_a_model_asks_for_its_curve_which_a_running_training_does_not_yield_to(
    qtbot: QtBot, dock: TrainDock
) -> None:
    dock.set_models([ModelRow("scratch-2"), ModelRow("scratch-1")])
    table = dock.findChild(QTreeWidget, "model_table")
    with qtbot.waitSignal(dock.model_selected) as sent:
        place = table.visualItemRect(table.topLevelItem(1)).center()
        qtbot.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert sent.args == ["scratch-1"]
    curve = [TrainingStep(step, 3, 1.0) for step in range(3)]
    dock.show_curve(curve)
    plot = dock.findChild(TrainingPlot)
    assert plot.n_points == 3
    assert len(plot.curves.drawn["training loss"][0]) == 3
    dock.show_curve(())  # a model without one
    assert plot.n_points == 0
    dock.begin()
    dock.add_step(TrainingStep(1, 10, 0.5))
    dock.show_curve(curve)
    assert plot.n_points == 1
    dock.finish("done")
    dock.show_curve(curve)
    assert plot.n_points == 3


def test_how_a_training_ended_is_whole_on_a_small_screen(qtbot: QtBot) -> None:
    dock = shown_widget(qtbot, TrainDock(), 1040, 148)  # what a window of 1366x768 leaves to the page
    device = "CPU, bfloat16: the installed torch is built without CUDA"
    dock.set_device(device)
    dock.set_ready(True)
    dock.set_undecided("tuned-1")
    dock.end(
        "tuned-1 predicted the whole survey. Trained in 21 s. Facies 3 was found worst, IoU 0.28. "
        "Mean IoU 0.60, accuracy 0.76 on 1,794 held-back samples."
    )
    status = dock.findChild(QLabel, "train_status")
    qtbot.waitUntil(lambda: status.height() >= status.heightForWidth(status.width()))
    shown = dock.findChild(ElidedLabel, "train_device")
    assert shown.toolTip() == device
    assert shown.height() <= 2 * shown.fontMetrics().height()
    dock.set_undecided("")
    assert shown.wordWrap()

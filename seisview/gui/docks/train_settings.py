"""The settings of a training: budget, starting weights, network, device and seed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSpinBox,
    QWidget,
)

from seisview.gui.docks.naming import named
from seisview.learn.config import BACKBONES, DEFAULT_STEPS, TrainConfig

_SCRATCH, _FILE = 0, 1
_MINUTES, _STEPS = 0, 1
_DEFAULT_MINUTES = 5.0
_DEVICES = {"auto": "automatic", "cpu": "CPU", "cuda": "NVIDIA GPU (CUDA)", "mps": "Apple GPU (MPS)"}


class TrainSettings(QWidget):
    """A form that is one :class:`~seisview.learn.config.TrainConfig`.

    Signals
    -------
    config_changed()
    """

    config_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("train_settings")
        self._file: Path | None = None
        self._last_folder = ""
        self._unit = _combo("train_budget_unit", "Unit of the budget", ["minutes", "steps"])
        self._minutes = _minutes_box()
        self._steps = _steps_box()
        self._unit.currentIndexChanged.connect(self._show_unit)
        self._start = _combo("train_start_from", "Starting weights", ["from scratch", "tune from file …"])
        self._start.setToolTip(
            "Random weights, or a file of pretrained weights (.safetensors) that you choose"
        )
        self._start.activated.connect(self._on_start)
        self._file_text = named(QLabel("random weights"), "train_backbone_file")
        self._file_text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._network = _combo(
            "train_network",
            "Network",
            [name.replace("resnet", "ResNet-") for name in BACKBONES],
        )
        self._network.setToolTip(
            "ResNet-50 is the reference; ResNet-10 is about 15 times quicker and sees less"
        )
        self._network.setCurrentIndex(BACKBONES.index(TrainConfig().backbone))
        self._device = _combo("train_device_choice", "Device", list(_DEVICES.values()))
        self._device.setToolTip("What to compute on; the CPU is used, and said so, where there is no GPU")
        self._seed = named(QSpinBox(), "train_seed")
        self._seed.setRange(0, 999_999)
        self._seed.setAccessibleName("Seed of the random numbers")
        self._seed.setToolTip("The same seed, labels and number of steps give the same model on a CPU")
        self._arrange()
        self._show_unit()

    def _arrange(self) -> None:
        budget = QHBoxLayout()
        budget.setSpacing(2)
        budget.addWidget(self._minutes)
        budget.addWidget(self._steps)
        budget.addWidget(self._unit)
        left, right = QFormLayout(), QFormLayout()
        left.addRow("Budget", budget)
        left.addRow("Start", self._start)
        left.addRow("", self._file_text)
        right.addRow("Network", self._network)
        right.addRow("Device", self._device)
        right.addRow("Seed", self._seed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        for form in (left, right):
            form.setVerticalSpacing(3)
            form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
            row.addLayout(form, 1)

    def config(self) -> TrainConfig:
        """Return the settings as they stand."""
        in_steps = self._unit.currentIndex() == _STEPS
        tune = self._start.currentIndex() == _FILE and self._file is not None
        return TrainConfig(
            mode="tune" if tune else "scratch",
            backbone=BACKBONES[self._network.currentIndex()],
            backbone_file=self._file if tune else None,
            steps=self._steps.value() if in_steps else None,
            minutes=None if in_steps else self._minutes.value(),
            seed=self._seed.value(),
            device=list(_DEVICES)[self._device.currentIndex()],
        )

    def set_config(self, config: TrainConfig) -> None:
        """Show the settings of `config`."""
        in_steps = config.steps is not None
        self._unit.setCurrentIndex(_STEPS if in_steps else _MINUTES)
        self._steps.setValue(config.steps or DEFAULT_STEPS)
        self._minutes.setValue(config.minutes or _DEFAULT_MINUTES)
        self._network.setCurrentIndex(BACKBONES.index(config.backbone))
        self._device.setCurrentIndex(list(_DEVICES).index(config.device))
        self._seed.setValue(config.seed)
        self.set_backbone_file(config.backbone_file if config.mode == "tune" else None)

    def set_backbone_file(self, path: Path | None) -> None:
        """Start from the weights in `path`; None means random weights."""
        self._file = path
        self._start.setCurrentIndex(_SCRATCH if path is None else _FILE)
        self._file_text.setText("random weights" if path is None else path.name)
        self._file_text.setToolTip("" if path is None else str(path))
        self.config_changed.emit()

    def _on_start(self, choice: int) -> None:
        if choice == _SCRATCH:
            self.set_backbone_file(None)
            return
        dialog = QFileDialog(
            self, "Starting weights", self._last_folder, "Weights (*.safetensors);;All files (*)"
        )
        dialog.setObjectName("backbone_dialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self._on_file)
        dialog.rejected.connect(lambda: self.set_backbone_file(self._file))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _on_file(self, chosen: str) -> None:
        self._last_folder = str(Path(chosen).parent)
        self.set_backbone_file(Path(chosen))

    def _show_unit(self) -> None:
        in_steps = self._unit.currentIndex() == _STEPS
        self._steps.setVisible(in_steps)
        self._minutes.setVisible(not in_steps)
        self.config_changed.emit()


def _combo(name: str, accessible: str, entries: list[str]) -> QComboBox:
    combo = named(QComboBox(), name)
    combo.addItems(entries)
    combo.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(6)
    combo.setAccessibleName(accessible)
    combo.setToolTip(accessible)
    return combo


def _minutes_box() -> QDoubleSpinBox:
    box = named(QDoubleSpinBox(), "train_minutes")
    box.setRange(0.1, 24 * 60.0)
    box.setDecimals(1)
    box.setValue(_DEFAULT_MINUTES)
    box.setAccessibleName("Training time in minutes")
    box.setToolTip("Train this long, reading and validation included")
    return box


def _steps_box() -> QSpinBox:
    box = named(QSpinBox(), "train_steps")
    box.setRange(1, 99_999)
    box.setValue(DEFAULT_STEPS)
    box.setAccessibleName("Training steps")
    box.setToolTip("Train this many steps; the same number and seed give the same model on a CPU")
    return box

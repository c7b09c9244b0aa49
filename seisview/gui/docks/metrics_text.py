"""Validation figures in words; free of Qt."""

from __future__ import annotations


def metrics_text(metrics: dict[str, float]) -> str:
    """Validation figures in words, the known ones first: ``"validation loss 0.41, mean IoU 0.62"``."""
    words = {
        "validation_loss": "validation loss",
        "validation_mean_iou": "mean IoU",
        "mean_iou": "mean IoU",
        "validation_pixel_accuracy": "accuracy",
        "pixel_accuracy": "accuracy",
        "validation_masked_explained": "hidden amplitudes explained",
        "validation_rotation_accuracy": "rotation accuracy",
        "validation_jigsaw_accuracy": "jigsaw accuracy",
        "validation_frame_order_accuracy": "frame order accuracy",
        "validation_frame-order_accuracy": "frame order accuracy",
    }
    parts: dict[str, str] = {}
    for name, word in words.items():
        if name in metrics:
            parts.setdefault(word, f"{word} {metrics[name]:.2f}")
    return ", ".join(parts.values())

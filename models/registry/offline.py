"""Model libraries are told to stay offline and silent, before they are imported."""

from __future__ import annotations

import os

OFFLINE_ENVIRONMENT = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "PYANNOTE_METRICS_ENABLED": "0",
    # On by default in ONNX Runtime since 1.29, for each model it loads and each time it runs one.
    "ORT_DISABLE_TELEMETRY": "1",
    "DO_NOT_TRACK": "1",
}
"""Read by the libraries when they are imported, so setting it later is too late."""


def go_offline() -> None:
    """Set the offline and no-telemetry flags of the model libraries in this process and its children.

    Call it before the first import of huggingface_hub, transformers, onnxruntime or pyannote.audio. It overrides what
    the user's environment says: a recording in work never causes a connection.
    """
    os.environ.update(OFFLINE_ENVIRONMENT)

"""Why a recording could not be used, in words a researcher understands.

Messages never contain names of files or people, nor anything that was said.
"""

from __future__ import annotations

from enum import StrEnum


class ProblemCode(StrEnum):
    """Stable codes; docs/operations.md lists each with what to do."""

    EMPTY_FILE = "empty_file"
    NOT_AUDIO = "not_audio"
    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_DEMANDING = "too_demanding"
    NO_PERMISSION = "no_permission"
    DISK_FULL = "disk_full"
    FILE_VANISHED = "file_vanished"
    FILE_CHANGED = "file_changed"
    OUTSIDE_FOLDER = "outside_folder"
    MODEL_MISSING = "model_missing"
    MODEL_DAMAGED = "model_damaged"
    OUT_OF_MEMORY = "out_of_memory"
    NO_CONSENT = "no_consent"
    WORKER_CRASHED = "worker_crashed"
    INTERNAL = "internal"


_SENTENCES: dict[ProblemCode, tuple[str, str]] = {
    ProblemCode.EMPTY_FILE: ("The file is empty.", "Copy the recording again from the recorder."),
    ProblemCode.NOT_AUDIO: (
        "The file holds no sound that can be read.",
        "Drop an audio or video file instead.",
    ),
    ProblemCode.DAMAGED: (
        "The file is cut off or damaged.",
        "Copy it again; if the original is damaged too, repair it with the recorder's software.",
    ),
    ProblemCode.ENCRYPTED: (
        "The file is encrypted or copy-protected.",
        "Export it without protection and drop the export.",
    ),
    ProblemCode.TOO_SHORT: ("The recording is shorter than one second.", "Check that it is the right file."),
    ProblemCode.TOO_LONG: ("The recording is longer than six hours.", "Split it and drop the parts."),
    ProblemCode.TOO_DEMANDING: (
        "Reading the file takes more memory or time than a recording needs.",
        "Convert it to WAV or FLAC with another program and drop that.",
    ),
    ProblemCode.NO_PERMISSION: ("The file may not be read.", "Give Lytt's user permission to read it."),
    ProblemCode.DISK_FULL: (
        "The disk is full.",
        "Free some space; the work goes on by itself or with Retry.",
    ),
    ProblemCode.FILE_VANISHED: ("The file disappeared while it was being read.", "Drop it again."),
    ProblemCode.FILE_CHANGED: ("The file changed while it was being read.", "Wait for the copy to finish."),
    ProblemCode.OUTSIDE_FOLDER: (
        "The entry is a link that leads out of the watched folder.",
        "Copy the recording itself into the folder.",
    ),
    ProblemCode.NO_CONSENT: (
        "The participant did not consent to transcription, so the recording is kept and not transcribed.",
        "When the consent changes, say so in study.toml and press Retry; or choose another place.",
    ),
    ProblemCode.MODEL_MISSING: ("A model is not installed.", "Run: lytt models fetch"),
    ProblemCode.MODEL_DAMAGED: ("A model's files are not what they should be.", "Run: lytt models fetch"),
    ProblemCode.OUT_OF_MEMORY: ("There was not enough memory.", "Close other programs and press Retry."),
    ProblemCode.WORKER_CRASHED: (
        "The worker stopped several times at this recording.",
        "Press Retry; if it fails again, report it with the log of the worker.",
    ),
    ProblemCode.INTERNAL: (
        "Something went wrong inside Lytt.",
        "Press Retry; if it fails again, report it with the log of the worker.",
    ),
}


class RecordingProblem(Exception):  # noqa: N818 - reads as what happened
    """A recording can't be used, or not now. ``str()`` is safe to show, store and log."""

    def __init__(self, code: ProblemCode) -> None:
        self.code = code
        super().__init__(describe(code))

    def __reduce__(self) -> tuple[type[RecordingProblem], tuple[ProblemCode]]:
        return (type(self), (self.code,))


def describe(code: ProblemCode) -> str:
    """What happened and what to do next, in two sentences."""
    what, then = _SENTENCES[code]
    return f"{what} {then}"

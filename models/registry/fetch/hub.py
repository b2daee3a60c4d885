"""Models of the model hub, for those who want others than the defaults."""

from __future__ import annotations

import errno
import os
import shutil
from fnmatch import fnmatch
from pathlib import Path

from models.registry.fetch.errors import FetchError, WrongContentError
from models.registry.manifest import HubSource, Task, lies_inside
from models.registry.record import Trust, VerifiedFile, sha256_of, verified_file

_WHISPER_FILES = ("config.json", "model.bin", "tokenizer.json", "vocabulary.*", "preprocessor_config.json")
"""What faster-whisper reads of a CTranslate2 repository; the rest are pictures and cards."""


def download_snapshot(
    source: HubSource, folder: Path, endpoint: str | None = None
) -> tuple[str, Task | None, tuple[VerifiedFile, ...]]:
    """Bring ``folder`` to hold the source's files; returns the revision, the task its files speak of, and the files.

    The revision is the pinned one, or the newest when none is pinned. A file is compared with the manifest's hash
    where it has one, else with the hash the hub itself keeps of large files. ``folder`` stays when
    the connection is cut, and is used next time.

    Raises :class:`FetchError`, and :class:`WrongContentError` when a hash is wrong.
    """
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    try:
        from huggingface_hub import HfApi, snapshot_download
        from huggingface_hub.errors import GatedRepoError, OfflineModeIsEnabled
    except ImportError:
        raise FetchError("Models of the hub need the worker packages: pip install 'lytt[worker]'.") from None
    try:
        info = HfApi(endpoint=endpoint).model_info(
            source.repository, revision=source.revision, files_metadata=True
        )
        listed = {file.rfilename: file.lfs.sha256 if file.lfs else None for file in info.siblings or ()}
        revision = info.sha or ""
        if source.revision and revision != source.revision:
            raise WrongContentError(
                f"The hub gives another revision of {source.repository} than the pinned one."
            )
        wanted = _wanted(source, list(listed))
        snapshot_download(
            source.repository, revision=revision, local_dir=folder, allow_patterns=wanted, endpoint=endpoint
        )
    except GatedRepoError:
        raise FetchError(
            f"{source.repository} asks for its conditions to be accepted: do that on the hub, "
            "put your token in HF_TOKEN, and run the command again."
        ) from None
    except OfflineModeIsEnabled:
        raise FetchError("HF_HUB_OFFLINE is set, so nothing can be fetched from the hub.") from None
    except FetchError:
        raise
    except Exception as error:  # The library has changed its transport, and so its errors, more than once.
        if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise FetchError(
            f"{source.repository} could not be fetched from the hub ({type(error).__name__}). "
            "Check the network and the name, and run the command again: it goes on where it stopped."
        ) from None
    shutil.rmtree(folder / ".cache", ignore_errors=True)
    return revision, _task(wanted), tuple(_verified(source, folder, path, listed[path]) for path in wanted)


def _wanted(source: HubSource, listed: list[str]) -> list[str]:
    patterns = source.files or (_WHISPER_FILES if "model.bin" in listed else ("*",))
    wanted = sorted(path for path in listed if any(fnmatch(path, pattern) for pattern in patterns))
    if not wanted or not all(lies_inside(path) for path in wanted):
        raise WrongContentError(f"{source.repository} does not hold the files of a model.")
    return wanted


def _task(files: list[str]) -> Task | None:
    if "model.bin" in files:
        return Task.RECOGNITION
    return Task.DIARIZATION if "config.yaml" in files else None


def _verified(source: HubSource, folder: Path, path: str, kept_by_hub: str | None) -> VerifiedFile:
    found = sha256_of(folder / path)
    if found != source.known.get(path, found) or found != (kept_by_hub or found):
        raise WrongContentError(
            f"A file of {source.repository} has the wrong SHA-256. It was refused and removed."
        )
    return verified_file(folder, path, found, Trust.MANIFEST if path in source.known else Trust.FIRST_FETCH)

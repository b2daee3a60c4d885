"""Where the files lie that are backed up."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from service.backup.keys import RECIPIENT_FILE
from service.backup.values import FILES_OF_CODING, FILES_OF_VAULT
from service.places import TOML
from service.settings import Settings
from service.study.checking import PROTOCOL_FILE
from service.study.files import GUIDES_FOLDER

RESTORED = ".restored"
"""After the name of a file that is put back beside the one that counts."""


def place_folders(settings: Settings) -> Mapping[str, Path]:
    """The folders of Lytt's files, each never changed under its name."""
    return {
        FILES_OF_VAULT: settings.vault_folder / "artefacts",
        FILES_OF_CODING: settings.data_dir / "coding",
    }


def own_files(data_dir: Path) -> Iterator[tuple[str, bytes]]:
    """What a person wrote into the data directory, by its path there: settings, protocol, guides, recipient."""
    named = (TOML, PROTOCOL_FILE, RECIPIENT_FILE)
    found = [*(data_dir / name for name in named), *sorted((data_dir / GUIDES_FOLDER).glob("*"))]
    for path in found:
        if path.is_file() and not path.is_symlink():
            yield path.relative_to(data_dir).as_posix(), path.read_bytes()


def own_file_target(data_dir: Path, path: str) -> Path:
    """Where such a file is put back: never over one that is there, and settings only beside their place.

    Settings name databases and folders of the machine they were written for.
    """
    target = data_dir / path
    if path == TOML or target.exists():
        return target.with_name(target.name + RESTORED)
    return target

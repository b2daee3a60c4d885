"""The files of a study in the data directory: the protocol, its schema, the guides."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

from service.study.checking import PROTOCOL_FILE
from service.study.protocol import Protocol

SCHEMA_FILE = "study.schema.json"
GUIDES_FOLDER = "guides"


def protocol_schema() -> str:
    """The JSON schema of ``study.toml``, as text."""
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **Protocol.model_json_schema()}

    return json.dumps(schema, indent=1, sort_keys=True) + "\n"


def template(name: str) -> str:
    """The text of a template: ``dyads`` or ``single``."""
    return (files("service.study") / "templates" / f"{name}.toml").read_text(encoding="utf-8")


def write_template(folder: Path, name: str, replace: bool) -> tuple[Path, ...]:
    """Write the protocol, its schema and an example of a guide; returns what was written.

    Raises FileExistsError when there is a protocol and it is not to be replaced. Guides are never replaced.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    protocol, schema = folder / PROTOCOL_FILE, folder / SCHEMA_FILE
    with protocol.open("w" if replace else "x", encoding="utf-8") as handle:
        handle.write(template(name))
    schema.write_text(protocol_schema(), encoding="utf-8")
    example = folder / GUIDES_FOLDER / "example.toml"
    if example.exists():
        return protocol, schema
    example.parent.mkdir(exist_ok=True, mode=0o700)
    example.write_text(template("guide"), encoding="utf-8")
    return protocol, schema, example

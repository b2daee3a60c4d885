"""The API's description as a file: ``python -m service.api.description``."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

from service.app import create_app
from service.settings import Settings


def description() -> str:
    """The OpenAPI document as the page's types are made from it: indented, ends in a newline."""
    with tempfile.TemporaryDirectory() as nowhere:
        app = create_app(Settings(data_dir=Path(nowhere)), watch=False)
        return json.dumps(app.openapi(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    print(description(), end="")

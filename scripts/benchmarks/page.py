"""What every measurement says of itself, and where it is written down."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from datetime import date
from importlib.metadata import version
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "docs" / "benchmarks.md"


def machine(libraries: Iterable[str]) -> str:
    """One line: cores, processor, memory, versions and the day."""
    processor = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        models = [
            line.split(":", 1)[1].strip() for line in cpuinfo.read_text().splitlines() if "model name" in line
        ]
        processor = models[0] if models else processor
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    return (
        f"{date.today().isoformat()}, {os.cpu_count()} cores ({processor}), {memory:.0f} GiB, "
        f"Python {platform.python_version()}, {versions}."
    )


def write_section(name: str, text: str) -> None:
    """Replace what stands between ``<!-- NAME: begin -->`` and ``<!-- NAME: end -->`` in the page."""
    begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
    page = PAGE.read_text()
    before, after = page[: page.index(begin)], page[page.index(end) :]
    PAGE.write_text(f"{before}{begin}\n{text.strip()}\n{after}")

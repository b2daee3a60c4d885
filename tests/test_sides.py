"""The wall between the two sides: coding code can't reach the vault, models can't reach the service."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CODING_SIDE = (
    "service.coding",
    "service.api.coding",
    "service.api.coding_agreement",
    "service.api.coding_agreement_schemas",
    "service.api.coding_agreement_shapes",
    "service.api.coding_answers",
    "service.api.coding_codebook",
    "service.api.coding_codings",
    "service.api.coding_finding",
    "service.api.coding_exports",
    "service.api.coding_feed",
    "service.api.coding_feed_schemas",
    "service.api.coding_listening",
    "service.api.coding_listening_schemas",
    "service.api.coding_memos",
    "service.api.coding_moments",
    "service.api.coding_perspectives",
    "service.api.coding_perspectives_schemas",
    "service.api.coding_schemas",
)
IDENTIFIABLE = (
    "service.vault",
    "service.intake",
    "service.pipeline",
    "service.review",
    "service.identities",
    "service.study",
    "service.voices",
    "service.guide",
    "service.redacted_sound",
    "service.backup",
    "service.judging",
)


def modules() -> dict[str, Path]:
    found = {}
    for top in ("models", "service"):
        for path in (ROOT / top).rglob("*.py"):
            if "node_modules" in path.parts:
                continue
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imports(path: Path, package: str, known: dict[str, Path]) -> set[str]:
    """Every module of the project that the file imports, anywhere in it; parents count, they run too."""
    named: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            named |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                base = ".".join(
                    [*package.split(".")[: len(package.split(".")) - node.level + 1], base]
                ).strip(".")
            named |= {base} | {f"{base}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            named |= {value.value for value in node.args if isinstance(value, ast.Constant)}
    parents = {".".join(name.split(".")[:depth]) for name in named for depth in range(1, name.count(".") + 2)}
    return {name for name in parents if name in known}


def reachable(starts: tuple[str, ...], known: dict[str, Path]) -> dict[str, str]:
    """Each reachable module with the one that imports it."""
    seen: dict[str, str] = {}
    waiting = [name for name in known for start in starts if name == start or name.startswith(f"{start}.")]
    seen |= dict.fromkeys(waiting, "")
    while waiting:
        name = waiting.pop()
        path = known[name]
        package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        for target in imports(path, package, known):
            if target not in seen:
                seen[target] = name
                waiting.append(target)
    return seen


def test_the_coding_side_never_imports_the_vault() -> None:
    known = modules()
    found = reachable(CODING_SIDE, known)
    assert "service.transcript.reading" in found, "the walk sees what the coding side does import"
    leaks = {name: by for name, by in found.items() if name.startswith(IDENTIFIABLE)}
    assert leaks == {}


def test_models_know_no_service() -> None:
    found = reachable(("models",), modules())
    assert len(found) > 5
    assert [name for name in found if name.startswith("service")] == []


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("from service.vault import tables", "service.vault.tables"),
        ("import service.vault.store as s", "service.vault.store"),
        ("def f():\n    from service.vault.store import Vault", "service.vault.store"),
        ("import importlib\nimportlib.import_module('service.vault')", "service.vault"),
        ("from ..vault import tables", "service.vault.tables"),
    ],
)
def test_the_walk_sees_every_way_to_import(tmp_path: Path, source: str, target: str) -> None:
    file = tmp_path / "module.py"
    file.write_text(source)
    assert target in imports(file, "service.coding", modules())

"""On which line of a TOML file each of its values stands."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping

import tree_sitter_toml
from tree_sitter import Language, Node, Parser

KeyPath = tuple[str | int, ...]
"""Where a value is: ``("role", 0, "interview", 1, "wave")``; places of arrays count from 0."""

_KEYS = ("bare_key", "quoted_key", "dotted_key")


def lines_of(text: str) -> Mapping[KeyPath, int]:
    """The line, from 1, of every table, key and element of an array in ``text``, which is valid TOML."""
    tree = Parser(Language(tree_sitter_toml.language())).parse(text.encode())
    found: dict[KeyPath, int] = {}
    counts: dict[KeyPath, int] = {}
    for node in tree.root_node.children:
        if node.type == "pair":
            _pair(node, (), found)
        elif node.type in ("table", "table_array_element"):
            path = _table_path(node, counts)
            found.setdefault(path, _line(node))
            for child in node.children:
                if child.type == "pair":
                    _pair(child, path, found)
    return found


def _table_path(node: Node, counts: dict[KeyPath, int]) -> KeyPath:
    """The table's path with the number of each array of tables it lies in."""
    names = _names(next(child for child in node.children if child.type in _KEYS))
    path: KeyPath = ()
    for depth, name in enumerate(names):
        path = (*path, name)
        if depth == len(names) - 1 and node.type == "table_array_element":
            counts[path] = counts.get(path, 0) + 1
        if path in counts:
            path = (*path, counts[path] - 1)
    return path


def _pair(node: Node, above: KeyPath, found: dict[KeyPath, int]) -> None:
    key, _, value = [child for child in node.children if child.type != "comment"][:3]
    path = above
    for name in _names(key):
        path = (*path, name)
        found.setdefault(path, _line(node))
    _value(value, path, found)


def _value(node: Node, path: KeyPath, found: dict[KeyPath, int]) -> None:
    found.setdefault(path, _line(node))
    if node.type == "array":
        elements = [child for child in node.children if child.type not in ("[", "]", ",", "comment")]
        for number, child in enumerate(elements):
            _value(child, (*path, number), found)
    elif node.type == "inline_table":
        for child in node.children:
            if child.type == "pair":
                _pair(child, path, found)


def _names(key: Node) -> list[str]:
    if key.type == "dotted_key":
        return [name for child in key.children if child.type in _KEYS for name in _names(child)]
    text = (key.text or b"").decode()
    # A quoted key is read as TOML reads it, escapes and all.
    return [next(iter(tomllib.loads(f"{text} = 0")))] if key.type == "quoted_key" else [text]


def _line(node: Node) -> int:
    return int(node.start_point[0]) + 1

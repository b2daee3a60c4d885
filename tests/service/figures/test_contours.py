"""A figure says what it shows: axes with units, words where they are said, nothing where the sound is redacted."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest

from models.nuance.track import FRAME_MS, Track
from models.values import Span
from service.figures.contours import LONGEST_MS, Figure, Said, contours

SVG = "{http://www.w3.org/2000/svg}"


def track(seconds: float = 30) -> Track:
    count = round(seconds * 1000 / FRAME_MS)
    at = np.arange(count) * FRAME_MS / 1000
    pitch = (140 + 40 * np.sin(at)).astype(np.float32)
    voicing = np.where(at % 2 < 1.5, 1, 0).astype(np.float32)
    level = np.where(voicing > 0, -25, -60).astype(np.float32)
    flat = np.full(count, 10, np.float32)
    columns = (pitch, voicing, level, flat, flat, flat, flat)
    return Track(round(seconds * 1000), *columns, (), np.zeros((0, 0), np.float32))


def figure(span: Span, empty: tuple[Span, ...] = (), words: tuple[Said, ...] = ()) -> Figure:
    return Figure("D03-T2, wave 2", span, track(), words, ("Interviewer", "Participant"), empty)


def drawn(value: Figure) -> ET.Element:
    return ET.fromstring(contours(value))


def texts(root: ET.Element) -> list[str]:
    return [one.text or "" for one in root.iter(f"{SVG}text")]


def test_axes_have_units_and_the_caption_says_what_and_when() -> None:
    told = texts(drawn(figure(Span(10_000, 18_000))))
    assert {"Pitch (Hz)", "Level (dB)", "Time", "150", "00:12"} <= set(told)
    assert told[-1].startswith("D03-T2, wave 2, 00:00:10-00:00:18.")


def test_words_stand_under_the_time_they_are_said_in_the_row_of_their_speaker() -> None:
    words = (
        Said(10_500, 10_900, "well", "Interviewer"),
        Said(14_000, 14_400, "a<b & c", "Participant"),
        Said(14_050, 14_300, "again", "Participant"),
        Said(25_000, 25_400, "later", "Participant"),
    )
    root = drawn(figure(Span(10_000, 18_000), words=words))
    places = {one.text: (float(one.get("x", 0)), float(one.get("y", 0))) for one in root.iter(f"{SVG}text")}
    assert "later" not in places
    assert places["well"][0] < places["a<b & c"][0]
    second = places["00:12"][0] - places["00:11"][0]
    assert places["a<b & c"][0] - places["well"][0] == pytest.approx(3.5 * second, abs=1)
    assert places["well"][1] == places["Interviewer"][1]
    assert places["a<b & c"][1] == places["Participant"][1]
    assert places["again"][1] > places["a<b & c"][1]


def test_the_curve_is_broken_where_there_is_no_voice_and_empty_where_it_is_redacted() -> None:
    def points(root: ET.Element) -> list[float]:
        lines = [line.get("points", "") for line in root.iter(f"{SVG}polyline")]
        return [float(pair.split(",")[0]) for line in lines for pair in line.split()]

    whole = drawn(figure(Span(0, 10_000)))
    assert len([one for one in whole.iter(f"{SVG}polyline") if one.get("stroke-width") == "1.6"]) == 5
    hidden = Span(4_000, 5_000)
    root = drawn(figure(Span(0, 10_000), (hidden,)))
    (box,) = (one for one in root.iter(f"{SVG}rect") if one.get("fill") == "#eee")
    left, right = float(box.get("x", 0)), float(box.get("x", 0)) + float(box.get("width", 0))
    inside = [one for one in points(root) if left < one < right]
    assert inside == []
    assert [one for one in points(whole) if left < one < right]
    assert "blank where the sound is redacted" in texts(root)[-1]


def test_it_is_black_and_grey_and_the_same_bytes_for_the_same_values() -> None:
    value = figure(Span(0, 25_000), (Span(4_000, 5_000),))
    svg = contours(value)
    assert svg == contours(value)
    root = ET.fromstring(svg)
    colours = {one.get(name) for one in root.iter() for name in ("fill", "stroke")} - {None, "none"}
    assert all(len(set(colour.strip("#"))) == 1 for colour in colours if colour)
    # Ten seconds a line.
    assert texts(root).count("Pitch (Hz)") == 3


@pytest.mark.parametrize("span", [Span(5_000, 5_000), Span(0, LONGEST_MS + 1)])
def test_what_is_no_figure_is_refused(span: Span) -> None:
    with pytest.raises(ValueError, match="two minutes"):
        contours(figure(span))

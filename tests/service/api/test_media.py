from __future__ import annotations

import io

import av
import pytest
import sqlalchemy as sa

from service.vault import tables
from tests.service.api.conftest import Running

AUDIO = "/api/interviews/D03-T2/audio"


def test_sound_answers_ranges_and_says_its_tag(running: Running) -> None:
    whole = running.client.get(AUDIO)
    part = running.client.get(AUDIO, headers={"Range": "bytes=100-199"})
    assert whole.headers["content-type"] == "audio/ogg"
    assert whole.headers["accept-ranges"] == "bytes"
    assert (part.status_code, part.content) == (206, whole.content[100:200])
    assert part.headers["content-range"] == f"bytes 100-199/{len(whole.content)}"
    assert part.headers["etag"] == whole.headers["etag"]


def test_a_stale_tag_gives_the_whole_and_an_impossible_range_is_refused(running: Running) -> None:
    stale = running.client.get(AUDIO, headers={"Range": "bytes=0-9", "If-Range": '"other"'})
    beyond = running.client.get(AUDIO, headers={"Range": "bytes=999999999-"})
    assert (stale.status_code, beyond.status_code) == (200, 416)


def test_head_gives_the_size_without_the_sound(running: Running) -> None:
    head = running.client.head(AUDIO)
    assert head.status_code == 200
    assert head.content == b""
    assert int(head.headers["content-length"]) == len(running.client.get(AUDIO).content)


def test_peaks_cover_the_whole_sound(running: Running) -> None:
    peaks = running.client.get("/api/interviews/D03-T2/peaks").json()
    assert peaks["length"] * 2 == len(peaks["data"])
    assert abs(peaks["length"] / peaks["per_second"] - running.transcript.duration_ms / 1000) < 0.1
    assert max(peaks["data"]) > 10 > -10 > min(peaks["data"])


@pytest.mark.parametrize(("form", "codec"), [("opus", "opus"), ("wav", "pcm_s16le"), ("flac", "flac")])
def test_a_clip_is_as_long_as_asked(running: Running, form: str, codec: str) -> None:
    answer = running.client.get(
        "/api/interviews/D03-T2/clip", params={"from_ms": 2000, "to_ms": 4500, "format": form}
    )
    assert f'filename="D03-T2_2000-4500.{form}"' in answer.headers["content-disposition"]
    with av.open(io.BytesIO(answer.content)) as container:
        stream = container.streams.audio[0]
        assert stream.codec_context.name.startswith(codec)
        samples = sum(frame.samples for frame in container.decode(stream))
        assert abs(samples / stream.codec_context.sample_rate - 2.5) < 0.05


def test_clips_leave_nothing_behind(running: Running) -> None:
    running.client.get("/api/interviews/D03-T2/clip", params={"from_ms": 0, "to_ms": 1000})
    assert list(running.state.settings.vault_folder.glob("clip-*")) == []


@pytest.mark.parametrize(
    ("start", "end"), [(5000, 5000), (5000, 4000), (0, 31 * 60_000), (10_000_000, 10_001_000)]
)
def test_an_impossible_clip_is_refused_in_words(running: Running, start: int, end: int) -> None:
    answer = running.client.get("/api/interviews/D03-T2/clip", params={"from_ms": start, "to_ms": end})
    assert answer.status_code == 422
    assert answer.json()["detail"]


def test_what_nobody_looked_for_names_in_is_not_given_as_coders_would_read_it(running: Running) -> None:
    with running.state.vault.engine.begin() as connection:
        table = tables.transcripts.transcript
        made = connection.execute(sa.select(table.c.provenance)).scalar_one()
        connection.execute(
            sa.update(table).values(provenance=[one for one in made if one["stage"] != "entities"])
        )
    for path in ("transcript", "notation?anonymised=true"):
        refused = running.client.get(f"/api/interviews/{running.interview_id}/{path}")
        assert refused.status_code == 409, path
        assert "looked for names" in refused.json()["detail"]
    spoken = running.client.get(f"/api/interviews/{running.interview_id}/transcript?anonymised=false")
    assert spoken.status_code == 200

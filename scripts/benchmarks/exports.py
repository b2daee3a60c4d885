"""How long exports of a long interview take, how large they are, and how far that is from what was told beforehand.

    ./scripts/bench exports SOUND [--minutes 90]

Makes an interview of that length: SOUND again and again, 15,000 words, 600 codings of two coders, 2,000 markers. Every
export is made once and thrown away; nothing is kept.
"""

from __future__ import annotations

import argparse
import io
import random
import resource
import tempfile
import time
import uuid
from pathlib import Path

import numpy as np
import sqlalchemy as sa

from models.audio.container import open_recording
from models.audio.listening import OPUS_RATE, OpusWriter
from models.audio.portable import SoundForm
from models.audio.resampling import Conformer
from models.values import (
    TRANSCRIPT_FORMAT,
    Marker,
    MarkerKind,
    Role,
    Span,
    Speaker,
    Transcript,
    Turn,
    Utterance,
    Word,
)
from service.coding import codebook, tables
from service.coding.codebook import CodeWords
from service.coding.codings import Place, add_coding
from service.coding.exports.formats import Format
from service.coding.exports.taking_out import size_up, take_out
from service.coding.exports.values import Options
from service.coding.sounds import Sound, put_sound
from service.coding.store import CodingStore, Origin, list_released, open_coding_store, receive
from service.coding.values import Coder
from service.coding.writing import writing
from service.naming import InterviewName
from service.settings import Settings

WORDS, CODINGS, MARKERS, CODES = 15_000, 600, 2_000, 40
SOUNDS: dict[Format, tuple[SoundForm | None, ...]] = {
    Format.QDPX: (None, SoundForm.MP3, SoundForm.WAV),
    Format.HTML: (None, SoundForm.MP3),
}
"""Where it is measured with sound; in all others it lies beside, and takes as long as in a project."""
LEA = Coder("lea", leads=True)
VOCABULARY = "and then I thought about it again because nobody had said anything to me before that"


def long_sound(source: Path, minutes: int) -> bytes:
    """The source again and again, as a listening copy."""
    conformer, blocks = Conformer(OPUS_RATE, 1, "flt"), []
    with open_recording(source) as (container, stream):
        for frame in container.decode(stream):
            blocks += conformer.add(frame)
    once = np.concatenate([*blocks, *conformer.finish()]).astype(np.float32)
    handle, left = io.BytesIO(), minutes * 60 * OPUS_RATE
    writer = OpusWriter(handle, 1)
    while left > 0:
        for start in range(0, len(once), OPUS_RATE):
            piece = once[start : start + min(OPUS_RATE, left)]
            writer.add(piece)
            left -= len(piece)
            if left <= 0:
                break
    writer.finish()
    return handle.getvalue()


def long_transcript(minutes: int, chance: random.Random) -> Transcript:
    """15,000 words of two speakers, evenly over the interview, and markers of every kind."""
    spoken = VOCABULARY.split()
    duration, step = minutes * 60_000, minutes * 60_000 // WORDS
    utterances, number = [], 0
    while number < WORDS:
        label = "S1" if len(utterances) % 2 else "S2"
        words = []
        for _ in range(min(chance.randrange(3, 30), WORDS - number)):
            start = number * step
            words.append(Word(number, start, start + step - 20, chance.choice(spoken), label, 0.9, 1.0))
            number += 1
        utterances.append(
            Utterance(len(utterances), label, words[0].start_ms, words[-1].end_ms, tuple(words))
        )
    kinds = list(MarkerKind)
    markers = tuple(
        Marker(
            kinds[n % len(kinds)], at, at + 700, "S2", 1.2, 0.8, "7", evidence={"value": 1.5, "usual": 1.0}
        )
        for n, at in enumerate(sorted(chance.randrange(duration - 1000) for _ in range(MARKERS)))
    )
    turns = tuple(Turn(one.start_ms, one.end_ms, one.speaker) for one in utterances)
    speakers = tuple(
        Speaker(label, role, False, duration // 2, WORDS // 2)
        for label, role in (("S1", Role.INTERVIEWER), ("S2", Role.PARTICIPANT))
    )
    return Transcript(
        TRANSCRIPT_FORMAT,
        duration,
        "en",
        speakers,
        tuple(utterances),
        turns,
        markers,
        (Span(0, duration),),
        (),
        (),
    )


def fill(store: CodingStore, source: Path, minutes: int) -> None:
    """One released interview with its sound, a codebook and the codings of two coders."""
    chance, interview_id = random.Random(1), "a" * 32
    kept = store.files.keep(io.BytesIO(long_sound(source, minutes)))
    with writing(store.engine) as connection:
        receive(
            connection,
            interview_id,
            Origin((InterviewName("D03", "T", 2),)),
            long_transcript(minutes, chance),
            1,
        )
        put_sound(connection, interview_id, Sound("1", kept, kept, ()))
        codes = [str(uuid.UUID(int=chance.getrandbits(128))) for _ in range(CODES)]
        for number, code in enumerate(codes):
            codebook.add_code(connection, "lea", code, CodeWords(f"code {number}"))
        for number in range(CODINGS):
            first = chance.randrange(WORDS - 60)
            place = Place(first, first + chance.randrange(3, 60))
            coder = "ann" if number % 2 else "ben"
            coding_id = str(uuid.UUID(int=chance.getrandbits(128)))
            add_coding(connection, coder, interview_id, coding_id, place, chance.choice(codes))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    asked.add_argument("sound", type=Path)
    asked.add_argument("--minutes", type=int, default=90)
    wanted = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data_dir=Path(folder))
        store = open_coding_store(settings, b"k" * 32)
        fill(store, wanted.sound, wanted.minutes)
        with store.engine.connect() as connection:
            chosen = list_released(connection)
            words = connection.execute(
                sa.select(sa.func.count()).select_from(tables.transcripts.word)
            ).scalar_one()
        print(f"{wanted.minutes} minutes, {words:,} words, {CODINGS} codings, {MARKERS:,} markers")
        print("| format | sound | first byte, s | whole, s | size | told beforehand |")
        print("|---|---|---|---|---|---|")
        for form in Format:
            for sound in SOUNDS.get(form, (None,)):
                options = Options(sound=sound)
                told = size_up(store, LEA, chosen, form, options)
                if told.refused:
                    print(f"| {form} | {sound} | {told.refused} |")
                    continue
                begun, size, first = time.perf_counter(), 0, 0.0
                for block in take_out(store, LEA, chosen, form, options).blocks:
                    first = first or time.perf_counter() - begun
                    size += len(block)
                took = time.perf_counter() - begun
                sizes = f"{size / 1e6:.2f} MB | {told.bytes / 1e6:.2f} MB"
                print(f"| {form} | {sound or ''} | {first:.1f} | {took:.1f} | {sizes} |", flush=True)
        print(f"most memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")
        store.close()


if __name__ == "__main__":
    main()

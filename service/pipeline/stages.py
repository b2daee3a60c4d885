"""The pipeline, as the list of its stages.

decode      the original, or the interview's files one after the other, becomes samples, a listening copy and peaks
speech      where somebody speaks, and where the recording can be cut
language    which language is spoken, unless the settings say it
transcribe  the words, chunk by chunk (a part each)
align       their exact times, chunk by chunk
diarize     who speaks when
track       what voices and sounds measure, as one file
assemble    words to speakers, utterances, markers
entities    mentions that identify somebody
store       transcript and redactions into the vault
voices      what each voice sounds like, where the participant consented
            then the markers against what is usual for each person, over all their interviews
guide       where the questions of the guide were asked
redact      the sound that others may hear, checked: made from what the vault says now

Each stage is kept when it finishes and reused while nothing that matters to it has changed
(:mod:`service.pipeline.runs`). When redactions or words change later, ``redact`` alone is done again
(:mod:`service.redacted_sound.queueing`). All but ``store`` run in the child process (:mod:`service.pipeline.child`).
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import sqlalchemy as sa

from models.anonymisation.coverage import searches_names
from models.audio.files import DECODED_NAMES, TRACK_NAME
from models.chunking import plan_chunks
from models.config import ModelsConfig
from models.dimensions.described import checked as dimensions_checked
from models.guide_questions import AskedPlace
from models.notices import NAMES_NOT_SEARCHED
from models.problems import ProblemCode, RecordingProblem
from models.values import (
    Anonymisation,
    DecodedAudio,
    Diarization,
    LanguageFound,
    Progress,
    RecognisedChunk,
    Span,
    Transcript,
    Voiceprint,
)
from service.baselines.finding import bring_baselines
from service.encrypted_files import EncryptedFile, Scratch
from service.guide.coverage import store_found, to_search
from service.guide.searching import is_known, language_of
from service.identities.known import known_in
from service.pipeline.child import ModelChild
from service.pipeline.runs import Made, Run, Scalar, Stage
from service.redacted_sound.making import Maker, make_rendition
from service.redacted_sound.renditions import Rendered, keep_rendition
from service.redacted_sound.wanted import wanted_of
from service.review.keeping import keep_transcript
from service.settings import Settings
from service.study.applied import protocol_in_force
from service.study.participants import AUTO, expected_of, participant_of, refuses
from service.study.protocol import Consent
from service.vault.media import TrackKept, decoded_audio, track_digest
from service.vault.recordings import recordings_of, set_notices, set_times
from service.voices import prints
from service.voices.hearing import heard_voices, prefill_roles

log = logging.getLogger("lytt.worker")

DECODE = Stage("decode")
SPEECH = Stage("speech")
LANGUAGE = Stage("language", version=3)
TRANSCRIBE = Stage("transcribe", version=3)
ALIGN = Stage("align")
DIARIZE = Stage("diarize", version=3)
TRACK = Stage("track", version=2)
ASSEMBLE = Stage("assemble", version=6)
ENTITIES = Stage("entities", version=4)
STORE = Stage("store")
VOICES = Stage(prints.STAGE)
GUIDE = Stage("guide")
REDACT = Stage("redact")
STAGES = (
    DECODE,
    SPEECH,
    LANGUAGE,
    TRANSCRIBE,
    ALIGN,
    DIARIZE,
    TRACK,
    ASSEMBLE,
    ENTITIES,
    STORE,
    VOICES,
    GUIDE,
    REDACT,
)


@dataclass(frozen=True, slots=True)
class SpeechFound:
    """Where somebody speaks, and the chunks to transcribe: fixed here, whatever the settings become."""

    speech: tuple[Span, ...]
    chunks: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Stored:
    """How much was written into the vault."""

    utterances: int
    redactions: int


@dataclass(frozen=True, slots=True)
class VoicesKept:
    """How many voiceprints were sealed into the vault; they themselves are nowhere else."""

    voices: int


@dataclass(frozen=True, slots=True)
class GuideSearched:
    """How many places of questions were suggested."""

    places: int


def process(run: Run, settings: Settings, child: ModelChild) -> None:
    """Take one recording through the stages of this module's docstring, in their order."""
    pipeline = Pipeline(run, settings, child)
    if run.only_sound:
        pipeline.redact_sound()
        run.finish(lambda _: None)
        return
    audio = pipeline.decode()
    speech = pipeline.detect_speech(audio)
    language = pipeline.detect_language(audio, speech)
    chunks = pipeline.align(audio, speech, pipeline.transcribe(audio, speech, language))
    diarization = pipeline.diarize(audio, speech)
    track = pipeline.measure_track(audio)
    transcript = pipeline.assemble(audio, speech, language, chunks, diarization, track)
    entities = pipeline.find_entities(transcript)
    notices = pipeline.store(transcript, entities)
    pipeline.keep_voices(audio, transcript)
    pipeline.compare_with_earlier()
    pipeline.search_guide()
    pipeline.redact_sound()
    run.finish(lambda connection: set_notices(connection, run.recording.id, notices))


def models_config(settings: Settings) -> ModelsConfig:
    """What the models need to know of the settings."""
    return ModelsConfig(
        models_dir=settings.models_folder,
        recognition_model=settings.recognition_model,
        diarization_model=settings.diarization_model,
        entity_model=settings.entity_model,
        device=settings.device,
        threads=settings.threads,
        language=settings.language,
        expected_languages=settings.expected_languages,
        speakers=None if settings.speakers == "auto" else settings.speakers,
        diarization_step=settings.diarization_step,
        pronunciation_model=settings.pronunciation_model,
        text_model=settings.text_model,
        sound_model=settings.sound_model,
        unsure_below=settings.unsure_below,
        emotion_model=settings.emotion_model and settings.emotion_model.expanduser(),
        alignment_model=settings.alignment_model,
        vocabulary=settings.vocabulary,
        pause_ms=settings.pause_ms,
    )


def work_folder(settings: Settings, worker: str) -> Path:
    """Where a worker's child leaves files, encrypted, until they are kept. Beside the artefacts; nobody else's."""
    return settings.vault_folder / "work" / worker


class Pipeline:
    """The stages of one run: what each is made from, and the call that makes it."""

    def __init__(self, run: Run, settings: Settings, child: ModelChild) -> None:
        self._run = run
        self._settings = settings
        self._config = models_config(settings)
        self._child = child
        self._artefacts = run.artefacts
        self._voices_begun = False
        with run.vault.engine.connect() as connection:
            protocol = protocol_in_force(connection)
            participant = participant_of(connection, run.recording.interview_id, protocol)
        if refuses(participant, Consent.TRANSCRIBE):
            raise RecordingProblem(ProblemCode.NO_CONSENT)
        self._expected = expected_of(participant, protocol, settings)

    def decode(self) -> Made[DecodedAudio]:
        """The recording's files, named by their digests."""
        recording = self._run.recording
        with self._run.vault.engine.connect() as connection:
            files = recordings_of(connection, recording.interview_id)

        def work(progress: Progress) -> DecodedAudio:
            folder = work_folder(self._settings, self._run.worker)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, mode=0o700)
            try:
                source, *more = [self._artefacts.file(file.sha256) for file in files]
                scratch = Scratch.of(folder, DECODED_NAMES)
                decoded: DecodedAudio = self._child.call(
                    "decode", source, scratch, progress=progress, named={"more": more}
                )
                return replace(
                    decoded,
                    samples=self._artefacts.adopt(scratch.written(decoded.samples)),
                    listening=self._artefacts.adopt(scratch.written(decoded.listening)),
                    peaks=self._artefacts.adopt(scratch.written(decoded.peaks)),
                )
            finally:
                shutil.rmtree(folder, ignore_errors=True)

        def keep_times(connection: sa.Connection, audio: DecodedAudio) -> None:
            for file, (start, end) in zip(
                files, pairwise((*audio.part_starts_ms, audio.duration_ms)), strict=True
            ):
                set_times(connection, file.id, start, end - start)

        made = self._run.do(
            DECODE,
            DecodedAudio,
            work,
            inputs=[file.sha256 for file in files],
            span_ms=sum(file.duration_ms or 0 for file in files),
            intact=lambda audio: all(map(self._artefacts.has, (audio.samples, audio.listening, audio.peaks))),
        )
        # A result kept from before says the same of other rows: files may have been joined since.
        self._run.commit(lambda connection: keep_times(connection, made.value))
        self._run.knows_length(made.value.duration_ms)
        return made

    def detect_speech(self, audio: Made[DecodedAudio]) -> Made[SpeechFound]:
        def work(progress: Progress) -> SpeechFound:
            speech = self._child.call("detect_speech", self._samples(audio), progress=progress)
            chunk_ms = self._settings.chunk_seconds * 1000
            return SpeechFound(
                speech, plan_chunks(speech, audio.value.duration_ms, chunk_ms) if speech else ()
            )

        return self._run.do(
            SPEECH,
            SpeechFound,
            work,
            inputs=[audio.digest],
            settings={"chunk_seconds": self._settings.chunk_seconds},
            span_ms=audio.value.duration_ms,
        )

    def detect_language(self, audio: Made[DecodedAudio], speech: Made[SpeechFound]) -> Made[LanguageFound]:
        def work(_progress: Progress) -> LanguageFound:
            self._begin_diarization(audio, speech)
            found: LanguageFound = self._child.call(
                "detect_language", self._samples(audio), speech.value.speech, self._expected
            )
            return found

        return self._run.do(
            LANGUAGE,
            LanguageFound,
            work,
            inputs=[audio.digest, speech.digest],
            settings={
                "language": self._expected.language or AUTO,
                "expected": ",".join(self._config.expected_languages),
                "model": self._config.recognition_model,
            },
        )

    def transcribe(
        self, audio: Made[DecodedAudio], speech: Made[SpeechFound], language: Made[LanguageFound]
    ) -> tuple[Made[RecognisedChunk], ...]:
        """A result for each chunk, or for each channel of each when every speaker has their own."""
        channels = range(audio.value.channels) if audio.value.separate_channels else (None,)
        parts = [(chunk, channel) for chunk in speech.value.chunks for channel in channels]
        whole_ms = sum(chunk.length_ms for chunk, _ in parts)

        def transcribe_part(part: int, chunk: Span, channel: int | None) -> Made[RecognisedChunk]:
            def work(progress: Progress) -> RecognisedChunk:
                self._begin_diarization(audio, speech)
                found: RecognisedChunk = self._child.call(
                    "transcribe",
                    self._samples(audio),
                    chunk,
                    speech.value.speech,
                    language.value.language or None,
                    progress=progress,
                    named={"channel": channel},
                )
                return found

            return self._run.do(
                TRANSCRIBE,
                RecognisedChunk,
                work,
                inputs=[audio.digest, speech.digest, language.digest],
                settings={
                    "model": self._config.recognition_model,
                    "start_ms": chunk.start_ms,
                    "end_ms": chunk.end_ms,
                    "channel": channel,
                    "vocabulary": "\n".join(self._config.vocabulary),
                },
                part=part,
                share=chunk.length_ms / whole_ms,
                span_ms=chunk.length_ms,
            )

        return tuple(transcribe_part(part, chunk, channel) for part, (chunk, channel) in enumerate(parts))

    def align(
        self,
        audio: Made[DecodedAudio],
        speech: Made[SpeechFound],
        chunks: Sequence[Made[RecognisedChunk]],
    ) -> tuple[Made[RecognisedChunk], ...]:
        """The same chunks with exact word times."""
        whole_ms = sum(chunk.value.span.length_ms for chunk in chunks)

        def align_part(part: int, chunk: Made[RecognisedChunk]) -> Made[RecognisedChunk]:
            def work(progress: Progress) -> RecognisedChunk:
                found: RecognisedChunk = self._child.call(
                    "align", self._samples(audio), chunk.value, speech.value.speech, progress=progress
                )
                return found

            return self._run.do(
                ALIGN,
                RecognisedChunk,
                work,
                inputs=[audio.digest, speech.digest, chunk.digest],
                settings={
                    "pronunciation": self._config.pronunciation_model,
                    "model": self._config.alignment_model,
                },
                part=part,
                share=chunk.value.span.length_ms / whole_ms,
                span_ms=chunk.value.span.length_ms,
            )

        return tuple(align_part(part, chunk) for part, chunk in enumerate(chunks))

    def _begin_diarization(self, audio: Made[DecodedAudio], speech: Made[SpeechFound]) -> None:
        """Let the voices be told apart while language and words are found, unless that is done."""
        if self._voices_begun:
            return
        self._voices_begun = True
        if not self._run.keeps(
            DIARIZE, inputs=[audio.digest, speech.digest], settings=self._diarization_settings()
        ):
            self._child.call(
                "begin_diarization",
                self._samples(audio),
                speech.value.speech,
                audio.value.separate_channels,
                self._expected,
            )

    def _diarization_settings(self) -> dict[str, Scalar]:
        return {
            "model": self._config.diarization_model,
            "speakers": self._expected.speakers,
            "step": self._config.diarization_step,
        }

    def diarize(self, audio: Made[DecodedAudio], speech: Made[SpeechFound]) -> Made[Diarization]:
        def work(progress: Progress) -> Diarization:
            found: Diarization = self._child.call(
                "diarize",
                self._samples(audio),
                speech.value.speech,
                audio.value.separate_channels,
                progress=progress,
                named={"expected": self._expected},
            )
            return found

        return self._run.do(
            DIARIZE,
            Diarization,
            work,
            inputs=[audio.digest, speech.digest],
            settings=self._diarization_settings(),
            span_ms=audio.value.duration_ms,
        )

    def measure_track(self, audio: Made[DecodedAudio]) -> Made[TrackKept]:
        """What voices and sounds measure over the whole recording. It says how people speak: it stays in the vault."""

        def work(progress: Progress) -> TrackKept:
            folder = work_folder(self._settings, self._run.worker)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True, mode=0o700)
            try:
                scratch = Scratch.of(folder, (TRACK_NAME,))
                name = self._child.call("measure_track", self._samples(audio), scratch, progress=progress)
                return TrackKept(self._artefacts.adopt(scratch.written(name)))
            finally:
                shutil.rmtree(folder, ignore_errors=True)

        return self._run.do(
            TRACK,
            TrackKept,
            work,
            inputs=[audio.digest],
            settings={"sounds": self._config.sound_model},
            span_ms=audio.value.duration_ms,
            intact=lambda kept: self._artefacts.has(kept.file),
        )

    def assemble(
        self,
        audio: Made[DecodedAudio],
        speech: Made[SpeechFound],
        language: Made[LanguageFound],
        chunks: Sequence[Made[RecognisedChunk]],
        diarization: Made[Diarization],
        track: Made[TrackKept],
    ) -> Made[Transcript]:
        def work(_progress: Progress) -> Transcript:
            made: Transcript = self._child.call(
                "assemble",
                self._samples(audio),
                audio.value,
                speech.value.speech,
                language.value,
                tuple(chunk.value for chunk in chunks),
                diarization.value,
                self._expected,
                named={"track": self._artefacts.file(track.value.file)},
            )
            return made

        return self._run.do(
            ASSEMBLE,
            Transcript,
            work,
            inputs=[
                audio.digest,
                speech.digest,
                language.digest,
                *(chunk.digest for chunk in chunks),
                diarization.digest,
                track.digest,
            ],
            settings=self._assembling(),
        )

    def _assembling(self) -> dict[str, Scalar]:
        settings: dict[str, Scalar] = {
            "pause_ms": self._config.pause_ms,
            "speakers": self._expected.speakers,
        }
        if self._config.emotion_model is not None:
            settings["dimensions"] = dimensions_checked(self._config.emotion_model).sha256
        return settings

    def find_entities(self, transcript: Made[Transcript]) -> Made[Anonymisation]:
        with self._run.vault.engine.connect() as connection:
            known = known_in(connection, self._run.recording.interview_id)

        def work(_progress: Progress) -> Anonymisation:
            found: Anonymisation = self._child.call("find_entities", transcript.value, known.entities)
            return found

        return self._run.do(
            ENTITIES,
            Anonymisation,
            work,
            inputs=[transcript.digest],
            settings={
                "model": self._config.entity_model,
                "known": known.digest,
                "unsure_below": self._config.unsure_below,
            },
        )

    def store(self, transcript: Made[Transcript], entities: Made[Anonymisation]) -> tuple[str, ...]:
        """Replaces what the vault has of the interview, in the transaction that records the stage.

        Returns the notices that it carries.
        """
        interview_id = self._run.recording.interview_id
        redactions = entities.value.redactions
        spoken = transcript.value
        unsearched = () if searches_names(entities.value) or not spoken.utterances else (NAMES_NOT_SEARCHED,)
        kept = replace(
            spoken,
            notices=(*spoken.notices, *unsearched),
            provenance=(*spoken.provenance, entities.value.provenance),
        )
        self._run.do(
            STORE,
            Stored,
            lambda _progress: Stored(len(kept.utterances), len(redactions)),
            inputs=[transcript.digest, entities.digest, interview_id],
            also=lambda connection, _stored: keep_transcript(
                connection, interview_id, kept, redactions, entities.value.second_look
            ),
        )
        return kept.notices

    def keep_voices(self, audio: Made[DecodedAudio], transcript: Made[Transcript]) -> None:
        """Seal a voiceprint of each voice into the vault, and let recurring voices say who asks and who tells.

        Without consent nothing is made. The voiceprints are no stage's result: they are in the vault's rows only.
        """
        interview_id = self._run.recording.interview_id
        with self._run.vault.engine.connect() as connection:
            protocol = protocol_in_force(connection)
            allowed = prints.may_keep(connection, interview_id, protocol)
        made: list[Voiceprint] = []

        def work(_progress: Progress) -> VoicesKept:
            if allowed and transcript.value.utterances:
                made.extend(self._child.call("voiceprints", self._samples(audio), transcript.value))
            return VoicesKept(len(made))

        def keep(connection: sa.Connection, _kept: VoicesKept) -> None:
            # Consent may have been taken back, or the interview moved, while the voices were heard.
            if not allowed or not prints.may_keep(connection, interview_id, protocol_in_force(connection)):
                prints.remove(connection, interview_id)
                return
            sealer = self._run.vault.sealer
            prints.store(connection, sealer, interview_id, made)
            voices = heard_voices(connection, sealer)
            prefill_roles(connection, voices, protocol_in_force(connection), [interview_id])

        self._run.do(
            VOICES,
            VoicesKept,
            work,
            inputs=[audio.digest, transcript.digest, interview_id],
            settings={"allowed": allowed},
            also=keep,
        )

    def compare_with_earlier(self) -> None:
        """Find the markers against what is usual for each person again, over all interviews of that person.

        What this changes of those others, the service brings up to date (:mod:`service.baselines.keeping_up`), and
        this too if it can't be done now.
        """
        self._run.check()
        try:
            bring_baselines(self._run.vault, only=[self._run.recording.interview_id])
        except sa.exc.OperationalError:
            log.warning("markers will be compared with earlier interviews later")

    def search_guide(self) -> None:
        """Suggest where the questions of the guide were asked, if the protocol gives the interview one."""
        interview_id, data_dir = self._run.recording.interview_id, self._settings.data_dir
        with self._run.vault.engine.connect() as connection:
            wanted = to_search(connection, data_dir, protocol_in_force(connection), interview_id)
            known = is_known(self._config.text_model, language_of(connection, interview_id))
        searches = known and bool(wanted.questions.asked_for)
        found: list[AskedPlace] = []

        def work(_progress: Progress) -> GuideSearched:
            if searches:
                questions = [one.for_models for one in wanted.questions.asked_for]
                found.extend(self._child.call("find_questions", questions, wanted.utterances))
            return GuideSearched(len(found))

        def keep(connection: sa.Connection, _searched: GuideSearched) -> None:
            if searches:
                store_found(connection, interview_id, wanted, found, self._config.text_model)

        self._run.do(
            GUIDE,
            GuideSearched,
            work,
            inputs=[wanted.digest, interview_id],
            settings={"model": self._config.text_model},
            also=keep,
        )

    def redact_sound(self) -> None:
        """Make the sound that others may hear from the words and redactions as they are now, a person's too."""
        interview_id, sound = self._run.recording.interview_id, self._run.vault.sound
        with self._run.vault.engine.connect() as connection:
            files = recordings_of(connection, interview_id)
            found = wanted_of(connection, self._artefacts, sound, interview_id)
        if found is None:
            return
        wanted = found

        def work(progress: Progress) -> Rendered:
            maker = Maker(
                self._child,
                tuple(self._artefacts.file(file.sha256) for file in files),
                sound,
                work_folder(self._settings, self._run.worker),
                self._artefacts.adopt,
            )
            return make_rendition(maker, wanted, progress)

        made = self._run.do(
            REDACT,
            Rendered,
            work,
            inputs=[wanted.fingerprint],
            span_ms=wanted.transcript.duration_ms,
            intact=lambda kept: (
                self._artefacts.has(kept.listening)
                and self._artefacts.has(kept.peaks)
                and kept.track is not None
                and self._artefacts.has(kept.track)
            ),
        )
        unneeded: list[str] = []
        # A kept result is written too: the row may be of a sound that was made in between.
        self._run.commit(
            lambda connection: unneeded.extend(keep_rendition(connection, interview_id, wanted, made.value))
        )
        self._remove_unneeded(interview_id, unneeded)

    def _remove_unneeded(self, interview_id: str, digests: Sequence[str]) -> None:
        """Delete files of an earlier redacted sound. Where nothing is masked they may be the interview's own."""
        with self._run.vault.engine.connect() as connection:
            decoded = decoded_audio(connection, self._run.vault.artefacts, interview_id)
            track = track_digest(connection, self._run.vault.artefacts, interview_id)
        own = {track} if decoded is None else {decoded.listening, decoded.peaks, track}
        for digest in digests:
            if digest not in own:
                self._run.vault.artefacts.remove(digest)

    def _samples(self, audio: Made[DecodedAudio]) -> EncryptedFile:
        return self._artefacts.file(audio.value.samples)

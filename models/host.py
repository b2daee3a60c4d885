"""All models behind one object: each is loaded when first needed, and none knows of the others.

Used by ``lytt process`` directly and by a worker in a child process. Every argument and result can be
pickled and written as JSON (:mod:`models.codec`); every failure is a RecordingProblem or a defect.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.ahead import DiarizationAhead
from models.assemble import assemble
from models.audio.apart import decode_apart, redact_sound_apart
from models.audio.files import TRACK_NAME, Folder, Outlet, Readable
from models.audio.samples import Samples, open_samples
from models.config import ModelsConfig
from models.guide_questions import AskedPlace, GuideQuestion, find_asked
from models.markers.rules import in_order_of_time
from models.problems import ProblemCode, RecordingProblem
from models.registry.locate import locate
from models.registry.manifest import Task
from models.registry.offline import go_offline
from models.registry.record import read_record
from models.text_embedding import unit_vectors
from models.values import (
    Anonymisation,
    DecodedAudio,
    Diarization,
    Expected,
    LanguageFound,
    Progress,
    Provenance,
    RecognisedChunk,
    RecognisedWord,
    Redaction,
    Span,
    Transcript,
    Utterance,
    Voiceprint,
)

if TYPE_CHECKING:
    from models.anonymisation.find import EntitySearch
    from models.anonymisation.known import KnownEntity
    from models.diarization import Diarizer
    from models.forced_alignment.aligner import Aligner
    from models.nuance.sound_events import SoundEvents
    from models.nuance.track import Track
    from models.recognition import Recogniser
    from models.redacted_sound.check import Checked
    from models.redacted_sound.masks import Mask
    from models.redacted_sound.voice_change import VoicePart
    from models.speaker_embedding import SpeakerEmbedder
    from models.standins.pronouns import Printed, Suggestion
    from models.text_embedding import TextEmbedder

AUTO = "auto"
NO_MODEL = "none"
TRACKS = 2
"""What is worked on at once: words and voices."""

BUNDLED_SEPARATOR = "+"
"""Between the names of several models in ``diarization_model`` and ``entity_model``."""

_SEGMENTATION_FILE = "pytorch_model.bin"
_EMBEDDING_MODEL = "campplus"
_EMBEDDING_FILE = "campplus_cn_en_common.pt"
_VERSION_DIGITS = 12


def _ignore(_reached_ms: int) -> None:
    pass


class ModelHost:
    """The models of one configuration. Raises RecordingProblem ``MODEL_MISSING`` when one isn't installed."""

    def __init__(self, config: ModelsConfig) -> None:
        go_offline()
        self._config = config
        self._ahead: DiarizationAhead | None = None

    def decode(
        self,
        source: Readable,
        out: Path | Outlet,
        progress: Progress = _ignore,
        more: Sequence[Readable] = (),
    ) -> DecodedAudio:
        """See :func:`models.audio.apart.decode_apart`."""
        return decode_apart(source, out, progress, more)

    def detect_speech(self, samples: Readable, progress: Progress = _ignore) -> tuple[Span, ...]:
        """Where somebody speaks."""
        from models.speech_detection import detect_speech

        return detect_speech(open_samples(samples), progress)

    def detect_language(
        self, samples: Readable, speech: Sequence[Span], expected: Expected | None = None
    ) -> LanguageFound:
        """The language expected, or else the one spoken; it is heard either way, to tell a wrong recording."""
        fixed = (expected or self._expected).language
        if not speech:
            return LanguageFound(fixed or "", 1.0 if fixed else 0.0)
        from models.recognition import SURE_OF_LANGUAGE

        among = (fixed,) if fixed else self._config.expected_languages
        heard, sure = self._recogniser.detect_language(open_samples(samples), speech, among)
        unexpected = bool(among) and heard not in among and sure >= SURE_OF_LANGUAGE
        return LanguageFound(fixed or heard, 1.0 if fixed else sure, unexpected)

    def transcribe(
        self,
        samples: Readable,
        chunk: Span,
        speech: Sequence[Span],
        language: str | None,
        progress: Progress = _ignore,
        channel: int | None = None,
    ) -> RecognisedChunk:
        """The words of a chunk, or of one channel of it."""
        return self._recogniser.transcribe(open_samples(samples), chunk, speech, language, progress, channel)

    def align(
        self,
        samples: Readable,
        chunk: RecognisedChunk,
        speech: Sequence[Span],
        progress: Progress = _ignore,
    ) -> RecognisedChunk:
        """The chunk with exact word times, where they can be found; each word says what gave its times."""
        recording = open_samples(samples)
        heard = speech
        if chunk.channel is not None:
            from models.channel_turns import channel_speech

            heard = channel_speech(recording, chunk.channel, chunk.span)
        words = self._aligner.align(
            recording, chunk.words, heard, chunk.language, chunk.channel, progress, chunk.span
        )
        return replace(chunk, words=words)

    def begin_diarization(
        self,
        samples: Readable,
        speech: Sequence[Span],
        separate_channels: bool,
        expected: Expected | None = None,
    ) -> None:
        """Tell the voices apart in a thread of its own, while the words are written down.

        :meth:`diarize` of the same takes what it finds.
        """
        speakers = (expected or self._expected).speakers
        self._ahead = DiarizationAhead(
            lambda progress: self._diarize(samples, speech, separate_channels, speakers, progress),
            (samples, tuple(speech), separate_channels, speakers),
        )

    def diarize(
        self,
        samples: Readable,
        speech: Sequence[Span],
        separate_channels: bool,
        progress: Progress = _ignore,
        expected: Expected | None = None,
    ) -> Diarization:
        """Who speaks when. Nobody, where there is no speech."""
        speakers = (expected or self._expected).speakers
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead.of == (samples, tuple(speech), separate_channels, speakers):
            return ahead.result(progress)
        return self._diarize(samples, speech, separate_channels, speakers, progress)

    def _diarize(
        self,
        samples: Readable,
        speech: Sequence[Span],
        separate_channels: bool,
        speakers: int | None,
        progress: Progress,
    ) -> Diarization:
        if not speech:
            return Diarization((), ())
        recording = open_samples(samples)
        if separate_channels:
            from models.channel_turns import diarize_channels

            return diarize_channels(recording, progress)
        return self._diarizer.diarize(recording, speech, speakers, progress)

    def measure_track(self, samples: Readable, out: Path | Outlet, progress: Progress = _ignore) -> str:
        """Measure the voices and sounds of the recording; the name of the track's file in ``out``."""
        from models.nuance.measure import measure_track
        from models.nuance.track import encode

        track = measure_track(open_samples(samples), self._sounds, self._threads, progress)
        outlet = Folder(out) if isinstance(out, Path) else out
        with outlet.writing(TRACK_NAME) as handle:
            handle.write(encode(track))
        return TRACK_NAME

    def assemble(
        self,
        samples: Readable,
        decoded: DecodedAudio,
        speech: Sequence[Span],
        language: LanguageFound,
        chunks: Sequence[RecognisedChunk],
        diarization: Diarization,
        expected: Expected | None = None,
        track: Readable | None = None,
    ) -> Transcript:
        """The transcript; the samples are read for how loud each utterance is.

        ``track`` is the file of :meth:`measure_track`; without it nothing that is heard in it is marked.
        """
        from models.fillers import with_fillers
        from models.loudness import measure_levels

        recording = open_samples(samples)
        speakers = (expected or self._expected).speakers
        transcript = assemble(
            decoded=decoded,
            speech=speech,
            language=language.language,
            language_confidence=language.confidence,
            language_unexpected=language.unexpected,
            chunks=chunks,
            diarization=diarization,
            levels=measure_levels(recording),
            pause_ms=self._config.pause_ms,
            speakers=speakers,
            provenance=self.provenance(decoded.separate_channels, expected),
            track=_read_track(track) if track is not None else None,
        )
        return self._with_dimensions(with_fillers(transcript, recording), recording)

    def _with_dimensions(self, transcript: Transcript, recording: Samples) -> Transcript:
        """The values of the operator's own dimensional model too, where there is one."""
        if self._config.emotion_model is None:
            return transcript
        from models.dimensions.estimating import DimensionModel, find_dimensions

        model = DimensionModel(self._config.emotion_model, self._threads)
        found = find_dimensions(model, recording, transcript.utterances)
        return replace(
            transcript,
            markers=in_order_of_time((*transcript.markers, *found)),
            provenance=(*transcript.provenance, model.provenance),
        )

    def voiceprints(self, samples: Readable, transcript: Transcript) -> tuple[Voiceprint, ...]:
        """What each voice of the transcript sounds like. They identify people: keep them in the vault only."""
        from models.voiceprint import make_voiceprints

        labels = [speaker.label for speaker in transcript.speakers]
        return make_voiceprints(
            open_samples(samples),
            transcript.turns,
            transcript.speech,
            labels,
            self._embedder,
            self.voiceprint_model,
        )

    @property
    def voiceprint_model(self) -> str:
        """Name and version of what makes voiceprints: only those of the same one can be compared."""
        return f"{self._embedding_name}@{model_version(self._embedding_folder)}"

    def find_questions(
        self, questions: Sequence[GuideQuestion], utterances: Sequence[Utterance]
    ) -> tuple[AskedPlace, ...]:
        """Where the questions of a guide were asked in the utterances of who asks."""
        return find_asked(questions, utterances, self._text_embedder.embed)

    def text_vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """The texts as vectors of length 1, alike where they mean the same: (texts, dimension)."""
        return unit_vectors(self._text_embedder.embed(texts).texts)

    def find_entities(self, transcript: Transcript, known: Sequence[KnownEntity] = ()) -> Anonymisation:
        """What identifies somebody in the transcript; ``known`` is the study's own list."""
        from models.anonymisation.find import find_entities

        return find_entities(
            transcript, self._entity_models, known=known, unsure_below=self._config.unsure_below
        )

    def entity_search(self, language: str = "en", known: Sequence[KnownEntity] = ()) -> EntitySearch:
        """The same search for plain texts; ``language`` is ISO 639-1."""
        from models.anonymisation.find import EntitySearch

        return EntitySearch(self._entity_models, language, known)

    def suggest_pronouns(
        self, utterances: Sequence[Utterance], people: Sequence[Printed], wanted: frozenset[int]
    ) -> tuple[Suggestion, ...]:
        """Pronouns for print of the words ``wanted``; the other utterances tell who is spoken of. English only."""
        from models.anonymisation.ner import language_of
        from models.anonymisation.token_classifier import is_token_classifier
        from models.standins.grammar import load_grammar, read_grammar
        from models.standins.pronouns import LANGUAGE, SpokenText, suggest

        folders = [folder for folder in self._entity_models if not is_token_classifier(folder)]
        folder = next((one for one in folders if language_of(one) == LANGUAGE), None)
        if folder is None:
            raise RecordingProblem(ProblemCode.MODEL_MISSING)
        texts = [tuple(word.text for word in utterance.words) for utterance in utterances]
        spoken = [
            SpokenText(utterance.speaker, tuple(word.id for word in utterance.words), words, tokens)
            for utterance, words, tokens in zip(
                utterances, texts, read_grammar(load_grammar(folder), texts), strict=True
            )
        ]
        return suggest(spoken, people, wanted)

    @property
    def _entity_models(self) -> tuple[Path, ...]:
        return tuple(
            self._locate(name, Task.ENTITIES) for name in self._config.entity_model.split(BUNDLED_SEPARATOR)
        )

    def redact_sound(
        self,
        source: Readable,
        out: Path | Outlet,
        spans: Sequence[Span],
        sound: str = "silence",
        voices: Sequence[VoicePart] = (),
        progress: Progress = _ignore,
        more: Sequence[Readable] = (),
    ) -> DecodedAudio:
        """The original without the masked spans; see :func:`models.audio.apart.redact_sound_apart`."""
        from models.redacted_sound.editing import MaskSound

        return redact_sound_apart(source, out, spans, MaskSound(sound), voices, progress, more)

    def measure_redacted_track(
        self, samples: Readable, masked: Sequence[Span], out: Path | Outlet, progress: Progress = _ignore
    ) -> str:
        """:meth:`measure_track` of the ``samples`` of a rendition, with nothing in the ``masked`` stretches."""
        from models.nuance.blanking import blanked
        from models.nuance.measure import measure_track
        from models.nuance.track import encode

        track = measure_track(open_samples(samples), self._sounds, self._threads, progress)
        outlet = Folder(out) if isinstance(out, Path) else out
        with outlet.writing(TRACK_NAME) as handle:
            handle.write(encode(blanked(track, masked)))
        return TRACK_NAME

    def check_redactions(
        self,
        samples: Readable,
        transcript: Transcript,
        redactions: Sequence[Redaction],
        masks: Sequence[Mask],
        progress: Progress = _ignore,
    ) -> tuple[Checked, ...]:
        """What can still be recognised of the redacted words in the ``samples`` of a rendition."""
        from models.redacted_sound.check import check_redactions

        recording = open_samples(samples)
        language = transcript.language or None

        def listen(window: Span) -> tuple[RecognisedWord, ...]:
            return self._recogniser.transcribe(recording, window, (window,), language, _ignore).words

        return check_redactions(transcript, redactions, masks, listen, progress)

    def provenance(
        self, separate_channels: bool = False, expected: Expected | None = None
    ) -> tuple[Provenance, ...]:
        """What makes a transcript with this configuration, of a recording of which this is ``expected``."""
        from models.forced_alignment.pocketsphinx_aligner import MODEL as ALIGNER
        from models.markers import RULES_VERSION
        from models.recognition import PARAMETERS
        from models.speech_detection import MODEL, MODEL_VERSION

        recognition = self._locate(self._config.recognition_model, Task.RECOGNITION)
        engine = {"faster-whisper": version("faster-whisper"), "ctranslate2": version("ctranslate2")}
        return (
            Provenance("decode", "pyav", version("av")),
            Provenance("speech", MODEL, MODEL_VERSION, {"faster-whisper": version("faster-whisper")}),
            Provenance(
                "transcribe",
                self._config.recognition_model,
                model_version(recognition),
                # The words themselves may be names; how many there are is enough to tell two runs apart.
                PARAMETERS | engine | {"vocabulary": str(len(self._config.vocabulary))},
            ),
            Provenance(
                "align",
                ALIGNER,
                version("pocketsphinx"),
                {
                    "pronunciation": self._config.pronunciation_model,
                    "other_languages": self._config.alignment_model or "none",
                },
            ),
            self._diarization_provenance(separate_channels, (expected or self._expected).speakers),
            self._track_provenance(),
            Provenance("assemble", "rules", RULES_VERSION, {"pause_ms": str(self._config.pause_ms)}),
        )

    def _diarization_provenance(self, separate_channels: bool, speakers: int | None) -> Provenance:
        if separate_channels:
            return Provenance("diarize", "channels", "1")
        names = self._config.diarization_model
        if BUNDLED_SEPARATOR in names:
            folders = (self._segmentation_folder, self._embedding_folder)
            made_by = BUNDLED_SEPARATOR.join(model_version(folder) for folder in folders)
        else:
            made_by = model_version(self._locate(names, Task.DIARIZATION))
        parameters = {
            "pyannote.audio": version("pyannote.audio"),
            "step": str(self._config.diarization_step),
            "speakers": str(speakers or "auto"),
        }
        return Provenance("diarize", names, made_by, parameters)

    def _track_provenance(self) -> Provenance:
        from models.nuance.track import TRACK_FORMAT

        sounds = self._config.sound_model
        parameters = {"swift-f0": version("swift-f0"), "sounds": sounds}
        if sounds != NO_MODEL:
            parameters["sounds_version"] = model_version(self._locate(sounds, Task.SOUND_EVENTS))
        return Provenance("track", "frames", str(TRACK_FORMAT), parameters)

    @property
    def _expected(self) -> Expected:
        language = self._config.language
        return Expected(None if language == AUTO else language, self._config.speakers)

    @cached_property
    def _recogniser(self) -> Recogniser:
        from models.recognition import Recogniser

        folder = self._locate(self._config.recognition_model, Task.RECOGNITION)
        return Recogniser(folder, self._config.device, self._threads, self._config.vocabulary)

    @cached_property
    def _aligner(self) -> Aligner:
        from models.forced_alignment.aligner import Aligner

        other = self._config.alignment_model
        return Aligner(
            self._locate(self._config.pronunciation_model, Task.PRONUNCIATION),
            self._locate(other, Task.ALIGNMENT) if other else None,
        )

    @cached_property
    def _sounds(self) -> SoundEvents | None:
        from models.nuance.sound_events import SoundEvents

        name = self._config.sound_model
        return None if name == NO_MODEL else SoundEvents(self._locate(name, Task.SOUND_EVENTS))

    @cached_property
    def _text_embedder(self) -> TextEmbedder:
        import torch

        from models.text_embedding import TextEmbedder

        torch.set_num_threads(self._threads)
        return TextEmbedder(self._locate(self._config.text_model, Task.TEXT_EMBEDDING))

    @cached_property
    def _embedder(self) -> SpeakerEmbedder:
        import torch

        from models.speaker_embedding import SpeakerEmbedder

        torch.set_num_threads(self._threads)
        return SpeakerEmbedder(self._embedding_folder / _EMBEDDING_FILE)

    @cached_property
    def _diarizer(self) -> Diarizer:
        import torch

        from models.diarization import BundledDiarizer, PipelineDiarizer

        on_cuda = self._config.device == "cuda" or (
            self._config.device == "auto" and torch.cuda.is_available()
        )
        device = torch.device("cuda" if on_cuda else "cpu")
        torch.set_num_threads(self._threads)
        if BUNDLED_SEPARATOR not in self._config.diarization_model:
            return PipelineDiarizer(self._locate(self._config.diarization_model, Task.DIARIZATION), device)
        return BundledDiarizer(
            self._segmentation_folder / _SEGMENTATION_FILE,
            self._embedding_folder / _EMBEDDING_FILE,
            self._config.diarization_step,
            device,
        )

    @property
    def _segmentation_folder(self) -> Path:
        return self._locate(self._config.diarization_model.partition(BUNDLED_SEPARATOR)[0], Task.SEGMENTATION)

    @property
    def _embedding_folder(self) -> Path:
        return self._locate(self._embedding_name, Task.EMBEDDING)

    @property
    def _embedding_name(self) -> str:
        """The one that diarization uses, or the bundled one beside a pipeline that brings its own."""
        return self._config.diarization_model.partition(BUNDLED_SEPARATOR)[2] or _EMBEDDING_MODEL

    @property
    def _threads(self) -> int:
        # Words and voices are worked on side by side, and a model uses one core better than two share both.
        return self._config.threads or max(1, len(os.sched_getaffinity(0)) // TRACKS)

    def _locate(self, name: str, task: Task) -> Path:
        return locate(name, self._config.models_dir, task)


def _read_track(file: Readable) -> Track:
    from models.nuance.track import decode as decode_track

    with file.open("rb") as handle:
        return decode_track(handle.read())


def model_version(folder: Path) -> str:
    """The first digits of the SHA-256 of the largest file of an installed model; ``local`` when nobody verified it."""
    record = read_record(folder)
    if record is None or not record.files:
        return "local"
    return max(record.files, key=lambda file: file.size).sha256[:_VERSION_DIGITS]

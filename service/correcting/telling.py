"""A correction in plain words."""

from __future__ import annotations

from service.correcting.corrections import Correction
from service.correcting.edits import EditKind, Part

_LONGEST = 120


def words_of(part: Part, other: Part) -> str:
    """The words of ``part`` that are not in ``other`` just so; all of them when none differs."""
    there = {(word.id, word.text) for utterance in other.utterances for word in utterance.words}
    words = [word for utterance in part.utterances for word in utterance.words]
    changed = [word.text for word in words if (word.id, word.text) not in there]
    return _short(changed or [word.text for word in words])


def tell(made: Correction) -> str:
    """What was done, such as ``changed “teh” to “the”``."""
    before, after = words_of(made.before, made.after), words_of(made.after, made.before)
    match made.kind:
        case EditKind.WORDS:
            kept = {word.id for one in made.after.utterances for word in one.words}
            gone = [word.text for one in made.before.utterances for word in one.words if word.id not in kept]
            if gone and len(gone) == _differing(made):
                return f"took out “{_short(gone)}”"
            return (
                f"changed “{before}” to “{after}”"
                if _texts_differ(made)
                else f"confirmed “{_confirmed(made)}”"
            )
        case EditKind.INSERT:
            return f"put in “{after}”"
        case EditKind.SPLIT:
            return "split the utterance"
        case EditKind.MERGE:
            return "merged two utterances"
        case EditKind.SPEAKER:
            moved = _moved(made)
            speakers = sorted({speaker for _, speaker in moved})
            count = len(moved)
            whom = " and ".join(speakers)
            return f"gave {count} {'word' if count == 1 else 'words'} to {whom}"
        case EditKind.ROLE:
            (voice,) = made.after.voices
            return f"{voice.label} is the {voice.role}"
        case EditKind.RENAME:
            (voice,) = made.after.voices
            return (
                f"called {voice.label} “{voice.name}”"
                if voice.name
                else f"took away the name of {voice.label}"
            )


def _moved(made: Correction) -> list[tuple[int, str]]:
    speakers = {word.id: word.speaker for one in made.before.utterances for word in one.words}
    return [
        (word.id, word.speaker)
        for one in made.after.utterances
        for word in one.words
        if speakers.get(word.id) != word.speaker
    ]


def _texts(part: Part) -> list[tuple[int, str]]:
    return [(word.id, word.text) for utterance in part.utterances for word in utterance.words]


def _texts_differ(made: Correction) -> bool:
    return _texts(made.before) != _texts(made.after)


def _differing(made: Correction) -> int:
    return len(set(_texts(made.before)) ^ set(_texts(made.after)))


def _confirmed(made: Correction) -> str:
    doubt = {word.id: word.confidence for one in made.before.utterances for word in one.words}
    return _short(
        [
            word.text
            for one in made.after.utterances
            for word in one.words
            if word.confidence != doubt.get(word.id)
        ]
    )


def _short(words: list[str]) -> str:
    text = " ".join(words)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST].rsplit(' ', 1)[0]} …"

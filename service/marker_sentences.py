"""Markers as whole sentences with their numbers: what was heard, never what it means."""

from __future__ import annotations

from models.values import Judgement, Marker, MarkerKind
from service.wording import marker_text

_PAUSES = {
    "within_turn": ", after which the same speaker goes on",
    "between_turns": ", after which another speaker goes on",
    "before_answer": " between a question and its answer",
    "after_question": " after a question that nobody answered",
}
_VOICES = {
    "whisper": "The speaker whispers",
    "creak": "The voice is creaky",
    "falsetto": "The voice is in falsetto",
}
_DISFLUENCIES = {
    "repetition": "said again",
    "false_start": "given up and begun anew",
    "cut_off": "cut off",
}
_SUBJECTS = {
    MarkerKind.VOLUME: "The voice is",
    MarkerKind.TEMPO: "The speech is",
    MarkerKind.PITCH: "The voice is",
}
_UNITS = {
    MarkerKind.VOLUME: "dB",
    MarkerKind.TEMPO: "letters a second",
    MarkerKind.PITCH: "semitones",
}


def marker_sentence(marker: Marker) -> str:
    """What was heard, in plain words, with the numbers behind it. Never empty.

    Where the numbers are left out, beside words that are redacted, the sentence has none. Of what a person added
    nothing was measured.
    """
    seconds = f"{(marker.end_ms - marker.start_ms) / 1000:.1f} seconds"
    if marker.judged is Judgement.ADDED:
        return f"A person marked this: {_name(marker)}, {seconds} long."
    numbers = marker.evidence
    match marker.kind:
        case MarkerKind.PAUSE:
            return f"A silence of {seconds}{_PAUSES.get(marker.subtype or '', '')}."
        case MarkerKind.RATE:
            told = f"{marker.strength:.1f} words a second"
            if "words" in numbers and "speech_ms" in numbers:
                told += (
                    f": {numbers['words']:.0f} words in {numbers['speech_ms'] / 1000:.1f} seconds of speech"
                )
            return f"{told}."
        case MarkerKind.LOUDNESS:
            more = "louder" if marker.strength >= 0 else "softer"
            return (
                f"{abs(marker.strength):.1f} dB {more} than half of what this speaker says in the interview."
            )
        case MarkerKind.INAUDIBLE:
            return f"Somebody speaks for {seconds}, and no word could be made out."
        case MarkerKind.OVERLAP:
            return f"Two people speak at once for {seconds}."
        case MarkerKind.FILLER:
            return f"A sound held for {seconds} where no word is, such as uh or um."
        case MarkerKind.LAUGHTER:
            return f"It sounds like laughter, for {seconds}{_scores(marker)}."
        case MarkerKind.CRYING:
            return f"It may be crying, for {seconds}{_scores(marker)}: only listening tells."
        case MarkerKind.BREATH:
            return f"It sounds like a breath or a sigh, for {seconds}{_scores(marker)}."
        case MarkerKind.COUGH:
            return f"It sounds like a cough or a throat clearing, for {seconds}{_scores(marker)}."
        case MarkerKind.VOLUME | MarkerKind.TEMPO | MarkerKind.PITCH:
            return f"{_SUBJECTS[marker.kind]} {marker_text(marker)}{_rests_on(marker)}.{_usual(marker)}"
        case MarkerKind.VOICE:
            off = f", {abs(marker.strength):.1f} of this speaker's own spreads from usual"
            return (
                f"{_VOICES.get(marker.subtype or '', 'The voice is unlike itself')}{off}{_rests_on(marker)}."
            )
        case MarkerKind.DISFLUENCY:
            words = f"{marker.strength:.0f} words" if marker.strength >= 2 else "One word"
            return f"{words} {_DISFLUENCIES.get(marker.subtype or '', 'taken back')}."
        case MarkerKind.HESITATION:
            silent = f", {numbers['silences']:.0f} of them silences" if "silences" in numbers else ""
            return f"Repetitions, filler words and silences come thick: {marker.strength:.0f} in {seconds}{silent}."
        case MarkerKind.INTERRUPTION:
            went_on = (
                f" The one who cut in goes on for {numbers['went_on_ms'] / 1000:.1f} seconds."
                if "went_on_ms" in numbers
                else ""
            )
            return f"Somebody begins while another speaks, who stops. Both speak for {seconds}.{went_on}"
        case MarkerKind.BACKCHANNEL:
            return f"A short word of somebody who listens, {seconds} long, while another speaks."
        case _:
            words = marker_text(marker)
            return f"{words[:1].upper()}{words[1:]}{_rests_on(marker)}."


def sureness(confidence: float) -> str:
    """A confidence (0 to 1) in plain words."""
    return "quite sure" if confidence >= 0.8 else "rather sure" if confidence >= 0.5 else "not sure"


def _name(marker: Marker) -> str:
    return (
        str(marker.kind) if marker.subtype is None else f"{marker.kind}, {marker.subtype.replace('_', ' ')}"
    )


def _scores(marker: Marker) -> str:
    score, other = marker.evidence.get("score"), marker.evidence.get("other")
    return (
        "" if score is None or other is None else f" (score {score:.1f}, the next likely sound {other:.1f})"
    )


def _rests_on(marker: Marker) -> str:
    stretches = marker.evidence.get("stretches")
    return "" if stretches is None else f", over {stretches:.0f} stretches"


def _usual(marker: Marker) -> str:
    """The measured value beside what is usual, in the unit it was measured in."""
    numbers = marker.evidence
    if marker.kind is MarkerKind.PITCH and numbers.keys() >= {"value_hz", "usual_hz"}:
        return f" {numbers['value_hz']:.0f} Hz, usually {numbers['usual_hz']:.0f} Hz."
    if not numbers.keys() >= {"value", "usual"}:
        return ""
    unit = _UNITS[marker.kind]
    return f" {numbers['value']:.1f} {unit}, usually {numbers['usual']:.1f} {unit}."

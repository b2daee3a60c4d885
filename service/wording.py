"""Plain words for codes: notices, stages, markers. The page and the terminal say the same."""

from __future__ import annotations

from models.values import Marker, MarkerKind

NOTICES = {
    "no_speech": "No speech was found in the recording.",
    "one_speaker": "Only one voice was found.",
    "more_speakers": "More voices were found than expected.",
    "ends_early": "The file says it is longer than the sound in it: the end may be missing.",
    "name_taken": "Another recording already has this study id, so this one is unfiled. Give it its own.",
    "part_not_joined": (
        "The file's name says that it is a part of an interview that is released or was corrected by hand, so it is "
        "unfiled. Take the release back and undo the corrections, then put it there."
    ),
    "not_in_protocol": "The protocol does not expect the place in the file's name: this is unfiled. Choose its place.",
    "withdrawn": "The file's name gives a participant who has withdrawn. Delete the recording, or choose its place.",
    "date_in_future": "The recording's date is in the future, so it was not taken. Give the day of the interview.",
    "wave_order": "This interview is dated before an earlier wave of the same participant. Check the days.",
    "changed_since_release": "The transcript was changed after it was released. Release it again to pass that on.",
    "separate_channels": "Each voice has a channel of its own.",
    "language_uncertain": "The language could not be told with certainty.",
    "language_unexpected": (
        "The recording sounds like another language than the one expected. Check the settings, or whether it is the "
        "right recording."
    ),
    "no_words": "There is speech, but no words could be made out.",
    "names_not_searched": (
        "Names were not searched for in this language: only patterns such as dates and numbers were. "
        "Read the transcript closely before releasing it."
    ),
    "damaged_parts": "Parts of the file could not be read; they are silent here.",
}
"""Sentence of each notice a transcript or recording can carry; docs/operations.md lists them."""

STAGES = {
    "decode": "reading the sound",
    "speech": "finding speech",
    "language": "telling the language",
    "transcribe": "writing down the words",
    "align": "timing each word",
    "diarize": "telling the voices apart",
    "track": "measuring the voices",
    "assemble": "putting words and voices together",
    "entities": "finding what identifies someone",
    "store": "keeping the transcript",
    "voices": "comparing voices",
    "guide": "finding the questions of the guide",
    "redact": "taking out of the sound what identifies someone",
}
"""What each stage does, as it is shown beside its progress."""


_PAUSES = {"before_answer": " before the answer", "after_question": " after the question"}
_THAN = {"raised": "louder", "lowered": "softer"} | {
    one: one for one in ("faster", "slower", "higher", "lower")
}
_NUMBERS = {"value", "usual"}
_SHIFTS = {
    "pitch": ("higher", "lower"),
    "level": ("louder", "softer"),
    "tempo": ("faster", "slower"),
    "pausing": ("with more silence", "with less silence"),
}
_MELODIES = {"lively": "more", "monotone": "less"}
_DISFLUENCIES = {"repetition": "said again", "false_start": "begun anew", "cut_off": "cut off"}


def notice(code: str) -> str:
    """The sentence of a notice; an unknown code reads as its words."""
    return NOTICES.get(code, code.replace("_", " ").capitalize() + ".")


def marker_text(marker: Marker) -> str:
    """A marker in plain words and numbers, such as ``pause 2.3 s``."""
    seconds = (marker.end_ms - marker.start_ms) / 1000
    match marker.kind:
        case MarkerKind.PAUSE:
            return f"pause {seconds:.1f} s{_PAUSES.get(marker.subtype or '', '')}"
        case MarkerKind.INAUDIBLE:
            return f"inaudible {seconds:.1f} s"
        case MarkerKind.FILLER:
            return f"filler sound {seconds:.1f} s"
        case MarkerKind.OVERLAP:
            return f"two at once {seconds:.1f} s"
        case MarkerKind.RATE:
            return f"{marker.strength:.1f} words a second"
        case MarkerKind.LOUDNESS:
            return f"{marker.strength:+.1f} dB against this speaker's median"
        case MarkerKind.LAUGHTER:
            return f"laughter {seconds:.1f} s"
        case MarkerKind.CRYING:
            return f"possibly crying {seconds:.1f} s"
        case MarkerKind.BREATH:
            return f"audible breath or sigh {seconds:.1f} s"
        case MarkerKind.COUGH:
            return f"cough or throat clearing {seconds:.1f} s"
        case MarkerKind.PITCH if marker.subtype in _MELODIES:
            return f"{_melody(marker)} this speaker's usual"
        case MarkerKind.VOLUME | MarkerKind.TEMPO | MarkerKind.PITCH if (
            not marker.evidence.keys() >= _NUMBERS
        ):
            # Where something beside it is redacted the numbers are left out.
            return f"{_THAN.get(marker.subtype or '', 'other')} than this speaker's usual"
        case MarkerKind.VOLUME:
            return f"{_times(marker, 20, 'louder', 'softer')} than this speaker's usual"
        case MarkerKind.TEMPO:
            return f"{_share(marker)} than this speaker's usual"
        case MarkerKind.PITCH:
            return f"{_semitones(marker)} than this speaker's usual"
        case MarkerKind.VOICE:
            return f"{marker.subtype} voice"
        case MarkerKind.DISFLUENCY:
            return _DISFLUENCIES.get(marker.subtype or "", "words taken back")
        case MarkerKind.HESITATION:
            return f"hesitates: {marker.strength:.0f} signs in {seconds:.1f} s"
        case MarkerKind.INTERRUPTION:
            return f"cuts in, {seconds:.1f} s both speak"
        case MarkerKind.BACKCHANNEL:
            return f"a word while listening, {seconds:.1f} s"
        case MarkerKind.DIMENSIONS:
            values = ", ".join(f"{name} {value:.2f}" for name, value in marker.evidence.items())
            return f"by {marker.rules}: {values or f'{marker.strength:.1f}'} (0 to 1)"
        case MarkerKind.EMPHASIS:
            return f"{_emphasis(marker)} than the words beside it"
        case MarkerKind.FADING:
            return f"dies away{_fall(marker)}"
        case MarkerKind.VOICE_BREAK:
            return f"voice breaks: {_break(marker)}"
        case MarkerKind.LATENCY:
            return f"{_latency(marker.strength)}{_unusual(marker)}"
        case MarkerKind.ACTIVATION:
            return f"activation {marker.strength:+.1f}{_interval(marker)}, 0 is this speaker's usual"
        case MarkerKind.SHIFT:
            return f"from here on {_shift(marker)} than in the minutes before"


def _off(marker: Marker) -> float:
    return marker.evidence["value"] - marker.evidence["usual"]


def _times(marker: Marker, decade: float, more: str, less: str) -> str:
    """A difference in dB as so many times: ``decade`` dB are ten times."""
    off = _off(marker)
    return f"{10 ** (abs(off) / decade):.1f} x {more if off > 0 else less}"


def _share(marker: Marker) -> str:
    value, usual = marker.evidence["value"], marker.evidence["usual"]
    return f"{value / usual:.1f} x faster" if value > usual else f"{usual / value:.1f} x slower"


def _semitones(marker: Marker) -> str:
    off = _off(marker)
    return f"{abs(off):.0f} semitones {'higher' if off > 0 else 'lower'}"


def _melody(marker: Marker) -> str:
    if not marker.evidence.keys() >= _NUMBERS:
        return f"pitch moves {_MELODIES[marker.subtype or '']} than"
    return f"pitch moves {marker.evidence['value'] / marker.evidence['usual']:.1f} x as much as"


def _emphasis(marker: Marker) -> str:
    told = marker.evidence
    if not told.keys() >= {"louder_db", "higher_semitones"}:
        return "louder and higher"
    return f"{_ratio(told['louder_db']):.1f} x louder and {told['higher_semitones']:.0f} semitones higher"


def _fall(marker: Marker) -> str:
    told = marker.evidence
    if not told.keys() >= {"fall_db", "usual_db"}:
        return " more than this speaker's usual"
    return (
        f": the end is {_softer(told['fall_db'])} than what goes before, usually {_softer(told['usual_db'])}"
    )


def _softer(fall_db: float) -> str:
    return f"{_ratio(abs(fall_db)):.1f} x {'softer' if fall_db >= 0 else 'louder'}"


def _ratio(decibels: float) -> float:
    return float(10 ** (decibels / 20))


def _break(marker: Marker) -> str:
    if marker.subtype == "loss":
        return f"no voice for {marker.strength:.2f} s"
    return f"jumps {abs(marker.strength):.0f} semitones {'up' if marker.strength > 0 else 'down'}"


def _latency(seconds: float) -> str:
    return f"answers after {seconds:.1f} s" if seconds >= 0 else f"answers {-seconds:.1f} s before the end"


def _unusual(marker: Marker) -> str:
    if marker.subtype not in ("early", "late"):
        return ""
    than = f", {'earlier' if marker.subtype == 'early' else 'later'} than this speaker's usual"
    return f"{than} {marker.evidence['usual_ms'] / 1000:.1f} s" if "usual_ms" in marker.evidence else than


def _interval(marker: Marker) -> str:
    told = marker.evidence
    return f" ({told['low']:+.1f} to {told['high']:+.1f})" if told.keys() >= {"low", "high"} else ""


def _shift(marker: Marker) -> str:
    """What changed, in the numbers before and after; only which way where something beside it is redacted."""
    up, told = marker.strength > 0, marker.evidence
    more, less = _SHIFTS.get(marker.subtype or "", ("more", "less"))
    way = more if up else less
    if not told.keys() >= {"before", "after"}:
        return way
    before, after = told["before"], told["after"]
    match marker.subtype:
        case "pitch":
            return f"{abs(after - before):.0f} semitones {way}"
        case "level":
            return f"{_ratio(abs(after - before)):.1f} x {way}"
        case "tempo" if min(before, after) > 0:
            return f"{max(before, after) / min(before, after):.1f} x {way}"
        case "pausing":
            return f"{way} ({100 * after:.0f} % of the time, not {100 * before:.0f} %)"
    return way

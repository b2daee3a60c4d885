"""espeak-ng through its library, which says when it says each word: times that no aligner had a hand in.

The structures and numbers are those of espeak-ng's speak_lib.h.
"""

from __future__ import annotations

import ctypes
import wave
from ctypes.util import find_library
from dataclasses import dataclass
from pathlib import Path

_SYNCHRONOUS = 2
_RATE = 1
_CHARACTERS = 1
_UTF8 = 1
_WORD = 1
_END = 0


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique", ctypes.c_uint),
        ("text_position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("audio_position", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user_data", ctypes.c_void_p),
        ("name", ctypes.c_char * 8),
    )


_Callback = ctypes.CFUNCTYPE(
    ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event)
)


@dataclass(frozen=True)
class Began:
    """From which character of the text on, and at what ms, a word is said."""

    character: int
    at_ms: int


class Espeak:
    """The library, which there is once in a process."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(find_library("espeak-ng"))
        self._rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, None, 0)
        self._sound = bytearray()
        self._began: list[Began] = []
        # Kept here: the library calls it for as long as it lives.
        self._callback = _Callback(self._take)
        self._library.espeak_SetSynthCallback(self._callback)

    def say(self, text: str, target: Path, voice: str, words_per_minute: int) -> list[Began]:
        """Write the sound of the text; the beginnings of its words in order."""
        self._sound.clear()
        self._began = []
        self._library.espeak_SetVoiceByName(voice.encode())
        self._library.espeak_SetParameter(_RATE, words_per_minute, 0)
        given = text.encode() + b"\0"
        self._library.espeak_Synth(given, len(given), 0, _CHARACTERS, 0, _UTF8, None, None)
        self._library.espeak_Synchronize()
        with wave.open(str(target), "wb") as out:
            out.setnchannels(1)
            out.setsampwidth(2)
            out.setframerate(self._rate)
            out.writeframes(bytes(self._sound))
        return self._began

    def _take(self, sound, count, events) -> int:  # type: ignore[no-untyped-def]
        if sound and count:
            self._sound += ctypes.string_at(sound, 2 * count)
        number = 0
        while events[number].type != _END:
            if events[number].type == _WORD:
                self._began.append(Began(events[number].text_position - 1, events[number].audio_position))
            number += 1
        return 0

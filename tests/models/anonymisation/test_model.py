"""With the real language model."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from models.anonymisation.coverage import searches_names
from models.anonymisation.find import EntitySearch, find_entities
from models.anonymisation.redact import apply_redactions
from models.problems import RecordingProblem
from models.registry import Task, locate
from service.settings import Settings

from .conftest import transcript_of

pytestmark = pytest.mark.models

SHARED = Path(__file__).parents[4] / "shared" / "text" / "primock57_spoken_handlabelled.jsonl"


@pytest.fixture(scope="module")
def model_dirs() -> tuple[Path, ...]:
    settings = Settings()
    try:
        names = settings.entity_model.split("+")
        return tuple(locate(name, settings.models_folder, Task.ENTITIES) for name in names)
    except RecordingProblem as problem:
        pytest.skip(str(problem))


def test_names_places_organisations_and_dates_are_replaced(say, model_dirs):
    transcript = say(
        ("S1", "So, Anna, when did you move to Bergen?"),
        (
            "S2",
            "In June, with Peter. We worked at Microsoft for three days a week, and Anna's mother lives in London.",
        ),
    )

    found = find_entities(transcript, model_dirs)
    done = apply_redactions(transcript, found)

    assert searches_names(found)
    assert [utterance.text for utterance in done.utterances] == [
        "So, [NAME-1], when did you move to [PLACE-1]?",
        "In [DATE-1], with [NAME-2]. We worked at [ORGANISATION-1] for three days a week, "
        "and [NAME-1]'s mother lives in [PLACE-2].",
    ]


def test_a_transcript_in_another_language_is_searched_by_rules_only(say, model_dirs):
    found = find_entities(say("Anna bor i Bergen.", language="no"), model_dirs)

    assert not searches_names(found)


def test_finding_entities_opens_no_connection(model_dirs):
    script = f"""
import socket
def refuse(*args, **kwargs):
    raise AssertionError("a connection was opened")
socket.socket.connect = refuse
socket.getaddrinfo = refuse
from pathlib import Path
from models.registry.offline import go_offline
go_offline()
from models.anonymisation.find import find_entities
from models.values import Transcript, Utterance, Word
said = "Ask Anna Hansen. Write to anna@example.org or call 07700 900123.".split()
words = tuple(Word(i, i, i + 1, text, "S1", 1.0, 1.0) for i, text in enumerate(said))
transcript = Transcript(1, 9, "en", (), (Utterance(0, "S1", 0, 9, words),), (), (), (), (), ())
folders = [Path(folder) for folder in {[str(folder) for folder in model_dirs]!r}]
print(len(find_entities(transcript, folders).redactions))
"""

    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)

    assert said.returncode == 0, said.stderr
    assert int(said.stdout) == 3


@pytest.mark.skipif(not SHARED.exists(), reason="the hand-labelled consultations are not on this machine")
def test_spoken_names_are_masked_whole(model_dirs):
    masked, names, whole, spans = 0, 0, 0, 0
    for line in SHARED.read_text(encoding="utf-8").splitlines():
        labelled = json.loads(line)
        places = [match.span() for match in re.finditer(r"\S+", labelled["text"])]
        found = find_entities(transcript_of(labelled["text"]), model_dirs)
        hidden = {word_id - 100 for item in found.redactions for word_id in item.word_ids}
        for span in labelled["spans"]:
            touched = {
                n for n, (start, end) in enumerate(places) if start < span["end"] and end > span["start"]
            }
            touched = {n for n in touched if re.search(r"\w", labelled["text"][slice(*places[n])])}
            spans, whole = spans + 1, whole + (touched <= hidden)
            if span["label"] == "PERSON":
                names, masked = names + 1, masked + (touched <= hidden)

    assert masked / names >= 0.99
    assert whole / spans >= 0.92


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "My sister Ingrid Solheim and I, we grew up in Hamar, at fourteen Tower Avenue.",
            ["Ingrid Solheim", "Hamar", "fourteen Tower Avenue"],
        ),
        (
            "um so my name is ingrid solheim and i worked at coppergate until march two thousand and twelve",
            ["ingrid solheim", "coppergate", "march two thousand and twelve"],
        ),
        (
            "ring me on oh seven seven oh oh nine oh oh one two three",
            ["oh seven seven oh oh nine oh oh one two three"],
        ),
        ("I felt shaky and took some paracetamol for three days.", []),
        ("i felt shaky and took some ibuprofen for three days", []),
    ],
)
def test_the_union_finds_people_places_and_numbers_with_and_without_case(text, found, model_dirs):
    (spans,) = EntitySearch(model_dirs).find([text])

    assert [text[span.start : span.end] for span in spans] == found

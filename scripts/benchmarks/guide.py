"""Measures how well the questions of a guide are found where they were asked in other words.

    scripts/bench guide [FOLDER] [--no-write]

Two measurements. Spoken consultations (transcripts with speakers, one JSON object a line) are searched for the
questions of a guide that was written without their words; who asked what in which turn was labelled by hand, below.
And the recordings in FOLDER (default: the evaluation set beside the checkout) go through `lytt process`; a guide asks
in other words for what their interviewers say, and every recording is searched for the questions of all.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from page import machine, write_section

from models.guide_questions import AskedPlace, GuideQuestion, find_asked
from models.registry.locate import locate
from models.registry.manifest import Task
from models.text_embedding import TextEmbedder
from models.values import Utterance, Word
from service.settings import Settings

SHARED = Path(__file__).resolve().parents[3] / "shared"
CONSULTATIONS = SHARED / "text" / "primock57_conversations_unlabelled.jsonl"
LIBRARIES = ("torch", "transformers", "sentence-transformers")

GUIDE = {
    "reason": (
        "What brings you to the doctor today?",
        "What seems to be the problem?",
        "How can I be of assistance?",
    ),
    "onset": (
        "When did this begin?",
        "How long have you had this for?",
        "Since when have you felt this way?",
    ),
    "triggers": (
        "Is there something that could have set it off?",
        "What do you think brought it on?",
        "Did you do or eat something different beforehand?",
    ),
    "temperature": (
        "Have you been running a high temperature?",
        "Did you have a fever?",
        "Have you felt hot or feverish?",
    ),
    "vomiting": (
        "Have you been sick or thrown up?",
        "Do you feel sick to your stomach?",
        "Any nausea or throwing up?",
    ),
    "digestion": (
        "Is everything all right with your digestion?",
        "Are your bowel movements regular?",
        "Any trouble with your stomach or gut?",
    ),
    "medicines": (
        "Which medicines are you on?",
        "Do you take tablets every day?",
        "What drugs have you been prescribed?",
    ),
    "allergies": (
        "Is there anything you react badly to, such as drugs or food?",
        "Are you allergic to something?",
        "Any reactions to medicines?",
    ),
    "family": (
        "Do illnesses run among your relatives?",
        "Has anyone in your family been ill with something similar?",
        "What conditions do your parents or siblings have?",
    ),
    "home": (
        "Do you share your household with somebody?",
        "Who lives with you?",
        "What is your living situation?",
    ),
    "work": ("What is your occupation?", "What is your job?", "Are you employed?"),
    "smoking": ("Are cigarettes part of your life?", "Are you a smoker?", "Do you use tobacco?"),
    "alcohol": (
        "How much beer, wine or spirits do you have?",
        "How often do you drink alcohol?",
        "What about drinking?",
    ),
    "illnesses": (
        "Do you suffer from any long-term conditions?",
        "Do you have other illnesses we should know about?",
        "Are you generally in good health?",
    ),
    "rash": (
        "Is there anything unusual to see on your skin?",
        "Did you see any spots or redness on your skin?",
        "Have you got a rash anywhere?",
    ),
    "eyes": (
        "How well can you see?",
        "Is there anything wrong with your eyesight?",
        "Has your vision changed?",
    ),
    "breath": (
        "Do you get out of breath?",
        "Is your breathing normal?",
        "Any shortness of breath or trouble with your chest?",
    ),
    "exercise": (
        "Are you physically active?",
        "What sports do you do?",
        "How much do you move in a week?",
    ),
    "mood": (
        "How have your spirits been?",
        "Do you feel down or depressed?",
        "How is your mental health?",
    ),
    "before": (
        "Has this happened to you earlier in life?",
        "Did you ever have this in the past?",
        "Is it the first time you get this?",
    ),
    "open": (
        "Is there something you would like to ask me?",
        "Do you want to know anything else?",
        "Have I left anything unclear?",
    ),
    "pregnancy": (
        "Might you be expecting a child?",
        "Is it possible that you are pregnant?",
        "Could there be a baby on the way?",
    ),
    "travel": (
        "Have you been abroad recently?",
        "Did you go on holiday?",
        "Have you travelled to another country?",
    ),
    "sleep": ("How are you sleeping?", "Do you sleep well at night?", "Do you wake up often?"),
    "pets": ("Do you keep animals?", "Do you have a dog or a cat?", "Are there pets at home?"),
}

Labels = Mapping[str, Mapping[str, Sequence[int]]]
"""The turns in which each question was asked, by conversation."""

FIRST: Labels = {
    "day1_consultation01": {
        "reason": [0],
        "triggers": [36],
        "temperature": [20, 23],
        "vomiting": [25, 28],
        "digestion": [47],
        "medicines": [49],
        "home": [62],
        "work": [56],
        "smoking": [64],
        "alcohol": [66],
        "illnesses": [43],
        "open": [95],
    },
    "day1_consultation02": {
        "reason": [4],
        "triggers": [39, 41, 61, 63],
        "temperature": [53],
        "digestion": [55],
        "medicines": [73],
        "allergies": [75, 77, 80],
        "home": [82],
        "work": [84],
        "smoking": [87],
        "alcohol": [89],
        "illnesses": [71],
        "breath": [56],
        "before": [11],
        "open": [118],
    },
    "day1_consultation03": {
        "reason": [2],
        "temperature": [40],
        "vomiting": [37],
        "medicines": [83],
        "family": [77, 81],
        "home": [102],
        "work": [91, 92],
        "smoking": [106],
        "alcohol": [106],
        "illnesses": [70],
        "rash": [42],
        "eyes": [32],
        "breath": [69],
        "exercise": [100],
        "mood": [96, 104],
        "before": [44],
        "open": [131],
    },
    "day1_consultation04": {
        "reason": [2],
        "onset": [39],
        "temperature": [41],
        "vomiting": [62],
        "digestion": [64],
        "allergies": [80],
        "family": [83],
        "home": [91],
        "work": [93, 95],
        "smoking": [104],
        "alcohol": [106],
        "illnesses": [76],
        "rash": [72],
        "eyes": [58],
        "breath": [44, 46],
        "mood": [99],
    },
    "day1_consultation05": {
        "reason": [1],
        "onset": [5],
        "temperature": [33],
        "vomiting": [31],
        "digestion": [17],
        "family": [62],
        "home": [64],
        "work": [66, 68],
        "smoking": [71],
        "alcohol": [73],
        "illnesses": [56],
        "eyes": [83],
        "breath": [79],
        "before": [59],
        "pregnancy": [46],
    },
    "day1_consultation08": {
        "reason": [5],
        "triggers": [30, 91],
        "temperature": [36],
        "vomiting": [36, 46],
        "digestion": [44, 46],
        "illnesses": [38, 50],
        "medicines": [59],
        "before": [11, 32, 61],
        "allergies": [69, 71],
        "family": [73, 75],
        "home": [78],
        "smoking": [82],
        "alcohol": [84],
        "work": [23, 88],
        "open": [111],
    },
    "day1_consultation09": {
        "reason": [6],
        "vomiting": [23],
        "temperature": [25, 27],
        "digestion": [29, 31],
        "pregnancy": [46, 48],
        "illnesses": [52, 55],
        "medicines": [58],
        "allergies": [60],
        "family": [64],
        "home": [67],
        "work": [71],
        "smoking": [79],
        "alcohol": [79],
    },
    "day1_consultation10": {
        "reason": [5],
        "vomiting": [28],
        "temperature": [30],
        "digestion": [32, 34, 38],
        "pregnancy": [56],
        "illnesses": [68],
        "medicines": [71],
        "allergies": [77],
        "family": [81],
        "home": [83],
        "work": [87],
        "smoking": [92],
        "alcohol": [92],
    },
}
"""The rules and the threshold were chosen on these."""

FRESH: Labels = {
    "day4_consultation01": {
        "onset": [14],
        "illnesses": [41, 43, 94],
        "medicines": [45],
        "allergies": [47],
        "breath": [53],
        "vomiting": [78],
        "digestion": [92],
        "home": [97],
        "open": [124],
    },
    "day4_consultation02": {
        "vomiting": [38],
        "before": [46, 94],
        "work": [53, 59],
        "breath": [103],
        "illnesses": [115],
        "medicines": [117],
        "alcohol": [121, 123],
        "smoking": [121, 125],
        "allergies": [131],
        "open": [152],
    },
    "day4_consultation03": {
        "before": [18, 42],
        "medicines": [55],
        "illnesses": [61],
        "breath": [12, 45],
        "home": [98],
        "open": [113],
    },
}
"""Labelled after everything was chosen: another doctor."""


@dataclass(frozen=True)
class Tally:
    """How often a question was rightly found, found where it was not asked, and overlooked."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.right + other.right, self.wrong + other.wrong, self.missed + other.missed)

    def row(self, name: str) -> str:
        precision = self.right / max(1, self.right + self.wrong)
        recall = self.right / max(1, self.right + self.missed)
        holds = "holds" if min(precision, recall) >= 0.85 else "not reached"
        return (
            f"| {name} | {self.right + self.missed} | {self.right} | {self.wrong} | {self.missed} "
            f"| {precision:.2f} | {recall:.2f} | {holds} |"
        )


def count(found: Sequence[AskedPlace], asked: Mapping[str, Sequence[int]]) -> Tally:
    """The surest place of each question against the labels; a place elsewhere is wrong, and the question missed."""
    surest: dict[str, AskedPlace] = {}
    for place in found:
        surest.setdefault(place.question, place)
    right = sum(question in asked and one.utterance in asked[question] for question, one in surest.items())
    return Tally(right, len(surest) - right, len(asked) - right)


def consultations(labels: Labels, embedder: TextEmbedder) -> Tally:
    """The guide above in the labelled conversations."""
    turns = {
        row["id"]: row["turns"]
        for row in map(json.loads, CONSULTATIONS.read_text().splitlines())
        if row["id"] in labels
    }
    guide = [GuideQuestion(name, wordings) for name, wordings in GUIDE.items()]
    total = Tally()
    for name, asked in labels.items():
        doctor = [
            _utterance(number, turn["text"])
            for number, turn in enumerate(turns[name])
            if turn["speaker"] == "doctor" and turn["text"].split()
        ]
        total += count(find_asked(guide, doctor, embedder.embed), asked)
    return total


def _utterance(number: int, text: str) -> Utterance:
    words = tuple(
        Word(place, place, place + 1, token, "S1", 1.0, 1.0) for place, token in enumerate(text.split())
    )
    return Utterance(number, "S1", 0, len(words), words)


READ: Mapping[str, Mapping[tuple[str, ...], tuple[int, ...]]] = {
    "interview_dev01": {
        ("Did you like hearing that he once served in a shop?", "What pleased you most in what he told?"): (
            0,
            132,
        ),
        ("Were you shocked by parts of what he said?", "Were you afraid he would notice your horror?"): (
            286,
        ),
        ("Should we have known his past before you brought him?", "Was it right to introduce him to us?"): (
            173,
        ),
        ("Is there iron in everybody's blood?", "Does he make you feel there is too much steel in him?"): (
            91,
        ),
    },
    "interview_dev02": {
        ("How do a lobster and a crayfish differ?", "Is what they call lobster really lobster?"): (
            1,
            202,
            35,
        ),
        ("How is lobster newberg made?", "Which recipe did they use at Delmonico?"): (119, 150),
        ("How long must it be stirred over the heat?", "What goes into the pot?"): (121, 166),
        ("What do you eat it with, toast?", "How is the dish brought to the table?"): (49,),
    },
    "interview_dev03": {
        ("What are you looking for in this place?", "What is it that you seek?"): (173, 224),
        ("What has come over me?", "What went on inside me?"): (250,),
        ("Were the cows turned to the person who talked?", "Did a human speak among the cattle?"): (206,),
        ("Did he want to be free of his suffering?", "Would he part with his sorrow?"): (95,),
    },
    "serial_p1272_s1": {
        (
            "How quickly does one see that sheep are gone?",
            "Can you tell when twenty of the flock are lost?",
        ): (0,),
        ("Were there watches in the cases?", "What clocks did you see when you walked past?"): (39,),
        ("Did you enjoy the land and how people live there?", "How did you find the country?"): (126,),
    },
    "serial_p1272_s2": {
        ("Who knew about the captives?", "Was it a private undertaking to free prisoners?"): (108,),
        ("What can waste tar from coal be used for?", "Is coal tar of any use?"): (69,),
        ("Does God know that our intentions were good?", "Did we have a noble purpose?"): (36,),
    },
    "serial_p1272_s3": {
        ("How fast was the first printing of the book sold out?", "Did Erewhon sell well?"): (46,),
        ("Was the land farmed with fruit and nut trees?", "What grew on the ledges?"): (130,),
        ("Did he become friendlier to me?", "Was he milder later on?"): (0,),
    },
    "serial_p1272_s4": {
        ("What did you promise Mary, John?", "What is your plan to keep your word to Lady Helena?"): (67,),
        ("Why has it such a strange form and cover?", "Why did he make it so odd?"): (97,),
        ("When may they leave it again?", "Must they wait for dawn on the mountains?"): (39,),
    },
    "serial_p1462_s1": {
        ("Was life dull but good for your health?", "Did you live a boring, healthy life?"): (1,),
        ("Who was ill and kept coughing?", "Did one of them try to hold back a cough?"): (22,),
        ("How did older women look in the villages?", "Were people handsome in middle age?"): (112,),
    },
    "serial_p1462_s2": {
        ("How do people get ready to die in one night?", "How long had they left before their death?"): (
            145,
        ),
        ("Does somebody locked up ever forget the guard?", "May a jailer forget his duty?"): (24,),
        ("Would we battle until we die?", "Would you fight to the end?"): (141,),
    },
    "serial_p1462_s3": {
        ("Were the roads small and without paving?", "How clean was the town?"): (34,),
        ("Who seemed sick and yet calm?", "Did the other one look unwell?"): (2,),
        ("When does the copyright end?", "How many years are left on the rights?"): (38,),
    },
    "serial_p1462_s4": {
        ("What does your mother put on chapped hands?", "Is glycerin used when skin cracks in the cold?"): (
            36,
        ),
        ("What is to be seen on the dark wall by lamplight?", "Shall we look at the wall more closely?"): (
            75,
        ),
        ("Who fulfils Lady Helena's wish if one of us dies?", "What must the survivor do for Mary Grant?"): (
            106,
        ),
    },
}
"""What the interviewers say, asked in other words, and the seconds at which they say it."""

_NEAR_MS = 3_000


def recordings(folder: Path, results: Path, embedder: TextEmbedder) -> Tally:
    """Every recording searched for the questions of all; those of the others were not asked in it."""
    guide = [
        GuideQuestion(f"{name}/{number}", wordings)
        for name, questions in READ.items()
        for number, wordings in enumerate(questions)
    ]
    total = Tally()
    for name, questions in READ.items():
        document = json.loads((results / f"{name}.json").read_text())
        asker = min(document["speakers"], key=lambda one: one["speech"])["label"]
        words = {
            one["id"]: Word(
                one["id"], round(one["start"] * 1000), round(one["end"] * 1000), one["text"], asker, 1.0, 1.0
            )
            for one in document["words"]
        }
        said = [
            Utterance(
                one["id"],
                asker,
                round(one["start"] * 1000),
                round(one["end"] * 1000),
                tuple(words[number] for number in one["words"]),
            )
            for one in document["utterances"]
            if one["speaker"] == asker
        ]
        at = {one.id: one.start_ms for one in said}
        asked = {
            f"{name}/{number}": [
                utterance
                for utterance, start_ms in at.items()
                for second in seconds
                if second * 1000 - _NEAR_MS <= start_ms <= second * 1000 + 4 * _NEAR_MS
            ]
            for number, seconds in enumerate(questions.values())
        }
        total += count(find_asked(guide, said, embedder.embed), asked)
    return total


def main() -> None:
    parser = argparse.ArgumentParser(description="How well the questions of a guide are found.")
    parser.add_argument("folder", type=Path, nargs="?", default=SHARED / "audio" / "interviews" / "dev")
    parser.add_argument(
        "--results", type=Path, help="JSON files that `lytt process` made of the folder before"
    )
    parser.add_argument("--no-write", action="store_true", help="leave docs/benchmarks.md as it is")
    given = parser.parse_args()
    embedder = TextEmbedder(locate("minilm-l6", Settings().models_folder, Task.TEXT_EMBEDDING))
    with tempfile.TemporaryDirectory(prefix="lytt-guide-") as made:
        results = given.results or Path(made)
        if given.results is None:
            files = [str(given.folder / f"{name}.flac") for name in READ]
            lytt = Path(sys.executable).with_name("lytt")
            subprocess.run([lytt, "process", *files, "--json", made], check=True)
        rows = [
            consultations(FIRST, embedder).row("consultations the rules were chosen on (8)"),
            consultations(FRESH, embedder).row("other consultations, another doctor (3)"),
            recordings(given.folder, results, embedder).row(f"recordings, read speech ({len(READ)})"),
        ]
    text = "\n".join(
        [
            machine(LIBRARIES),
            "",
            "| material | asked | found rightly | found wrongly | overlooked | precision | recall | at least 0.85 |",
            "|---|---|---|---|---|---|---|---|",
            *rows,
        ]
    )
    print(text)
    if not given.no_write:
        write_section("guide", text)


if __name__ == "__main__":
    main()

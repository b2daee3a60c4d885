"""What a person corrects of identities is so in all interviews, released ones too, and can be undone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from models.anonymisation.known import known_entity
from models.anonymisation.mentions import Label
from models.values import Word
from service.coding.store import CodingStore, open_coding_store
from service.identities.changes import ChangeRefused, changes, redo, undo
from service.identities.correcting import FormReference, merge, move, relabel, rename, split
from service.identities.listing import add_to_list
from service.identities.looking import identities_seen, mentions_of
from service.review.passing_on import bring_up_to_date
from service.review.release import release
from service.settings import Settings
from service.transcript.readers import ConnectionReader
from service.transcript.reading import whole_transcript
from service.vault.interviews import find_interview
from service.vault.store import Vault, open_vault
from tests.service.made_sound import make_sound
from tests.service.reviewing import review

from .conftest import say, stand_ins

ANNA = ("Anna Hansen", Label.NAME)
KARI = ("Kari", Label.NAME)


@dataclass(frozen=True)
class Sides:
    """A vault with two released interviews of one dyad, and the coding store."""

    vault: Vault
    store: CodingStore

    def coders_read(self, interview_id: str) -> list[Word]:
        with self.store.engine.connect() as connection:
            transcript = whole_transcript(ConnectionReader(connection), interview_id)
        assert transcript is not None
        return [word for utterance in transcript.utterances for word in utterance.words]

    def text(self, interview_id: str) -> str:
        return " ".join(word.text for word in self.coders_read(interview_id))


@pytest.fixture
def sides(tmp_path: Path) -> Iterator[Sides]:
    settings = Settings(data_dir=tmp_path / "data")
    vault = open_vault(settings)
    store = open_coding_store(settings, vault.keys.coding_files_key)
    with vault.engine.begin() as connection:
        say(connection, "a", "D03-C1", "I saw Anna Hansen, and Kari too.", ANNA, KARI)
        say(connection, "b", "D03-T1", "So Kari knew Anna Hansen then?", ANNA, KARI)
        say(connection, "c", "D05-T1", "Somebody called Kari, yes", KARI)
    for one in ("a", "b"):
        with vault.engine.connect() as connection:
            found = find_interview(connection, one)
        assert found is not None
        review(vault, store, one)
        make_sound(vault, one)
        release(vault, store, found, "steward")
    yield Sides(vault, store)
    store.close()
    vault.close()


def placed(words: list[Word]) -> list[tuple[int, int, int]]:
    return [(word.id, word.start_ms, word.end_ms) for word in words]


def test_a_merge_reaches_the_coders_with_all_anchors_kept_and_so_does_its_undoing(sides: Sides) -> None:
    before = {one: sides.coders_read(one) for one in ("a", "b")}
    assert sides.text("a") == "I saw [NAME-1], and [NAME-2] too."
    with sides.vault.engine.begin() as connection:
        done = merge(connection, 1, [2], "steward")
    assert set(done.interviews) == {"a", "b"}
    assert set(bring_up_to_date(sides.vault, sides.store)) == {"a", "b"}
    assert sides.text("a") == "I saw [NAME-1], and [NAME-1] too."
    assert sides.text("b") == "So [NAME-1] knew [NAME-1] then?"
    for one in ("a", "b"):
        assert placed(sides.coders_read(one)) == placed(before[one])
    with sides.vault.engine.begin() as connection:
        assert stand_ins(connection, "c") == ["[NAME-3]"], "the other dyad's Kari is another person"
        undo(connection, done.id, "steward")
    bring_up_to_date(sides.vault, sides.store)
    assert {one: sides.coders_read(one) for one in ("a", "b")} == before
    with sides.vault.engine.begin() as connection:
        redo(connection, done.id, "steward")
        assert stand_ins(connection, "b") == ["[NAME-1]", "[NAME-1]"]


def test_who_was_merged_stays_so_in_what_is_said_later(sides: Sides) -> None:
    with sides.vault.engine.begin() as connection:
        merge(connection, 1, [2, 3], "steward")
        say(connection, "d", "D03-C2", "Kari again", KARI)
        say(connection, "e", "D05-C2", "Kari again", KARI)
        say(connection, "f", "D07-C2", "Kari again", KARI)
        assert stand_ins(connection, "d") + stand_ins(connection, "e") == ["[NAME-1]", "[NAME-1]"]
        assert stand_ins(connection, "f") == ["[NAME-4]"], "a number is not given again"


def test_a_merge_undone_later_gives_back_what_was_found_since_too(sides: Sides) -> None:
    with sides.vault.engine.begin() as connection:
        done = merge(connection, 1, [2], "steward")
        say(connection, "d", "D03-C2", "Kari again", KARI)
        say(connection, "a", "D03-C1", "I saw Kari, and Anna Hansen too.", ANNA, KARI)
        undo(connection, done.id, "steward")
        assert stand_ins(connection, "d") == ["[NAME-2]"]
        assert sorted(stand_ins(connection, "a")) == ["[NAME-1]", "[NAME-2]"]


def test_a_form_that_is_somebody_else_gets_an_identity_of_its_own(sides: Sides) -> None:
    with sides.vault.engine.begin() as connection:
        say(connection, "d", "D03-C2", "Anna came", ("Anna", Label.NAME))
        assert stand_ins(connection, "d") == ["[NAME-1]"]
        done, made = split(connection, 1, [FormReference("D03", "NAME", "anna")], "steward")
        assert done.interviews == ("d",)
        assert stand_ins(connection, "d") == ["[NAME-4]"]
        assert stand_ins(connection, "a") == ["[NAME-1]", "[NAME-2]"]
        say(connection, "e", "D03-C3", "Anna came", ("Anna", Label.NAME))
        assert stand_ins(connection, "e") == ["[NAME-4]"], "what a person said holds"
        undo(connection, done.id, "steward")
        assert stand_ins(connection, "d") + stand_ins(connection, "e") == ["[NAME-1]", "[NAME-1]"]
        assert made not in {one.identity.id for one in identities_seen(connection)}
        with pytest.raises(ChangeRefused, match="at least one"):
            split(connection, 2, [FormReference("D03", "NAME", "kari")], "steward")
        with pytest.raises(ChangeRefused, match="forms of the identity"):
            split(connection, 2, [FormReference("D03", "NAME", "anna")], "steward")


def test_a_stand_in_that_a_person_wrote_stands_everywhere(sides: Sides) -> None:
    with sides.vault.engine.begin() as connection:
        done = rename(connection, 2, "  the  neighbour ", "steward")
        assert stand_ins(connection, "a") == ["[NAME-1]", "the neighbour"]
        say(connection, "d", "D03-C2", "Kari again", KARI)
        assert stand_ins(connection, "d") == ["the neighbour"]
    bring_up_to_date(sides.vault, sides.store)
    assert sides.text("a") == "I saw [NAME-1], and the neighbour too."
    with sides.vault.engine.begin() as connection:
        undo(connection, done.id, "steward")
        assert stand_ins(connection, "d") == ["[NAME-2]"]
        rename(connection, 2, "Ingrid", "steward")
        rename(connection, 2, None, "steward")
        assert stand_ins(connection, "d") == ["[NAME-2]"]


@pytest.mark.parametrize(
    ("stand_in", "why"),
    [
        ("Hansen", "real name"),
        ("old KARI's", "real name"),
        ("[NAME-7]", "given by Lytt"),
        ("...", "letter"),
        ("x" * 65, "characters"),
        ("Ingrid", "another identity"),
    ],
)
def test_a_stand_in_is_no_real_name_and_nobody_elses(sides: Sides, stand_in: str, why: str) -> None:
    with sides.vault.engine.begin() as connection:
        rename(connection, 3, "Ingrid", "steward")
        with pytest.raises(ChangeRefused, match=why):
            rename(connection, 1, stand_in, "steward")


def test_one_mention_can_speak_of_somebody_else(sides: Sides) -> None:
    with sides.vault.engine.begin() as connection:
        seen = mentions_of(connection, 2)
        assert [(one.name, one.before, one.text, one.after) for one in seen] == [
            ("D03-C1", "I saw Anna Hansen, and", "Kari", "too."),
            ("D03-T1", "So", "Kari", "knew Anna Hansen then?"),
        ]
        done, made = move(connection, "a", seen[0].id, None, "steward")
        assert stand_ins(connection, "a") == ["[NAME-1]", "[NAME-4]"]
        assert stand_ins(connection, "b") == ["[NAME-2]", "[NAME-1]"]
        say(connection, "a", "D03-C1", "I saw Anna Hansen, and Kari too.", ANNA, KARI)
        assert stand_ins(connection, "a") == ["[NAME-1]", "[NAME-4]"], "looked for again, it is what was said"
        again = mentions_of(connection, made)[0].id
        moved, _ = move(connection, "a", again, 1, "steward")
        assert stand_ins(connection, "a") == ["[NAME-1]", "[NAME-1]"]
        with pytest.raises(ChangeRefused, match="later"):
            undo(connection, done.id, "steward")
        undo(connection, moved.id, "steward")
        undo(connection, done.id, "steward")
        assert stand_ins(connection, "a") == ["[NAME-1]", "[NAME-2]"]
        assert made not in {one.identity.id for one in identities_seen(connection)}
        with pytest.raises(ChangeRefused, match="undone already"):
            undo(connection, done.id, "steward")


def test_what_it_is_can_be_said_otherwise(sides: Sides) -> None:
    with sides.vault.engine.begin() as connection:
        done = relabel(connection, 2, Label.PLACE, "steward")
        assert stand_ins(connection, "a") == ["[NAME-1]", "[PLACE-1]"]
        say(connection, "d", "D03-C2", "Kari again", KARI)
        assert stand_ins(connection, "d") == ["[PLACE-1]"]
        undo(connection, done.id, "steward")
        assert stand_ins(connection, "d") == ["[NAME-2]"]
        relabel(connection, 2, Label.PLACE, "steward")
        assert stand_ins(connection, "d") == ["[PLACE-2]"]


def test_every_change_is_kept_with_who_did_it(sides: Sides) -> None:
    with sides.vault.engine.begin() as connection:
        rename(connection, 2, "Ingrid", "stig")
        entry = known_entity("Lovisenberg", Label.ORGANISATION)
        assert entry is not None
        assert add_to_list(connection, [entry], "stig") == 1
        kept = changes(connection)
        assert [(one.kind, one.actor, one.state) for one in kept] == [
            ("listed", "stig", "done"),
            ("renamed", "stig", "done"),
        ]
        undo(connection, kept[0].id, "stig")
        assert not any(one.listed for one in identities_seen(connection))


def test_an_interview_that_coders_do_not_have_stays_with_the_steward(sides: Sides) -> None:
    with sides.vault.engine.begin() as connection:
        merge(connection, 1, [3], "steward")
    assert bring_up_to_date(sides.vault, sides.store) == ()
    with sides.store.engine.connect() as connection:
        assert whole_transcript(ConnectionReader(connection), "c") is None


def test_nothing_real_is_on_the_coding_side(sides: Sides, tmp_path: Path) -> None:
    with sides.vault.engine.begin() as connection:
        rename(connection, 2, "the neighbour", "steward")
    bring_up_to_date(sides.vault, sides.store)
    data = b"".join(path.read_bytes() for path in (tmp_path / "data").glob("coding.sqlite*"))
    assert b"neighbour" in data
    assert b"Hansen" not in data
    assert b"Kari" not in data

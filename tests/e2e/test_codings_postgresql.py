"""Codings on PostgreSQL: what holds on SQLite holds there, with many who code at once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.coding.exports.formats import Format
from tests.e2e.services import MISSING, PostgreSQL, postgresql, postgresql_binaries
from tests.service.coding import test_all_memos as all_memos
from tests.service.coding import test_code_lists as lists
from tests.service.coding import test_codings as told
from tests.service.coding import test_counts as counts
from tests.service.coding import test_forgetting as forgetting
from tests.service.coding import test_listening as listening
from tests.service.coding import test_moments as moments
from tests.service.coding import test_perspectives as perspectives
from tests.service.coding import test_ready as ready
from tests.service.coding.agreement import test_consensus as consensus
from tests.service.coding.exports.made import code_all, made

BINARIES = postgresql_binaries()
pytestmark = [pytest.mark.e2e, pytest.mark.skipif(BINARIES is None, reason=MISSING)]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgreSQL]:
    assert BINARIES is not None
    with postgresql(BINARIES) as running:
        yield running


ALIKE = (
    told.test_what_is_sent_twice_is_there_once,
    told.test_a_segment_is_named_later_removed_and_restored_with_its_history,
    told.test_merging_keeps_codings_and_is_undone,
    told.test_splitting_moves_the_codings_that_are_named,
    told.test_every_past_version_can_be_shown,
    told.test_the_codebook_refuses_what_would_break_it,
    told.test_coders_are_blind_until_both_are_ready,
    told.test_changed_words_are_flagged_and_nothing_is_moved,
    told.test_a_release_taken_back_hides_codings_and_the_next_shows_them,
    told.test_memos_on_everything_keep_their_versions,
    told.test_many_at_once_lose_nothing_and_double_nothing,
    told.test_changes_are_undone_one_after_the_other_back_to_the_first,
    counts.test_only_what_one_may_see_is_counted,
    counts.test_what_is_not_released_is_hidden_and_what_was_kept_is_told_to_leads,
    lists.test_a_list_is_one_change_that_is_undone_at_once,
    all_memos.test_memos_are_listed_with_what_they_are_about_and_found_by_words,
    all_memos.test_memos_on_interviews_and_codings_are_blind_until_both_are_ready,
    all_memos.test_a_memo_on_a_coding_that_one_may_not_see_stays_hidden,
    all_memos.test_what_is_taken_back_is_hidden_and_what_is_kept_is_for_leads_and_its_writer,
    forgetting.test_a_name_that_quotes_becomes_withdrawn_in_every_version,
    forgetting.test_memos_elsewhere_lose_what_they_quote_and_keep_the_rest,
    ready.test_what_was_seen_is_kept_when_ready_is_taken_back,
    ready.test_whoever_is_ready_changes_no_coding_until_that_is_taken_back,
    ready.test_who_were_ready_together_is_kept_also_where_neither_knew_of_the_other,
    ready.test_two_who_are_ready_at_once_know_of_each_other,
    moments.test_a_moment_says_where_it_is_what_is_said_and_by_whom,
    moments.test_codings_there_are_seen_by_whom_they_may_be,
    moments.test_many_stretches_keep_their_order,
    consensus.test_coders_are_compared_once_all_who_look_are_ready_and_leads_see_at_once,
    consensus.test_agreement_of_the_store_is_of_words_or_of_seconds,
    consensus.test_a_decision_records_who_when_why_and_is_undone_and_redone,
    consensus.test_who_decides_later_is_told_what_was_decided,
    consensus.test_a_merged_code_is_told_as_the_one_it_is_in,
    consensus.test_a_release_taken_back_hides_decisions_and_a_withdrawal_erases_them,
    listening.test_what_is_sent_twice_is_there_once,
    listening.test_a_late_change_is_told_what_is_there_and_a_closed_session_is_not_written_in,
    listening.test_the_last_who_moves_is_right_and_what_was_reached_counts_as_heard,
    listening.test_many_who_write_at_once_lose_nothing,
    listening.test_moments_that_come_from_codings_are_hidden_until_those_may_be_seen,
    listening.test_a_playlist_is_made_from_all_that_is_wanted,
    listening.test_what_a_query_finds_by_memos_is_hidden_with_their_coders_and_writers,
    listening.test_that_nobody_has_coded_is_told_to_leads_alone,
    listening.test_a_note_shows_whether_its_writer_codes_or_not,
    listening.test_what_one_may_not_see_changes_nothing_that_is_told,
    listening.test_a_note_that_is_kept_of_a_withdrawn_interview_is_for_leads_and_its_writer,
    listening.test_a_release_taken_back_hides_moments_and_notes_and_the_next_shows_them,
    perspectives.test_every_side_is_there_with_what_may_be_seen_on_it,
    perspectives.test_a_quote_carries_its_source_and_is_cited_once_everything_is_confirmed,
    perspectives.test_rare_words_are_told_by_what_other_groups_say,
    perspectives.test_quotes_go_with_a_withdrawal_and_hide_with_a_release,
)


def test_codings_are_kept_as_on_sqlite(server: PostgreSQL) -> None:
    for number, holds in enumerate(ALIKE):
        holds(told.store_at(server.database(f"codings{number}")))


@pytest.mark.parametrize("keep", [False, True])
def test_a_withdrawal_leaves_what_it_leaves_on_sqlite(server: PostgreSQL, keep: bool) -> None:
    store = told.store_at(server.database(f"withdrawn{keep:d}"))
    told.test_a_withdrawal_erases_or_keeps_without_what_was_said(store, keep)
    session = told.store_at(server.database(f"withdrawn_session{keep:d}"))
    listening.test_a_withdrawn_interview_leaves_nothing_in_sessions(session, keep)


def test_exports_are_the_same_bytes_as_from_sqlite(server: PostgreSQL, tmp_path: Path) -> None:
    here, there = (
        told.store_at(url) for url in (server.database("exports"), f"sqlite:///{tmp_path / 'coding.sqlite'}")
    )
    for store in (here, there):
        code_all(store)
    for form in Format:
        assert made(here, form) == made(there, form), form

"""The command ``lytt``. Commands load what they need when they run, so that each starts at once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from service.cli import accounts as accounts_commands
from service.cli import audit as audit_commands
from service.cli import identities as identities_commands
from service.cli import models as models_commands
from service.cli import study as study_commands
from service.cli import vault as vault_commands
from service.cli import voices as voices_commands
from service.cli import webhooks as webhooks_commands

app = typer.Typer(
    name="lytt",
    help="Recordings of interviews into transcripts to query by time and listen to.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(models_commands.app, name="models", help="The models: list, fetch, verify.")
app.add_typer(
    identities_commands.app, name="identities", help="Who is meant by stand-ins: the list, the style."
)
app.add_typer(study_commands.app, name="study", help="The study's protocol: make one, check it, show it.")
app.add_typer(
    vault_commands.app, name="vault", help="The vault's key: passphrase, unlock, lock, rotate, check."
)
app.add_typer(accounts_commands.users, name="user", help="Accounts: who may sign in, and as what.")
app.add_typer(accounts_commands.tokens, name="token", help="API tokens, for programs.")
app.add_typer(audit_commands.app, name="audit", help="The event log: show it, check that it is whole.")
app.add_typer(voices_commands.app, name="voices", help="Compare voices across recordings.")
app.add_typer(
    webhooks_commands.app, name="webhook", help="Carry what is released and coded to another store."
)

Interview = Annotated[str, typer.Argument(help="Study id in any spelling, such as D03-T2 or d3_t2.")]
Coding = Annotated[bool, typer.Option("--coding", help="Ask the coding store: released, anonymised.")]


@app.command()
def status(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """Every recording: its stage, its progress, and what needs a person."""
    from service.cli.status import show_status

    show_status(as_json)


@app.command()
def at(
    interview: Interview,
    time: Annotated[str, typer.Argument(help="Such as 00:12:34, 12:34 or 754.2.")],
    coding: Coding = False,
) -> None:
    """What was being said at a time, by whom, with which markers."""
    from service.cli.reading import show_instant

    show_instant(interview, time, coding)


@app.command()
def show(
    interview: Interview,
    from_: Annotated[str | None, typer.Option("--from", help="Start of the stretch.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="End of the stretch.")] = None,
    format: Annotated[str, typer.Option("--format", help="text, json or vtt.")] = "text",
    verbatim: Annotated[
        bool | None,
        typer.Option("--verbatim/--clean", help="Every word, or without fillers and repetitions."),
    ] = None,
    notation: Annotated[
        str | None, typer.Option(help="How markers are written: plain, jefferson or gat2.")
    ] = None,
    coding: Coding = False,
) -> None:
    """The transcript, whole or a stretch of it."""
    from service.cli.reading import show_stretch

    show_stretch(interview, from_, to, format, coding, verbatim, notation)


@app.command()
def find(
    query: Annotated[
        str | None,
        typer.Argument(
            help="Words that follow one another, word* for beginnings; or a query of the coding store. "
            "Left out: interviews."
        ),
    ] = None,
    speaker: Annotated[str | None, typer.Option(help="Who says it (participant), or a label (S1).")] = None,
    interview: Annotated[str | None, typer.Option(help="Only in this interview.")] = None,
    group: Annotated[str | None, typer.Option(help="Only in this group, such as D03.")] = None,
    role: Annotated[
        str | None, typer.Option(help="Only in interviews with this role, such as client.")
    ] = None,
    wave: Annotated[int | None, typer.Option(min=1, max=999, help="Only in this wave.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="At most this many.")] = 50,
    coding: Coding = False,
    whose: Annotated[
        str | None,
        typer.Option("--as", metavar="NAME", help="As this coder sees the coding store; else as a lead."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print moments and counts as JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print all moments as a table.")] = False,
) -> None:
    """Where something was said, moments of the coding store, or which interviews there are of a group, role or wave."""
    from service.cli.finding import Shown, asks_the_coding_store, show_moments
    from service.cli.reading import show_found
    from service.transcript.selecting import Selection

    selection = Selection(group, role, wave)
    wanted = coding or whose is not None or as_json or as_csv
    if query is not None and (wanted or asks_the_coding_store(query)):
        shown = Shown.JSON if as_json else Shown.CSV if as_csv else Shown.LINES
        show_moments(query, selection, speaker, interview, limit, whose, shown)
        return
    show_found(query, selection, speaker, interview, limit, coding)


@app.command()
def clip(
    interview: Interview,
    from_: Annotated[str, typer.Argument(metavar="FROM", help="Start of the clip.")],
    to: Annotated[str, typer.Argument(help="End of the clip.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="A new .opus, .wav or .flac file.")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Cut a stretch of the sound into a file."""
    from service.cli.clips import write_clip

    write_clip(interview, from_, to, output, force)


@app.command()
def plot(
    interview: Interview,
    from_: Annotated[str, typer.Argument(metavar="FROM", help="Start of the figure.")],
    to: Annotated[str, typer.Argument(help="End of the figure, two minutes later at most.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="A new .svg file.")],
    as_spoken: Annotated[
        bool, typer.Option("--as-spoken", help="With the words as spoken, not as coders read them.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Draw pitch and loudness of a stretch with the words under them."""
    from service.cli.plots import write_plot

    write_plot(interview, from_, to, output, as_spoken, force)


@app.command()
def export(
    format: Annotated[
        str,
        typer.Argument(
            help="qdpx, qdc, html, docx, text, json, vtt, srt, eaf, textgrid, csv or parquet.",
        ),
    ],
    output: Annotated[Path, typer.Option("-o", "--out", help="A new file.")],
    interviews: Annotated[
        list[str] | None, typer.Argument(help="Released interviews; all of them if none is named.")
    ] = None,
    group: Annotated[str | None, typer.Option(help="Only this group, such as D03.")] = None,
    role: Annotated[str | None, typer.Option(help="Only interviews with this role, such as client.")] = None,
    wave: Annotated[int | None, typer.Option(min=1, max=999, help="Only this wave.")] = None,
    codings: Annotated[bool, typer.Option("--codings/--no-codings", help="With codings.")] = True,
    markers: Annotated[bool, typer.Option("--markers/--no-markers", help="With markers.")] = True,
    memos: Annotated[bool, typer.Option("--memos/--no-memos", help="With memos.")] = True,
    sound: Annotated[str | None, typer.Option(help="With the redacted sound: mp3 or wav.")] = None,
    verbatim: Annotated[
        bool | None,
        typer.Option("--verbatim/--clean", help="Every word, or without fillers and repetitions."),
    ] = None,
    notation: Annotated[
        str | None, typer.Option(help="How markers are written: plain, jefferson or gat2.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the file if it is there.")] = False,
) -> None:
    """Released interviews with their codings, for another program or to read."""
    from service.cli.exports import wanted_options, write_export
    from service.transcript.selecting import Selection

    write_export(
        format,
        interviews or [],
        Selection(group, role, wave),
        output,
        force,
        lambda settings: wanted_options(settings, codings, markers, memos, sound, verbatim, notation),
    )


@app.command()
def codebook(
    format: Annotated[str, typer.Option("--format", help="text, json, csv or qdc.")] = "text",
    version: Annotated[
        int | None, typer.Option(min=1, help="As this change left it; as it is now if not given.")
    ] = None,
) -> None:
    """The codebook: codes in their tree, and themes."""
    from service.cli.exports import show_codebook

    show_codebook(format, version)


@app.command()
def review(interview: Interview) -> None:
    """What is left of the review of an interview, and what may remain. Exit code 0 when it is done."""
    from service.cli.review import show_review

    show_review(interview)


@app.command()
def baseline(
    person: Annotated[str, typer.Argument(help="A participant, such as D03-C, or an interviewer.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """What is usual for a person's voice over their interviews, and how the interviews differ."""
    from service.cli.baseline import show_baseline

    show_baseline(person, as_json)


@app.command()
def markers(
    interview: Interview,
    kind: Annotated[str | None, typer.Option("--kind", help="Only this kind.")] = None,
    judged: Annotated[
        str | None, typer.Option("--judged", help="Only open, confirmed, added or rejected ones.")
    ] = None,
    confirm: Annotated[int | None, typer.Option("--confirm", help="The marker of this number is so.")] = None,
    reject: Annotated[int | None, typer.Option("--reject", help="The marker of this number is none.")] = None,
    add: Annotated[
        str | None, typer.Option("--add", help="Add a marker: laughter, or voice:whisper with its sort.")
    ] = None,
    from_: Annotated[str | None, typer.Option("--from", help="Where the added one begins.")] = None,
    to: Annotated[str | None, typer.Option("--to", help="Where the added one ends.")] = None,
    speaker: Annotated[
        str | None, typer.Option("--speaker", help="Whose the added one is, such as S2.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", help="A note, which coders never see.")] = None,
    take_back: Annotated[
        int | None, typer.Option("--take-back", help="Take back the judgement of this number.")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="Undo the latest judgement.")] = False,
) -> None:
    """What was heard in an interview; confirm, reject or add a marker."""
    from service.cli.markers import Wanted, judge_markers

    wanted = Wanted(kind, judged, confirm, reject, undo, take_back, add, from_, to, speaker, note)
    judge_markers(interview, wanted)


@app.command()
def agreement(
    first: Annotated[str, typer.Argument(help="A coder, by the name of the account.")],
    second: Annotated[str, typer.Argument(help="Another coder.")],
    group: Annotated[str | None, typer.Option(help="Only this group, such as D03.")] = None,
    role: Annotated[str | None, typer.Option(help="Only interviews with this role, such as client.")] = None,
    wave: Annotated[int | None, typer.Option(min=1, max=999, help="Only this wave.")] = None,
    interview: Annotated[
        list[str] | None, typer.Option("--interview", help="Only this interview; may be given again.")
    ] = None,
    unit: Annotated[str, typer.Option("--unit", help="What is compared: word, or a length in ms.")] = "1000",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """How well two coders agree, overall and on each code."""
    from service.cli.agreement import Asked, show_agreement
    from service.transcript.selecting import Selection

    if as_json and as_csv:
        raise typer.BadParameter("--json and --csv each go alone.")
    asked = Asked(first, second, Selection(group, role, wave), tuple(interview or ()), unit)
    show_agreement(asked, "json" if as_json else "csv" if as_csv else "table")


@app.command()
def release(
    interview: Interview,
    undo: Annotated[bool, typer.Option("--undo", help="Take the release back.")] = False,
) -> None:
    """Let the anonymised transcript cross to the coding store, or take it back."""
    from service.cli.acts import release_interview

    release_interview(interview, undo)


@app.command()
def backup(
    target: Annotated[
        Path | None, typer.Argument(help="Folder of the backups; the setting backup_target when left out.")
    ] = None,
    new_key: Annotated[
        Path | None,
        typer.Option(
            "--new-key", help="Make the key of backups, into a file to keep elsewhere.", metavar="FILE"
        ),
    ] = None,
    passphrase: Annotated[
        bool, typer.Option("--passphrase", help="With --new-key: put the key behind a passphrase.")
    ] = False,
    list_: Annotated[bool, typer.Option("--list", help="List the snapshots, the newest last.")] = False,
    verify: Annotated[
        bool, typer.Option("--verify", help="Open everything in the backup and compare digests.")
    ] = False,
    repair: Annotated[
        bool, typer.Option("--repair", help="With --verify: remove what is damaged, to be stored again.")
    ] = False,
    forget_withdrawn: Annotated[
        bool, typer.Option("--forget-withdrawn", help="Take what was withdrawn out of all snapshots, now.")
    ] = False,
    keep: Annotated[int | None, typer.Option("--keep", min=1, help="Keep so many of the newest.")] = None,
    keep_daily: Annotated[
        int | None, typer.Option("--keep-daily", min=1, help="Keep one of each of the last so many days.")
    ] = None,
    keep_weekly: Annotated[
        int | None, typer.Option("--keep-weekly", min=1, help="Keep one of each of the last so many weeks.")
    ] = None,
    identity: Annotated[
        Path | None,
        typer.Option("--identity", help="With --list, --verify: open with this key, without the vault."),
    ] = None,
) -> None:
    """Store everything of this installation, encrypted, into a folder; only what is new is written."""
    from service.cli import backup as commands

    if sum((new_key is not None, list_, verify, forget_withdrawn)) > 1:
        raise typer.BadParameter("--new-key, --list, --verify and --forget-withdrawn each go alone.")
    if new_key is not None:
        commands.make_key(new_key, passphrase)
    elif list_:
        commands.list_snapshots(target, identity)
    elif verify:
        commands.verify_backup(target, identity, repair)
    elif forget_withdrawn:
        commands.forget_withdrawn(target)
    else:
        commands.back_up(target, commands.Keeping(keep, keep_daily, keep_weekly))


@app.command()
def restore(
    source: Annotated[Path, typer.Argument(help="Folder of the backups.", metavar="TARGET")],
    into: Annotated[
        Path | None,
        typer.Option("--into", help="Another data directory than the one that is set.", metavar="DIR"),
    ] = None,
    identity: Annotated[
        Path | None, typer.Option("--identity", help="The key of the backups.", metavar="FILE")
    ] = None,
    snapshot: Annotated[
        str | None,
        typer.Option("--snapshot", help="Which one, by its name or the beginning; else the newest."),
    ] = None,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put it in the place of what is there, which is lost.")
    ] = False,
) -> None:
    """Put a backup back, without what was withdrawn since it was made."""
    from service.cli.backup import Wanted, restore_backup

    restore_backup(source, into, Wanted(snapshot, identity, replace))


@app.command()
def retry(recording: Annotated[str, typer.Argument(help="Id or study id of a failed recording.")]) -> None:
    """Put a failed or cancelled recording back in the queue."""
    from service.cli.acts import retry_recording

    retry_recording(recording)


@app.command()
def withdraw(
    participant: Annotated[
        str | None, typer.Argument(help="Whose consent is withdrawn, such as D03-C.")
    ] = None,
    interview: Annotated[str | None, typer.Option("--interview", help="Only this interview.")] = None,
    use: Annotated[str | None, typer.Option("--use", help="Only a use: quotes, voiceprint or code.")] = None,
    keep_codings: Annotated[
        bool, typer.Option("--keep-codings", help="Keep codes and memos, without quoted text.")
    ] = False,
    delete_files: Annotated[
        bool, typer.Option("--delete-files", help="Delete your own copies in the watched folder too.")
    ] = False,
    receipt: Annotated[
        Path | None,
        typer.Option("--receipt", help="Write the signed receipt into this file.", metavar="FILE"),
    ] = None,
    number: Annotated[
        int | None, typer.Option("--number", help="Go on with this withdrawal; see: lytt withdrawals.")
    ] = None,
    retention: Annotated[
        bool, typer.Option("--retention", help="Erase what may no longer be kept, as the protocol says.")
    ] = False,
    plan: Annotated[bool, typer.Option("--plan", help="Only show what would go.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Ask nothing.")] = False,
    public_key: Annotated[
        bool, typer.Option("--public-key", help="Print the key that receipts are checked with.")
    ] = False,
    verify: Annotated[
        Path | None, typer.Option("--verify", help="Check this receipt.", metavar="RECEIPT")
    ] = None,
    key: Annotated[str | None, typer.Option("--key", help="Check it with this key.")] = None,
) -> None:
    """Erase what a participant withdraws, everywhere, after showing what that is."""
    from service.cli import withdrawal

    asked = withdrawal.Asked(participant, interview, use, keep_codings, delete_files, yes, receipt, plan)
    if public_key:
        withdrawal.show_public_key()
    elif verify is not None:
        withdrawal.verify_receipt(verify, key)
    elif number is not None:
        withdrawal.go_on(number, asked)
    elif retention:
        withdrawal.withdraw_due(asked)
    else:
        withdrawal.withdraw(asked)


@app.command()
def withdrawals(as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False) -> None:
    """What was withdrawn, and what of that is left to do."""
    from service.cli.withdrawal import show_withdrawals

    show_withdrawals(as_json)


@app.command()
def process(
    files: Annotated[list[Path], typer.Argument(help="Recordings, each into NAME.json.", metavar="FILE...")],
    json_dir: Annotated[Path, typer.Option("--json", help="Folder for the results.", metavar="OUT_DIR")],
    model: Annotated[
        str | None, typer.Option("--model", help="Another recognition model.", metavar="NAME")
    ] = None,
    voiceprints: Annotated[
        bool, typer.Option("--voiceprints", help="Add each speaker's voiceprint, which identifies a person.")
    ] = False,
    redacted_audio: Annotated[
        bool, typer.Option("--redacted-audio", help="Write the sound without what identifies someone, too.")
    ] = False,
) -> None:
    """Transcribe files into JSON files, without server or database."""
    from service.cli.process import Wanted
    from service.cli.process import process as run

    run(files, json_dir, model, Wanted(voiceprints, redacted_audio))


@app.command()
def entities(
    file: Annotated[Path, typer.Argument(help="Lines of JSON with id and text; - for standard input.")],
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="A file for the result instead of standard output.")
    ] = None,
    propagate: Annotated[
        bool,
        typer.Option("--propagate/--no-propagate", help="Look for what is found in one line in all of them."),
    ] = True,
    known: Annotated[
        Path | None,
        typer.Option("--list", help="The study's own list: one value a line, after a tab its label."),
    ] = None,
    language: Annotated[str, typer.Option("--language", help="ISO 639-1.")] = "en",
) -> None:
    """Find what identifies someone in texts, without server or database."""
    from service.cli.entities import find_entities

    find_entities(file, output, propagate, known, language)


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address to listen on; LYTT_HOST otherwise.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; LYTT_PORT otherwise.")] = None,
    workers: Annotated[int, typer.Option(min=0, max=64, help="Worker processes to start.")] = 1,
) -> None:
    """Serve the page and the API, watch the folder, and work."""
    from service.cli.serve import serve as run

    run(host, port, workers)


@app.command()
def worker(
    name: Annotated[
        str | None, typer.Option(help="This worker's own, lasting name; LYTT_WORKER_NAME otherwise.")
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="Only say whether the worker is alive.")] = False,
    until_stdin_ends: Annotated[bool, typer.Option("--until-stdin-ends", hidden=True)] = False,
) -> None:
    """Run one more worker."""
    from service.cli.serve import check_worker, run_one_worker

    if check:
        check_worker(name)
    else:
        run_one_worker(name, until_stdin_ends)


def main() -> None:
    """Entry point; a problem is one sentence on the error stream and exit code 1."""
    from service.cli.errors import Refusal
    from service.vault.locked import KeyUnusable, VaultLocked

    try:
        app()
    except (Refusal, VaultLocked, KeyUnusable) as refusal:
        typer.echo(str(refusal), err=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()

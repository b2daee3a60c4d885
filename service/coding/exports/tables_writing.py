"""Codings, markers, codes and interviews as tables: CSV, or Parquet with the meaning of each column in its schema."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, TypeVar

from service.coding.csv_writing import CsvWriter
from service.coding.exports.columns import (
    CODES,
    CODINGS,
    DICTIONARY,
    INTERVIEWS,
    MARKERS,
    CodeRow,
    CodingRow,
    Column,
    MarkerRow,
    Value,
    dictionary,
)
from service.coding.exports.values import File, Options, Study

if TYPE_CHECKING:
    import pyarrow as pa

R = TypeVar("R")
_GROUP_ROWS = 50_000
"""Rows of a row group: what is held in memory of a table while it is written."""


def csv_files(study: Study, options: Options) -> tuple[File, ...]:
    """The tables in UTF-8 (RFC 4180), with ``data_dictionary.csv``, which says what each column holds."""
    files = [File("interviews.csv", lambda: _csv(INTERVIEWS, study.heads))]
    if options.codings:
        files += [
            File("codings.csv", lambda: _csv(CODINGS, _codings(study))),
            File("codes.csv", lambda: _csv(CODES, _codes(study))),
        ]
    if options.markers:
        files.append(File("markers.csv", lambda: _csv(MARKERS, _markers(study))))
    return (*files, File.of("data_dictionary.csv", _dictionary_csv()))


def parquet_files(study: Study, options: Options) -> tuple[File, ...]:
    """The tables as Parquet; the schema holds unit and meaning of each column, and ``data_dictionary.csv`` too."""
    files = [File.of("interviews.parquet", _parquet(INTERVIEWS, study.heads))]
    if options.codings:
        files += [
            File("codings.parquet", lambda: (_parquet(CODINGS, _codings(study)),)),
            File.of("codes.parquet", _parquet(CODES, _codes(study))),
        ]
    if options.markers:
        files.append(File("markers.parquet", lambda: (_parquet(MARKERS, _markers(study)),)))
    return (*files, File.of("data_dictionary.csv", _dictionary_csv()))


def _codings(study: Study) -> Iterable[CodingRow]:
    return (
        CodingRow(study, interview, coding) for interview in study.interviews for coding in interview.codings
    )


def _markers(study: Study) -> Iterable[MarkerRow]:
    return (MarkerRow(interview, one) for interview in study.interviews for one in interview.markers)


def _codes(study: Study) -> Iterable[CodeRow]:
    return (CodeRow(study, one) for one in study.used_codes)


def _csv(columns: Sequence[Column[R]], rows: Iterable[R]) -> Iterable[bytes]:
    held = io.StringIO()
    writer = CsvWriter(held)
    writer.write(column.name for column in columns)
    for number, row in enumerate(rows, 1):
        writer.write(_plain(column.of(row)) for column in columns)
        if number % 1000 == 0:
            yield held.getvalue().encode()
            held.seek(0)
            held.truncate()
    yield held.getvalue().encode()


def _plain(value: Value) -> str | int | float:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case datetime():
            return value.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        case _:
            return value


def _dictionary_csv() -> bytes:
    held = io.StringIO()
    writer = CsvWriter(held)
    for row in (DICTIONARY, *dictionary()):
        writer.write(row)
    return held.getvalue().encode()


def _parquet(columns: Sequence[Column[R]], rows: Iterable[R]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds: dict[str, Callable[[], pa.DataType]] = {
        "text": pa.string,
        "integer": pa.int64,
        "number": pa.float64,
        "boolean": pa.bool_,
        "time": lambda: pa.timestamp("us", tz="UTC"),
    }
    schema = pa.schema(
        [
            pa.field(
                column.name, kinds[column.kind](), metadata={"unit": column.unit, "meaning": column.means}
            )
            for column in columns
        ],
        metadata={"made_by": "Lytt", "columns": json.dumps([column.name for column in columns])},
    )
    target = pa.BufferOutputStream()
    with pq.ParquetWriter(target, schema, compression="zstd") as writer:
        held: list[dict[str, Value]] = []
        for row in rows:
            held.append({column.name: column.of(row) for column in columns})
            if len(held) == _GROUP_ROWS:
                writer.write_table(pa.Table.from_pylist(held, schema=schema))
                held.clear()
        writer.write_table(pa.Table.from_pylist(held, schema=schema))
    content: bytes = target.getvalue().to_pybytes()
    return content

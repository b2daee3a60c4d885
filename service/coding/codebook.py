"""The codebook: codes in a tree and themes that gather them, with every change of it.

Each change is a row with what it changed, before and after, and its number is the version of the codebook. A past
version is what the changes up to it left. An undone change is a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, TypeVar

import sqlalchemy as sa

from service.coding import tables
from service.coding.agreement.decisions import is_agreed_on
from service.coding.codings import back_to_codes, recode, recode_all
from service.coding.feed.noting import Kind, Noted, note
from service.coding.values import (
    Code,
    Codebook,
    CodebookChange,
    CodeState,
    NotThere,
    Overtaken,
    Refused,
    Theme,
    in_utc,
)
from service.coding.writing import add_once

Item = Code | Theme
T = TypeVar("T", Code, Theme)
_ONLY = 1


@dataclass(frozen=True, slots=True)
class CodeWords:
    """What a person says of a code. ``None``: as it is."""

    name: str | None = None
    definition: str | None = None
    colour: str | None = None
    example: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A new code that is split off, and the codings that it takes. Without a colour it has that of the other."""

    id: str
    name: str
    codings: tuple[str, ...]
    colour: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A code of a list that somebody brings; ``parent`` is one of the book or one that comes before it in the list."""

    id: str
    name: str
    parent: str | None = None
    definition: str = ""
    colour: str = ""


def current(connection: sa.Connection) -> Codebook:
    """The codebook as it is."""
    version = connection.execute(sa.select(tables.codebook_head.c.version)).scalar_one_or_none()
    codes = tuple(
        _code(row)
        for row in connection.execute(sa.select(tables.code).order_by(tables.code.c.name)).mappings()
    )
    themes = tuple(
        _theme(row)
        for row in connection.execute(sa.select(tables.theme).order_by(tables.theme.c.name)).mappings()
    )
    return Codebook(version or 0, codes, themes)


def at_version(connection: sa.Connection, version: int) -> Codebook:
    """The codebook as change ``version`` left it. Raises NotThere where there was no such change."""
    codes: dict[str, Code] = {}
    themes: dict[str, Theme] = {}
    change = tables.codebook_change
    last = 0
    for row in connection.execute(
        sa.select(change.c.number, change.c.after).where(change.c.number <= version).order_by(change.c.number)
    ):
        last = row.number
        after = _book(last, row.after)
        codes |= {code.id: code for code in after.codes}
        themes |= {theme.id: theme for theme in after.themes}
    if last != version:
        raise NotThere
    return Codebook(version, tuple(_by_name(codes.values())), tuple(_by_name(themes.values())))


def changes(connection: sa.Connection, after: int = 0, limit: int = 500) -> tuple[CodebookChange, ...]:
    """Changes of the codebook, those that follow ``after``, the oldest first."""
    change = tables.codebook_change
    rows = connection.execute(
        sa.select(change).where(change.c.number > after).order_by(change.c.number).limit(limit)
    )
    return tuple(_change(row) for row in rows)


def add_code(
    connection: sa.Connection, who: str, code_id: str, words: CodeWords, parent: str | None = None
) -> Code:
    """Add a code. The same one asked for again is the one that is there. Raises Refused, Overtaken."""
    with_it = _Revision(connection, who, "code_added")
    name = _named(words.name)
    if (there := with_it.codes.get(code_id)) is not None:
        if (there.name, there.made_by) == (name, who):
            with_it.drop()
            return there
        raise Overtaken(there)
    with_it.refuse_name(name, code_id)
    if parent is not None:
        with_it.used_code(parent)
    code = Code(
        code_id,
        parent,
        name,
        words.definition or "",
        words.colour or "",
        words.example or "",
        CodeState.USED,
        None,
        with_it.number,
        who,
    )
    with_it.put(code)
    with_it.write()
    return code


def add_codes(connection: sa.Connection, who: str, listed: Sequence[Listed]) -> tuple[Code, ...]:
    """Add a list of codes as one change, so that it is undone at once. The same asked for again is what is there.

    Raises Refused where a name is there already, twice in the list, or lies below what is not there; Overtaken where an
    id is another code.
    """
    with_it = _Revision(connection, who, "codes_added")
    there = [with_it.codes.get(one.id) for one in listed]
    if all(
        code is not None and (code.name, code.made_by) == (_named(one.name), who)
        for code, one in zip(there, listed, strict=True)
    ):
        with_it.drop()
        return tuple(code for code in there if code is not None)
    for one in listed:
        if (held := with_it.codes.get(one.id)) is not None:
            raise Overtaken(held)
        name = _named(one.name)
        with_it.refuse_name(name, one.id)
        if one.parent is not None:
            with_it.used_code(one.parent)
        used, number = CodeState.USED, with_it.number
        with_it.put(Code(one.id, one.parent, name, one.definition, one.colour, "", used, None, number, who))
    with_it.write()
    return tuple(with_it.codes[one.id] for one in listed)


def edit_code(connection: sa.Connection, who: str, code_id: str, version: int, words: CodeWords) -> Code:
    """Change what is said of a code. Its codings stay. Raises NotThere, Refused, Overtaken."""
    with_it = _Revision(connection, who, "code_edited")
    code = with_it.code(code_id, version)
    changed = replace(
        code,
        name=code.name if words.name is None else _named(words.name),
        definition=code.definition if words.definition is None else words.definition,
        colour=code.colour if words.colour is None else words.colour,
        example=code.example if words.example is None else words.example,
    )
    with_it.refuse_name(changed.name, code_id)
    return with_it.done_with(changed)


def move_code(connection: sa.Connection, who: str, code_id: str, version: int, parent: str | None) -> Code:
    """Put a code, with those below it, under another or (None) at the top. Raises NotThere, Refused, Overtaken."""
    with_it = _Revision(connection, who, "code_moved")
    code = with_it.code(code_id, version)
    above = parent
    while above is not None:
        if above == code_id:
            raise Refused("A code can't be below itself.")
        above = with_it.used_code(above).parent
    return with_it.done_with(replace(code, parent=parent))


def remove_code(connection: sa.Connection, who: str, code_id: str, version: int) -> Code:
    """Take a code out that nothing is coded with and nothing is below. Raises NotThere, Refused, Overtaken."""
    with_it = _Revision(connection, who, "code_removed")
    code = with_it.code(code_id, version)
    if any(one.parent == code_id for one in with_it.in_use()):
        raise Refused("There are codes below it. Move or remove them first.")
    coding = tables.coding
    used = connection.execute(
        sa.select(sa.func.count()).where(coding.c.code == code_id, ~coding.c.removed)
    ).scalar_one()
    if used:
        codings = "1 coding has" if used == 1 else f"{used:,} codings have"
        raise Refused(f"{codings} it. Merge it into another code, so that they stay.")
    if is_agreed_on(connection, code_id):
        raise Refused(
            "Coders agreed on it where they disagreed. Merge it into another code, so that this stays."
        )
    with_it.leave_themes(code_id, None)
    return with_it.done_with(replace(code, state=CodeState.REMOVED))


def merge_codes(connection: sa.Connection, who: str, code_id: str, version: int, into: str) -> Code:
    """Let ``into`` have the codings, the codes below and the themes of a code. Returns ``into``.

    Raises NotThere, Refused, Overtaken.
    """
    with_it = _Revision(connection, who, "code_merged")
    code = with_it.code(code_id, version)
    target = with_it.used_code(into)
    above: str | None = into
    while above is not None:
        if above == code_id:
            raise Refused("A code can't be merged into itself or one below it.")
        above = with_it.codes[above].parent
    for below in [one for one in with_it.in_use() if one.parent == code_id]:
        with_it.put(replace(below, parent=into, version=with_it.number))
    with_it.leave_themes(code_id, into)
    recode_all(connection, who, code_id, into, "code_merged", with_it.number)
    with_it.done_with(replace(code, state=CodeState.MERGED, merged_into=into))
    return target


def split_code(
    connection: sa.Connection, who: str, code_id: str, version: int, parts: Sequence[Part]
) -> tuple[Code, ...]:
    """Make new codes of a part of a code's codings; the others stay. Returns the new ones, which lie where it lies.

    Raises NotThere, Refused, Overtaken.
    """
    with_it = _Revision(connection, who, "code_split")
    code = with_it.code(code_id, version)
    made = []
    for part in parts:
        name = _named(part.name)
        if part.id in with_it.codes:
            raise Overtaken(with_it.codes[part.id])
        with_it.refuse_name(name, part.id)
        new = replace(
            code,
            id=part.id,
            name=name,
            definition="",
            example="",
            colour=part.colour or code.colour,
            version=with_it.number,
            made_by=who,
        )
        with_it.put(new)
        for theme in [one for one in with_it.themes.values() if code_id in one.codes]:
            with_it.put(replace(theme, codes=(*theme.codes, part.id), version=with_it.number))
        recode(connection, who, part.codings, code_id, part.id, "code_split", with_it.number)
        made.append(new)
    with_it.done_with(code)
    return tuple(made)


def put_theme(
    connection: sa.Connection,
    who: str,
    theme_id: str,
    version: int | None,
    name: str,
    definition: str,
    codes: Sequence[str],
) -> Theme:
    """Add a theme (``version`` None) or say anew what it is. Raises NotThere, Refused, Overtaken."""
    with_it = _Revision(connection, who, "theme_added" if version is None else "theme_edited")
    there = with_it.themes.get(theme_id)
    gathered = tuple(dict.fromkeys(codes))
    if version is None and there is not None:
        if (there.name, there.definition, there.codes) == (_named(name), definition, gathered):
            with_it.drop()
            return there
        raise Overtaken(there)
    if version is not None and (there is None or there.state is not CodeState.USED):
        raise NotThere
    if there is not None and there.version != version:
        raise Overtaken(there)
    for code_id in gathered:
        with_it.used_code(code_id)
    made_by = who if there is None else there.made_by
    theme = Theme(theme_id, _named(name), definition, gathered, CodeState.USED, with_it.number, made_by)
    with_it.put(theme)
    with_it.write()
    return theme


def remove_theme(connection: sa.Connection, who: str, theme_id: str, version: int) -> Theme:
    """Take a theme out; its codes stay. Raises NotThere, Overtaken."""
    with_it = _Revision(connection, who, "theme_removed")
    there = with_it.themes.get(theme_id)
    if there is None or there.state is not CodeState.USED:
        raise NotThere
    if there.version != version:
        raise Overtaken(there)
    theme = replace(there, state=CodeState.REMOVED, version=with_it.number)
    with_it.put(theme)
    with_it.write()
    return theme


def undo_change(connection: sa.Connection, who: str, number: int) -> CodebookChange:
    """Put back what change ``number`` changed, as a new change, codings too where nobody coded them anew since.

    Raises NotThere; Refused where a code was changed again since and that was not undone, or something is coded with
    one that would go.
    """
    with_it = _Revision(connection, who, "change_undone", undoes=number)
    table = tables.codebook_change
    row = connection.execute(sa.select(table).where(table.c.number == number)).first()
    if row is None:
        raise NotThere
    change = _change(row)
    before = {one.id: one for one in _items(change.before)}
    items: dict[str, Item] = {**with_it.codes, **with_it.themes}
    for after in _items(change.after):
        now = items[after.id]
        if replace(now, version=number) != after:
            raise Refused(f"“{now.name}” was changed again since, by change {now.version}. Undo that first.")
    back_to_codes(connection, who, number, with_it.number)
    for after in _items(change.after):
        was = before.get(after.id, replace(after, state=CodeState.REMOVED))
        with_it.put(replace(was, version=with_it.number))
    with_it.refuse_broken()
    with_it.write()
    return changes(connection, with_it.number - 1, 1)[0]


class _Revision:
    """One change of the codebook under way. Whoever makes another waits for this transaction."""

    def __init__(self, connection: sa.Connection, who: str, act: str, undoes: int | None = None) -> None:
        self._connection, self._who, self._act, self._undoes = connection, who, act, undoes
        head = tables.codebook_head
        add_once(connection, head, {"id": _ONLY, "version": 0})
        connection.execute(sa.update(head).values(version=head.c.version + 1))
        self.number: int = connection.execute(sa.select(head.c.version)).scalar_one()
        book = current(connection)
        self.codes = {code.id: code for code in book.codes}
        self.themes = {theme.id: theme for theme in book.themes}
        self._before: dict[str, Item] = {}
        self._after: dict[str, Item] = {}

    def in_use(self) -> list[Code]:
        return [code for code in self.codes.values() if code.state is CodeState.USED]

    def used_code(self, code_id: str) -> Code:
        code = self.codes.get(code_id)
        if code is None or code.state is not CodeState.USED:
            raise Refused("There is no such code in the codebook.")
        return code

    def code(self, code_id: str, version: int) -> Code:
        """The code that is to be changed, as the one who changes it knows it; nobody codes with it meanwhile."""
        self._connection.execute(
            sa.select(tables.code.c.id).where(tables.code.c.id == code_id).with_for_update()
        )
        code = self.codes.get(code_id)
        if code is None:
            raise NotThere
        if code.version != version:
            raise Overtaken(code)
        if code.state is not CodeState.USED:
            raise Refused("The code is not in the codebook any more.")
        return code

    def refuse_name(self, name: str, code_id: str) -> None:
        for other in self.in_use():
            if other.id != code_id and other.name.casefold() == name.casefold():
                raise Refused(f"There is a code called “{other.name}”.")

    def refuse_broken(self) -> None:
        """Refuse a state in which a used code lies below one that went, shares its name, or codings have no code."""
        used = {code.id for code in self.in_use()}
        for code in self.in_use():
            self.refuse_name(code.name, code.id)
            if code.parent is not None and code.parent not in used:
                raise Refused(f"“{code.name}” lies below a code that would go. Move it first.")
        gone = [
            one.id
            for one in self._after.values()
            if isinstance(one, Code) and one.state is not CodeState.USED
        ]
        coding = tables.coding
        left = sa.select(coding.c.id).where(coding.c.code.in_(gone), ~coding.c.removed).limit(1)
        if gone and self._connection.execute(left).first() is not None:
            raise Refused("Something is coded with a code that would go. Merge that code instead.")
        for theme in self.themes.values():
            if theme.state is CodeState.USED and not used.issuperset(theme.codes):
                raise Refused(f"The theme “{theme.name}” gathers a code that would go.")

    def leave_themes(self, code_id: str, instead: str | None) -> None:
        for theme in list(self.themes.values()):
            if code_id in theme.codes:
                named = [instead if one == code_id else one for one in theme.codes]
                kept = tuple(dict.fromkeys(one for one in named if one is not None))
                self.put(replace(theme, codes=kept, version=self.number))

    def put(self, item: Item) -> None:
        held: Mapping[str, Item] = self.codes if isinstance(item, Code) else self.themes
        if item.id in held and item.id not in self._before and item.id not in self._after:
            self._before[item.id] = held[item.id]
        self._after[item.id] = item
        table = tables.code if isinstance(item, Code) else tables.theme
        values = _plain(item)
        if item.id in held:
            self._connection.execute(sa.update(table).where(table.c.id == item.id).values(**values))
        else:
            self._connection.execute(sa.insert(table).values(**values))
        if isinstance(item, Code):
            self.codes[item.id] = item
        else:
            self.themes[item.id] = item

    def done_with(self, code: Code) -> Code:
        """Put the code that was changed, and write the change."""
        changed = replace(code, version=self.number)
        self.put(changed)
        self.write()
        return changed

    def write(self) -> None:
        self._connection.execute(
            sa.insert(tables.codebook_change).values(
                number=self.number,
                at=datetime.now(UTC),
                who=self._who,
                act=self._act,
                undoes=self._undoes,
                before=[_plain(one) for one in self._before.values()],
                after=[_plain(one) for one in self._after.values()],
            )
        )
        for item in self._after.values():
            kind = Kind.CODE if isinstance(item, Code) else Kind.THEME
            note(self._connection, Noted(kind, item.id, self._act, self.number))

    def drop(self) -> None:
        """There is nothing to change: the number is given back."""
        head = tables.codebook_head
        self._connection.execute(sa.update(head).values(version=head.c.version - 1))


def _named(name: str | None) -> str:
    plain = " ".join((name or "").split())
    if not plain:
        raise Refused("It needs a name.")
    return plain


def _plain(item: Item) -> dict[str, Any]:
    values = asdict(item)
    if isinstance(item, Theme):
        values["codes"] = list(item.codes)
    return values | {"state": str(item.state)}


def _code(row: Mapping[Any, Any]) -> Code:
    return Code(**{**row, "state": CodeState(row["state"])})


def _theme(row: Mapping[Any, Any]) -> Theme:
    return Theme(**{**row, "state": CodeState(row["state"]), "codes": tuple(row["codes"])})


def _book(number: int, items: Iterable[Mapping[Any, Any]]) -> Codebook:
    held = list(items)
    return Codebook(
        number,
        tuple(_code(one) for one in held if "parent" in one),
        tuple(_theme(one) for one in held if "parent" not in one),
    )


def _items(book: Codebook) -> tuple[Item, ...]:
    return (*book.codes, *book.themes)


def _change(row: Any) -> CodebookChange:
    return CodebookChange(
        row.number,
        in_utc(row.at),
        row.who,
        row.act,
        row.undoes,
        _book(row.number, row.before),
        _book(row.number, row.after),
    )


def _by_name(items: Iterable[T]) -> list[T]:
    return sorted(items, key=lambda one: (one.name, one.id))

"""What of a workbook its tables need, checked before the reader builds anything: a small archive can hold gigabytes, or a million elements.

The reader (openpyxl) makes objects of all elements of the workbook's list of sheets, relations and styles, and takes sheets
and texts as they come. Only those parts are handed on, in an archive of their own, each within its bounds; pictures,
charts, macros, links to other files and whatever else there is are left behind.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vlmctl.interchange.content import File

__all__ = ["MAX_PARTS", "PART", "WORKBOOK", "plain_workbook"]

MAX_PARTS = 2000
"""An archive of more parts is refused: each takes half a kilobyte in the list of them."""

MAX_UNPACKED = 24 * 2**20
"""So is one whose tables unpack to more bytes; a table of 500 models and 200 benchmarks takes 5 MB."""

MAX_RATIO = 200
"""So is one whose tables unpack to so many times its size: text packs twenty times."""

MAX_MARKS = 250_000
"""So are sheets, or texts, with more `<` or `=` together: of those there are four and three for each cell, and a reader may keep half a
kilobyte for each. The largest leaderboard has 15,000 figures."""

MAX_ATTRIBUTES = 1000
"""So is a part with more `=` between two `<`: attributes of one element, which take a kilobyte each."""

MAX_SMALL = 20_000
"""Of them, in a part of which objects are made: up to 0.1 ms for each."""

MAX_SHEETS = 100
MAX_WORK = 2_000_000
"""Sheets times the marks of the largest part: several sheets may be one and the same part."""

PART = b"PK\x01\x02"
"""Starts each entry of an archive's list of parts."""

WORKBOOK = "xl/workbook.xml"
RELATIONS = "xl/_rels/workbook.xml.rels"
TYPES = "[Content_Types].xml"
STYLES = "xl/styles.xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
TEXTS = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"

PIECE = 2**18
LONGEST = 16
"""No shorter than what is looked for in pieces."""

_SHEET = re.compile(rb"\bsheetId\s*=")


class _Marks(NamedTuple):
    """How much a part would make its reader do."""

    marks: int
    sheets: int


def plain_workbook(file: File) -> bytes:
    """A workbook with its sheets, texts and styles alone. `UsageError` where reading it would take more than a table may."""
    if file.content.count(PART) > MAX_PARTS:  # before the list of parts is read: it may be millions long
        raise _no_table(file, f"holds more than {MAX_PARTS} parts")
    try:
        with zipfile.ZipFile(io.BytesIO(file.content)) as archive:
            return _written(file, archive)
    except (zipfile.BadZipFile, ValueError, OSError, EOFError, NotImplementedError, RuntimeError) as error:
        raise UsageError(f"{file.name} is no workbook (.xlsx): {str(error).lower()}", hint="save an .xls file as .xlsx") from error
    except UsageError:
        raise
    except Exception as error:  # zlib's, lzma's and the XML parser's own errors
        raise UsageError(f"{file.name} is damaged: {str(error).lower()}") from error


def _written(file: File, archive: zipfile.ZipFile) -> bytes:
    names = archive.namelist()
    if len(set(names)) < len(names):
        raise _no_table(file, "holds two parts of one name")
    needed = [name for name in (TYPES, WORKBOOK, RELATIONS, STYLES) if name in names]
    _check_sizes(file, archive, needed)
    found = {name: _marks(file, archive, name, MAX_SMALL) for name in needed}
    kinds = _kinds(file, archive) if TYPES in needed else {}
    tables = {name: kind for name, kind in kinds.items() if name in names and name not in needed}
    _check_sizes(file, archive, [*needed, *tables])
    if RELATIONS in needed:
        _refuse_charts(file, archive, tables)
    large = {name: _marks(file, archive, name, MAX_MARKS) for name in tables}
    sheets = found[WORKBOOK].sheets if WORKBOOK in found else 0
    most = max((each.marks for each in large.values()), default=0)
    if sum(each.marks for each in large.values()) > MAX_MARKS or sheets > MAX_SHEETS or sheets * most > MAX_WORK:
        raise _no_table(file, f"has too many elements in {sheets} sheets")
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as plain:
        for name in (*needed, *tables):
            plain.writestr(zipfile.ZipInfo(name), archive.read(name))
    return stream.getvalue()


def _check_sizes(file: File, archive: zipfile.ZipFile, names: list[str]) -> None:
    """By what the list of parts says: a part that is longer ends there when it is read."""
    unpacked = sum(archive.getinfo(name).file_size for name in names)
    if unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(len(file.content), 4096):
        raise _no_table(file, f"unpacks to {unpacked} bytes")


def _marks(file: File, archive: zipfile.ZipFile, name: str, most: int) -> _Marks:
    """A part's marks. `UsageError` for too many, for entities, which multiply, and for an encoding in which they hide."""
    opening = equal = sheets = 0
    for before, piece in _pieces(archive, name):
        both = before + piece
        if not before and (b"\0" in piece[:4] or piece[:2] in {b"\xff\xfe", b"\xfe\xff"}):
            raise _no_table(file, f"has a part that isn't UTF-8 ({name})")
        if b"<!DOCTYPE" in both or b"<!ENTITY" in both:
            raise _no_table(file, f"declares a document type ({name})")
        opening += piece.count(b"<")
        equal += piece.count(b"=")
        sheets += len(_SHEET.findall(both)) - len(_SHEET.findall(before))
        if max(opening, equal) > most or max(each.count(b"=") for each in both.split(b"<")) > MAX_ATTRIBUTES:
            raise _no_table(file, f"has too many elements ({name})")
    return _Marks(max(opening, equal), sheets)


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[tuple[bytes, bytes]]:
    """A part piece by piece, each with the end of the one before it."""
    before = b""
    with archive.open(name) as stream:
        while piece := stream.read(PIECE):
            yield before, piece
            before = piece[-LONGEST:]


def _kinds(file: File, archive: zipfile.ZipFile) -> dict[str, set[str]]:
    """The parts that the archive says are sheets or tables of texts, each with what it is said to be."""
    kinds: dict[str, set[str]] = {}
    for each in _elements(archive, TYPES, "Override"):
        name, kind = each.get("PartName", "")[1:], each.get("ContentType", "")
        if kind.endswith(".main+xml") and name != WORKBOOK:
            raise _no_table(file, f"keeps its list of sheets elsewhere than in {WORKBOOK}")
        if kind in {SHEET, TEXTS}:
            kinds.setdefault(name, set()).add(kind)
    return kinds


def _refuse_charts(file: File, archive: zipfile.ZipFile, tables: Mapping[str, set[str]]) -> None:
    """Raise `UsageError` where a sheet is to be read as a chart, all of it at once. Real charts aren't among the tables."""
    for each in _elements(archive, RELATIONS, "Relationship"):
        target = each.get("Target") or each.get("target") or ""
        path = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
        if "chartsheet" in each.get("Type", "") and path in tables:
            raise _no_table(file, f"has a chart that is a sheet ({path})")


def _elements(archive: zipfile.ZipFile, name: str, tag: str) -> Iterator[Any]:
    """The elements of a small part that have a tag, whatever their name space."""
    from xml.etree import ElementTree as ET

    root = ET.fromstring(archive.read(name))  # noqa: S314 - small, and without entities
    return (each for each in root if each.tag.rpartition("}")[2] == tag)


def _no_table(file: File, what: str) -> UsageError:
    return UsageError(f"{file.name} {what}; that is no table", hint="save the sheet as CSV")

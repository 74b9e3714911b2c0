"""Workbooks, wheels, compiled files and texts that would take more time or memory than they may: refused before they are read.

The figures of SECURITY.md (10 s, 200 MB) are measured for the worst that is still allowed, in a process of its own.
"""

from __future__ import annotations

import io
import os
import random
import sqlite3
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from hostile.material import ACTING, run
from vlmctl.errors import UsageError
from vlmctl.interchange.archives import MAX_MARKS, MAX_PARTS, MAX_SHEETS, MAX_SMALL, plain_workbook
from vlmctl.interchange.content import File

SOURCE = ("--source-title", "t", "--source-kind", "run", "--dry-run")
NAMESPACE = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET, TEXTS, BOOK = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/workbook.xml"
RELATIONS, TYPES, STYLES = "xl/_rels/workbook.xml.rels", "[Content_Types].xml", "xl/styles.xml"
KINDS = "application/vnd.openxmlformats-officedocument.spreadsheetml"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
HEAD = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in ("Model", "Reading"))
ROW = '<row><c t="inlineStr"><is><t>Alpha 1B</t></is></c><c><v>51.5</v></c></row>'


def sheet(rows: str, head: str = "") -> str:
    return f"{head}<worksheet {NAMESPACE}><sheetData><row>{HEAD}</row>{rows}</sheetData></worksheet>"


def book(names: int = 1, more: str = "") -> str:
    sheets = "".join(f'<sheet name="S{number}" sheetId="{number + 1}" r:id="rId1"/>' for number in range(names))
    return f'<workbook {NAMESPACE} xmlns:r="{RELATION}"><sheets>{sheets}</sheets>{more}</workbook>'


def relations(kind: str = "worksheet") -> str:
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{RELATION}/{kind}" Target="worksheets/sheet1.xml"/></Relationships>'
    )


def types(**kinds: str) -> str:
    parts = {BOOK: "sheet.main+xml", SHEET: "worksheet+xml", TEXTS: "sharedStrings+xml", **kinds}
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{KINDS}.{kind}"/>' for name, kind in parts.items())
    return f'<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{overrides}</Types>'


PLAIN = {TYPES: types(), BOOK: book(), RELATIONS: relations(), SHEET: sheet(ROW), TEXTS: f"<sst {NAMESPACE}/>"}


def workbook(**parts: str | bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {**PLAIN, **parts}.items():
            archive.writestr(name, content)
    return stream.getvalue()


def noisy(xml: str) -> str:
    """The same with a comment that packs badly, so that the whole doesn't pack suspiciously well."""
    start = xml.index(">") + 1
    return f"{xml[:start]}<!--{random.Random(1).getrandbits(len(xml) // 20):x}-->{xml[start:]}"


def test_a_plain_workbook_is_read(small: Path, tmp_path: Path) -> None:
    pytest.importorskip("openpyxl")
    more: dict[str, str | bytes] = {"xl/media/image1.png": random.Random(1).randbytes(10_000), "docProps/core.xml": "<x"}
    (tmp_path / "t.xlsx").write_bytes(workbook(**more))
    ran = run("import", str(tmp_path / "t.xlsx"), *SOURCE, "--rivals")
    assert (ran.code, ran.err.count("would write 1 file")) == (0, 1), ran.err


BOMBS: dict[str, tuple[Callable[[], dict[str, str | bytes]], str]] = {
    "rows": (lambda: {SHEET: noisy(sheet("<row/>" * MAX_MARKS))}, "too many elements"),
    "two sheets": (
        lambda: {SHEET: noisy(sheet("<row/>" * (MAX_MARKS * 2 // 3))), "xl/2.xml": noisy(sheet("<row/>" * (MAX_MARKS * 2 // 3))),
                 TYPES: types(**{"xl/2.xml": "worksheet+xml"})},
        "too many elements",
    ),
    "one sheet many times": (lambda: {SHEET: noisy(sheet("<row/>" * 50_000)), BOOK: book(50)}, "too many elements in 50 sheets"),
    "many sheets": (lambda: {BOOK: book(MAX_SHEETS + 1)}, f"in {MAX_SHEETS + 1} sheets"),
    "attributes": (lambda: {SHEET: sheet("<row " + " ".join(f'a{n}=""' for n in range(1500)) + "/>")}, "too many elements"),
    "texts": (lambda: {TEXTS: noisy(f"<sst {NAMESPACE}>" + "<si/>" * MAX_MARKS + "</sst>")}, "too many elements"),
    "styles": (lambda: {STYLES: noisy(f"<styleSheet {NAMESPACE}>" + "<xf/>" * MAX_SMALL + "</styleSheet>")}, "too many elements"),
    "names": (lambda: {BOOK: noisy(book(more="<a/>" * MAX_SMALL))}, "too many elements"),
    "relations": (lambda: {RELATIONS: noisy(relations().replace("><", ">" + "<a/>" * MAX_SMALL + "<", 1))}, "too many elements"),
    "types": (lambda: {TYPES: noisy(types().replace("><", ">" + "<a/>" * MAX_SMALL + "<", 1))}, "too many elements"),
    "a chart that is a sheet": (lambda: {RELATIONS: relations("chartsheet")}, "a chart that is a sheet"),
    "a list of sheets that is a sheet": (lambda: {TYPES: types(**{SHEET: "sheet.main+xml"})}, "keeps its list of sheets elsewhere"),
    "entities": (lambda: {SHEET: sheet("<row><c><v>&a;</v></c></row>", '<!DOCTYPE x [<!ENTITY a "5">]>')}, "declares a document type"),
    "entities across pieces": (lambda: {SHEET: "<!--" + "x" * (2**18 - 9) + "-->" + sheet(ROW, "<!DOCTYPE x>")}, "declares a document type"),
    "another encoding": (lambda: {SHEET: sheet(ROW).encode("utf-16")}, "isn't UTF-8"),
    "that without a mark": (lambda: {SHEET: sheet(ROW).encode("utf-16-le")}, "isn't UTF-8"),
    "blank": (lambda: {SHEET: sheet(" " * 30_000_000)}, "unpacks to 30"),
    "blank but small": (lambda: {SHEET: sheet(" " * 5_000_000)}, "unpacks to 5"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_workbooks_that_are_bombs(name: str) -> None:
    parts, says = BOMBS[name]
    with pytest.raises(UsageError, match=says):
        plain_workbook(File("t.xlsx", workbook(**parts())))


def test_a_list_of_parts_that_is_a_bomb(small: Path, tmp_path: Path) -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(MAX_PARTS + 1):
            archive.writestr(f"{number:x}", b"")
    (tmp_path / "t.xlsx").write_bytes(stream.getvalue() + BOOK.encode())
    ran = run("import", str(tmp_path / "t.xlsx"), "--as", "xlsx", *SOURCE)
    assert (ran.code, "parts; that is no table" in ran.err) == (2, True), ran.err


def test_two_parts_of_one_name() -> None:
    content = workbook(**{"xl/x.xml": "<a/>", "xl/y.xml": "<b/>"}).replace(b"xl/y.xml", b"xl/x.xml")
    with pytest.raises(UsageError, match="two parts of one name"):
        plain_workbook(File("t.xlsx", content))


def test_what_the_library_warns_of_reaches_no_terminal(small: Path, tmp_path: Path) -> None:
    """It would print a workbook's own texts as they are."""
    pytest.importorskip("openpyxl")
    names = '<definedNames><definedName name="_xlnm.Print_Area" localSheetId="0">\x9b31m no range</definedName></definedNames>'
    (tmp_path / "t.xlsx").write_bytes(workbook(**{BOOK: book(more=names)}))
    ran = run("import", str(tmp_path / "t.xlsx"), *SOURCE)
    assert ran.code == 0, ran.err
    assert "Warning" not in ran.err
    assert not ACTING.findall(ran.err)


WHOLE = "VLMCTL_FUZZ" in os.environ
"""Measure the worst that is allowed; else a fifth of it."""

READ = """
import sys, time
from pathlib import Path
from vlmctl.interchange.archives import plain_workbook
from vlmctl.interchange.content import File
from vlmctl.interchange.xlsx_table import _sheets
file = File(sys.argv[1], Path(sys.argv[1]).read_bytes())
for each in _sheets(file, plain_workbook(file)):
    pass
peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'))  # getrusage would count the forking parent's memory
print(int(peak.split()[1]) // 1024, time.process_time())
"""


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux's /proc")
def test_the_worst_workbook_that_is_read(tmp_path: Path) -> None:
    """All elements it may have, in one cell: the library keeps objects of them until the cell ends."""
    pytest.importorskip("openpyxl")
    elements = (MAX_MARKS - 100) // (1 if WHOLE else 5)
    (tmp_path / "t.xlsx").write_bytes(workbook(**{SHEET: noisy(sheet(f'<row><c t="inlineStr"><is>{"<r/>" * elements}</is></c></row>'))}))
    done = subprocess.run([sys.executable, "-c", READ, str(tmp_path / "t.xlsx")], capture_output=True, text=True, timeout=60, check=True)
    megabytes, seconds = map(float, done.stdout.split())
    assert megabytes < (200 if WHOLE else 100)
    assert seconds < (10 if WHOLE else 4)


@pytest.mark.parametrize(
    ("form", "content"),
    [
        ("csv", b"," * 2_000_000), ("csv", b"Model,Reading\n" + b"\n" * 900_000), ("csv", b"\n" * 2_000_000), ("csv", b"\r" * 2_000_000),
        ("markdown-table", b"\n" * 2_000_000), ("model-index", b"---\n" * 1_100_000), ("csv", b'"' * 2_000_000), ("markdown-table", b"|" * 2_000_000),
        ("lmms-eval", b"[" * 490_000), ("lmms-eval", b'{"results":{"mme":{"a":' + b"9" * 2_000_000 + b"}}}"), ("eval-results", b"- " * 100_000),
    ],
    ids=list(map(str, range(11))),
)  # fmt: skip
def test_texts_of_nothing(small: Path, tmp_path: Path, form: str, content: bytes) -> None:
    (tmp_path / "t").write_bytes(content)
    ran = run("import", str(tmp_path / "t"), "--as", form, *SOURCE)
    assert ran.code == 2, ran.err


# Compiled catalogs and wheels, which `diff` opens.


@pytest.fixture
def compiled(small: Path, tmp_path: Path) -> Path:
    run("list", "-q")
    return next((tmp_path / "cache").glob("catalog-*.sqlite3"))


def changed(compiled: Path, tmp_path: Path, sql: str) -> Path:
    """A copy of a compiled catalog whose table `license` is declared in another way."""
    path = tmp_path / "changed.sqlite3"
    path.write_bytes(compiled.read_bytes())
    with sqlite3.connect(path) as connection:
        old = connection.execute("SELECT sql FROM sqlite_schema WHERE name = 'license'").fetchone()[0]
        connection.execute("PRAGMA writable_schema = ON")
        end = old.rindex(")")
        connection.execute("UPDATE sqlite_schema SET sql = ? WHERE name = 'license'", (f"{old[:end]}, {sql}{old[end:]}",))
    connection.close()
    return path


HUGE = "length(replace(hex(zeroblob(400000000)), '0', 'ab'))"


@pytest.mark.parametrize("sql", [f"bomb AS ({HUGE}) VIRTUAL", "one_more TEXT"])
def test_a_compiled_file_of_other_columns_is_not_read(compiled: Path, tmp_path: Path, sql: str) -> None:
    ran = run("diff", str(compiled), str(changed(compiled, tmp_path, sql)))
    assert (ran.code, "damaged or no compiled catalog" in ran.err) == (4, True), ran.err


def test_a_check_within_a_compiled_file_is_not_run(compiled: Path, tmp_path: Path) -> None:
    path = changed(compiled, tmp_path, f"CHECK ({HUGE} > 1e12)")
    ran = run("diff", str(compiled), str(path))
    assert (ran.code, ran.err) == (0, "no differences\n")


def test_a_giant_text_within_a_compiled_file(compiled: Path, tmp_path: Path) -> None:
    path = tmp_path / "changed.sqlite3"
    path.write_bytes(compiled.read_bytes())
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE model SET name = hex(zeroblob(5000000))")
    connection.close()
    ran = run("diff", str(compiled), str(path))
    assert (ran.code, "too big" in ran.err) == (4, True), ran.err


def test_a_wheel_of_too_many_files(tmp_path: Path) -> None:
    wheel = tmp_path / "x.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("vlmctl/catalog.sqlite3", b"")
    wheel.write_bytes(wheel.read_bytes() + b"PK\x01\x02" * 10_001)
    ran = run("diff", str(wheel), str(wheel))
    assert (ran.code, "holds more than 10000 files" in ran.err) == (4, True), ran.err

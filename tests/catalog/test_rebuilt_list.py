"""The list's table, rebuilt by `export markdown-table`: read again, every figure stands under its right header.

The table is read here by `import`'s reader; what each header means is written down by hand in `test_import_list`.
"""

from __future__ import annotations

import io
from collections import Counter
from typing import Any

import pytest

from catalog.test_import_list import HEADINGS, TABLE
from vlmctl.interchange.content import File
from vlmctl.interchange.headings import heading_of
from vlmctl.interchange.identifying import Identifier
from vlmctl.interchange.markdown_table import read
from vlmctl.interchange.writing import Left
from vlmctl.interchange.writing.choosing import Key
from vlmctl.interchange.writing.choosing import chosen as chosen_figures
from vlmctl.interchange.writing.list_table import COLUMNS, TEXTS, write
from vlmctl.interchange.writing.matrix import matrix
from vlmctl.query.export import Extract
from vlmctl.query.filters import Filter, compile_filter
from vlmctl.query.scoring import narrowed
from vlmctl.query.vocabulary import Vocabulary


def rebuilt(catalog: Any, where: Filter) -> tuple[str, Left]:
    text, left = io.StringIO(), Left()
    write(Extract(catalog, where), text, left)
    return text.getvalue(), left


def figures(catalog: Any, text: str) -> Counter[Any]:
    """The figures of a table: model, benchmark, split (where the cell names one), metric, value."""
    vocabulary, identifier = Vocabulary(catalog), Identifier(catalog)
    reading = read(File("rebuilt.md", text.encode()), vocabulary)
    assert not reading.remarks
    found: Counter[Any] = Counter()
    for each in reading.candidates:
        assert each.doubt is None or "range" in each.doubt or "lie" in each.doubt, each
        assert each.part is not None
        found[identifier.identify(each.model, each.names, each.link).model, each.part.benchmark, each.part.split, each.value] += 1
    return found


def test_it_has_the_list_s_own_header() -> None:
    header = [cell.strip() for cell in TABLE.read_text("utf-8").splitlines()[0].strip().strip("|").split("|")]
    assert header == [*TEXTS, *(column.heading for column in COLUMNS)]
    assert {column.heading for column in COLUMNS} == set(HEADINGS)


def test_every_listed_figure_that_it_can_hold_stands_under_its_right_header(shipped: Any) -> None:
    where = narrowed(shipped, Filter(scores=True), listed=True)
    text, left = rebuilt(shipped, where)
    listed = list(Extract(shipped, where).scores())
    back = figures(shipped, text)
    assert (len(listed), left.total(), back.total()) == (655, 47, 608)
    known = {(row["model"], row["benchmark"], row["value"]): row for row in listed}
    for model, benchmark, split, value in back:
        row = known[model, benchmark, value]
        assert split is None or split == row["counted_split"]
        assert split is not None or row["split"] in {None, row["counted_split"]}
    before = sum(benchmark == HEADINGS.get(row["listed_column"], ("",))[0] for row in listed for benchmark in [row["benchmark"]])
    assert before < back.total()


def test_each_cell_says_what_its_header_means(shipped: Any) -> None:
    """By position, without the importer: header, split and value of each cell against the records."""
    text, _ = rebuilt(shipped, compile_filter(shipped, ["lists=awesome-list-of-llm-vlms"], scores=True))
    header, _, *lines = [[cell.strip() for cell in line.strip()[1:-1].split("|")] for line in text.splitlines()]
    names = {row["name"]: row["id"] for row in shipped.rows("SELECT id, name FROM model")}
    primary = {row["id"]: row["split"] for row in shipped.rows("SELECT id, split FROM benchmark")}
    values: dict[Any, set[str]] = {}
    for row in shipped.rows("SELECT model, benchmark, split, value FROM score WHERE status = 'current'"):
        unlabelled = (
            [None] if row["split"] in {None, primary[row["benchmark"]]} else []
        )  # what needs no label under a header without a split
        for split in {row["split"], *unlabelled}:
            values.setdefault((row["model"], row["benchmark"], split), set()).add(f"{row['value']:.12g}")
    cells = 0
    for line in lines:
        assert len(line) == len(header)
        for title, cell in zip(header[len(TEXTS) :], line[len(TEXTS) :], strict=True):
            benchmark, splits = HEADINGS[title]
            plain, _, labels = cell.partition("(")
            usual = (
                {"mme": ["perception", "cognition"]}.get(benchmark, ["test", "dev"]) if len(splits or ()) == 2 else list(splits or [None])
            )
            stated = labels.rstrip(")").split("/") if labels else usual
            for value, split in zip(plain.split("/"), stated, strict=True) if cell else ():
                if value != "-":
                    cells += 1
                    said = None if split in {"f1", "accuracy"} else split  # a metric, not a split
                    assert f"{float(value):.12g}" in values[names[line[1]], benchmark, said], (line[1], title, cell)
    assert cells > 600


def test_a_heading_of_the_matrix_is_read_as_the_part_that_it_means(shipped: Any) -> None:
    vocabulary = Vocabulary(shipped)
    extract = Extract(shipped, Filter(scores=True))
    keys = {key for _, rows in extract.by_model() for key in chosen_figures(rows, Left())}
    columns, _ = matrix(extract, Left())
    headings = [column.name for column in columns][2:]
    assert len(set(headings)) == len(keys) == len(headings)
    for heading in headings:
        found = heading_of(vocabulary, heading)
        assert found is not None, heading
        (part,) = found.parts
        assert Key(part.benchmark, part.split, vocabulary.metric(part)) in keys, heading


def test_the_whole_catalog_reads_back(shipped: Any) -> None:
    text, left = rebuilt(shipped, Filter(scores=True))
    back = figures(shipped, text)
    assert back.total() + left.total() == shipped.value("SELECT count(*) FROM score")
    for model, benchmark, split, value in back:
        sql = "SELECT count(*) FROM score WHERE model = ? AND benchmark = ? AND value = ? AND (? IS NULL OR counted_split = ?)"
        assert shipped.value(sql, (model, benchmark, value, split, split))


@pytest.mark.parametrize("form", ["csv", "model-index", "eval-results"])
def test_what_is_exported_is_imported_as_the_same_figures(form: str, shipped: Any, tmp_path: Any) -> None:
    from vlmctl.interchange.importing import Wishes, set_against
    from vlmctl.interchange.sourcing import Chosen
    from vlmctl.interchange.writing import FORMATS, documents_of, rows_of, written_by

    chosen = next(each for each in FORMATS if each.name == form)
    extract, left = Extract(shipped, compile_filter(shipped, ["series in (MobileVLM, MM1) or family~dots"], scores=True)), Left()
    files = []
    if form == "csv":
        files.append(tmp_path / "matrix.csv")
        with files[0].open("w", encoding="utf-8", newline="") as stream:
            written_by(chosen).write(*rows_of(chosen, extract, "matrix", left), stream)
    else:
        for document in documents_of(chosen, extract, left):
            path = tmp_path.joinpath(*document.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("w", encoding="utf-8") as stream:
                written_by(chosen).write([document], stream, alone=True)
            files.append(path)
    source = Chosen("Ours", "https://example.org", "web", "second-hand", "2025-01-01")
    report = set_against(shipped, [str(path) for path in files], Wishes(), source).report
    assert {entry.decision for entry in report.entries} == {"skipped"}
    assert all("already in the catalog" in entry.reason for entry in report.entries)
    assert len(report.entries) + left.total() == len(list(extract.scores()))
    splits = {(e.model, e.part.benchmark, e.value): e.part.split for e in report.entries if e.part is not None}
    for row in extract.scores():
        if row["split"] is not None and (row["model"], row["benchmark"], row["value"]) in splits and form != "csv":
            assert splits[row["model"], row["benchmark"], row["value"]] is not None, row

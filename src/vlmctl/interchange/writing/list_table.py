"""The public list's own table, rebuilt: its 27 columns, and under each header only figures that the header means.

A header that names a split (`MMMU_val`) holds that split only, a pair header (`MMB(T/D)`) both in order, with a dash for
the missing one. A header that names no split holds the figure on the benchmark's usual split, or one whose split isn't
known, as it is; any other is labelled in the cell, as the list itself does: `88.0/86.6/85.7(random/popular/adversarial)`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TextIO

from vlmctl.interchange.writing.choosing import Key, chosen, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.interchange.writing import Left
    from vlmctl.query.export import Extract

__all__ = ["COLUMNS", "TEXTS", "Column", "write"]

TEXTS = ("Type", "Model", "Base LLM", "Vision Encoder", "Link")


class Column(NamedTuple):
    """A header of the list that figures stand under."""

    heading: str
    benchmark: str | None
    """None for a header that means what another one means."""
    splits: tuple[str, ...] = ()
    """One that it names, or a pair; none for what no other header of the benchmark names."""


COLUMNS = (
    Column("TextVQA", "textvqa"),
    Column("VQA-v2", "vqav2"),
    Column("ScienceQA", "scienceqa"),
    Column("ScienceQA-IMG", "scienceqa", ("img",)),
    Column("STVQA", "stvqa"),
    Column("GQA", "gqa"),
    Column("VizWiz", "vizwiz"),
    Column("VizWiz-VQA", None),
    Column("POPE", "pope"),
    Column("LLaVA-Bench-Wild", "llava-bench-wild"),
    Column("MMB", "mmbench-en"),
    Column("MMB_ZH", "mmbench-cn"),
    Column("MMB(T/D)", "mmbench-en", ("test", "dev")),
    Column("MMB_ZH(T/D)", "mmbench-cn", ("test", "dev")),
    Column("MME（P/C）", "mme", ("perception", "cognition")),
    Column("MM-Vet", "mm-vet"),
    Column("MMMU_val", "mmmu", ("val",)),
    Column("MMMU_test", "mmmu", ("test",)),
    Column("MMMU", "mmmu"),
    Column("MathVista", "mathvista"),
    Column("SEED", "seed-bench"),
    Column("SEED-IMG", "seed-bench", ("img",)),
)
"""The list's headers for figures, in its order."""


class _Rules(NamedTuple):
    """What the catalog says of splits and metrics."""

    primary: dict[str, tuple[str | None, str]]
    split_metrics: dict[tuple[str, str], str]

    def metric(self, benchmark: str, split: str | None) -> str:
        """The metric that counts there."""
        return self.split_metrics.get((benchmark, split or "")) or self.primary[benchmark][1]


def write(extract: Extract, stream: TextIO, left: Left) -> None:
    """Write the table; models without a figure that it can hold have no row."""
    rules = _Rules(extract.primary(), extract.split_metrics())
    headings = (*TEXTS, *(column.heading for column in COLUMNS))
    stream.write(_line(headings))
    stream.write(_line(":---:" for _ in headings))
    before = None
    for model, rows in extract.by_model():
        cells = _cells(chosen(rows, left), rules, left)
        if not any(cells):
            continue
        series = model["series"]
        link = f"https://huggingface.co/{model['hf']}" if model["hf"] else model["weights_url"]
        texts = ("" if series == before else series, model["name"], model["language_model_name"], model["vision_encoder_names"], link)
        stream.write(_line((*map(_text, texts), *cells)))
        left.carried += 1
        before = series


def _line(cells: Any) -> str:
    return "| " + " | ".join(cells) + " |\n"


def _text(text: str | None) -> str:
    """A text in a cell: on one line, its bars escaped."""
    return " ".join((text or "").split()).replace("\\", "\\\\").replace("|", "\\|")


def _cells(figures: dict[Key, dict[str, Any]], rules: _Rules, left: Left) -> list[str]:
    """The cells of a row; what finds no place is counted."""
    placed: dict[int, dict[Key, dict[str, Any]]] = {}
    for key, row in figures.items():
        index = _column(row, rules)
        if isinstance(index, str):
            left[index] += 1
        else:
            placed.setdefault(index, {})[key] = row
    return [_cell(column, placed.get(index, {}), rules, left) for index, column in enumerate(COLUMNS)]


def _column(row: dict[str, Any], rules: _Rules) -> int | str:
    """The index of the header that means a figure, or why there is none."""
    benchmark, split = row["benchmark"], row["split"]
    own = [index for index, column in enumerate(COLUMNS) if column.benchmark == benchmark]
    if not own:
        return "on a benchmark that the table has no column for"
    usual = row["metric"] == rules.metric(benchmark, split)
    for index in own:
        if split is not None and split in COLUMNS[index].splits:
            return index if usual else f"{row['benchmark_name']} in another metric ({row['metric']})"
    for index in own:
        if not COLUMNS[index].splits:
            plain = split is None or split == rules.primary[benchmark][0]
            return index if usual or plain else f"{row['benchmark_name']} {split} in another metric ({row['metric']})"
    return f"{row['benchmark_name']} {split or row['metric']}, where the table has {COLUMNS[own[0]].heading}"


def _cell(column: Column, figures: dict[Key, dict[str, Any]], rules: _Rules, left: Left) -> str:
    """A cell's text."""
    if not figures:
        return ""
    if len(column.splits) > 1:
        values = {row["split"]: number(row["value"]) for row in figures.values()}
        return "/".join(values.get(split, "-") for split in column.splits)
    if column.splits:
        (row,) = figures.values()
        return number(row["value"])
    return _open_cell(list(figures.values()), rules, left)


def _open_cell(rows: Sequence[dict[str, Any]], rules: _Rules, left: Left) -> str:
    """The cell under a header without a split: one figure as it is, or several with their labels."""
    if len(rows) == 1 and _label(rows[0], rules) is None:
        return number(rows[0]["value"])
    order = [split for benchmark, split in rules.split_metrics if benchmark == rows[0]["benchmark"]]
    labelled = [
        (row, _label(row, rules) or row["split"]) for row in sorted(rows, key=lambda row: order.index(row["split"]) if row["split"] else -1)
    ]
    for _ in filter(lambda pair: pair[1] is None, labelled):
        left["without a split, where the cell has figures with one"] += 1
    shown = [(number(row["value"]), label) for row, label in labelled if label]
    return f"{'/'.join(value for value, _ in shown)}({'/'.join(label for _, label in shown)})"


def _label(row: dict[str, Any], rules: _Rules) -> str | None:
    """What must stand beside a figure under a header without a split; None where the header says enough."""
    split = row["split"]
    primary, _ = rules.primary[row["benchmark"]]
    if row["metric"] != rules.metric(row["benchmark"], split):
        metric: str = row["metric"]
        return metric
    if split is None or split == primary:
        return None
    label: str = split
    return label

"""The foreign formats that are read, and how a file's format is told from its content where that is certain."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlmctl.errors import UsageError
from vlmctl.interchange.content import File, json_of, text_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from vlmctl.interchange.reading import Reading
    from vlmctl.query.vocabulary import Vocabulary

__all__ = ["FORMATS", "format_of", "read_as"]

FORMATS = ("markdown-table", "csv", "xlsx", "model-index", "eval-results", "vlmevalkit", "lmms-eval")
"""Names of the formats, as `--as` takes them."""


def read_as(form: str, file: File, vocabulary: Vocabulary, *, encoding: str | None = None, comma: bool = False) -> Reading:
    """What a file of a format holds. Raises `UsageError` where it can't be read as such. `encoding` and `comma` are for tables."""
    if form == "markdown-table":
        from vlmctl.interchange.markdown_table import read as read_markdown

        return read_markdown(file, vocabulary, encoding=encoding, comma=comma)
    if form == "csv":
        from vlmctl.interchange.csv_table import read as read_csv

        return read_csv(file, vocabulary, encoding=encoding, comma=comma)
    if form == "xlsx":
        from vlmctl.interchange.xlsx_table import read as read_xlsx

        return read_xlsx(file, vocabulary, comma=comma)
    return _keyed(form)(file, vocabulary)


def _keyed(form: str) -> Callable[[File, Vocabulary], Reading]:
    """The reader of a format that is no table."""
    from importlib import import_module

    reader: Callable[[File, Vocabulary], Reading] = import_module(f"vlmctl.interchange.{form.replace('-', '_')}").read
    return reader


def format_of(file: File) -> str:
    """The format of a file. Raises `UsageError` where it isn't certain, with the formats that it could be."""
    found = _possible(file)
    if len(found) == 1:
        return found[0]
    what = f"could be {' or '.join(found)}" if found else "is in no format that can be told from its content"
    raise UsageError(f"{file.name} {what}", hint=f"--as FORMAT says which: {', '.join(FORMATS)}")


def _possible(file: File) -> list[str]:
    from vlmctl.interchange.eval_results import FOLDER
    from vlmctl.interchange.xlsx_table import is_workbook

    suffix, start = file.path.suffix.lower(), file.content[:4096].lstrip()
    if is_workbook(file.content):
        return ["xlsx"]
    if start[:1] == b"{":
        return _json_formats(file)
    if suffix in {".yaml", ".yml"}:
        return ["eval-results"] if file.path.parent.name == FOLDER else ["model-index"] if start.startswith(b"model-index:") else []
    if suffix in {".csv", ".tsv"}:
        scored = file.path.stem.endswith("_score") and any(key in start for key in (b"Overall", b"aAcc"))
        return ["vlmevalkit"] if scored or file.path.stem.endswith("_acc") else ["csv"]
    return _text_formats(file)


def _json_formats(file: File) -> list[str]:
    from vlmctl.interchange.lmms_eval import is_results
    from vlmctl.interchange.vlmevalkit import is_leaderboard, is_status

    data = json_of(file)
    if is_leaderboard(data) or is_status(data) or file.path.stem.endswith("_score"):
        return ["vlmevalkit"]
    return ["lmms-eval"] if is_results(data) else []


def _text_formats(file: File) -> list[str]:
    from vlmctl.interchange.markdown_table import has_table
    from vlmctl.interchange.model_index import front_matter

    text = text_of(file)
    matter = front_matter(text)
    found = ["model-index"] if matter is not None and any(line.startswith("model-index:") for line in matter.splitlines()) else []
    return [*found, "markdown-table"] if has_table(text) else found

"""Where an export goes: stdout, a file that appears whole or not at all, or a directory with a file per model.

In a directory a list of the files that an export wrote (`.vlmctl-export`) tells them from foreign ones, which are never
overwritten.
"""

from __future__ import annotations

import os
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from vlmctl.cli import narration
from vlmctl.cli.output import not_written, replaced, write_stream
from vlmctl.errors import RefusedError, UsageError
from vlmctl.interchange.writing import FORMATS, Form, Left, checked_table, documents_of, rows_of, written_by
from vlmctl.source.writing import read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from vlmctl.interchange.writing.documents import Document
    from vlmctl.query.export import Extract

__all__ = ["MANIFEST", "deliver"]

MANIFEST = ".vlmctl-export"
"""Lists the files of a directory that exports wrote, a path a line."""


def deliver(name: str, extract: Extract, table: str | None, output: str | None) -> None:
    """Write an export to where it is wanted; what was left out is told on stderr.

    Raises `UsageError` where format and destination don't go together, `RefusedError` rather than overwrite foreign files.
    """
    form = next(each for each in FORMATS if each.name == name)
    checked_table(form, table)
    left = Left()
    if form.shape == "binary":
        told = _to_binary(form, extract, table, output, left)
    elif output is not None and form.shape == "documents" and _is_directory(output):
        told = _to_directory(form, extract, Path(output), left)
    else:
        told = _to_stream(form, extract, table, output, left)
    lacks = [f"{form.name} has no place for {form.lacks}"] if form.lacks else []
    nothing = [] if left.carried else ["nothing that matches can be written"]
    narration.notes([*told, *nothing, *left.notes(), *(lacks if left.carried else ()), *extract.notes()])


def _is_directory(output: str) -> bool:
    """Whether a path means a directory: it is one, ends like one, or is new and has no suffix."""
    return os.path.isdir(output) or output.endswith(("/", os.sep)) or not (Path(output).suffix or os.path.lexists(output))


def _to_binary(form: Form, extract: Extract, table: str | None, output: str | None, left: Left) -> list[str]:
    if output is None:
        raise UsageError(f"{form.name} goes to a file", hint=f"add -o FILE, such as -o catalog{form.suffix}")
    with replaced(Path(output)) as path:
        if form.tables:
            written_by(form).write(*rows_of(form, extract, table, left), path)
        else:
            written_by(form).write(extract, path, left)
    return [f"wrote {output}"]


def _to_stream(form: Form, extract: Extract, table: str | None, output: str | None, left: Left) -> list[str]:
    fill = _filler(form, extract, table, left)
    if output is None:
        write_stream(fill)
        return []
    with replaced(Path(output), devices=True) as path, path.open("wb") as file:
        text = TextIOWrapper(file, encoding="utf-8", errors="backslashreplace", newline="")
        fill(text)
        text.detach()
    return [f"wrote {output}"]


def _filler(form: Form, extract: Extract, table: str | None, left: Left) -> Callable[[TextIO], None]:
    """What writes the text of an export into a stream."""

    def fill(stream: TextIO) -> None:
        if form.tables:
            written_by(form).write(*rows_of(form, extract, table, left), stream)
        elif form.shape == "text":
            written_by(form).write(extract, stream, left)
        else:
            found = documents_of(form, extract, left)
            written_by(form).write(_of_one_model(form, found) if form.apart else found, stream, alone=False)

    return fill


def _of_one_model(form: Form, found: Iterator[Document]) -> Iterator[Document]:
    """The documents as long as they are about one model; `UsageError` at the second."""
    model = None
    for document in found:
        if model not in {None, document.model}:
            raise UsageError(
                f"{form.name} files don't name their model, and these are about several: {model}, {document.model} …",
                hint="-o DIR/ writes a folder per model; --model NAME chooses one",
            )
        model = document.model
        yield document


def _to_directory(form: Form, extract: Extract, root: Path, left: Left) -> list[str]:
    """Write each document to its file. Nothing is written if one of them would overwrite a foreign file.

    Documents are made twice, first for their places alone: all at once they may be too many. The list of files comes
    first, so that an export that was cut off can be repeated.
    """
    known = _manifest(root)
    paths = [document.path for document in documents_of(form, extract, Left())]
    _refuse_foreign(root, paths, known)
    try:
        if paths:
            root.mkdir(parents=True, exist_ok=True)
            with replaced(root / MANIFEST, links=False) as temporary:
                temporary.write_text("".join(f"{line}\n" for line in sorted({*known, *map("/".join, paths)})), "utf-8")
        for document in documents_of(form, extract, left):
            path = root.joinpath(*document.path)
            path.parent.mkdir(parents=True, exist_ok=True)
            with (
                replaced(path, links=False) as temporary,
                temporary.open("w", encoding="utf-8", errors="backslashreplace", newline="") as stream,
            ):
                written_by(form).write([document], stream, alone=True)
    except OSError as error:
        raise not_written(root, error) from error
    return [f"wrote {len(paths):,} file{'' if len(paths) == 1 else 's'} under {root}"]


def _manifest(root: Path) -> set[str]:
    """The files that exports wrote to a directory. `RefusedError` where something else is in the list's place.

    A link would be anybody's: what it leads to isn't read, and not taken for a list.
    """
    path = root / MANIFEST
    if os.path.islink(path):
        raise RefusedError(f"{path} is a link; nothing was written", hint="name another directory, or remove it")
    return set((read_bytes(path) or b"").decode("utf-8", "replace").splitlines())


def _refuse_foreign(root: Path, paths: Sequence[tuple[str, ...]], known: set[str]) -> None:
    """`RefusedError` where a file that no export wrote is in the way, or a link leads out of the directory."""
    inside = os.path.realpath(root)
    for parts in paths:
        path = root.joinpath(*parts)
        if not Path(os.path.realpath(path)).is_relative_to(inside):
            raise RefusedError(f"{path} leads out of {root}; nothing was written")
        if os.path.lexists(path) and "/".join(parts) not in known:
            raise RefusedError(
                f"{path} is there already and no export wrote it; nothing was written", hint="name another directory, or move it away"
            )

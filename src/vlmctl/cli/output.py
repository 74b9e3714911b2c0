"""Writing an answer: the only module that touches stdout.

To a terminal a table, to a pipe TSV, unless told otherwise. The answer is rendered completely before its first byte is
written to a file (`-o`), which appears whole or not at all. `| head` ends quietly.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import typer

from vlmctl.cli import narration
from vlmctl.errors import UsageError

if TYPE_CHECKING:
    from vlmctl.cli.options import Output
    from vlmctl.render import RenderOptions
    from vlmctl.results import Result

__all__ = ["emit", "write_text"]

SUFFIXES = {
    ".json": "json", ".jsonl": "jsonl", ".csv": "csv", ".tsv": "tsv", ".md": "markdown", ".txt": "table",
    ".svg": "svg", ".png": "png", ".html": "html", ".htm": "html",
}  # fmt: skip
PICTURES = ("svg", "png", "html")


def emit(result: Result, output: Output) -> None:
    """Print an answer as asked; its notes go to stderr."""
    from vlmctl.render import render
    from vlmctl.results import Card

    form = _format(output)
    if output.columns and isinstance(result, Card):
        raise UsageError("--columns goes with tables; this answer is a card", hint="--json has all of it under stable keys")
    if form in PICTURES:
        lines = _draw(result, form, Path(output.output or ""))
    elif output.output is None:
        stream: TextIO = sys.stdout
        with _reader_may_leave():
            lines = render(result, stream, format=form, options=_options(output, stream))
            stream.flush()
    else:
        text = io.StringIO()
        lines = render(result, text, format=form, options=_options(output, None))
        _write_file(Path(output.output), text.getvalue().encode("utf-8", "backslashreplace"))
    narration.notes(lines)


def _draw(result: Result, form: Any, path: Path) -> list[str]:
    """Write a picture; its notes."""
    from vlmctl.render.picture import picture
    from vlmctl.results import Chart

    if not isinstance(result, Chart):
        raise UsageError(f"only a plot can be a picture, such as {path.name}", hint="vlmctl plot draws one")
    data, notes = picture(result, form)
    _write_file(path, data)
    return [*notes, *result.notes]


def write_text(text: str) -> None:
    """Print a text that is no result: a schema, a script, a version."""
    with _reader_may_leave():
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()


@contextlib.contextmanager
def _reader_may_leave() -> Iterator[None]:
    """`| head` has seen enough: end quietly. Any other trouble with stdout, such as a full disk, is an error.

    Nothing is left in the buffer that the interpreter would flush at its end.
    """
    try:
        yield
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise typer.Exit from None
        raise UsageError(f"can't write the answer: {error.strerror or error}") from error


def _format(output: Output) -> Any:
    if output.json and output.format not in (None, "json"):
        raise UsageError(f"--json and --format {output.format.value} contradict each other")
    if output.json:
        return "json"
    if output.format is not None:
        return output.format.value
    if output.output is not None:
        return SUFFIXES.get(Path(output.output).suffix.lower(), "tsv")
    return "table" if sys.stdout.isatty() else "tsv"


def _options(output: Output, stream: TextIO | None) -> RenderOptions:
    from vlmctl.render import RenderOptions

    terminal = stream is not None and stream.isatty()
    color = _color(output.color.value, terminal=terminal)
    return RenderOptions(
        width=_width(),
        color=color,
        links=color and terminal and os.environ.get("TERM") != "dumb",
        header=not output.no_header,
        quiet=output.quiet,
        chosen=bool(output.columns),
    )


def _width() -> int:
    import shutil

    return max(20, shutil.get_terminal_size((100, 24)).columns)


def _color(choice: str, *, terminal: bool) -> bool:
    if choice != "auto":
        return choice == "always"
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _write_file(path: Path, data: bytes) -> None:
    """Replace a file, whole or not at all. A device or pipe (`/dev/stderr`) is written as it is."""
    import tempfile

    try:
        if path.exists() and not path.is_file():
            with path.open("wb") as file:
                file.write(data)
            return
        target = path.resolve()
        descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            _keep_mode(target, temporary)
            Path(temporary).replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
            raise
    except (OSError, ValueError) as error:
        raise UsageError(f"can't write {path}: {getattr(error, 'strerror', None) or error}") from error


def _keep_mode(target: Path, temporary: str) -> None:
    """The rights of the file that is replaced, else those that a new file gets."""
    if target.exists():
        mode = target.stat().st_mode & 0o777
    else:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    Path(temporary).chmod(mode)

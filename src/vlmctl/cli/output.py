"""Writing an answer. stdout is touched here, by `completion` (what a shell asked for), and nowhere else.

To a terminal a table, to a pipe TSV, unless told otherwise. The answer is rendered completely before its first byte is
written to a file (`-o`), which appears whole or not at all. `| head` ends quietly.
"""

from __future__ import annotations

import contextlib
import errno
import io
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import typer

from vlmctl.cli import narration
from vlmctl.errors import UsageError, VlmctlError, WriteError

if TYPE_CHECKING:
    from vlmctl.cli.options import Output
    from vlmctl.render import RenderOptions
    from vlmctl.results import Result

__all__ = ["emit", "format_of", "not_written", "reader_may_leave", "replaced", "write_lines", "write_stream", "write_text"]

SUFFIXES = {
    ".json": "json", ".jsonl": "jsonl", ".csv": "csv", ".tsv": "tsv", ".md": "markdown", ".txt": "table",
    ".svg": "svg", ".png": "png", ".html": "html", ".htm": "html",
}  # fmt: skip
PICTURES = ("svg", "png", "html")

SLIPS = frozenset(
    {
        errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EEXIST, errno.EACCES, errno.EPERM, errno.EROFS, errno.ENAMETOOLONG, errno.ELOOP,
        errno.EINVAL, errno.EILSEQ, errno.ENXIO,
    }
)  # fmt: skip
"""What the system says of a path at which no file can be written, whatever the state of the disk."""

LARGE = 2**23
"""A streamed answer of more bytes waits on the disk until it is whole."""
PART = 2**16

WIDEST = 10_000
"""Columns of a terminal that are believed; a chart fills them all."""


def emit(result: Result, output: Output) -> None:
    """Print an answer as asked; its notes go to stderr."""
    from vlmctl.render import render
    from vlmctl.results import Card, Table

    form = format_of(output)
    if output.columns and (isinstance(result, Card) or (isinstance(result, Table) and result.blocks)):
        raise UsageError(
            "--columns goes with tables of one row a thing; this answer isn't one", hint="--json has all of it under stable keys"
        )
    if form in PICTURES:
        lines = _draw(result, form, Path(output.output or ""))
    elif output.output is None:
        stream: TextIO = sys.stdout
        with reader_may_leave():
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


def write_lines(lines: Callable[[bool], Iterable[str]], color: str) -> None:
    """Print lines that are no result, such as findings; they are made knowing whether styles are wanted."""
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    with reader_may_leave():
        for line in lines(_color(color, terminal=sys.stdout.isatty())):
            sys.stdout.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        sys.stdout.flush()


def write_stream(fill: Callable[[TextIO], None]) -> None:
    """Print what `fill` writes, once it has written all of it: a large answer waits in a temporary file."""
    import tempfile

    from vlmctl.render.cells import visible

    try:
        with tempfile.SpooledTemporaryFile(LARGE, "w+", encoding="utf-8", errors="backslashreplace", newline="") as text:
            fill(text)  # type: ignore[arg-type]
            text.seek(0)
            terminal = sys.stdout.isatty()
            with reader_may_leave():
                while part := text.read(PART):
                    sys.stdout.write("\n".join(map(visible, part.split("\n"))) if terminal else part)
                sys.stdout.flush()
    except OSError as error:  # closing the file fails again with what is left to write
        raise WriteError(f"the answer finds no room in {tempfile.gettempdir()}: {error.strerror or error}") from error


def write_text(text: str) -> None:
    """Print a text that is no result: a schema, a script, a version."""
    with reader_may_leave():
        sys.stdout.write(text if text.endswith("\n") else text + "\n")
        sys.stdout.flush()


@contextlib.contextmanager
def reader_may_leave() -> Iterator[None]:
    """`| head` has seen enough: end quietly. Any other trouble with stdout, such as a full disk, is an error.

    Nothing is left in the buffer that the interpreter would flush at its end.
    """
    try:
        yield
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if isinstance(error, BrokenPipeError):
            raise typer.Exit from None
        raise WriteError(f"can't write the answer: {error.strerror or error}") from error


def not_written(path: Path, error: OSError) -> VlmctlError:
    """The error for a file that can't be written: a slip where there can't be one of that name, else the system's trouble."""
    kind = UsageError if error.errno in SLIPS else WriteError
    return kind(f"can't write {path}: {error.strerror or error}")


def format_of(output: Output) -> Any:
    """The format that is asked for: by an option, by the name of the file to write, else by where stdout goes."""
    if output.json and output.format not in (None, "json"):
        raise UsageError(f"--json and --format {output.format.value} contradict each other")
    if output.quiet and (output.json or output.format in ("json", "jsonl")):
        raise UsageError("-q prints plain ids, --json objects", hint="--json --columns id gives objects with the id alone")
    if output.json:
        return "json"
    if output.format is not None:
        return output.format.value
    if output.output is not None:
        return _format_of(Path(output.output))
    return "table" if sys.stdout.isatty() else "tsv"


def _format_of(path: Path) -> str:
    """The format that a file's name asks for; TSV where it has no ending. `UsageError` for an ending that means none."""
    suffix = path.suffix.lower()
    if suffix and suffix not in SUFFIXES and not os.path.exists(path):
        raise UsageError(f"unknown ending {suffix} in {path.name}", hint=f"use {', '.join(SUFFIXES)}, or name the --format")
    return SUFFIXES.get(suffix, "tsv")


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

    return min(max(20, shutil.get_terminal_size((100, 24)).columns), WIDEST)


def _color(choice: str, *, terminal: bool) -> bool:
    if choice != "auto":
        return choice == "always"
    return terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def _write_file(path: Path, data: bytes) -> None:
    """Replace a file, whole or not at all. A device or pipe (`/dev/stderr`) is written as it is."""
    with replaced(path, devices=True) as temporary:
        temporary.write_bytes(data)


@contextlib.contextmanager
def replaced(path: Path, *, devices: bool = False, links: bool = True) -> Iterator[Path]:
    """A temporary file beside `path`, to be filled, that takes its place at the end: whole or not at all.

    With `devices`, a device or pipe is handed out as it is; none is ever replaced. A link is followed, or without `links`
    itself replaced.
    Raises `UsageError` where it can't be, `WriteError` where the system can't write it.
    """
    import tempfile

    if "\0" in str(path):
        raise UsageError("can't write to a path with a NUL character")
    try:
        if links and path.exists() and not path.is_file():
            if not devices:
                raise UsageError(f"can't write {path}: not a regular file")
            yield path
            return
        target = _target(path) if links else path.parent.resolve() / path.name
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
        os.close(descriptor)
        temporary = Path(name)
        try:
            yield temporary
            with temporary.open("rb") as file:
                os.fsync(file.fileno())
            _keep_mode(target, name)
            temporary.replace(target)
        except BaseException:
            with contextlib.suppress(OSError):
                temporary.unlink()
            raise
    except OSError as error:
        raise not_written(path, error) from error


def _target(path: Path) -> Path:
    """The file that a path leads to. `OSError` for links in a circle, and for one that somebody else may have laid as a trap.

    In a directory like /tmp anybody may leave a link with the name that an answer will get, to have another file of
    the user's replaced. Linux follows no such link when a file is opened, but it isn't opened here.
    """
    step = path
    for _ in range(40):
        if not step.is_symlink():
            return Path(os.path.realpath(step))
        folder = step.parent.stat()
        if folder.st_mode & (stat.S_ISVTX | stat.S_IWOTH) == stat.S_ISVTX | stat.S_IWOTH:
            owner = step.lstat().st_uid
            if owner not in {os.geteuid(), folder.st_uid}:
                raise PermissionError(errno.EACCES, f"{step} is a link that somebody else made")
        step = step.parent / step.readlink()
    raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))


def _keep_mode(target: Path, temporary: str) -> None:
    """The rights of the file that is replaced, else those that a new file gets."""
    if target.exists():
        mode = target.stat().st_mode & 0o777
    else:
        mask = os.umask(0)
        os.umask(mask)
        mode = 0o666 & ~mask
    Path(temporary).chmod(mode)

"""Running a command line: errors become messages and exit codes, here and nowhere else."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from vlmctl.errors import CatalogError, ExitCode, UsageError, VlmctlError

if TYPE_CHECKING:
    from vlmctl.store.catalog import Catalog

__all__ = ["opened", "run"]

REPORT = "https://github.com/vlmctl/vlmctl/issues"


def opened(overlays: Sequence[str]) -> Catalog:
    """The catalog with these overlays. How it was opened is told on stderr; compiling shows its progress on a terminal."""
    from vlmctl.cli import narration
    from vlmctl.store.layers import Layers, unfound
    from vlmctl.store.opening import open_catalog

    catalog = open_catalog(Layers.find(overlays), progress=narration.progress("compiling the catalog"))
    narration.notes((*unfound(), *catalog.notes))
    return catalog


def run(arguments: Sequence[str]) -> int:
    """Run a command line; the exit code. No exception leaves this function but `SystemExit`, and with `--debug` what is a bug."""
    if arguments and arguments[0] == "__complete":  # a shell asks, see `completion`: before Typer is loaded
        from vlmctl.cli.completion.answers import answer

        return answer(arguments[1:])
    from vlmctl.cli import narration
    from vlmctl.cli.argv import wants_json

    debug = "--debug" in arguments
    try:
        return _with_repair(arguments)
    except VlmctlError as error:
        narration.error(error, as_json=wants_json(arguments))
        return int(error.exit_code)
    except KeyboardInterrupt:
        return int(ExitCode.INTERRUPTED)
    except Exception as error:
        if debug:
            raise
        if isinstance(error, FileNotFoundError) and not _somewhere():
            narration.error(UsageError("the working directory is gone", hint="cd to another one"), as_json=wants_json(arguments))
            return int(ExitCode.USAGE)
        narration.say(f"vlmctl: internal error: {type(error).__name__}: {error}")
        narration.say(f"hint: this is a bug; please report it with the command line to {REPORT} (--debug shows the traceback)")
        return int(ExitCode.INTERNAL)


def _somewhere() -> bool:
    """Whether there is a working directory: without one, no relative path can be looked up."""
    try:
        os.getcwd()  # noqa: PTH109 - pathlib isn't loaded by every command
    except OSError:
        return False
    return True


def _with_repair(arguments: Sequence[str]) -> int:
    """Run once; if the compiled catalog turns out to be damaged, once more with a newly compiled one.

    Nothing has been printed by then: an answer is complete before its first byte is written.
    """
    try:
        return _invoke(arguments)
    except Exception as error:
        if not _is_damage(error):
            raise
        from vlmctl.store.opening import RECOMPILE

        if os.environ.get(RECOMPILE):
            raise CatalogError(f"the compiled catalog can't be read: {error}", hint="remove the file that vlmctl db path names") from error
        os.environ[RECOMPILE] = "1"
    return _invoke(arguments)


def _is_damage(error: Exception) -> bool:
    """Whether SQLite found its file damaged (asked without importing it: most errors come before it is loaded)."""
    sqlite3 = sys.modules.get("sqlite3")
    return sqlite3 is not None and isinstance(error, sqlite3.DatabaseError) and not isinstance(error, sqlite3.ProgrammingError)


def _invoke(arguments: Sequence[str]) -> int:
    import typer

    from vlmctl.cli.app import build_app
    from vlmctl.cli.argv import prepared

    ready = prepared(arguments) or ["--help"]
    app = build_app(ready)
    try:
        result = _helped(app, ready) if {"--help", "-h"} & {*ready} else app(ready, prog_name="vlmctl", standalone_mode=False)
    except typer.Exit as left:
        return int(left.exit_code)
    except typer.Abort:
        return int(ExitCode.INTERRUPTED)
    except typer.TyperException as error:
        raise _usage_error(error) from error
    return result if isinstance(result, int) else int(ExitCode.DONE)


def _helped(app: Any, arguments: Sequence[str]) -> Any:
    """A help page, which Typer prints by itself: its reader may leave, and its disk be full, as everybody's."""
    from vlmctl.cli.output import reader_may_leave

    with reader_may_leave():
        try:
            result = app(arguments, prog_name="vlmctl", standalone_mode=False)
        except SystemExit:  # Typer's own way when the reader has left
            return int(ExitCode.DONE)
        sys.stdout.flush()
    return result


def _option_meant(error: Any) -> str | None:
    """A hint for an option that the command doesn't have; None for any other error, or where nothing is near."""
    option = getattr(error, "option_name", None)
    if option is None or error.ctx is None or "such option" not in str(error.format_message()):
        return None
    from vlmctl.cli.unknown_options import meant

    known = [name for parameter in error.ctx.command.params for name in (*parameter.opts, *parameter.secondary_opts)]
    return meant(option, error.ctx.command_path.partition(" ")[2], known)


def _usage_error(error: Any) -> UsageError:
    """The option parser's error in this program's form: lower case, without a full stop, with a hint."""
    message = " ".join(str(error.format_message()).split())
    first, _, suggestion = message.partition(" (Possible options: ")
    first, _, meant = first.partition(" Did you mean ")
    hint = _option_meant(error)
    if hint is None and (suggestion or meant) and not hasattr(error, "possibilities"):
        hint = f"did you mean {(suggestion or meant).rstrip(')?.').replace(chr(39), '')}?"
    if hint is None and error.ctx is not None:
        example = re.search(r"vlmctl .*", error.ctx.command.epilog or "") if first.startswith("Missing ") else None
        hint = f"as in {example.group()}" if example else f"see {error.ctx.command_path} --help"
    text = first.rstrip(".").replace("a valid int range", "a whole number").replace("a valid integer", "a whole number")
    return UsageError(text[:1].lower() + text[1:], hint=hint)

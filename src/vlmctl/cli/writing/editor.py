"""One record in the user's editor: a temporary copy is opened, and saved only if it validates. Nothing typed is ever lost."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.cli import narration
from vlmctl.cli.writing.changing import checked, emit_change, records_of
from vlmctl.errors import RefusedError, UsageError

if TYPE_CHECKING:
    from vlmctl.cli.writing.changing import Writing
    from vlmctl.source.layers import Catalog as Records

__all__ = ["Opened", "edited", "opened_for"]

KINDS = ("model", "family", "benchmark", "language-model", "vision-encoder", "license")
FOLDERS = {"model": "models", "family": "families", "benchmark": "benchmarks"}
COMPONENTS = {"language-model": "language-models", "vision-encoder": "vision-encoders", "license": "licenses"}
TAKE_LINE = frozenset({"vi", "vim", "nvim", "nano", "emacs", "micro", "kak"})


class Opened(NamedTuple):
    """What is opened: where it will be saved, what is there now, and what the editor starts with."""

    root: str
    path: str
    before: bytes | None
    start: bytes
    line: int = 1
    notes: tuple[str, ...] = ()


def opened_for(name: str, writing: Writing) -> Opened:
    """The file that a name or path stands for, in the directory that is written to."""
    from vlmctl.query.names import find
    from vlmctl.source.directory import kind_of
    from vlmctl.source.writing import read_bytes

    if os.sep in name or name.endswith((".yaml", ".yml")):
        path = os.path.realpath(name)
        content = read_bytes(path)
        if content is None or kind_of(path) is None:
            raise UsageError(f"no record's file: {name}", hint="records stand in families/, models/, benchmarks/ and components/")
        return Opened(str(Path(path).parent.parent), path, content, content)
    catalog = writing.open()
    found = find(catalog, name, KINDS, "model, family, benchmark or component")
    root, records = writing.root(), records_of(writing)
    if found.kind in COMPONENTS:
        return _component(records, root, COMPONENTS[found.kind], found.id)
    return _record(records, root, found.kind, found.id)


def _record(records: Records, root: str, kind: str, key: str) -> Opened:
    from vlmctl.source.changes import file_of
    from vlmctl.source.writing import read_bytes

    own = file_of(records, root, kind, key)
    if own is not None:
        return Opened(root, own.path, own.content, own.content)
    path = str(Path(root, FOLDERS[kind], f"{key}.yaml"))
    before = read_bytes(path)
    if before is not None:  # it has errors, so no record was read from it
        return Opened(root, path, before, before)
    if kind == "model":
        return _model(records, root, path, key)
    group: dict[str, Any] = records.families if kind == "family" else records.benchmarks
    note = f"this is a copy; saved, it replaces the whole {kind} below it" + (
        " (to add to a model, edit the model)" if kind == "family" else ""
    )
    return Opened(root, path, None, group[key].file.content, notes=(note,))


def _model(records: Records, root: str, path: str, key: str) -> Opened:
    """The family's file, where that stands in the directory; else an addition with nothing in it yet."""
    from vlmctl.source.changes import family_of, file_of

    family = family_of(records, key)
    own = file_of(records, root, "family", family)
    ids = [model.id for model in own.records[0].models] if own is not None else []
    if own is not None and key in ids:
        return Opened(root, own.path, own.content, own.content, own.document.locate(("models", ids.index(key))).line)
    text = (
        f"# Laid over the model {key}:\n# facts replace what is below, aliases and scores are added.\n"
        f"# vlmctl show {key} --json shows what is there.\n"
        f"id: {key}\nfamily: {family}\n"
        "# sources:\n#   our-run: {kind: run, title: evaluation of 3 March 2025, retrieved: 2025-03-03}\n"
        "# scores:\n#   - {benchmark: textvqa, split: val, value: 57.5, source: our-run, evidence: original}\n"
    )
    return Opened(root, path, None, text.encode())


def _component(records: Records, root: str, kind: str, key: str) -> Opened:
    """The component's file, where it stands in the directory; else that file with a copy of the component."""
    from vlmctl.source.changes import file_of
    from vlmctl.source.editing import append
    from vlmctl.source.scalars import item
    from vlmctl.source.writing import read_bytes

    own = file_of(records, root, kind, key)
    if own is not None:
        index = next(index for index, each in enumerate(own.records) if each.id == key)
        return Opened(root, own.path, own.content, own.content, own.document.locate((index,)).line)
    source = next(file for _, file in reversed(records.files) if file.kind == kind and any(each.id == key for each in file.records))
    record = next(each for each in source.data if each["id"] == key)
    path = str(Path(root, "components", f"{kind}.yaml"))
    before = read_bytes(path)
    note = "this is a copy; saved, it replaces the component below it"
    if before is None:
        text = "\n".join(line[2:] for line in item(record, one_line=False)) + "\n"
        return Opened(root, path, None, text.encode(), notes=(note,))
    start = append(path, before, (), record)
    return Opened(root, path, before, start, before.count(b"\n") + 1, (note,))


def edited(opened: Opened, writing: Writing) -> None:
    """Let the user edit, validate, show the diff and save. Raises `RefusedError` that tells where the typed text is kept."""
    from vlmctl.cli.writing.questions import can_ask, confirmed
    from vlmctl.source.changes import Change, InvalidError

    editor = _editor()
    folder = tempfile.mkdtemp(prefix="vlmctl-edit-")
    copy = Path(folder, Path(opened.path).name)
    copy.write_bytes(opened.start)
    try:
        while True:
            _run(editor, copy, opened.line)
            change = Change(opened.path, opened.before, copy.read_bytes())
            if change.after == opened.start:
                shutil.rmtree(folder, ignore_errors=True)
                narration.say("no change; nothing was written")
                return
            try:
                note = _saved(change, opened.root, writing)
                break
            except InvalidError as error:
                if not can_ask(as_json=writing.json):
                    raise
                narration.error(error, as_json=False)
                if not confirmed("Open it again? (y/n)"):
                    raise
    except (RefusedError, OSError) as error:
        raise _kept(error, copy, opened.start) from error
    except BaseException:  # interrupted at a question, or in the editor
        narration.say(f"what you typed is kept in {copy}")
        raise
    shutil.rmtree(folder, ignore_errors=True)
    narration.notes([note] if note else [])


def _saved(change: Any, root: str, writing: Writing) -> str | None:
    from vlmctl.source.changes import diff
    from vlmctl.source.locking import locked
    from vlmctl.source.writing import replace

    if writing.dry_run:
        checked(records_of(writing), change, root)
        note = "nothing was written"
    else:
        with locked(root):
            checked(records_of(writing), change, root)
            note = replace(change.path, change.after, expected=change.before) or f"wrote {change.path}"
    emit_change(change, diff(change, root), written=not writing.dry_run, as_json=writing.json)
    return note


def _editor() -> list[str]:
    for variable in ("VISUAL", "EDITOR"):
        text = os.environ.get(variable, "").strip()
        if text:
            try:
                return shlex.split(text)
            except ValueError as error:
                raise UsageError(f"${variable} can't be understood: {text}") from error
    return ["vi"]


def _run(editor: list[str], copy: Path, line: int) -> None:
    place = [f"+{line}"] if line > 1 and Path(editor[0]).name in TAKE_LINE else []
    try:
        status = subprocess.run([*editor, *place, str(copy)], check=False).returncode  # noqa: S603 - the user's own editor
    except OSError as error:
        raise RefusedError(
            f"the editor {editor[0]!r} can't be started: {(error.strerror or str(error)).lower()}", hint="VISUAL or EDITOR names one"
        ) from error
    if status != 0:
        raise RefusedError(f"the editor ended with status {status}; nothing was written")


def _kept(error: RefusedError | OSError, copy: Path, start: bytes) -> RefusedError:
    """The error with the place of what was typed; nothing is kept of a copy that wasn't changed."""
    refused = error if isinstance(error, RefusedError) else RefusedError(f"the edited file is gone: {error.strerror}")
    try:
        changed = copy.read_bytes() != start
    except OSError:
        return refused
    if changed:
        refused.hint = f"what you typed is kept in {copy}"
    else:
        shutil.rmtree(copy.parent, ignore_errors=True)
    return refused

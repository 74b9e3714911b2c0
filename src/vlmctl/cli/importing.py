"""The command `import`: foreign files' figures into an overlay, with a source and a report."""

from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

from vlmctl.cli.app import examples
from vlmctl.cli.groups import WHERE, Group
from vlmctl.cli.options import Output
from vlmctl.cli.output import emit
from vlmctl.cli.writing.changing import Writing, records_of, today, under_lock
from vlmctl.errors import UsageError

if TYPE_CHECKING:
    from vlmctl.interchange.importing import Imported, Wishes
    from vlmctl.interchange.sourcing import Chosen
    from vlmctl.source.changes import Change

SOURCE = "Their source"
HOW = "How they are read"


class ForeignFormat(str, Enum):
    """Foreign formats that are read."""

    markdown_table = "markdown-table"
    csv = "csv"
    xlsx = "xlsx"
    model_index = "model-index"
    eval_results = "eval-results"
    vlmevalkit = "vlmevalkit"
    lmms_eval = "lmms-eval"


class Evidence(str, Enum):
    """How a foreign file's figures were read."""

    original = "original"
    copy = "copy"
    second_hand = "second-hand"
    listed = "listed"


class SourceKind(str, Enum):
    """What sort of document foreign figures stand in."""

    run = "run"
    repository = "repository"
    paper = "paper"
    model_card = "model-card"
    web = "web"
    leaderboard = "leaderboard"
    list = "list"


class Shown(str, Enum):
    """Decisions of the report."""

    taken = "taken"
    flagged = "flagged"
    skipped = "skipped"


class TheirSource(Group):
    """The document in which the figures stand."""

    source_title: Annotated[
        str | None, typer.Option("--source-title", metavar="TEXT", help="Title of the document.", rich_help_panel=SOURCE)
    ] = None
    source_kind: Annotated[
        SourceKind | None, typer.Option("--source-kind", help="What sort of document it is.", rich_help_panel=SOURCE)
    ] = None
    source_url: Annotated[
        str | None, typer.Option("--source-url", metavar="URL", help="Where everybody can open it.", rich_help_panel=SOURCE)
    ] = None
    evidence: Annotated[
        Evidence | None,
        typer.Option(
            "--evidence", help="How the figures were read there. Told by the kind for list, leaderboard and run.", rich_help_panel=SOURCE
        ),
    ] = None

    def chosen(self) -> "Chosen":
        """What the options say of the source."""
        from vlmctl.interchange.sourcing import Chosen

        kind, evidence = (None if each is None else each.value for each in (self.source_kind, self.evidence))
        return Chosen(self.source_title, self.source_url, kind, evidence, today().isoformat())


class Manner(Group):
    """How files are read, and which figures are taken."""

    form: Annotated[
        ForeignFormat | None,
        typer.Option("--as", help="The files' format; told from the content where that is certain.", rich_help_panel=HOW),
    ] = None
    encoding: Annotated[
        str | None,
        typer.Option("--encoding", metavar="NAME", help="Encoding of tables that aren't UTF-8: gb18030, cp1252 …", rich_help_panel=HOW),
    ] = None
    comma: Annotated[
        bool, typer.Option("--decimal-comma", help="Tables have decimal commas: 55,5 is fifty-five and a half.", rich_help_panel=HOW)
    ] = False
    model: Annotated[
        str | None,
        typer.Option("--model", metavar="NAME", help="The model that all figures belong to, whatever the files say.", rich_help_panel=HOW),
    ] = None
    new_models_in: Annotated[
        str | None,
        typer.Option(
            "--new-models-in", metavar="FAMILY", help="Add models that the catalog doesn't know to this family.", rich_help_panel=HOW
        ),
    ] = None
    rivals: Annotated[
        bool, typer.Option("--rivals", help="Take figures that differ from the catalog's, too, as rivals.", rich_help_panel=HOW)
    ] = False
    force: Annotated[bool, typer.Option("--force", help="Take the figures of partial runs, marked as such.", rich_help_panel=HOW)] = False

    def wishes(self) -> "Wishes":
        """The same, for the reader."""
        from vlmctl.interchange.importing import Wishes

        form = None if self.form is None else self.form.value
        return Wishes(form, self.encoding, self.comma, self.model, self.new_models_in, self.rivals, self.force)


@examples(
    "vlmctl import table.md --source-title Survey --source-kind web --source-url https://example.org/s --evidence second-hand --dry-run",
    "vlmctl import results.csv --source-title 'Run of 3 May' --source-kind run --catalog ./overlay --report report.csv",
    "vlmctl import OpenVLM.json --source-url https://example.org/OpenVLM.json --only flagged",
    "vlmctl import results.json --as lmms-eval --model llava-1.5-7b",
)
def import_command(
    *,
    files: Annotated[
        list[str], typer.Argument(metavar="FILE", help="Tables, model cards, results; - is standard input.", show_default=False)
    ],
    manner: Manner,
    source: TheirSource,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Write nothing; the report says what would be.", rich_help_panel=WHERE)
    ] = False,
    report: Annotated[
        str | None,
        typer.Option("--report", metavar="FILE", help="Write the whole report here, too (.csv, .json, .md …).", rich_help_panel=WHERE),
    ] = None,
    only: Annotated[list[Shown] | None, typer.Option("--only", help="Print only this decision; repeatable.", rich_help_panel=WHERE)] = None,
    output: Output,
) -> None:
    """Import figures of foreign files into an overlay, with their source.

    Nothing is guessed: figures that don't fit their heading, contradict the catalog or belong to no known model are
    reported, not taken. --catalog DIR says where to write; your own overlay unless told otherwise.
    """
    from vlmctl.interchange.importing import report_table, set_against

    catalog = output.open()
    imported = set_against(catalog, files, manner.wishes(), source.chosen())
    catalog.close()
    outcome = _carried_out(imported, _writing(output, dry_run=dry_run))
    if report is not None:
        emit(report_table(imported, files), Output(output=report))
    emit(report_table(imported, files, outcome, only=[each.value for each in only or ()], columns=output.chosen_columns()), output)


def _writing(output: Output, *, dry_run: bool) -> Writing:
    if output.catalog and len(output.catalog) > 1:
        raise UsageError(
            "import writes to one directory; --catalog was given more than once", hint="VLMCTL_CATALOG names further overlays to read"
        )
    return Writing(catalog=output.catalog[0] if output.catalog else None, dry_run=dry_run)


def _carried_out(imported: "Imported", writing: Writing) -> list[str]:
    """Write the taken figures; what was written, a line each. Raises `RefusedError` where the result isn't valid or can't be written."""
    from vlmctl.source.writing import replace_all

    if not imported.taken:
        return ["no figure was taken; nothing is written"]
    root = writing.root()
    if writing.dry_run:
        return _told(_changes(imported, writing, root), root, "would write")

    def written() -> list[str]:
        changes = _changes(imported, writing, root)
        notes = replace_all([(change.path, change.after, change.before) for change in changes])
        return [*notes, *_told(changes, root, "wrote")]

    return under_lock(root, written)


def _changes(imported: "Imported", writing: Writing, root: str) -> "list[Change]":
    """The changes, one for each file; validated together."""
    from vlmctl.interchange.additions import grouped, planned
    from vlmctl.source.changes import InvalidError, after, findings_of
    from vlmctl.store.layers import Layers

    records = records_of(writing)
    changes = planned(records, root, grouped(imported.taken, imported.new, imported.new_in))
    findings = findings_of(after(records, changes, Layers.origin_of(root)))
    if findings:
        raise InvalidError(findings)
    return changes


def _told(changes: "list[Change]", root: str, verb: str) -> list[str]:
    from os.path import relpath

    shown = [relpath(change.path, root) for change in changes[:5]]
    more = f" and {len(changes) - len(shown)} more" if len(changes) > len(shown) else ""
    return [f"{verb} {len(changes)} file{'s' if len(changes) != 1 else ''} under {root}: {', '.join(shown)}{more}"]

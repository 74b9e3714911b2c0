"""Checks of where figures come from: protocol, status, the public list's print, evidence, sources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vlmctl.checks.check import Problem, error, warning
from vlmctl.checks.numbers import numbers
from vlmctl.names import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.checks.around import Around
    from vlmctl.checks.subjects import ModelSubject, RecordSubject, ScoreSubject


@warning("score")
def few_shot_without_shots(score: ScoreSubject) -> Iterator[Problem]:
    """A few-shot figure without the number of examples.

    Figures with 4 and with 32 examples aren't comparable. Add `shots`; if the source doesn't tell, say so in the `note`,
    and name this check in `explains`.
    """
    if score.record.protocol == "few-shot" and score.record.shots is None:
        yield Problem(("protocol",), f"{score.shown}: how many shots?", "few-shot", "add shots")


@error("score")
def shots_without_few_shot(score: ScoreSubject) -> Iterator[Problem]:
    """A number of examples with another protocol than `few-shot`.

    The figure would be ranked among those without examples in the prompt. Write `protocol: few-shot`, or remove `shots`.
    """
    if score.record.shots is not None and score.record.protocol != "few-shot":
        hint = "write protocol: few-shot"
        yield Problem(("shots",), f"{score.shown}: shots with protocol {score.record.protocol!r}", str(score.record.shots), hint)


@warning("score")
def superseded_alone(score: ScoreSubject, around: Around) -> Iterator[Problem]:
    """A superseded figure without the newer one.

    `status: superseded` says that the makers published a newer figure; it belongs into the record too, under the same
    benchmark, split and metric. Otherwise the model vanishes from the ranking.
    """
    record = score.record
    if record.status != "superseded":
        return
    for other in around.scores_by_model[score.model.record.id]:
        same = (other.benchmark.id, other.split, other.metric.id) == (score.benchmark.id, score.split, score.metric.id)
        if same and not other.record.status and not around.withdrawn(other):
            return
    yield Problem(("status",), f"{score.shown}: no current figure takes its place", str(record.value))


@error("score")
def metric_of_other_split(score: ScoreSubject) -> Iterator[Problem]:
    """The metric belongs to another split.

    Where a split has a metric of its own (MME: perception goes to 2000, cognition to 800), another split's metric on it
    makes a ranking of one. Remove `metric`, or correct the split.
    """
    record = score.record
    own: dict[str | None, str | None] = {split.id: split.metric for split in score.benchmark.splits or ()}
    right = own.get(record.split)
    if right and record.metric and record.metric != right and record.metric in own.values():
        yield Problem(("metric",), f"{score.shown} has the metric {right!r}", record.metric)


@error("score")
def assumed_nothing(score: ScoreSubject) -> Iterator[Problem]:
    """`assumed` names the split, but no split is there.

    It says which of the fields the catalog filled in. Without the field there is nothing assumed: the benchmark's default
    applies by itself.
    """
    if "split" in (score.record.assumed or ()) and score.record.split is None:
        yield Problem(("assumed",), f"{score.shown}: which split was assumed?", "split", "name the split, or remove it from assumed")


@warning("score")
def no_training_split(score: ScoreSubject) -> Iterator[Problem]:
    """`train_split_seen` on a benchmark that has no training split.

    One of the two is wrong: the benchmark's `train_split`, or the score.
    """
    if score.record.train_split_seen is not None and score.benchmark.train_split is False:
        yield Problem(("train_split_seen",), f"{score.benchmark.name} has no training split", str(score.record.train_split_seen).lower())


HEADERS = frozenset({"(28th cell, past the last header)"})
"""Columns that a public list has beside its headers."""


@warning("score")
def unknown_column(score: ScoreSubject, around: Around) -> Iterator[Problem]:
    """`listed.column` is no known spelling of a benchmark.

    It is the header under which the public list prints the figure, letter by letter. A header that the catalog doesn't
    know is a slip, or a spelling to add to a benchmark's `aliases`.
    """
    listed = score.record.listed
    if listed and listed.column not in HEADERS and normalize(listed.column) not in around.labels:
        from difflib import get_close_matches

        spellings = {each.record.listed.column for each in around.scores if each.record.listed} - {listed.column}
        near = get_close_matches(listed.column, sorted(spellings), n=1, cutoff=0.5)
        hint = f"did you mean {near[0]!r}?" if near else None
        yield Problem(("listed", "column"), f"no benchmark is spelled {listed.column!r}", listed.column, hint)


@warning("score")
def listed_lacks_value(score: ScoreSubject) -> Iterator[Problem]:
    """The list's cell doesn't hold the value, and no note tells why.

    `listed.text` is the cell letter by letter. If the list is wrong, the `note` says what it should be (`LIST WRONG` where
    the cell's figure belongs to another model).
    """
    record = score.record
    if record.listed and not record.note and record.value not in {number for _, number in numbers(record.listed.text)}:
        yield Problem(("listed", "text"), f"{score.shown}: the list's cell doesn't hold {record.value}", record.listed.text)


@error("score")
def list_wrong_without_cell(score: ScoreSubject) -> Iterator[Problem]:
    """The note says LIST WRONG, but the list's cell isn't there.

    Every slip of the list can be shown only with what it printed. Add `listed: {column: …, text: …}`.
    """
    if "LIST WRONG" in (score.record.note or "") and not score.record.listed:
        yield Problem(("note",), f"{score.shown}: LIST WRONG without 'listed'", "LIST WRONG", "add listed: {column, text}")


@error("score")
def evidence_against_source(score: ScoreSubject) -> Iterator[Problem]:
    """The evidence and the kind of source contradict each other.

    Nothing that was read in a public list is `original`, and nothing is `listed` without the list's cell. The evidence
    decides which figure is ranked, so it must not say more than the source can.
    """
    source, record = score.source, score.record
    if source and source.kind == "list" and record.evidence != "listed":
        yield Problem(
            ("evidence",), f"{score.shown}: read in a list, so the evidence is 'listed'", record.evidence, "write evidence: listed"
        )
    if record.evidence == "listed" and not record.listed:
        yield Problem(("evidence",), f"{score.shown}: 'listed' without the list's cell", "listed", "add listed: {column, text}")


@warning("score")
def read_before_published(score: ScoreSubject) -> Iterator[Problem]:
    """The source was read before the benchmark existed.

    One of the dates is wrong, or the figure belongs to an older benchmark of a similar name.
    """
    source = score.source
    released = score.benchmark.released
    if source and source.retrieved and released and source.retrieved < released[: len(source.retrieved)]:
        yield Problem(
            ("benchmark",), f"{score.benchmark.name} was published in {released}, the source read in {source.retrieved}", released
        )


@warning("family")
def unused_source(family: RecordSubject, around: Around) -> Iterator[Problem]:
    """A source from which no figure was read.

    Readers take the sources for the places where the figures stand. Remove it, or put it into `links`. A source that a
    `notes` entry names by its key counts as used.
    """
    used = {score.source for model in family.record.models for score in model.scores or ()}
    for addition in around.catalog.additions:
        if addition.record.family == family.key:
            used.update(score.source for score in addition.record.scores or ())
    notes = " ".join(family.record.notes or ())
    for key in family.record.sources or {}:
        if key not in used and key not in notes:
            yield Problem(("sources", key), f"no figure was read in {key!r}", key)


@warning("family")
def source_without_address(family: RecordSubject) -> Iterator[Problem]:
    """A source that nobody can open.

    Every figure should be checkable by whoever doubts it. Add the `url`; where there is none, let the family's `notes`
    tell where the document is, and name this check in `explains`. A `run` of one's own needs no address.
    """
    for key, source in (family.record.sources or {}).items():
        if not source.url and source.kind != "run":
            yield Problem(("sources", key), f"{key!r} has no address", source.title, "add url")


@warning("family")
def source_twice(family: RecordSubject) -> Iterator[Problem]:
    """One document under two keys.

    Two figures from one document then look like two witnesses. Keep one key.
    """
    seen: dict[tuple[str, str | None], str] = {}
    for key, source in (family.record.sources or {}).items():
        if source.url:
            first = seen.setdefault((source.url.rstrip("/"), source.title), key)
            if first != key:
                yield Problem(("sources", key), f"{key!r} is the same document as {first!r}", source.url)


@warning("model")
def source_of_addition(model: ModelSubject) -> Iterator[Problem]:
    """A source of a model that is laid over a family: without an address, or never used.

    As for a family's sources: every figure should be checkable. A `run` of one's own needs no address.
    """
    if model.entry.file.kind != "model":
        return
    used = {score.source for score in model.record.scores or ()}
    for key, source in (getattr(model.record, "sources", None) or {}).items():
        if not source.url and source.kind != "run":
            yield Problem(("sources", key), f"{key!r} has no address", source.title, "add url")
        if key not in used:
            yield Problem(("sources", key), f"no figure was read in {key!r}", key)

"""What becomes of a candidate: set against the catalog, it is taken, skipped or flagged, with the reason.

A figure is taken only under a model of that very name, under a heading that names a benchmark, inside the benchmark's
range, and without a contradiction: neither with the catalog nor within the files.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from vlmctl.checks.numbers import decimals
from vlmctl.interchange.reading import Candidate, Decision, Entry, Reading, Remark, Report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vlmctl.interchange.identifying import Identifier
    from vlmctl.query.known import Figure, Known
    from vlmctl.query.vocabulary import Part, Vocabulary

__all__ = ["Rules", "judge"]


class Rules(NamedTuple):
    """How a user wants contradictions treated."""

    rivals: bool = False
    """Take figures that differ from the catalog's, too."""
    source: str | None = None
    """Title of the source that the figures will get: figures of the catalog with it are the same figures."""


class _Verdict(NamedTuple):
    decision: Decision
    reason: str


def judge(readings: Sequence[tuple[Reading, Rules]], vocabulary: Vocabulary, identifier: Identifier) -> Report:
    """The report on all files: an entry for each candidate and remark, in the order of files and lines."""
    entries: list[Entry] = []
    for reading, rules in readings:
        found: list[Entry] = []
        unknown: dict[str, list[Candidate | Remark]] = defaultdict(list)
        for remark in reading.remarks:
            if remark.reason:
                found.append(_remark(remark, identifier))
            else:
                unknown[remark.benchmark].append(remark)
        for candidate in reading.candidates:
            if candidate.part is None and not candidate.doubt:
                unknown[candidate.benchmark].append(candidate)
            else:
                found.append(_judged(candidate, vocabulary, identifier, rules, reading))
        found += [_unknown(vocabulary, name, several) for name, several in unknown.items()]
        found.sort(key=lambda entry: (entry.place.line or 0, entry.place.column or 0))
        entries += found
    return Report(tuple(_without_contradictions(_without_twins(entries, vocabulary), vocabulary)))


def _remark(remark: Remark, identifier: Identifier) -> Entry:
    model = identifier.identify(remark.model).model if remark.model else None
    return Entry(remark.place, remark.model, model, remark.benchmark, None, None, remark.text, remark.decision, remark.reason)


def _unknown(vocabulary: Vocabulary, name: str, found: Sequence[Candidate | Remark]) -> Entry:
    """One entry for all figures under a heading that names no benchmark."""
    from vlmctl.query.names import nearest

    near = nearest(name, vocabulary.names(), 2) if len(name) <= 80 else []
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    many = f" ({len(found)} figures)" if len(found) > 1 else ""
    model = found[0].model if len(found) == 1 else ""
    return Entry(found[0].place, model, None, name, None, None, "", "skipped", f"no benchmark is named {name[:80]!r}{many}{hint}")


def _judged(candidate: Candidate, vocabulary: Vocabulary, identifier: Identifier, rules: Rules, reading: Reading) -> Entry:
    identity = identifier.identify(candidate.model, candidate.names, candidate.link, candidate.params)
    known = identifier.known(identity.model)
    if identity.model is None:
        decision: Decision = "flagged" if candidate.doubt or identity.doubt else "skipped"
        verdict = _Verdict(decision, _joined(candidate.doubt, identity.reason))
    elif candidate.doubt:
        verdict = _doubtful(candidate, vocabulary, known)
    else:
        verdict = _compared(candidate, vocabulary, known, rules, measured=reading.measured)
    if identity.model is not None and verdict.decision != "skipped":
        note = candidate.note if verdict.decision == "taken" else None
        verdict = _Verdict("flagged" if identity.doubt else verdict.decision, _joined(identity.reason, verdict.reason, note))
    return Entry(
        candidate.place, candidate.model, identity.model, candidate.benchmark, candidate.part, candidate.value, candidate.text,
        verdict.decision, verdict.reason, _fits(candidate, vocabulary, known) if verdict.decision == "flagged" else (), candidate,
        reading.origin, candidate.origin.title if candidate.origin else rules.source,
    )  # fmt: skip


def _fits(candidate: Candidate, vocabulary: Vocabulary, known: Known) -> tuple[str, ...]:
    """The headings that a flagged cell would fit: those under which the catalog has its figures, if it has them, else by range."""
    from vlmctl.interchange.headings import heading_of

    placed = _placed(candidate, known)
    if not placed:
        return candidate.fits if candidate.doubt else ()
    headings = {text: heading for text in candidate.fits if (heading := heading_of(vocabulary, text))}
    right = [
        text
        for text, heading in headings.items()
        if any(_matches(figure, part, vocabulary.metric(part)) for part in heading.parts for figure in placed)
    ]
    return tuple(right) or candidate.fits


def _joined(*parts: str | None) -> str:
    return "; ".join(part for part in parts if part)


def _matches(figure: Figure, part: Part, metric: str) -> bool:
    """Whether a figure of the catalog may be the one that a heading means: what it doesn't say is open."""
    if figure.benchmark != part.benchmark:
        return False
    if part.split is not None and figure.counted_split != part.split:
        return False
    return (part.split is None and part.metric is None) or figure.metric == metric


def _doubtful(candidate: Candidate, vocabulary: Vocabulary, known: Known) -> _Verdict:
    """A figure that its reader doubts is never taken; the catalog may have it just here, or tell where it belongs."""
    here: list[Figure] = []
    if candidate.part is not None and candidate.value is not None and not candidate.slips:
        here = [figure for figure in known.figures if _matches(figure, candidate.part, vocabulary.metric(candidate.part))]
        same = [figure for figure in here if _equal(figure.value, candidate.value)]
        others = [figure for figure in known.figures if figure.value == candidate.value and figure not in here]
        if same and not others:
            return _Verdict("skipped", f"already in the catalog, under this heading ({candidate.doubt})")
    differs = f"the catalog has {_figures(vocabulary, here)}" if here else None
    return _Verdict("flagged", _joined(candidate.doubt, differs, _elsewhere(candidate, vocabulary, known)))


def _elsewhere(candidate: Candidate, vocabulary: Vocabulary, known: Known) -> str | None:
    """Where the catalog has the cell's figures, if it has all of them."""
    titles = list(dict.fromkeys(_part_title(vocabulary, figure) for figure in _placed(candidate, known)))
    return f"the catalog has {candidate.text} as {_either(titles)}" if titles else None


def _placed(candidate: Candidate, known: Known) -> list[Figure]:
    """The catalog's figures with the cell's numbers, if it has all of them; none else."""
    found = [[figure for figure in known.figures if figure.value == number] for number in candidate.numbers]
    return [figure for figures in found for figure in figures] if all(found) else []


def _either(titles: Sequence[str]) -> str:
    return " or ".join(titles) if len(titles) < 3 else f"{', '.join(titles[:3])}" + (" …" if len(titles) > 3 else "")


def _compared(candidate: Candidate, vocabulary: Vocabulary, known: Known, rules: Rules, *, measured: bool) -> _Verdict:
    """A sound figure set against those that the catalog has of the model."""
    part, value = candidate.part, candidate.value
    assert part is not None
    assert value is not None
    here = [figure for figure in known.figures if _matches(figure, part, vocabulary.metric(part))]
    if measured:
        return _measured(value, here, rules)
    equal = [figure for figure in here if _equal(figure.value, value)]
    if equal:
        rounded = "" if equal[0].value == value else f" as {equal[0].value:.12g}"
        return _Verdict("skipped", f"already in the catalog{rounded} ({equal[0].source})")
    if here:
        reason = f"the catalog has {_figures(vocabulary, here)}"
        if any(figure.listed == candidate.text for figure in here):
            reason += ", and knows of this cell"
        return _Verdict("taken" if rules.rivals else "flagged", reason)
    placed = _elsewhere(candidate._replace(numbers=(value,), text=f"{value:.12g}"), vocabulary, known)
    return _Verdict("flagged", placed) if placed else _Verdict("taken", "")


def _measured(value: float, here: Sequence[Figure], rules: Rules) -> _Verdict:
    """A figure that was measured stands beside the catalog's, unless it is in the catalog from the same source."""
    own = [figure for figure in here if figure.source == rules.source]
    if any(figure.value == value for figure in own):
        return _Verdict("skipped", "already in the catalog, from this source")
    if own:
        return _Verdict("flagged", f"the catalog has {own[0].value:.12g} from this very source")
    if not here:
        return _Verdict("taken", "")
    same = next((figure for figure in here if figure.value == value), None)
    return _Verdict("taken", f"the same as in {same.source}" if same else f"a rival of {here[0].value:.12g} ({here[0].source})")


def _equal(known: float, value: float) -> bool:
    """Whether two figures are the same, one of them perhaps rounded to fewer decimals."""
    if known == value:
        return True
    places = min(decimals(known), decimals(value))
    return places > 0 and abs(known - value) <= 0.5 * 10**-places + 1e-9


def _part_title(vocabulary: Vocabulary, figure: Figure) -> str:
    split = figure.counted_split if figure.counted_split not in {"", "?"} else None
    part = vocabulary.title(_part_of(figure, split))
    return part if split or figure.counted_split == "" else f"{part} (split not stated)"


def _part_of(figure: Figure, split: str | None) -> Part:
    from vlmctl.query.vocabulary import Part

    return Part(figure.benchmark, split, figure.metric)


def _figures(vocabulary: Vocabulary, here: Sequence[Figure]) -> str:
    """The catalog's figures in a few words, current ones first."""
    ordered = sorted(here, key=lambda figure: figure.status != "current")
    shown = list(dict.fromkeys(f"{figure.value:.12g} ({_part_title(vocabulary, figure)}, {figure.source})" for figure in ordered))
    return " and ".join(shown[:2]) + (f" and {len(shown) - 2} more" if len(shown) > 2 else "")


_Row = tuple[str, str, int]
"""A row of a table: file, sheet, line."""


def _row_of(entry: Entry) -> _Row | None:
    if entry.candidate is None or entry.candidate.row is None or entry.model is None:
        return None
    return entry.place.file, entry.place.cell.partition("!")[0] if "!" in entry.place.cell else "", entry.candidate.row


def _without_twins(entries: Sequence[Entry], vocabulary: Vocabulary) -> list[Entry]:
    """The entries; of a table's rows of one model that differ where they can be compared nothing is taken.

    They are of different settings, of which no heading tells: which of them is the plain one can't be known.
    """
    figures: dict[tuple[object, ...], dict[_Row, object]] = defaultdict(dict)
    for entry in entries:
        row = _row_of(entry)
        if row is not None and entry.candidate and entry.part and entry.value is not None:
            key = entry.model, entry.part.benchmark, entry.part.split, vocabulary.metric(entry.part), entry.candidate.shots
            figures[key].setdefault(row, entry.value)
    twins: dict[tuple[object, _Row], list[_Row]] = {}
    for (model, *_), rows in figures.items():
        if len(set(rows.values())) > 1:
            twins |= {(model, row): sorted(other for other in rows if other != row) for row in rows}
    result = []
    for entry in entries:
        row = _row_of(entry)
        others = twins.get((entry.model, row)) if row is not None else None
        if others and entry.decision == "taken":
            lines = ", ".join(str(line) for _, _, line in others[:5])
            reason = f"the files contradict each other: the row of line {lines} has other figures of the same model"
            entry = entry._replace(decision="flagged", reason=_joined(entry.reason, reason))  # noqa: PLW2901
        result.append(entry)
    return result


def _without_contradictions(entries: Sequence[Entry], vocabulary: Vocabulary) -> list[Entry]:
    """The entries; of figures that would be taken under one key, equal ones are taken once and unequal ones not at all."""
    groups: dict[tuple[object, ...], list[Entry]] = defaultdict(list)
    for entry in entries:
        if entry.decision == "taken":
            groups[_key(entry, vocabulary)].append(entry)
    result = []
    for entry in entries:
        same = groups[_key(entry, vocabulary)] if entry.decision == "taken" else []
        if len({each.value for each in same}) > 1:
            others = ", ".join(f"{each.value} ({_at(each)})" for each in same if each is not entry)[:200]
            entry = entry._replace(decision="flagged", reason=f"the files contradict each other: also {others}")  # noqa: PLW2901
        elif same and same[0] is not entry:
            entry = entry._replace(decision="skipped", reason=f"the same figure stands at {_at(same[0])}")  # noqa: PLW2901
        result.append(entry)
    return result


def _key(entry: Entry, vocabulary: Vocabulary) -> tuple[object, ...]:
    candidate, part = entry.candidate, entry.part
    assert candidate is not None
    assert part is not None
    metric = vocabulary.metric(part)
    return (
        entry.model,
        part.benchmark,
        part.split,
        metric,
        candidate.protocol,
        candidate.shots,
        candidate.variant,
        candidate.mode,
        entry.source,
    )


def _at(entry: Entry) -> str:
    return f"{entry.place.file}:{entry.place.line}" if entry.place.line else entry.place.cell or entry.place.file

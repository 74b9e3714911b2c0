"""What a table's heading, or a key of a results file, means: a benchmark's part, or several for figures in one cell.

`MMMU_val`, `DocVQA (test)`, `MMB(T/D)`, `MME（P/C）`, `SEED^I` … are understood through the catalog's own aliases, splits
and metrics. What they don't name isn't understood; nothing is fuzzy.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from vlmctl.interchange.figures import plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vlmctl.query.vocabulary import Part, Vocabulary

__all__ = ["Heading", "beneath", "heading_of", "labelled_parts"]

LONGEST = 120
"""A longer heading is no benchmark's name."""

SHORT = {"t": "test", "d": "dev", "v": "val"}
"""How pairs in headings abbreviate splits (`MMB(T/D)`), where the benchmark itself has no such alias."""

_SIGNS = re.compile(r"[↑↓⬆⬇*†‡§¶]|\(\s*%\s*\)|%|\[\d+\]")
_FOOTNOTES = re.compile(r"[*†‡§¶]|\[\d+\]")
_SEVERAL = re.compile(r"(?P<base>.+?)\s*[(\[](?P<labels>[^()\[\]]*[/|&][^()\[\]]*)[)\]]")
_JOINED = re.compile(r"(?P<base>.+)[\s_^:@-](?P<labels>[^\s/_^:@()-]+/[^\s/_^:@()-]+)")
_LABELLED = re.compile(r"(?P<base>.+?)\s*[(\[](?P<label>[^()\[\]]+)[)\]]")


class Heading(NamedTuple):
    """A heading that was understood."""

    text: str
    """As the file prints it, but for its dress."""
    parts: tuple[Part, ...]
    """One part; several where the cells hold as many figures."""
    unclear: str = ""
    """Why it can't be told what it means, where it can't; then there are no parts."""
    signs: str = ""
    """Signs of footnotes in it, whose meaning stands elsewhere."""

    def doubted(self, why: str) -> Heading:
        """The same heading without a meaning."""
        return self._replace(parts=(), unclear=self.unclear or why)


def heading_of(vocabulary: Vocabulary, text: str) -> Heading | None:
    """What a heading means; None where it names no benchmark."""
    if len(text) > LONGEST:
        return None
    bare = plain(text)
    shown, signs = " ".join(_SIGNS.sub("", bare).split()), "".join(dict.fromkeys(_FOOTNOTES.findall(bare)))
    several = _several(vocabulary, shown)
    if several:
        return Heading(bare, several, signs=signs)
    found = vocabulary.named(shown)
    if len(found) == 1:
        return Heading(bare, (found[0],), signs=signs)
    if found:
        return Heading(bare, (), f"it could be {' or '.join(part.benchmark for part in found)}")
    narrowed = next((part for base, label in _splittings(shown) for part in _narrowings(vocabulary, base, label)), None)
    return Heading(bare, (narrowed,), signs=signs) if narrowed else None


def beneath(vocabulary: Vocabulary, heading: Heading, label: str) -> Heading:
    """What a heading means with a label in the row below it: its part of that name; unclear where it has none."""
    label = " ".join(_SIGNS.sub("", label).split())
    text = f"{heading.text} {label}"
    if not label or not heading.parts:
        return heading
    if len(heading.parts) > 1:
        return heading._replace(text=text).doubted(f"{label[:60]!r} stands below it")
    part = _narrowed(vocabulary, heading.parts[0], label) or _narrowed(vocabulary, heading.parts[0], SHORT.get(label.lower(), label))
    whole = heading._replace(text=text)
    return whole._replace(parts=(part,)) if part else whole.doubted(f"{label[:60]!r} below it names no part of it")


def _several(vocabulary: Vocabulary, text: str) -> tuple[Part, ...]:
    """The parts of a heading for several figures, `MMB(T/D)` or `MMMU val/test`; none where it isn't one."""
    for match in (_SEVERAL.fullmatch(text), _JOINED.fullmatch(text)):
        if match:
            labels = [label.strip() for label in re.split(r"[/|&]", match["labels"])]
            parts = [labelled_parts(vocabulary, base, labels) for base in _bases(vocabulary, match["base"])]
            if any(parts):
                return parts[0]
    return ()


def _narrowings(vocabulary: Vocabulary, base: str, label: str) -> Iterator[Part]:
    for part in _bases(vocabulary, base):
        narrowed = _narrowed(vocabulary, part, label)
        if narrowed is not None:
            yield narrowed


def _bases(vocabulary: Vocabulary, text: str) -> list[Part]:
    found = vocabulary.named(text.strip())
    return found if len(found) == 1 else []


def _splittings(text: str) -> Iterator[tuple[str, str]]:
    """A heading as base and label, the longest base first."""
    match = _LABELLED.fullmatch(text)
    if match:
        yield match["base"], match["label"]
    for joint in reversed(list(re.finditer(r"[\s_^:@-]+", text))):
        yield text[: joint.start()], text[joint.end() :]


def _narrowed(vocabulary: Vocabulary, part: Part, label: str) -> Part | None:
    """The part with a label that names a split or metric, or both (`val:accuracy`, `val accuracy`)."""
    whole = vocabulary.labelled(part, label)
    if whole is not None:
        return whole
    for joint in re.finditer(r"[\s_:,@-]+", label):
        first = vocabulary.labelled(part, label[: joint.start()])
        both = first and vocabulary.labelled(first, label[joint.end() :])
        if both:
            return both
    return None


def labelled_parts(vocabulary: Vocabulary, part: Part, labels: Sequence[str]) -> tuple[Part, ...]:
    """A part for each label; none at all where one of them names no split or metric, or two name the same."""
    found = []
    for label in labels:
        each = vocabulary.labelled(part, label) or vocabulary.labelled(part, SHORT.get(label.lower(), label))
        if each is None:
            return ()
        found.append(each)
    return tuple(found) if len(set(found)) == len(found) else ()

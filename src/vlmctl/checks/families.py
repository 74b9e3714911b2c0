"""Checks of families: names, dates, texts, languages."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

from vlmctl.checks.check import Problem, error, warning
from vlmctl.checks.languages import language_problem
from vlmctl.checks.subjects import ModelSubject, RecordSubject
from vlmctl.names import normalize
from vlmctl.source.directory import kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vlmctl.checks.around import Around


def _file_name(path: str, key: str) -> Iterator[Problem]:
    stem = PurePath(path).stem
    if kind_of(path) is not None and stem != key:
        yield Problem(("id",), f"the file is called {PurePath(path).name!r}", key, f"rename it to {key}.yaml")


@error("family", "benchmark", "model")
def id_not_file_name(subject: RecordSubject | ModelSubject) -> Iterator[Problem]:
    """The id isn't the file's name.

    Everybody who looks for a record looks for its file. It holds for families, benchmarks and models laid over a family.
    """
    if isinstance(subject, RecordSubject) or subject.entry.file.kind == "model":
        yield from _file_name(subject.entry.file.path, subject.record.id)


SENTENCE_END = re.compile(r"(?<!\b[A-Z])(?<!\bvs)(?<!e\.g)(?<!i\.e)(?<!et al)[.!?](?=\s+[A-Z])|[。！？](?=.)")


@warning("family")
def summary_too_long(family: RecordSubject) -> Iterator[Problem]:
    """The summary has more than one sentence.

    It stands in lists and on top of a card. What else is worth saying are `contributions`.
    """
    for key in ("summary", "summary_zh"):
        text = getattr(family.record, key)
        if text and SENTENCE_END.search(text):
            yield Problem((key,), "more than one sentence", text, "move the rest into contributions")


@warning("family", "benchmark")
def chinese_missing(subject: RecordSubject) -> Iterator[Problem]:
    """A text without its Chinese counterpart.

    `--lang zh` shows the Chinese summary and contributions; without them it falls back to English.
    """
    record = subject.record
    if not record.summary_zh:
        yield Problem(("summary",), "no summary_zh", record.summary)
    if getattr(record, "contributions", None) and not record.contributions_zh:
        yield Problem(("contributions",), "no contributions_zh")


_CHINESE = re.compile(r"[\u3400-\u9fff]")


@warning("family")
def wrong_language(family: RecordSubject) -> Iterator[Problem]:
    """A Chinese text without a Chinese character, or an English one made of them.

    The two were swapped, or one was pasted untranslated.
    """
    record = family.record
    for key in ("summary_zh", "contributions_zh"):
        value = getattr(record, key)
        for index, text in enumerate([value] if isinstance(value, str) else value or ()):
            if not _CHINESE.search(text):
                yield Problem((key,) if isinstance(value, str) else (key, index), "no Chinese character in it", text)
    for key in ("summary", "contributions"):
        value = getattr(record, key)
        for index, text in enumerate([value] if isinstance(value, str) else value or ()):
            if len(_CHINESE.findall(text)) > len(text) / 3:
                yield Problem((key,) if isinstance(value, str) else (key, index), "Chinese in an English text", text)


@warning("family")
def contributions_unequal(family: RecordSubject) -> Iterator[Problem]:
    """The contributions differ in number between English and Chinese.

    They are the same sentences in two languages; one was added to one of them only.
    """
    english, chinese = family.record.contributions or (), family.record.contributions_zh or ()
    if english and chinese and len(english) != len(chinese):
        yield Problem(("contributions_zh",), f"{len(english)} in English, {len(chinese)} in Chinese")


def _future(date: str | None, around: Around) -> bool:
    return date is not None and date > around.today.isoformat()[: len(date)]


@error("family", "benchmark", "model")
def future_date(subject: RecordSubject | ModelSubject, around: Around) -> Iterator[Problem]:
    """A date that hasn't come yet.

    Nothing was published or read in the future: mostly the year is wrong, or day and month are swapped.
    """
    released = getattr(subject.record, "released", None)
    if _future(released, around):
        yield Problem(("released",), f"{released} is in the future", released)
    for key, source in (getattr(subject.record, "sources", None) or {}).items():
        if _future(source.retrieved, around):
            yield Problem(("sources", key, "retrieved"), f"{source.retrieved} is in the future", source.retrieved)


FIRST_MODELS, FIRST_BENCHMARKS = "2015", "2000"
"""Language models that see are younger; test sets that they are asked may be older."""


@warning("family", "benchmark", "model")
def implausible_date(subject: RecordSubject | ModelSubject) -> Iterator[Problem]:
    """A date before there was anything like it: a model or a reading before 2015, a benchmark before 2000.

    Mostly two digits were swapped: `2042` for `2024` is in the future, `1924` in the past.
    """
    benchmark = isinstance(subject, RecordSubject) and subject.entry.file.kind == "benchmark"
    released = getattr(subject.record, "released", None)
    if released and released < (FIRST_BENCHMARKS if benchmark else FIRST_MODELS):
        yield Problem(("released",), f"{'a benchmark' if benchmark else 'a model'} of {released}?", released)
    for key, source in (getattr(subject.record, "sources", None) or {}).items():
        if source.retrieved and source.retrieved < FIRST_MODELS:
            yield Problem(("sources", key, "retrieved"), f"read in {source.retrieved}?", source.retrieved)


@warning("family")
def read_before_release(family: RecordSubject) -> Iterator[Problem]:
    """A source was read before the family was released.

    One of the two dates is wrong.
    """
    record = family.record
    for key, source in (record.sources or {}).items():
        read, released = source.retrieved, record.released
        if read and released and read < released[: len(read)]:
            yield Problem(("sources", key, "retrieved"), f"the family was released in {released}", read)


@warning("family")
def language_code(family: RecordSubject) -> Iterator[Problem]:
    """A language that isn't an ISO 639 code.

    `languages` serves filters: `en`, `zh`, `pt`. Two letters must be in ISO 639-1; three (ISO 639-3) are for languages
    that have no two, and only their form is looked at. A script or region may follow (`zh-Hant`). What the makers say
    in words (`over thirty languages`) belongs into `notes`.
    """
    for index, code in enumerate(family.record.languages or ()):
        problem = language_problem(code)
        if problem is not None:
            yield Problem(("languages", index), problem[0], code, problem[1])


@warning("family")
def spelled_two_ways(family: RecordSubject, around: Around) -> Iterator[Problem]:
    """A series or organization that other records spell differently.

    `OpenGVLab` and `Open GVLab` would be two organizations in every count. Use the spelling that most records have.
    """
    names = [("organization", ("organizations", index), name) for index, name in enumerate(family.record.organizations)]
    for kind, route, name in [("series", ("series",), family.record.series), *names]:
        spellings = around.spellings[kind, normalize(name)]
        common = max(spellings, key=lambda spelling: (spellings[spelling], spelling))
        if common != name:
            others = f"{spellings[common]} other record{'s write' if spellings[common] > 1 else ' writes'}"
            yield Problem(route, f"{others} {common!r}", name, f"write {common!r}")

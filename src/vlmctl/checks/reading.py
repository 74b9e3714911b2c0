"""What the reader and the schema find before any check runs: ids and explanations; the finding is done in `source`."""

from __future__ import annotations

from vlmctl.checks.check import found_while_reading


@found_while_reading()
def unreadable() -> None:
    """The file can't be read.

    The system refused it: rights, a broken link, a failing disk. The rest of the catalog is checked all the same.
    """


@found_while_reading()
def unknown_kind() -> None:
    """What the file holds can't be told.

    A record's kind is told by its folder (`families`, `benchmarks`, `models`, `components`), else by its fields: a
    family has `models`, a benchmark `metrics`, a model that is laid over a family names its `family`. Put the file into
    its folder, or name the kind with `--kind`.
    """


@found_while_reading()
def file_size() -> None:
    """The file is larger than 4 MiB and was not read.

    A family's record takes some tens of kilobytes; so large a file is a mistake or an attack. Split it.
    """


@found_while_reading()
def encoding() -> None:
    """The file is not UTF-8.

    Save it as UTF-8; a byte order mark is allowed.
    """


@found_while_reading()
def syntax() -> None:
    """The file is not YAML.

    Nothing in it could be checked. A text that holds `: ` or ` #`, or that starts with a quote, a bracket, `@` or `*`,
    must be quoted; inside `{…}` so must one that holds a comma.
    """


@found_while_reading()
def depth() -> None:
    """The file is nested deeper than 30 levels.

    Records need eight; deeper nesting is refused so that no file can exhaust the memory.
    """


@found_while_reading()
def anchor() -> None:
    """An anchor (`&name`) or alias (`*name`).

    They are refused, since a few lines of them unfold into gigabytes, and since a record should be readable in place.
    Write the value out.
    """


@found_while_reading()
def tag() -> None:
    """A YAML tag (`!name`).

    Tags construct objects in other programs; a record is plain data. Quote a text that starts with `!`.
    """


@found_while_reading()
def null() -> None:
    """A value is empty or `null`.

    What isn't known is left out, so that there is one way to say it. Remove the field.
    """


@found_while_reading()
def merge_key() -> None:
    """A merge key (`<<`).

    Write the fields out.
    """


@found_while_reading()
def duplicate_key() -> None:
    """The same field twice in one mapping.

    YAML readers disagree about which one counts. Remove one.
    """


@found_while_reading()
def unknown_field() -> None:
    """A field that the record doesn't have.

    Mostly a slip of the keyboard, and what it was meant to say would be lost. The hint names the nearest field;
    `catalog/README.md` explains them all.
    """


@found_while_reading()
def missing_field() -> None:
    """A field that the record needs.

    `catalog/README.md` says which ones are needed.
    """


@found_while_reading()
def wrong_type() -> None:
    """A value of the wrong type: a text where a number belongs, a single value where a list belongs.

    Nothing is converted, because a converted slip is a wrong figure. `'52.1'` is a text, `52.1` is a number; `[en]` is a
    list of one.
    """


@found_while_reading()
def wrong_value() -> None:
    """A value that the field can't have: a word that isn't among the allowed ones, a bad id, date, size or address.

    Ids are kebab-case (lower case, digits, hyphens and dots); sizes have a unit (`1.7B`); dates are `2024`, `2024-05` or
    `2024-05-20`; addresses start with http:// or https://.
    """


@found_while_reading()
def duplicate_id() -> None:
    """Two records of one kind bear the same id.

    Only one of them could be found. In an overlay the same id is no error: it replaces the record below.
    """


@found_while_reading()
def dangling_reference() -> None:
    """An id that no record has: a benchmark, split, metric, source, component, license or family.

    The figure would belong nowhere. The hint names the nearest id. A split or metric that a source really uses is added
    to the benchmark's record first.
    """


@found_while_reading()
def license_spelling() -> None:
    """Another spelling of a license that has an id.

    Licenses are compared and filtered by id: `Apache 2.0` would not be found by `--license apache-2.0`. Write the id that
    the hint names; it is the SPDX id where there is one.
    """


@found_while_reading()
def primary_split() -> None:
    """A benchmark with splits must name exactly one as primary.

    Rankings use it unless told otherwise. Choose the one on which most sources report.
    """


@found_while_reading("warning")
def unread_file() -> None:
    """A YAML file in a catalog directory from which no record is read.

    Records stand in `families/`, `benchmarks/` and `models/`, and in three files of `components/`. A file beside or below
    them, in a folder of another name (`model/`), or with another ending (`.YAML`) looks as if it counted.
    """

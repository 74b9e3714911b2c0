"""Hostile content for the tests: texts, files and overlays that somebody might hand to the program."""

from __future__ import annotations

import contextlib
import io
import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import redirect_stderr, redirect_stdout

from conftest import Ran

EVIL = (
    r"\e[31mred\e[0m \e]8;;https://evil.example\e\\click\e]8;;\a [bold red]markup[/bold red] [/nope] \u202edesrever\u202c \x9b31m \0nul "
    r"\b\b\r\n\t\v `tick` | pipe | <script>x</script> $x$ \u200b"
)
"""As YAML writes it between double quotes: escapes, Rich markup, right-to-left marks, NUL, line ends, Markdown, HTML, TeX."""

HEAD = "id: bad\nname: Bad\nseries: Bad\norganizations: [Us]\nsummary: Ours.\nsources:\n  s: {kind: run, title: t}\n"
GOOD = "id: good\nname: Good\nseries: Good\norganizations: [Us]\nsummary: Ours.\nmodels:\n  - {id: good-1b, name: Good 1B}\n"


def evil_overlay() -> dict[str, str]:
    """A valid family and benchmark whose every text is hostile."""
    e = f'"{EVIL}"'
    family = f"""\
id: evil
name: {e}
series: {e}
aliases: [{e}, "'; DROP TABLE model; --", 'MATCH * NEAR "']
organizations: [{e}]
released: '2024'
summary: {e}
summary_zh: {e}
contributions: [{e}]
contributions_zh: [{e}]
languages: [{e}]
license: {{code: MIT, weights: MIT, note: {e}}}
links: {{paper: "https://evil.example/\\u202e\\u009b31m", code: "https://evil.example/a\\u200bb"}}
architecture:
  language_models: [small-llm]
  connector: {{kind: other, name: {e}, detail: {e}}}
  image_sizes: [336]
  visual_tokens: {e}
  high_resolution: {e}
training:
  - {{stage: {e}, data: {e}, trained: [{e}], frozen: [{e}]}}
deployment: [{e}]
sources:
  s: {{kind: web, title: {e}, url: "https://evil.example/\\u009b31m"}}
models:
  - id: evil-1b
    name: {e}
    aliases: [{e}, "../../etc/passwd"]
    params: 1B
    params_basis: {e}
    language_model: small-llm
    vision_encoders: [small-encoder]
    image_size: {e}
    note: {e}
    scores:
      - benchmark: reading
        split: val
        value: 51
        source: s
        where: {e}
        evidence: original
        quote: {e}
        note: {e}
        listed: {{column: {e}, text: {e}}}
      - {{benchmark: reading, split: val, variant: {e}, value: 52, source: s, where: {e}, evidence: original}}
      - {{benchmark: counting, value: 52, source: s, evidence: original}}
      - {{benchmark: evilbench, value: 52, source: s, evidence: original}}
notes: [{e}]
"""
    benchmark = f"""\
id: evilbench
name: {e}
aliases: [{e}]
full_name: {e}
summary: {e}
summary_zh: {e}
task: {e}
links: {{paper: "https://evil.example/\\u009b31m"}}
metric: {e}
metrics:
  - {{id: {e}, name: {e}, unit: percent, min: 0, max: 100, higher_is_better: true, aliases: [{e}]}}
splits:
  - {{id: {e}, name: {e}, primary: true, aliases: [{e}]}}
default_split_when_unstated: {{split: {e}, reason: {e}}}
comparability: {e}
notes: {e}
"""
    return {"families/evil.yaml": family, "benchmarks/evilbench.yaml": benchmark}


def family(score: str = "", facts: str = "", head: str = HEAD, value: str = "51") -> str:
    """A family that is valid but for what is put in."""
    line = f"{{benchmark: reading, split: val, value: {value}, source: s, evidence: original{score}}}"
    return f"{head}models:\n  - id: bad-1b\n    name: Bad 1B\n{facts}    scores:\n      - {line}\n"


def _accepted() -> Iterator[tuple[str, str | bytes]]:
    """Odd files that are right all the same."""
    plain = family()
    yield "CRLF", plain.replace("\n", "\r\n")
    yield "CR", plain.replace("\n", "\r")
    yield "BOM", b"\xef\xbb\xbf" + plain.encode()
    yield "escapes", plain.replace("Ours.", f'"{EVIL}"')
    yield "NUL, escaped", plain.replace("Ours.", '"a\\0b"')
    yield "4 MiB of comment", plain + "#" * (4 * 2**20 - 1000)
    yield "YAML 1.1", "%YAML 1.1\n---\n" + plain
    for value in ("-0", "+5", ".5", "5.", "1.e1", "1e-999", "1e5"):
        yield f"value {value}", family(value=value)
    yield "FTS and SQL", plain.replace("Bad 1B", '"\' OR 1=1; DROP TABLE model; -- NEAR(\\"x\\" *"')


def _refused() -> Iterator[tuple[str, str | bytes]]:
    """Files that are left out."""
    plain = family()
    yield from _documents(plain)
    yield from _numbers()
    for number, name in enumerate(
        ("../../etc/passwd", "..", "a/b", "-x", "A", '"a\\nb"', '"a\\0"', '"\\ud800"', "é", "''", "~", "1.5", "true", "a" * 81)
    ):
        yield f"id {number}", plain.replace("id: bad\n", f"id: {name}\n")
        yield f"model id {number}", plain.replace("id: bad-1b", f"id: {name}")
    for date in ("0000", "2024-02-30", "2024-13", "10000", "-1", "٢٠٢٤", "2024-05-20\\n"):
        yield f"date {date}", family(head=f'{HEAD}released: "{date}"\n')
    for number, url in enumerate(
        ("javascript:alert(1)", "file:///etc/passwd", "https://", "https://x\\x1b]8;;", "https://x y", "https://" + "a" * 3000)
    ):
        yield f"address {number}", family(head=f'{HEAD}links: {{paper: "{url}"}}\n')
    yield "repository", family(facts='    hf: "a/b\\n"\n')


def _documents(plain: str) -> Iterator[tuple[str, str | bytes]]:
    yield "NUL", b"\0" * 100
    yield "NUL in a text", plain.replace("Ours.", "a\0b")
    yield "deep brackets", "[" * 100_000
    yield "deep braces", "{a: " * 50_000
    yield "deep blocks", "".join(" " * depth + "a:\n" for depth in range(500))
    yield "deep question marks", "? " * 100_000
    yield "deep items", "- " * 100_000
    laughs = "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(8))
    yield "a billion laughs", "a: &a [x,x,x,x,x,x,x,x,x]\n" + laughs
    yield "an alias of itself", "&a [*a]"
    yield "tag of an object", '!!python/object/apply:os.system ["touch pwned"]'
    yield "tag of a text", plain.replace("[Us]", "[!!str Us]")
    yield "tag of a number", family(value="!!float 5")
    yield "tag directive", "%TAG ! tag:evil,2000:\n---\n!x a: b"
    yield "merge key", plain + "<<: {id: other}\n"
    yield "duplicate key", plain + "id: other\n"
    yield "not UTF-8", plain.encode().replace(b"Ours", b"\xff\xfeOurs")
    yield "UTF-16", plain.encode("utf-16")
    yield "UTF-32", plain.encode("utf-32")
    yield "surrogate bytes", plain.encode().replace(b"Ours.", b"\xed\xa0\x80")
    yield "surrogate", plain.replace("Ours.", '"\\ud800"')
    yield "surrogate key", plain + '"\\ud800": 1\n'
    yield "beyond Unicode", plain.replace("Ours.", '"\\U00110000"')
    yield "tabs", plain.replace("    ", "\t")
    yield "5 MiB", plain + "#" * (5 * 2**20)
    yield "many documents", "---\n" * 100_000
    yield "YAML 9.9", "%YAML 9.9\n---\n" + plain
    yield "many directives", "%YAML 1.2\n" * 100_000
    yield "quotes", '"' * 100_000
    yield "no end", 'a: "' + "\n" * 1_000_000
    yield "blank block", "a: |\n" + " \n" * 500_000
    yield "1 MB text", plain.replace("Ours.", "x" * 2**20)
    yield "1 MB key", f"{plain}? {'x' * 2**20}\n: 1\n"
    yield "1 MB word", family(f", protocol: {'x' * 2**20}")
    yield "20 kB split", plain.replace("split: val", "split: " + "x" * 20_000)
    yield "20 kB of escapes", plain.replace("split: val", 'split: "' + "\\x1b" * 5_000 + '"')
    yield "many unknown keys", plain + "".join(f"k{n}: 1\n" for n in range(150_000))
    yield "many equal keys", plain + "id: x\n" * 100_000
    yield "many numbers", HEAD + "models: [" + "1," * 1_000_000 + "]\n"
    yield "many empty models", HEAD + "models: [" + "{}," * 59_000 + "]\n"
    yield "many empty scores", HEAD + "models: [{id: bad-1b, name: B, scores: [" + "{}," * 3_000 + "]}]\n"
    yield "many anchors", plain + "x: [" + "&a b," * 100_000 + "]\n"
    yield "many tags", plain + "x: [" + "!a b," * 100_000 + "]\n"
    for number, text in enumerate(("- 1\n", "hello", "~", "", "# x\n", "...\n", "[1]: 2", "{a: b}: c", "~: 1", ": 1", "?")):
        yield f"no record {number}", text


def _numbers() -> Iterator[tuple[str, str | bytes]]:
    large = (
        "9" * 400,
        "-" + "9" * 400,
        "9" * 299,
        "9" * 4301,
        "9223372036854775808",
        "-9223372036854775809",
        "9223372036854775807",
        "1" + "0" * 15,
    )
    finite = ("1e308", "-1e308", "1e400", "-1e999", "1e999", ".inf", "-.inf", ".nan", "NaN", "inf", "Infinity")
    other = ("0x10", "0o17", "1_000", "true", '"51"', "[51]", "{}", "~", "", "٣")
    for number, value in enumerate((*large, *finite, *other)):
        yield f"value {number}: {value[:12]}", family(value=value)
    for value in (*large, "-1", "0", "1e999", "true", "[1, x]"):
        kind = f"{value[:12]} {len(value)}"
        yield f"image size {kind}", family(facts=f"    image_size: {value}\n")
        yield f"parameters {kind}", family(facts=f"    params: {value}\n")
        yield f"shots {kind}", family(f", protocol: few-shot, shots: {value}")
        yield f"visual tokens {kind}", family(head=f"{HEAD}architecture: {{visual_tokens: {value}}}\n")
        yield f"experts {kind}", family(head=f"{HEAD}architecture: {{mixture_of_experts: {{experts: {value}}}}}\n")


ACTING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
"""What acts on a terminal or hides in it; a tab and a line end are the program's own."""

STYLES = re.compile("\x1b\\[[0-9;]*m|\x1b\\]8;[^;\x1b\x07]*;https?://[!-~]*\x1b\\\\|\x1b\\]8;;\x1b\\\\")
"""The escapes that the program prints: colors, and links to http(s) addresses."""


class Terminal(io.StringIO):
    """A stdout that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def run(*arguments: str, terminal: bool = False) -> Ran:
    """A command line in this process."""
    from vlmctl.cli.run import run as run_line

    out, err = (Terminal if terminal else io.StringIO)(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run_line(list(arguments))
    return Ran(code, out.getvalue(), err.getvalue())


@contextlib.contextmanager
def no_input() -> Iterator[None]:
    """Nothing to read on stdin."""
    kept = sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(b""))
    try:
        yield
    finally:
        sys.stdin = kept


def acting(ran: Ran, *, styled: bool) -> set[str]:
    """Characters of an answer and its notes that a terminal would act upon."""
    out = STYLES.sub("", ran.out) if styled else ran.out
    return set(ACTING.findall(out)) | set(ACTING.findall(ran.err))


ACCEPTED: Mapping[str, str | bytes] = dict(_accepted())
REFUSED: Mapping[str, str | bytes] = dict(_refused())

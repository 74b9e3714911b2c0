"""Tokens of the filter language, the bounds on what is read, and where they stand. Imports only `errors`.

A word ends at white space and at `( ) , < > = ~ !`; anything else may stand in one (`MMMU@test`, `1B..4B`, `O'Brien`).
A text stands in double or single quotes; in it a backslash escapes the same quote and the backslash.
"""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

from vlmctl.errors import QueryError

__all__ = ["DEEPEST", "KEYWORDS", "LONGEST", "MOST_TERMS", "OPERATORS", "Token", "checked", "shown", "spelled", "tokens"]

LONGEST = 4_000
"""Characters of an expression."""
DEEPEST = 50
"""Parentheses and `not`s inside each other."""
MOST_TERMS = 200
"""Terms of an expression; a list counts as many as it has values."""
KEYWORDS = ("and", "or", "not")
"""Words that can't be a field or a value without quotes."""
OPERATORS = "= != < <= > >= ~ !~ in"
"""As hints list them."""

Kind = Literal["operator", "word", "text", "(", ")", ",", "end"]

_TOKEN = re.compile(
    r"""(?P<operator>==|!=|!~|<=|>=|[=<>~])
      | (?P<mark>[(),])
      | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
      | (?P<word>[^\s()<>=~!,"'][^\s()<>=~!,]*)""",
    re.VERBOSE | re.DOTALL,
)
_PLAIN = re.compile(r"""[^\s()<>=~!,"'][^\s()<>=~!,]*""")
_SPACE = re.compile(r"\s*")
# White space stays allowed. Surrogates are bytes of a command line that are no text; SQLite can't take them.
_REFUSED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")


class Token(NamedTuple):
    """A piece of an expression."""

    kind: Kind
    text: str
    """What it says: without quotes and escapes."""
    start: int
    """Where that begins in the expression: behind the quote, if there is one."""
    end: int

    def keyword(self) -> str:
        """The keyword that an unquoted word is (`in` is one behind a field only), or nothing."""
        word = self.text.lower() if self.kind == "word" else ""
        return word if word in (*KEYWORDS, "in") else ""


def shown(text: str) -> str:
    """Typed text as an error message prints it: one line, without control characters, not too long."""
    short = text if len(text) <= 40 else text[:39] + "…"
    return "".join(c if c.isprintable() else "?" for c in short)


def checked(text: str) -> str:
    """The text, if it can be read at all: not too long, no control characters, nothing that isn't text."""
    if len(text) > LONGEST:
        head = text[: LONGEST + 1]
        raise QueryError(f"the expression is longer than {LONGEST:,} characters", text=head, start=LONGEST)
    if refused := _REFUSED.search(text):
        code = f"U+{ord(refused.group()):04X}"
        raise QueryError(f"control character {code} in the expression", text=text, start=refused.start())
    return text


def tokens(text: str) -> list[Token]:
    """The tokens of an expression, with one of kind `end` behind them."""
    checked(text)
    found: list[Token] = []
    place = _after_space(text, 0)
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            raise _unreadable(text, place)
        found.append(_token(match))
        place = _after_space(text, match.end())
    found.append(Token("end", "", len(text), len(text)))
    return found


def spelled(text: str) -> str:
    """A field or value as it is written in an expression: in quotes where it must be. `tokens` reads it back."""
    if _PLAIN.fullmatch(text) and ".." not in text and text.lower() not in KEYWORDS:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _after_space(text: str, place: int) -> int:
    match = _SPACE.match(text, place)
    return match.end() if match else place


def _token(match: re.Match[str]) -> Token:
    text, start, end = match.group(), match.start(), match.end()
    match match.lastgroup:
        case "operator":
            return Token("operator", "=" if text == "==" else text, start, end)
        case "text":
            unescaped = re.sub(rf"\\([\\{text[0]}])", r"\1", text[1:-1])
            return Token("text", unescaped, start + 1, end - 1)
        case "word":
            return Token("word", text, start, end)
        case _:
            return Token("(" if text == "(" else ")" if text == ")" else ",", text, start, end)


def _unreadable(text: str, place: int) -> QueryError:
    if text[place] == "!":
        return QueryError("! is no operator", text=text, start=place, hint=f"use not, or one of {OPERATORS}")
    return QueryError("the quote is not closed", text=text, start=place, hint='a quote inside quotes is written \\"')

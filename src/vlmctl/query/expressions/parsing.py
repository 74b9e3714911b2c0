r"""The filter language's grammar: text to the tree of `tree.py`. Knows no fields and no store.

    either = both ("or" both)*          both = factor ("and" factor)*
    factor = "not" factor | "(" either ")" | term
    term   = FIELD | FIELD OP value ("," value)* | FIELD ["not"] "in" "(" value ("," value)* ")"
    value  = WORD | TEXT | [WORD] ".." [WORD]      (a range is one word, without spaces)

`in` becomes `=` and `not in` becomes `!=`; a list means any of its values.
"""

from __future__ import annotations

from vlmctl.errors import QueryError
from vlmctl.query.expressions.lexer import DEEPEST, KEYWORDS, MOST_TERMS, OPERATORS, Token, checked, shown, tokens
from vlmctl.query.expressions.tree import And, Node, Not, Or, Range, Term, Value, term_count, written

__all__ = ["And", "Node", "Not", "Or", "Range", "Term", "Value", "parse", "parse_option", "term_count", "written"]

UNITS = ("K", "M", "B", "T", "KB", "MB", "GB", "TB", "KIB", "MIB", "GIB", "TIB", "%")
"""What belongs to the number before it."""

_LISTING = ("=", "!=", "~", "!~")
_LEADING = ("==", "!=", "!~", "<=", ">=", "=", "<", ">", "~")


def parse(text: str) -> Node:
    """The syntax tree of an expression. `QueryError` if it has none, or is longer or deeper than the bounds."""
    return _Parser(text).whole()


def parse_option(name: str, text: str, *, default: str, lists: bool = True, ranges: bool = True) -> Term:
    """The term that an option such as `--params '<4B'` stands for.

    The text may begin with an operator, else it gets `default`; what follows is taken literally, without quotes or
    escapes, save for commas (with `lists`) and `..` (with `ranges`). Errors show the option as a term.
    """
    typed = text.lstrip()
    operator = next((o for o in _LEADING if typed.startswith(o)), "")
    source = checked(name + typed if operator else name + default + text)
    start, end = len(name), len(name) + len(operator or default)
    chosen = "=" if operator == "==" else operator or default
    values: list[Value | Range] = []
    place = end
    for piece in source[end:].split(",") if lists and chosen in _LISTING else [source[end:]]:
        stripped = piece.strip()
        if not stripped:
            raise QueryError(f"{name} needs a value", text=source, start=place)
        first = place + len(piece) - len(piece.lstrip())
        value = Value(stripped, first, first + len(stripped))
        values.append(_ranged(source, value) if ranges and ".." in stripped else value)
        place += len(piece) + 1
    if len(values) > MOST_TERMS:
        raise _too_many(source, values[MOST_TERMS].start)
    return Term(Value(name, 0, start), chosen, tuple(values), source, start, end, names=not operator)


def _ranged(source: str, value: Value) -> Range:
    low, _, high = value.text.partition("..")
    if not low and not high:
        raise QueryError("the range has no ends", text=source, start=value.start, end=value.end, hint="as in 1B..4B, ..4B or 4B..")
    if ".." in high:
        raise QueryError("a range has two ends", text=source, start=value.start, end=value.end)
    head, tail = low.rstrip(), high.lstrip()
    return Range(
        Value(head, value.start, value.start + len(head)) if low else None,
        Value(tail, value.end - len(tail), value.end) if high else None,
        value.start,
        value.end,
    )


def _too_many(source: str, start: int) -> QueryError:
    return QueryError(f"the expression has more than {MOST_TERMS} terms", text=source, start=start)


class _Parser:
    """Recursive descent; `depth` bounds the recursion."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokens(text)
        self.place = 0
        self.depth = 0
        self.terms = 0

    def whole(self) -> Node:
        """The tree of all tokens."""
        if self.peek().kind == "end":
            raise self.error("the expression is empty", self.peek(), hint="as in params<4B")
        node = self.either()
        if self.peek().kind == ")":
            raise self.error("there is no ( for this )", self.peek())
        if self.peek().kind != "end":
            raise self.unexpected()
        return node

    def peek(self) -> Token:
        """The token that comes next."""
        return self.tokens[self.place]

    def take(self) -> Token:
        """The next token, which is thereby read."""
        token = self.tokens[self.place]
        self.place = min(self.place + 1, len(self.tokens) - 1)
        return token

    def error(self, message: str, token: Token, hint: str | None = None) -> QueryError:
        """An error that points at a token."""
        return QueryError(message, text=self.text, start=token.start, end=token.end, hint=hint)

    def unexpected(self) -> QueryError:
        """What to say about a token that can't follow a complete term."""
        token = self.peek()
        if token.kind == "operator":
            hint = 'a value with signs such as ( ) , < > = ~ ! stands in quotes, as in url~"?id=1"'
        elif token.kind == "word" and token.text.startswith(".."):
            hint = "a range is written without spaces, as in 1B..4B"
        elif self.goes_on():
            before = self.tokens[self.place - 1].text
            unit = before[:1].isdigit()
            hint = (
                f"write {before}{token.text}"
                if unit
                else f'a value of several words stands in quotes: "{shown(before + " " + token.text)}"'
            )
            hint += ", without a space" if unit else "; terms are joined by and, or"
        else:
            hint = "terms are joined by and, or"
        return self.error(f"{shown(token.text)} can't stand here", token, hint)

    def goes_on(self) -> bool:
        """Whether the next word looks like more of the value before it, such as a unit, rather than another term."""
        before, token, after = self.tokens[self.place - 1 : self.place + 2]
        if not before.kind == token.kind == "word" or token.keyword():
            return False
        if after.kind == "operator" or after.keyword() in ("in", "not"):
            return False
        return token.text.upper() in UNITS if before.text[:1].isdigit() else True

    def either(self) -> Node:
        """Terms joined by `or`."""
        parts = [self.both()]
        while self.peek().keyword() == "or":
            self.take()
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def both(self) -> Node:
        """Terms joined by `and`."""
        parts = [self.factor()]
        while self.peek().keyword() == "and":
            self.take()
            parts.append(self.factor())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def factor(self) -> Node:
        """A term, something in parentheses, or the opposite of either."""
        token = self.peek()
        if token.keyword() != "not" and token.kind != "(":
            return self.term()
        self.depth += 1
        if self.depth > DEEPEST:
            raise self.error(f"more than {DEEPEST} parentheses and nots are inside each other", token)
        self.take()
        node: Node = Not(self.factor()) if token.kind != "(" else self.enclosed(token)
        self.depth -= 1
        return node

    def enclosed(self, opening: Token) -> Node:
        """What stands in parentheses, and the closing one."""
        if self.peek().kind == ")":
            raise self.error("there is nothing between ( and )", opening)
        node = self.either()
        if self.peek().kind == "end":
            raise self.error("this ( is not closed", opening)
        if self.peek().kind != ")":
            raise self.unexpected()
        self.take()
        return node

    def term(self) -> Term:
        """A field with an operator and values, or a bare field."""
        name = self.take()
        if name.kind not in ("word", "text") or name.keyword() in KEYWORDS:
            raise self.no_term(name)
        token = self.peek()
        values: tuple[Value | Range, ...] = ()
        operator = ""
        if token.kind == "operator":
            operator, values = token.text, self.values(self.take())
        elif token.keyword() == "in":
            operator, values = "=", self.listed(self.take())
        elif token.keyword() == "not" and self.tokens[self.place + 1].keyword() == "in":
            self.take()
            operator, values = "!=", self.listed(self.take())
        elif token.kind == "text" or (token.kind == "word" and not token.keyword()):
            raise self.no_operator(name, token)
        self.terms += max(1, len(values))
        if self.terms > MOST_TERMS:
            raise _too_many(self.text, name.start)
        return Term(Value(name.text, name.start, name.end), operator, values, self.text, token.start, token.end)

    def no_term(self, token: Token) -> QueryError:
        """What to say where a term should begin."""
        index = self.tokens.index(token)
        before = shown(self.tokens[index - 1].text) if index else ""
        if token.kind == "operator":
            return self.error(f"the field before {token.text} is missing", token, hint="as in params<4B")
        if token.kind in ("end", ")") and before:
            return self.error(f"a term is missing after {before}", token)
        return self.error(f"a term is missing before {shown(token.text)}", token)

    def no_operator(self, name: Token, token: Token) -> QueryError:
        """What to say where a field and a value follow each other."""
        field, value = shown(name.text), shown(token.text)
        hint = f"write {field}={value}, or another of {OPERATORS}; terms are joined by and, or"
        return self.error(f"there is no operator between {field} and {value}", token, hint)

    def values(self, operator: Token) -> tuple[Value | Range, ...]:
        """What follows an operator: a value, or several with commas between them."""
        if self.peek().kind == "operator":
            wrong = Token("operator", "", operator.start, self.peek().end)
            raise self.error("two operators follow each other", wrong, hint=f"operators are {OPERATORS}")
        found = [self.value(operator)]
        while self.peek().kind == ",":
            if operator.text not in _LISTING:
                raise self.error(f"{operator.text} takes one value", self.peek(), hint="terms are joined by and, or")
            found.append(self.value(self.take()))
        return tuple(found)

    def listed(self, word: Token) -> tuple[Value | Range, ...]:
        """The list in parentheses behind `in`."""
        opening = self.take()
        if opening.kind != "(":
            raise self.error("in needs a list in parentheses", opening, hint="as in license in (mit, apache-2.0)")
        if self.peek().kind == ")":
            raise self.error(f"the list after {word.text} is empty", opening)
        found = [self.value(opening)]
        while self.peek().kind == ",":
            found.append(self.value(self.take()))
        if self.peek().kind == "end":
            raise self.error("this ( is not closed", opening)
        if self.peek().kind != ")":
            raise self.unexpected()
        self.take()
        return tuple(found)

    def value(self, before: Token) -> Value | Range:
        """One value or range."""
        token = self.take()
        if token.kind not in ("word", "text") or token.keyword() in KEYWORDS:
            hint = f'if {token.text} is the value, put it in quotes: "{token.text}"' if token.keyword() else None
            raise self.error(f"the value after {before.text} is missing", token, hint)
        value = Value(token.text, token.start, token.end)
        return _ranged(self.text, value) if token.kind == "word" and ".." in token.text else value

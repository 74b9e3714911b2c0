"""Small breaks of a module's code: the mutants that `mutants.py` tries. Each changes one place of the syntax tree.

Operators: a comparison's neighbor, `and`/`or`, `+`/`-`, `*` and `/`, a whole number ± 1, `True`/`False`, `not` taken away, a condition
turned round, a result that becomes None, a statement left out (call, `raise`, `continue`, `break`, `+=`, `yield`), and in SQL text `AND`/`OR`, `DESC`,
`<`/`<=`, `=`/`<>`. Left alone: docstrings, annotations, assertions, messages' words, class bodies, defaults, and `LEFT_ALONE`.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
COMPUTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.Pow: ast.Mult, ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip
SQL = re.compile(r"\b(SELECT|WHERE|ORDER BY|AND|FROM|EXISTS|IS NULL|IS NOT NULL)\b|[a-z_.]+ (=|<|>|<=|>=) \?")
IN_SQL = (
    *((r"\bAND\b", "OR"), (r"\bOR\b", "AND"), (r" DESC\b", ""), (r"\bIS NOT NULL\b", "IS NULL"), (r"\bIS NULL\b", "IS NOT NULL")),
    *((r"\bNOT EXISTS\b", "EXISTS"), (r" < ", " <= "), (r" <= ", " < "), (r" > ", " >= "), (r" >= ", " > "), (r" = ", " <> ")),
    *((r"\bDISTINCT ", ""), (r"\bmax\(", "min("), (r"\bmin\(", "max("), (r"\bLEFT JOIN\b", "JOIN")),
)
LEFT_ALONE = (("Column", "importance"), ("Field", "importance"), ("_replace", "importance"), ("zip", "strict"))
"""Arguments that are left alone: numbers of an order, in which a step of one changes nothing unless it meets another number, and an
assertion."""


class Mutant(NamedTuple):
    """One break of one place."""

    line: int
    """Where it is."""
    last: int
    number: int
    """Its place among all of the module."""
    what: str
    statement: int
    """The line on which the statement begins."""
    scope: tuple[int, int]
    """The lines (first, last + 1) whose tests are asked if no test is known for the line itself."""
    function: str
    """The qualified name of the outermost function; empty for a constant."""
    constant: str | None
    """The module's constant that it changes."""
    file: Path

    def tree(self) -> ast.Module:
        """The module, broken."""
        tree = ast.parse(self.file.read_text(encoding="utf-8"))
        for number, (_, _, change, _) in enumerate(_places(tree)):
            if number == self.number:
                change()
                return ast.fix_missing_locations(tree)
        raise LookupError(self)


def mutants_of(file: Path) -> list[Mutant]:
    """All mutants of a module, in the order of the text."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    found = []
    for number, (node, what, _, around) in enumerate(_places(tree)):
        statement, scope, function, constant = around
        whole = (scope.lineno, (scope.end_lineno or scope.lineno) + 1) if function else (1, 1 << 20)
        found.append(Mutant(node.lineno, node.end_lineno or node.lineno, number, what, statement.lineno, whole, function, constant, file))
    return found


def code_of(code: CodeType, qualified: str) -> CodeType:
    """The code of a function by its qualified name."""
    for each in code.co_consts:
        if isinstance(each, CodeType):
            if each.co_qualname == qualified:
                return each
            if qualified.startswith(each.co_qualname + "."):
                return code_of(each, qualified)
    raise LookupError(qualified)


Place = tuple[Any, str, Callable[[], None], tuple[ast.stmt, ast.stmt, str, str | None]]


def _places(tree: ast.Module) -> Iterator[Place]:
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef):
            yield from _in_function(statement, statement.name)
        elif isinstance(statement, ast.ClassDef):
            for inner in statement.body:
                if isinstance(inner, ast.FunctionDef):
                    yield from _in_function(inner, f"{statement.name}.{inner.name}")
        elif isinstance(statement, (ast.Assign, ast.AnnAssign)):
            target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
            if isinstance(target, ast.Name) and target.id != "__all__" and statement.value is not None:
                for node, what, change in _in_expression(statement, "value"):
                    yield node, what, change, (statement, statement, "", target.id)


def _in_function(function: ast.FunctionDef, name: str) -> Iterator[Place]:
    for statement, body in _statements(function.body):
        for node, what, change in _in_statement(statement, body):
            yield node, what, change, (statement, function, name, None)


def _statements(body: list[ast.stmt]) -> Iterator[tuple[ast.stmt, list[ast.stmt]]]:
    for statement in list(body):
        yield statement, body
        for name in ("body", "orelse", "finalbody"):
            yield from _statements(getattr(statement, name, []))
        for handler in getattr(statement, "handlers", []):
            yield from _statements(handler.body)
        for case in getattr(statement, "cases", []):
            yield from _statements(case.body)


Change = tuple[Any, str, Callable[[], None]]


def _in_statement(statement: ast.stmt, body: list[ast.stmt]) -> Iterator[Change]:  # noqa: C901 - one case after the other
    text = ast.unparse(statement).split("\n")[0][:60]
    droppable = (ast.Raise, ast.Continue, ast.Break, ast.AugAssign)
    call = isinstance(statement, ast.Expr) and not isinstance(statement.value, ast.Constant)
    if isinstance(statement, droppable) or call:
        yield statement, f"left out: {text}", partial(_replace, body, statement, ast.Pass())
    if isinstance(statement, ast.Return) and statement.value is not None and not _none(statement.value):
        yield statement, f"None for: {text}", partial(setattr, statement, "value", ast.Constant(None))
    if isinstance(statement, (ast.If, ast.While)):
        yield statement.test, f"turned round: {text}", partial(setattr, statement, "test", ast.UnaryOp(ast.Not(), statement.test))
    if isinstance(statement, (ast.Assert, ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)):
        return
    for name, value in ast.iter_fields(statement):
        if name in {"body", "orelse", "finalbody", "handlers", "cases", "annotation", "targets", "target"}:
            continue
        if isinstance(value, ast.expr):
            yield from _in_expression(statement, name)
        elif isinstance(value, list):
            for each in value:
                if isinstance(each, ast.withitem):
                    yield from _in_expression(each, "context_expr")


def _replace(body: list[ast.stmt], old: ast.stmt, new: ast.stmt) -> None:
    body[body.index(old)] = ast.copy_location(new, old)


def _none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None


def _in_expression(holder: Any, field: str, place: int | None = None) -> Iterator[Change]:
    """The changes of an expression and of all within it."""
    node = getattr(holder, field) if place is None else getattr(holder, field)[place]
    if not isinstance(node, ast.AST) or (isinstance(node, ast.keyword) and (_called(holder), node.arg) in LEFT_ALONE):
        return

    def put(new: ast.expr) -> None:
        new = ast.copy_location(new, node)
        if place is None:
            setattr(holder, field, new)
        else:
            getattr(holder, field)[place] = new

    shown = ast.unparse(node)[:60]
    for what, new in _changes(node):
        yield node, f"{shown} -> {what}", partial(put, new)
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.AST):
            yield from _in_expression(node, name)
        elif isinstance(value, list):
            for number in range(len(value)):
                yield from _in_expression(node, name, number)


def _called(node: Any) -> str:
    """The last name of what is called."""
    function = getattr(node, "func", None)
    return getattr(function, "id", None) or getattr(function, "attr", None) or ""


def _changes(node: Any) -> Iterator[tuple[str, ast.expr]]:  # noqa: C901, PLR0912 - one case after the other
    def altered(**fields: Any) -> ast.expr:
        new: Any = copy.copy(node)
        for name, value in fields.items():
            setattr(new, name, value)
        return new  # type: ignore[no-any-return]

    match node:
        case ast.Compare(ops=ops):
            for number, op in enumerate(ops):
                other = [*ops[:number], COMPARED[type(op)](), *ops[number + 1 :]]
                new = altered(ops=other)
                yield ast.unparse(new)[:60], new
        case ast.BoolOp(op=op):
            new = altered(op=ast.Or() if isinstance(op, ast.And) else ast.And())
            yield ast.unparse(new)[:60], new
        case ast.BinOp(op=op) if type(op) in COMPUTED:
            new = altered(op=COMPUTED[type(op)]())
            yield ast.unparse(new)[:60], new
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield "without not", operand
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            yield "without minus", operand
        case ast.IfExp(test=test):
            yield "turned round", altered(test=ast.UnaryOp(ast.Not(), test))
        case ast.comprehension():
            return
        case ast.Constant(value=bool(value)):
            yield str(not value), ast.Constant(not value)
        case ast.Constant(value=int(value)):
            yield str(value + 1), ast.Constant(value + 1)
            yield str(value - 1), ast.Constant(value - 1)
        case ast.Constant(value=str(text)) if SQL.search(text):
            for pattern, other in IN_SQL:
                for found in re.finditer(pattern, text):
                    new = text[: found.start()] + other + text[found.end() :]
                    yield f"…{new[max(found.start() - 15, 0) : found.start() + 20]}…", ast.Constant(new)

"""Findings of `validate` as lines for people, JSON, GitHub's workflow commands, and SARIF.

Paths and texts come from files: everything that would act on a terminal or end a line is escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from vlmctl.render.cells import visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vlmctl.source.findings import Finding

__all__ = ["Rule", "github_lines", "json_document", "sarif_document", "text_lines"]

SARIF_SCHEMA = "https://raw.githubusercontent.com/oasis-tcs/sarif-spec/main/sarif-2.1/schema/sarif-schema-2.1.0.json"


class Rule(NamedTuple):
    """A check, as SARIF lists it."""

    id: str
    severity: str
    title: str
    text: str


def text_lines(findings: Sequence[Finding], *, color: bool, explained: bool = False) -> Iterator[str]:
    """`file:line:column: severity[check] message`; below it, indented, the offending text (unless the message has it) and the hint.

    Of explained findings the hint is the note that explains them.
    """
    paint = _painter(color=color)
    for finding in findings:
        place = f"{visible(finding.place.path)}:{finding.place.line}:{finding.place.column}"
        style = "dim" if explained else ("bold red" if finding.severity == "error" else "yellow")
        severity = "explained" if explained else finding.severity
        yield paint([(place, "bold"), (": ", ""), (f"{severity}[{finding.check}]", style), (f" {visible(finding.message)}", "")])
        found = None if finding.text and finding.text in finding.message else finding.text
        for label, text in (("found", found), ("note" if explained else "hint", finding.hint)):
            if text:
                yield paint([(f"    {label}: ", "dim"), (visible(text), "")])


def _painter(*, color: bool) -> Any:
    if not color:
        return lambda spans: "".join(text for text, _ in spans)
    from vlmctl.render.terminal.paint import Painter, Span

    painter = Painter(color=True, links=False)
    return lambda spans: painter.text([Span(text, style) for text, style in spans])


def json_document(findings: Sequence[Finding], explained: Sequence[Finding], *, files: int) -> dict[str, Any]:
    """One object: the findings and how many there are."""
    errors = sum(finding.severity == "error" for finding in findings)
    return {
        "version": 1,
        "files": files,
        "errors": errors,
        "warnings": len(findings) - errors,
        "findings": [finding.as_dict() for finding in findings],
        "explained": [finding.as_dict() for finding in explained],
    }


def github_lines(findings: Sequence[Finding]) -> Iterator[str]:
    """Workflow commands, which GitHub shows beside the lines of a pull request."""
    for finding in findings:
        place = finding.place
        where = f"file={_property(place.path)},line={place.line},col={place.column},title={_property(finding.check)}"
        message = finding.message + (f" ({finding.hint})" if finding.hint else "")
        yield f"::{finding.severity} {where}::{_command(message)}"


def _command(text: str) -> str:
    """A text in a workflow command: no line end leaves it."""
    return visible(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _command(text).replace(":", "%3A").replace(",", "%2C")


def sarif_document(findings: Sequence[Finding], rules: Sequence[Rule], *, version: str) -> dict[str, Any]:
    """SARIF 2.1.0 with all rules and one result for each finding; columns count characters."""
    order = {rule.id: index for index, rule in enumerate(rules)}
    driver = {"name": "vlmctl", "semanticVersion": version, "rules": [_rule(rule) for rule in rules]}
    results = [_result(finding, order) for finding in findings]
    return {
        "$schema": SARIF_SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.text},
        "help": {"text": rule.text},
        "defaultConfiguration": {"level": rule.severity},
    }


def _result(finding: Finding, order: dict[str, int]) -> dict[str, Any]:
    place = finding.place
    message = finding.message + (f" ({finding.hint})" if finding.hint else "")
    region = {"startLine": place.line, "startColumn": place.column}
    location = {"artifactLocation": {"uri": _uri(place.path)}, "region": region}
    result: dict[str, Any] = {
        "ruleId": finding.check,
        "level": finding.severity,
        "message": {"text": message},
        "locations": [{"physicalLocation": location}],
    }
    if finding.check in order:
        result["ruleIndex"] = order[finding.check]
    return result


def _uri(path: str) -> str:
    """A path as a URI reference: relative ones stay relative."""
    from pathlib import PurePath
    from urllib.parse import quote

    absolute = PurePath(path).is_absolute()
    return ("file://" if absolute else "") + quote(PurePath(path).as_posix().encode("utf-8", "surrogateescape"))

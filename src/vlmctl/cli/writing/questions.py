"""Questions on a terminal for what the options leave open; none where stdin is no terminal, or the answer goes to a program."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import typer

from vlmctl.cli import narration
from vlmctl.errors import UsageError, VlmctlError

__all__ = ["Answers", "Question", "answers", "can_ask", "confirmed"]

Answers = dict[str, str | None]
"""By option, what was given or answered."""


class Question(NamedTuple):
    """One thing to ask."""

    option: str
    """The option that says the same: `--value`."""
    text: str
    required: bool | Callable[[Answers], bool] = True
    default: str | Callable[[Answers], str] = ""
    """Both as functions of the answers so far."""
    choices: Sequence[str] = ()
    """For completion; with `closed`, the only answers."""
    closed: bool = False
    check: Callable[[str, Answers], object] | None = None
    """Raises `VlmctlError` or `ValueError` for an answer that won't do, after those so far."""

    def after(self, found: Answers) -> Question:
        """The question as it stands after these answers."""
        default = self.default(found) if callable(self.default) else self.default
        return self._replace(default=default, required=self.required(found) if callable(self.required) else self.required)


def can_ask(*, as_json: bool = False) -> bool:
    """Whether somebody is there to answer."""
    return not as_json and sys.stdin is not None and sys.stdin.isatty() and sys.stderr is not None and sys.stderr.isatty()


def answers(questions: Sequence[Question], given: Answers, *, ask: bool) -> Answers:
    """What was given by options, completed by asking. Optional things are asked for only if something needed is missing.

    Where nobody can be asked: `UsageError` that names all missing options. What was given is checked before anything is asked.
    """
    missing = [question for question in questions if question.after(given).required and not given.get(question.option)]
    if not missing:
        return given
    if not ask:
        names = ", ".join(question.option for question in missing)
        raise UsageError(f"missing {names}", hint="on a terminal, and without --json, they are asked for")
    _check_given(questions, given)
    narration.say("Enter takes the [default]; Tab completes; Ctrl-C writes nothing.")
    found = dict(given)
    for question in questions:
        if not found.get(question.option):
            found[question.option] = _answer(question.after(found), found) or None
    return found


def _check_given(questions: Sequence[Question], given: Answers) -> None:
    for question in questions:
        text = given.get(question.option)
        try:
            if text and question.check is not None:
                question.check(text, given)
        except ValueError as error:
            raise UsageError(f"{question.option}: {error}") from error


def confirmed(text: str) -> bool:
    """Whether the answer to a yes-or-no question is yes, which is the default."""
    return _answer(Question("", text, required=False, default="y", choices=("y", "n", "yes", "no"), closed=True), {}).startswith("y")


def _answer(question: Question, found: Answers) -> str:
    default = f" [{question.default}]" if question.default else "" if question.required else " [none]"
    with _completion(question.choices):
        while True:
            answer = _line(f"{question.text}{default}: ").strip() or str(question.default)
            problem = _problem(question, answer, found)
            if problem is None:
                return answer
            narration.say(problem)


def _problem(question: Question, answer: str, found: Answers) -> str | None:
    if not answer:
        return f"  {question.option} is needed" if question.required else None
    if question.closed and answer not in question.choices:
        return f"  one of: {', '.join(question.choices)}"
    try:
        if question.check is not None:
            question.check(answer, found)
    except VlmctlError as error:
        return f"  {error.message}" + (f" ({error.hint})" if error.hint else "")
    except ValueError as error:
        return f"  {error}"
    return None


def _line(prompt: str) -> str:
    """A line from the terminal; at its end (Ctrl-D) nothing is done."""
    try:
        if sys.stdout.isatty():
            return input(prompt) + "\n"
        sys.stderr.write(prompt)  # stdout is data
        sys.stderr.flush()
        line = sys.stdin.readline()
    except EOFError:
        line = ""
    if not line:
        narration.say("")
        raise typer.Abort
    return line


@contextlib.contextmanager
def _completion(choices: Sequence[str]) -> Iterator[None]:
    """Tab completes these, whatever the case, where there is a readline library."""
    try:
        import readline
    except ImportError:
        yield
        return

    def matching(text: str, state: int) -> str | None:
        found = [choice for choice in choices if choice.casefold().startswith(text.casefold())]
        return found[state] if state < len(found) else None

    before, delimiters = readline.get_completer(), readline.get_completer_delims()
    readline.set_completer(matching)
    readline.set_completer_delims("")
    readline.parse_and_bind("tab: complete")
    try:
        yield
    finally:
        readline.set_completer(before)
        readline.set_completer_delims(delimiters)

"""Do the tests bite? `python benchmarks/mutants.py [MODULE…]` breaks the code in small ways and counts what no test notices.

Nothing is written to the tree. The tests are collected once; each mutant is a forked process in which the code of one
function (or one constant of a module) is replaced in memory, and the tests that reach that line run, quickest first,
until one fails. Which tests reach which line is measured first, in a process of its own. The sample is seeded.
A module that is all constants (the fields) can't be replaced once others have read it: there each mutant is a program of its own.
Needs `os.fork`; `docs/mutation.md` explains the result.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import types
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from _pytest.runner import runtestprotocol

sys.path.insert(0, str(Path(__file__).parent))
from mutating import Mutant, code_of, mutants_of

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "src" / "vlmctl"
WHOLE = ("quantities.py", "names.py", "query", "store", "checks")
"""What is broken unless modules are named: these files, and all in these folders. Modules of docstrings alone drop out by themselves."""
TESTS = ("tests",)
LEFT_OUT = (
    *("tests/hostile", "tests/faults", "tests/startup", "tests/docs"),  # they start programs of their own, which see no mutant
    *("tests/cli/test_completion_in_shells.py", "tests/cli/test_schemas.py"),  # so do these, or they are slow
    *(f"tests/unit/test_{name}.py" for name in ("charts", "render", "scalars", "document", "import_readers")),  # about other packages
)
PATIENCE = 20.0
"""Seconds of tests that a mutant may take, as measured: of the processor, traced line by line, which takes five times as long."""
HUNG = 90.0
NOT_MADE = "not made:"


class Outcome(NamedTuple):
    """What became of a mutant."""

    mutant: Mutant
    end: str
    """`killed`, `survived`, `unreached`, `hung` or `not made`."""
    by: str
    """The test that noticed it."""


class Mutating:
    """A pytest plugin that runs mutants in place of the tests."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.options = options
        self.outcomes: list[Outcome] = []
        self.seconds: dict[str, float] = {}
        self.reached: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
        self.clean = Path(tempfile.mkdtemp(prefix="mutants-"))

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Measure, then break."""
        items = {item.nodeid: item for item in session.items}
        kept: Path | None = self.options.keep
        known = json.loads(kept.read_text("utf-8")) if kept and kept.exists() else {"seconds": {}, "lines": {}}
        new = [item for item in session.items if item.nodeid not in known["seconds"]]
        found = self._forked(lambda: _measured(new, self.clean), 3600) if new else {"broken": ()}
        if not isinstance(found, dict):
            raise pytest.UsageError(f"the tests can't be measured: {found}")
        for each in found.pop("broken"):
            print(f"left out, as it fails without a mutant: {each}", file=sys.stderr)
        for measured in (known, found):
            self.seconds |= {test: took for test, took in measured.get("seconds", {}).items() if test in items}
            for file, lines in measured.get("lines", {}).items():
                for line, tests in lines.items():
                    self.reached[file][int(line)].update(test for test in tests if test in self.seconds)
        if kept:
            lines_now = {file: {line: sorted(tests) for line, tests in lines.items()} for file, lines in self.reached.items()}
            kept.write_text(json.dumps({"seconds": self.seconds, "lines": lines_now}), "utf-8")
        print(f"{len(items)} tests in {sum(self.seconds.values()):.0f} s", file=sys.stderr)
        for module in self.options.modules:
            self._module(module, items)
        shutil.rmtree(self.clean, ignore_errors=True)
        return True

    def _module(self, module: str, items: dict[str, pytest.Item]) -> None:
        every = mutants_of(PACKAGE / module)
        sample = random.Random(f"{self.options.seed}:{module}").sample(every, min(self.options.number, len(every)))  # noqa: S311 - a sample
        ends: dict[str, int] = defaultdict(int)
        for mutant in sorted(sample):
            if self.options.line and mutant.line not in self.options.line:
                continue
            outcome = self._tried(module, mutant, items)
            self.outcomes.append(outcome)
            ends[outcome.end] += 1
            if outcome.end not in {"killed", "not made"}:
                print(f"  {module}:{mutant.line} {mutant.what} ({outcome.end})", flush=True)
        caught = ends["killed"] + ends["hung"]
        total = max(sum(ends.values()) - ends["not made"], 1)
        print(f"{module} | {len(every)} | {total} | {caught} | {100 * caught / total:.0f} %", flush=True)

    def _tried(self, module: str, mutant: Mutant, items: dict[str, pytest.Item]) -> Outcome:
        file = PACKAGE / module
        alone = mutant.constant is not None and all(each.constant is not None for each in mutants_of(file))
        tests = self._tests(str(file.parent / "__init__.py" if alone else file), mutant)
        if not tests:
            return Outcome(mutant, "unreached", "")
        if alone:
            return self._alone(module, mutant, tests)
        end = self._forked(lambda: self._run(module, mutant, [items[test] for test in tests]), HUNG)
        if end is None:
            return Outcome(mutant, "hung", "")
        if end.startswith(NOT_MADE):
            print(f"  {module}:{mutant.line} {mutant.what}: {end}", flush=True)
            return Outcome(mutant, "not made", end)
        return Outcome(mutant, "survived" if end == "" else "killed", end)

    @staticmethod
    def _alone(module: str, mutant: Mutant, tests: Sequence[str]) -> Outcome:
        """The tests in a program that reads the broken module in place of the right one."""
        command = [sys.executable, __file__, "--broken", f"{module}:{mutant.number}", "--tests", *tests]
        try:
            done = subprocess.run(command, check=False, capture_output=True, timeout=10 * HUNG)
        except subprocess.TimeoutExpired:
            return Outcome(mutant, "hung", "")
        return Outcome(mutant, "survived" if done.returncode == 0 else "killed", "")

    def _tests(self, file: str, mutant: Mutant) -> list[str]:
        """The tests that reach the place, quickest first, within patience; of a module's constants those that reach the module."""
        lines = self.reached[file]
        wanted: set[str] = set()
        for place in (range(mutant.line, mutant.last + 1), range(mutant.statement, mutant.last + 1), range(*mutant.scope)):
            wanted = set().union(*(lines[line] for line in place if line in lines))
            if wanted:
                break
        chosen, spent = [], 0.0
        # Hundreds of tests reach a check or a constant: those whose file is called after the module or its folder come sooner.
        own = {word.removesuffix("s") for word in Path(file).relative_to(PACKAGE).with_suffix("").parts}
        named = {test: sum(word in test.partition("::")[0] for word in own) for test in wanted}
        for test in sorted(wanted, key=lambda test: (self.seconds[test] * 0.2 ** named[test], test)):
            spent += self.seconds[test]
            if chosen and spent > PATIENCE:
                break
            chosen.append(test)
        return chosen

    def _run(self, module: str, mutant: Mutant, items: Sequence[pytest.Item]) -> str:
        base = Path(tempfile.mkdtemp(prefix="mutant-"))
        if not module.startswith("store/") and (self.clean / "vlmctl-cache").exists():
            shutil.copytree(self.clean / "vlmctl-cache", base / "vlmctl-cache")
        try:
            try:
                _apply(module, mutant)
            except Exception as error:  # what can't be made must not count as noticed
                return f"{NOT_MADE} {error!r}"
            return next((name for name, failed, *_ in _results(items, base) if failed), "")
        finally:
            shutil.rmtree(base, ignore_errors=True)

    @staticmethod
    def _forked(work: Any, seconds: float) -> Any:
        """What `work` gives in a process of its own; None if it takes longer than so many seconds."""
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.setsid()
            os.close(reading)
            with contextlib.suppress(BaseException):
                quiet = os.open(os.devnull, os.O_RDWR)
                for descriptor in (0, 1, 2):
                    os.dup2(quiet, descriptor)
                answer: Any = "crash"
                try:
                    answer = work()
                finally:
                    with os.fdopen(writing, "w") as pipe:
                        json.dump(answer, pipe)
            os._exit(0)
        os.close(writing)
        until = time.monotonic() + seconds
        parts: list[bytes] = []
        with os.fdopen(reading, "rb", buffering=0) as pipe:
            while select.select([pipe], [], [], max(until - time.monotonic(), 0))[0]:
                part = pipe.read(1 << 20)
                if not part:
                    break
                parts.append(part)
            else:
                parts = []
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child, signal.SIGKILL)
        os.waitpid(child, 0)
        return json.loads(b"".join(parts)) if parts else None


def _results(items: Sequence[pytest.Item], base: Path) -> Iterator[tuple[str, bool, float, str]]:
    """Run tests one by one: name, whether it failed, seconds, why."""
    factory: Any = items[0].config._tmp_path_factory  # type: ignore[attr-defined]  # noqa: SLF001 - a directory for this process alone
    factory._basetemp = base  # noqa: SLF001
    for item, following in zip(items, [*items[1:], None], strict=True):
        started = time.process_time()
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            reports = runtestprotocol(item, log=False, nextitem=following)
        why = next((str(report.longrepr) for report in reports if report.failed), "")
        yield item.nodeid, any(report.failed for report in reports), time.process_time() - started, why


def _measured(items: Sequence[pytest.Item], base: Path) -> Any:
    """Which tests reach which lines, and how long each takes; those that fail as they are are left out."""
    seen: set[tuple[str, int]] = set()
    prefix = str(PACKAGE)

    def local(frame: types.FrameType, event: str, _: Any) -> Any:
        if event == "line":
            seen.add((frame.f_code.co_filename, frame.f_lineno))
        return local

    def called(frame: types.FrameType, *_: Any) -> Any:
        return local if frame.f_code.co_filename.startswith(prefix) else None

    lines: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    seconds: dict[str, float] = {}
    broken: list[str] = []
    sys.settrace(called)
    for name, failed, took, why in _results(items, base):
        if failed:
            broken.append(f"{name}: {why[-300:]}")
            continue
        seconds[name] = took
        for file, number in seen:
            lines[file][number].append(name)
        seen.clear()
        sys.settrace(called)
    return {"seconds": seconds, "lines": lines, "broken": broken}


def _apply(module: str, mutant: Mutant) -> None:
    """Put the mutant in place of the function or the constant that it changes."""
    holder = sys.modules[_imported(module)]
    tree = mutant.tree()
    if mutant.constant is None:
        code = code_of(compile(tree, str(PACKAGE / module), "exec"), mutant.function)
        same = [
            each
            for each in gc.get_objects()
            if type(each) is types.FunctionType
            and (each.__code__.co_filename, each.__code__.co_qualname, each.__code__.co_firstlineno)
            == (code.co_filename, code.co_qualname, code.co_firstlineno)
        ]
        assert same, mutant  # noqa: S101
        for function in same:
            function.__code__ = code
        return
    before = vars(holder).get(mutant.constant)
    tree.body = [each for each in tree.body if each.lineno == mutant.statement]
    exec(compile(tree, str(PACKAGE / module), "exec"), vars(holder))  # noqa: S102 - this project's own code
    after = vars(holder)[mutant.constant]
    for other in list(sys.modules.values()):  # the tests' own among them
        if isinstance(other, types.ModuleType) and vars(other).get(mutant.constant) is before:
            setattr(other, mutant.constant, after)


def modules_of(names: Iterable[str]) -> Iterator[str]:
    """The modules that files and folders of the package stand for: those in which something can be broken."""
    for name in names:
        path = PACKAGE / name
        for file in sorted(path.rglob("*.py")) if path.is_dir() else (path,):
            if mutants_of(file):
                yield file.relative_to(PACKAGE).as_posix()


def _imported(module: str) -> str:
    return "vlmctl." + module.removesuffix(".py").replace("/", ".").removesuffix(".__init__")


class _Broken(SourceFileLoader):
    """Reads a module with one mutant in it."""

    def __init__(self, name: str, mutant: Mutant) -> None:
        super().__init__(name, str(mutant.file))
        self.mutant = mutant

    def get_code(self, fullname: str) -> types.CodeType:
        """The code of the broken module."""
        return compile(self.mutant.tree(), self.get_filename(fullname), "exec")


def _in_place(broken: str) -> None:
    """From now on, the import of a module (`query/fields/model.py:12`) gives it with the mutant of that number."""
    module, _, number = broken.partition(":")
    name, mutant = _imported(module), mutants_of(PACKAGE / module)[int(number)]

    class Finder(MetaPathFinder):
        def find_spec(self, fullname: str, *_: Any) -> ModuleSpec | None:
            return spec_from_file_location(name, mutant.file, loader=_Broken(name, mutant)) if fullname == name else None

    sys.meta_path.insert(0, Finder())


def main() -> int:
    """Collect, measure, break, report."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0] if __doc__ else "")
    parser.add_argument("modules", nargs="*", default=list(WHOLE), help="files or folders under src/vlmctl")
    parser.add_argument("-n", "--number", type=int, default=14, help="mutants per module")
    parser.add_argument("--seed", default="2")
    parser.add_argument("--tests", nargs="+", default=list(TESTS))
    parser.add_argument("--keep", type=Path, help="a file for what was measured; only new tests are measured again")
    parser.add_argument("--broken", help=argparse.SUPPRESS)
    parser.add_argument("--line", nargs="+", type=int, help="only the sample's mutants on these lines")
    options = parser.parse_args()
    os.chdir(ROOT)
    sys.dont_write_bytecode = True
    if options.broken:
        _in_place(options.broken)
        return int(pytest.main(["-qx", "--hypothesis-seed=0", "-p", "no:xdist", *options.tests]))
    options.modules = list(modules_of(options.modules))
    for module in options.modules:
        __import__(_imported(module))
    plugin = Mutating(options)
    left_out = [f"--ignore={name}" for name in LEFT_OUT]
    code = pytest.main(
        ["-q", "--hypothesis-seed=0", "-p", "no:xdist", "-p", "no:faulthandler", *left_out, *options.tests], plugins=[plugin]
    )
    caught = sum(each.end in {"killed", "hung"} for each in plugin.outcomes)
    print(f"{caught} of {len(plugin.outcomes)} mutants noticed")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())

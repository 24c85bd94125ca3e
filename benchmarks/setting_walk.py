"""Which modules the settings enter on their way from the command to a release: a table of calls, traced in a real refresh.

`python -m benchmarks.setting_walk [<root of a checkout>]` refreshes the demonstration from nothing in a folder of its own and
prints each function of the package that was handed `Settings` (or a `Run`, which holds them), in order of first call; threads and
worker processes are not followed. Run it on two checkouts to compare two houses.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from types import FrameType

PACKAGE = "dagster_project"
HOLDERS = {"Settings", "Run"}
TRACE = "SETTING_WALK"  # the file that takes the calls, in the process that is traced


def main(arguments: list[str]) -> None:
    """Trace a checkout in a process of its own, for two of them would share modules; print the table."""
    root = Path(arguments[0] if arguments else ".").resolve()
    with tempfile.TemporaryDirectory() as work:
        trace = Path(work) / "calls"
        environ = {
            **os.environ,
            "FLUX_DATA": f"{work}/data",
            "FLUX_LOG": "none",
            "PYTHONPATH": str(root),
            TRACE: str(trace),
        }
        done = subprocess.run([sys.executable, __file__, "refresh"], cwd=root, env=environ, check=False)
        calls = [tuple(line.split(" ")) for line in trace.read_text("utf-8").splitlines()]
    print(f"\n{'module':<44} {'function':<44} {'calls':>6}")
    for (module, function), count in Counter(calls).items():
        print(f"{module:<44} {function:<44} {count:>6}")
    modules = {module for module, _ in calls}
    rooms = sorted({module.split(".")[0] if "." in module else "(root)" for module in modules})
    moves = sum(1 for _ in groupby(module for module, _ in calls)) - 1
    print(
        f"exit {done.returncode}: {len(set(calls))} functions, {len(modules)} modules, {len(rooms)} rooms ({', '.join(rooms)}),"
    )
    print(f"{len(calls)} calls, {moves} moves from one module to another")


def traced(trace: Path) -> None:
    """Refresh as `python -m dagster_project refresh` does; each call is written as it comes, however the process ends."""
    with trace.open("w", encoding="utf-8", buffering=1) as file:

        def look(frame: FrameType, event: str, _: object) -> None:
            module = frame.f_globals.get("__name__", "")
            if event == "call" and module.startswith(PACKAGE) and any(map(_holds, _arguments(frame))):
                file.write(f"{module.removeprefix(f'{PACKAGE}.')} {frame.f_code.co_qualname.replace(' ', '')}\n")

        sys.setprofile(look)
        try:
            runpy.run_module(PACKAGE, run_name="__main__", alter_sys=True)
        finally:
            sys.setprofile(None)


def _arguments(frame: FrameType) -> Iterator[object]:
    """What a function was called with."""
    code = frame.f_code
    for name in code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]:
        yield frame.f_locals.get(name)


def _holds(value: object) -> bool:
    """Whether it is the settings, or the choices of a run that hold them."""
    kind = type(value)
    return kind.__name__ in HOLDERS and kind.__module__.startswith(PACKAGE)


if __name__ == "__main__":
    traced(Path(os.environ[TRACE])) if TRACE in os.environ else main(sys.argv[1:])

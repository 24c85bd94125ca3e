"""Which modules the settings enter on their way from the command to a release: a table of calls, traced in a real refresh.

`python -m benchmarks.setting_walk [<root of a checkout>]` refreshes the demonstration from nothing in a folder of its own, in the
process that is traced, and prints each function of the package that was handed `Settings` (or a `Run`, which holds them), in
order of first call. Run it on two checkouts to compare two houses.
"""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

PACKAGE = "dagster_project"
HOLDERS = {"Settings", "Run"}
Stay = tuple[str, str]


def main(arguments: list[str]) -> None:
    """Trace a checkout in a process of its own: two of them would share modules."""
    root = arguments[0] if arguments else str(Path.cwd())
    with tempfile.TemporaryDirectory() as data:
        environ = {**os.environ, "FLUX_DATA": data, "FLUX_JOURNAL": "aucun", "PYTHONPATH": root}
        subprocess.run([sys.executable, __file__, "--traced"], cwd=root, env=environ, check=True)


def traced() -> None:
    """Refresh, and print the table."""
    calls: dict[Stay, int] = {}
    walk: list[str] = []

    def look(frame: FrameType, event: str, _: object) -> None:
        module = frame.f_globals.get("__name__", "")
        if event == "call" and module.startswith(PACKAGE) and any(_holds(value) for value in _arguments(frame)):
            stay = (module.removeprefix(f"{PACKAGE}."), frame.f_code.co_qualname)
            calls[stay] = calls.get(stay, 0) + 1
            if not walk or walk[-1] != stay[0]:
                walk.append(stay[0])

    os._exit = sys.exit  # a house that leaves by it would take the table with it
    sys.argv = [PACKAGE, "refresh"]
    sys.setprofile(look)
    try:
        runpy.run_module(PACKAGE, run_name="__main__", alter_sys=True)
    except SystemExit as end:
        status = end.code
    sys.setprofile(None)
    print(f"\n{'module':<44} {'function':<44} {'calls':>6}")
    for (module, function), count in calls.items():
        print(f"{module:<44} {function:<44} {count:>6}")
    modules = {module for module, _ in calls}
    rooms = {module.split(".")[0] if "." in module else "(root)" for module in modules}
    print(
        f"exit {status}: {len(calls)} functions, {len(modules)} modules, {len(rooms)} rooms ({', '.join(sorted(rooms))}),"
    )
    print(f"{sum(calls.values())} calls, {len(walk)} moves from one module to another")


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
    traced() if "--traced" in sys.argv else main(sys.argv[1:])

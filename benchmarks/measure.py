"""One command as a whole process: wall and CPU time by the system's own accounting, peak memory of all its processes."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

POLL_SECONDS = 0.2  # reading memory maps costs time on the very cores that are measured


@dataclass(frozen=True)
class Measure:
    """Seconds of wall clock, seconds of CPU (children included), peak of proportional memory in MB, and the output."""

    wall: float
    cpu: float
    peak_mb: float
    output: str


def run(command: Sequence[str], environ: Mapping[str, str]) -> Measure:
    """Run a command to its end.

    Raises:
        RuntimeError: when it fails, with the end of what it said.
    """
    before, start = os.times(), time.perf_counter()
    process = subprocess.Popen(
        command, env={**os.environ, **environ}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    peak = [0]
    watcher = threading.Thread(target=_watch, args=(process, peak), daemon=True)
    watcher.start()
    output, _ = process.communicate()
    wall, after = time.perf_counter() - start, os.times()
    watcher.join()
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{output[-2000:]}")
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Measure(wall, cpu, peak[0] / 1024, output)


def _watch(process: subprocess.Popen, peak: list[int]) -> None:
    while process.poll() is None:
        peak[0] = max(peak[0], sum(_pss_kb(pid) for pid in _family(process.pid)))
        time.sleep(POLL_SECONDS)


def _family(root: int) -> list[int]:
    """The process and its descendants (Linux)."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields = stat.read_text().rsplit(")", 1)[1].split()
            children.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found = [root]
    for pid in found:
        found += children.get(pid, [])
    return found


def _pss_kb(pid: int) -> int:
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1])
    return 0

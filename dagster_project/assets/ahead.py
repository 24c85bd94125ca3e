"""The resource that begins work ahead of its steps, two pieces at a time: steps come one after the other in one process."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import dagster as dg

from dagster_project.assets.alone import ALONE

T = TypeVar("T")
AHEAD = "ahead"
AT_ONCE = 2  # what is read lets go of Python, and fills two cores; more at once would hold more tables in memory


def ahead(work: Mapping[str, Callable[[], T]]) -> dg.ResourceDefinition:
    """A function of a step's name, which waits for its result; a failure is raised in that step, and nowhere else.

    Args:
        work: what each step is to do; begun in this order when a run starts, for the steps of the run.
    """

    @dg.resource(description="Sources are fetched and read ahead, then dbt made ready.", required_resource_keys={ALONE})
    def begun(context: dg.InitResourceContext) -> Iterator[Callable[[str], T]]:
        steps = context.run.step_keys_to_execute if context.run else None
        pool = ThreadPoolExecutor(AT_ONCE)
        waiting = {step: pool.submit(work[step]) for step in work if step in (steps or work)}
        try:
            yield lambda step: waiting[step].result()
        finally:
            pool.shutdown(cancel_futures=True)  # waits: what is begun still writes, and only this run may

    return begun

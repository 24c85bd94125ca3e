"""Work begun ahead of its steps: two pieces at a time, for the steps of the run alone, and a failure stays in its own step."""

import threading
from collections.abc import Callable

import dagster as dg

from dagster_project.assets.ahead import AHEAD, ahead
from dagster_project.assets.resources import ALONE

ALONE_HERE = dg.ResourceDefinition.none_resource()


def run(work: dict[str, Callable[[], str]], selection: list[str] | None = None) -> tuple[dict[str, str], list[str]]:
    """What each step was given, and the steps that failed, of a run of one asset for each piece of work."""

    def asset(name: str) -> dg.AssetsDefinition:
        @dg.asset(name=name, required_resource_keys={AHEAD})
        def step(context: dg.AssetExecutionContext) -> None:
            given[name] = getattr(context.resources, AHEAD)(name)

        return step

    given: dict[str, str] = {}
    with dg.DagsterInstance.ephemeral() as instance:
        outcome = dg.materialize(
            [asset(name) for name in work],
            instance=instance,
            raise_on_error=False,
            selection=selection,
            resources={ALONE: ALONE_HERE, AHEAD: ahead(work)},
        )
    return given, [event.step_key for event in outcome.all_events if event.is_step_failure]


def test_each_step_is_given_what_was_made_for_it() -> None:
    assert run({"a": lambda: "one", "b": lambda: "two"}) == ({"a": "one", "b": "two"}, [])


def test_a_failure_is_that_of_its_step_alone() -> None:
    def broken() -> str:
        raise ValueError("an unreadable file")

    assert run({"a": broken, "b": lambda: "two"}) == ({"b": "two"}, ["a"])


def test_two_pieces_are_done_at_once_and_never_three() -> None:
    both, most, running = threading.Barrier(2, timeout=20), [], set()

    def one(name: str) -> Callable[[], str]:
        def work() -> str:
            running.add(name)
            most.append(len(running))
            both.wait()  # breaks unless another piece is done meanwhile
            running.discard(name)
            return name

        return work

    given, failed = run({name: one(name) for name in "abcd"})
    assert (list(given), failed) == (list("abcd"), [])
    assert max(most) == 2


def test_what_the_run_does_not_hold_is_not_begun() -> None:
    begun: list[str] = []
    work = {name: lambda name=name: begun.append(name) or name for name in "ab"}
    assert run(work, selection=["b"]) == ({"b": "b"}, [])
    assert begun == ["b"]


def test_the_end_of_a_run_waits_for_what_was_begun_and_drops_the_rest() -> None:
    """Or a refused refresh would still write when the next one has begun."""
    both, first = threading.Barrier(3, timeout=20), threading.Event()
    ended, begun = [], []

    def slow(name: str) -> Callable[[], str]:
        def work() -> str:
            begun.append(name)
            both.wait()
            first.wait(20)
            ended.append(name)
            return name

        return work

    @dg.asset(name="a", required_resource_keys={AHEAD})
    def refused() -> None:
        both.wait()
        threading.Timer(0.3, first.set).start()
        raise ValueError("refused before it asked for anything")

    after = [dg.AssetSpec(name, deps=[refused]) for name in "bc"]

    @dg.multi_asset(name="b", specs=after[:1], required_resource_keys={AHEAD})
    def second() -> None: ...

    @dg.multi_asset(name="c", specs=after[1:], required_resource_keys={AHEAD})
    def third() -> None: ...

    resources = {ALONE: ALONE_HERE, AHEAD: ahead({name: slow(name) for name in "abc"})}
    with dg.DagsterInstance.ephemeral() as instance:
        dg.materialize([refused, second, third], instance=instance, raise_on_error=False, resources=resources)
    assert sorted(ended) == sorted(begun) == ["a", "b"]

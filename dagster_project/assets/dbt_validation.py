"""dbt checks its settings against JSON schemas of their classes, made anew in each process: a third of a second a build."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dbt_common.dataclass_schema import dbtClassMixin


@contextmanager
def checked_before() -> Iterator[None]:
    """Within it dbt takes the project, its profile and hooks as they are: the command that parsed them checked them."""
    check = dbtClassMixin.__dict__["validate"]
    dbtClassMixin.validate = classmethod(lambda *_: None)
    try:
        yield
    finally:
        dbtClassMixin.validate = check

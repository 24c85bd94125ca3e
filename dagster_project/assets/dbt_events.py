"""dbt's events where no log of dbt is kept: each would be made into a message, 3,600 a build, that nobody reads."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dbt_common.events.base_types import BaseEvent, DebugLevel, EventLevel, InfoLevel
from dbt_common.events.event_manager import EventManager
from dbt_common.events.event_manager_client import ctx_set_event_manager

HEARD = (EventLevel.WARN, EventLevel.ERROR)  # dbt makes errors of some warnings, and counts others
UNHEARD = (DebugLevel, InfoLevel)


class WarningsAlone(EventManager):
    """dbt's own manager of events, which lets go of what only a log would tell."""

    def fire_event(
        self,
        e: BaseEvent,
        level: EventLevel | None = None,
        node: Any = None,
        force_warn_or_error_handling: bool = False,
    ) -> None:
        """As dbt's, for a warning or an error."""
        if not isinstance(e, UNHEARD) and (force_warn_or_error_handling or (level or e.level_tag()) in HEARD):
            super().fire_event(e, level, node, force_warn_or_error_handling)


@contextmanager
def warnings_alone() -> Iterator[None]:
    """Within it dbt tells warnings and errors; other events are not even filled, which took a tenth of a build."""

    def unfilled(event: BaseEvent, *_: object, **__: object) -> None:
        """Instead of a protobuf message made of the arguments."""

    ctx_set_event_manager(WarningsAlone())
    for kind in UNHEARD:
        kind.__init__ = unfilled
    try:
        yield
    finally:
        for kind in UNHEARD:
            del kind.__init__  # dbt's, which both inherit

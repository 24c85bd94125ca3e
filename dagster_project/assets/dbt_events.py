"""dbt's events where no log of dbt is kept: each would be written as a message, 3,600 a build, that nobody reads."""

from __future__ import annotations

from typing import Any

from dbt_common.events.base_types import BaseEvent, EventLevel
from dbt_common.events.event_manager import EventManager

HEARD = (EventLevel.WARN, EventLevel.ERROR)  # dbt makes errors of some warnings, and counts others


class WarningsAlone(EventManager):
    """dbt's own manager of events, which lets go of what only a log would tell."""

    def fire_event(
        self,
        e: BaseEvent,
        level: EventLevel | None = None,
        node: Any = None,
        force_warn_or_error_handling: bool = False,
    ) -> None:
        """As dbt's, for a warning or an error, and for everything when a logger listens."""
        if self.loggers or force_warn_or_error_handling or (level or e.level_tag()) in HEARD:
            super().fire_event(e, level, node, force_warn_or_error_handling)

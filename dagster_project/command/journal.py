"""One line a step on the error stream as a refresh goes: when, what, how long, how many rows, made or reused; JSON when asked."""

import json
import logging
import sys
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TextIO

import dagster as dg

from dagster_project.core import ledger

ROWS = "dagster/row_count"


def journal_logger(form: str) -> dg.LoggerDefinition:
    """The journal as a logger of Dagster's, for one run."""

    def journal(_: object) -> logging.Logger:
        logger = logging.Logger(__name__, logging.DEBUG)
        logger.addHandler(Journal(form))
        return logger

    return dg.LoggerDefinition(journal, description="One line a step on the error stream.")


class Journal(logging.Handler):
    """Takes what Dagster logs of its events.

    Args:
        form: `text`, `json` (an object a line) or `none`.
        stream: where lines go; the error stream by default.
    """

    def __init__(self, form: str, stream: TextIO | None = None) -> None:
        super().__init__()
        self.form, self.stream = form, stream or sys.stderr
        self._rows: Counter[str] = Counter()
        self._made: Counter[str] = Counter()
        self._judged: Counter[str] = Counter()
        self._refused: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Take one record; a line is written when its event ends a step."""
        event = getattr(record, "dagster_meta", {}).get("dagster_event")
        if event is None or event.step_key is None:
            return
        step = event.step_key
        if event.is_step_materialization:
            metadata = event.step_materialization_data.materialization.metadata
            self._rows[step] += int(metadata[ROWS].value) if ROWS in metadata else 0
            self._made[step] += not {ledger.REUSED, ledger.SKIPPED} & set(metadata)
        elif event.event_type_value == "ASSET_CHECK_EVALUATION":
            check = event.asset_check_evaluation_data
            self._judged[step] += ledger.REUSED not in check.metadata
            self._refused[step] += not check.passed
        elif event.is_step_success or event.is_step_failure:
            self._write(
                step, event.step_success_data.duration_ms / 1000 if event.is_step_success else None, record.created
            )

    def _write(self, step: str, seconds: float | None, moment: float) -> None:
        state = "failed" if seconds is None else "refused" if self._refused[step] else self._done(step)
        facts = {
            "time": datetime.fromtimestamp(moment, UTC).isoformat(timespec="seconds"),
            "step": step,
            "state": state,
            "seconds": None if seconds is None else round(seconds, 2),
            "rows": self._rows[step] or None,
        }
        if self.form == "json":
            print(json.dumps(facts), file=self.stream, flush=True)
        elif self.form == "text":
            print(_line(facts), file=self.stream, flush=True)

    def _done(self, step: str) -> str:
        return "made" if self._made[step] else "passed" if self._judged[step] else "looked at"


def _line(text: Mapping[str, object]) -> str:
    seconds = "" if text["seconds"] is None else f"{text['seconds']:8.2f} s"
    rows = "" if text["rows"] is None else f"{text['rows']:>12,} rows"
    return f"{text['time']}  {text['step']:<36} {text['state']:<10}{seconds:>10}{rows}".rstrip()

"""Labels of a contract: each is written, or an entry generates several (pairs of land uses, years)."""

from collections.abc import Iterator

from dagster_project.sources.pair_columns import PairColumns
from dagster_project.sources.year_columns import YearColumns


def written_out(entries: object) -> object:
    """Labels of a contract, those of generated columns written out.

    Raises:
        ValueError: an entry that generates nothing known.
    """
    if not isinstance(entries, (list, tuple)):
        return entries  # pydantic says what is wrong
    return [label for entry in entries for label in (_labels(entry) if isinstance(entry, dict) else [entry])]


def _labels(entry: dict[str, object]) -> Iterator[str]:
    kind = YearColumns if "years" in entry else PairColumns
    return kind.model_validate(entry).labels()

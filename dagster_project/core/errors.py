"""What stops a command for a reason that its user can act on."""

from pydantic import ValidationError

from dagster_project.core.text import legible


class FluxError(Exception):
    """What went wrong; the message names the file, setting or table, and says what to do."""


def first_problem(error: ValidationError) -> str:
    """The first thing that pydantic refuses, in one line: where it stands, what is wrong."""
    problem = error.errors(include_url=False, include_input=False)[0]
    place, text = ".".join(map(str, problem["loc"])), problem["msg"].removeprefix("Value error, ")
    return f"{place}: {text}" if place else text


class SourceError(FluxError):
    """Unusable input. The message names the file, the place in it, what is wrong and what to do.

    Args:
        file: file name or address.
        problem: what was seen.
        remedy: what the reader can do about it.
        where: row, column or sheet, if known.
    """

    def __init__(self, file: str, problem: str, remedy: str, where: str = "") -> None:
        place = f"{file}, {where}" if where else file
        super().__init__(legible(f"{place}: {problem}. {remedy}"))
        self.file, self.where, self.problem, self.remedy = file, where, problem, remedy

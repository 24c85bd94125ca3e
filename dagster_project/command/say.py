"""How the command line speaks: what its user can act on is one line on the error stream and an exit status, never a traceback."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, NoReturn

import duckdb
import typer
from rich.console import Console
from typer.core import TyperGroup

from dagster_project.core.errors import FluxError
from dagster_project.core.lock import exclusive
from dagster_project.settings import Settings, load_settings

Json = Annotated[bool, typer.Option("--json", help="The same as JSON, for a program")]


def print_json(answer: object) -> None:
    """What a program reads: one JSON value on the output, dates as text."""
    print(json.dumps(answer, ensure_ascii=False, indent=1, default=str))


def say(text: str, style: str | None = None) -> None:
    """One line on the error stream, whatever it holds."""
    Console(stderr=True, highlight=False).print(text, style=style, markup=False, soft_wrap=True)


def stop(problem: object, status: int = 2) -> NoReturn:
    """End a command; status 1 is what a monitor is to raise an alarm for."""
    typer.echo(f"error: {problem}", err=True)
    raise typer.Exit(status)


class Commands(TyperGroup):
    """Commands that end with what stopped them."""

    def invoke(self, ctx: Any) -> Any:
        """Run one."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # who reads has read enough (`| head`): click ends the command in silence
        except (FluxError, OSError, duckdb.IOException) as error:
            stop(error)


@contextmanager
def written(path: Path) -> Iterator[None]:
    """Names the file that cannot be written."""
    try:
        yield
    except (OSError, duckdb.IOException) as error:
        stop(f"{path} cannot be written: {error}")


@contextmanager
def held_settings() -> Iterator[Settings]:
    """Settings, while no refresh runs."""
    settings = load_settings()
    with exclusive(settings.data) as free:
        if not free:
            stop(f"a refresh is running in {settings.data}; wait for it to end")
        yield settings

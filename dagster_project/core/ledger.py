"""What was made of what, and what a gate let through: one page a thing, by content, in one folder.

A page holds the digest of all that a thing was made of, and the files that came of it with their digests. A gate is such a thing:
made of the rules that it judged by, its files are those that it let through. Blocking checks hold within one run; a person who
materializes a single asset in the UI would walk around them, and a page closes that path.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from dagster_project.core import digests
from dagster_project.core.errors import FluxError
from dagster_project.core.files import whole_file

FOLDER = "ledger"
REUSED = "reused"  # metadata of what was not made, or not judged, again
SKIPPED = "skipped"  # metadata of what nobody asked for

T = TypeVar("T")


class NotCheckedError(FluxError):
    """The files are not those that the gate let through."""


@dataclass(frozen=True)
class Page:
    """What is known of a thing.

    Attributes:
        inputs: digest of all that it was made of; of a gate, of the rules that it judged by.
        patterns: where its files are, below the root of the ledger; one more file there makes it another thing.
        files: digest of each file, by its path below the root.
        notes: what else its maker wants to find again.
    """

    inputs: str
    patterns: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Ledger:
    """The pages of one data folder.

    Attributes:
        root: the data folder, which all files are below.
    """

    root: Path

    def page(self, name: str) -> Page | None:
        """The page of a thing; None where there is none, or none that can be read."""
        try:
            read = json.loads(self.file(name).read_text("utf-8"))
            files, notes = dict(read["files"]), dict(read["notes"])
            return Page(str(read["inputs"]), tuple(map(str, read["patterns"])), files, notes)
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def enter(self, name: str, page: Page) -> None:
        """Write the page of a thing, in place of the one before."""
        with whole_file(self.file(name)) as part:
            part.write_text(json.dumps(asdict(page), indent=1), "utf-8")

    def seen(self, inputs: str, *places: Path, notes: Mapping[str, Any] | None = None) -> Page:
        """A page of the files as they are now.

        Args:
            inputs: digest of what they were made of.
            places: their paths, which may hold the wildcards of `Path.glob`.
            notes: see Page.
        """
        patterns = tuple(place.relative_to(self.root).as_posix() for place in places)
        return Page(inputs, patterns, self._digests(patterns), notes or {})

    def whole(self, name: str, inputs: str | None = None) -> Page | None:
        """The page of a thing whose files are exactly as they were, made of these inputs if they are given; else None."""
        page = self.page(name)
        if page is None or (inputs is not None and page.inputs != inputs):
            return None
        return page if page.files and page.files == self._digests(page.patterns) else None

    def require(self, name: str) -> Page:
        """The page of a gate (`gate_1` to `gate_4`), which let through exactly the files that are there.

        Raises:
            NotCheckedError: it did not; says what to do.
        """
        if page := self.whole(name):
            return page
        gate = name.replace("_", " ").capitalize()
        raise NotCheckedError(f"{gate} has not let these files through: run the whole job `refresh` (make run)")

    def covers(self, name: str, file: Path) -> bool:
        """Whether this file is, as it is now, one of those of a page."""
        page = self.page(name)
        kept = page.files.get(file.relative_to(self.root).as_posix()) if page else None
        return kept is not None and file.is_file() and digests.sha256(file) == kept

    def judged(self, name: str, rules: str, file: Path, judge: Callable[[], list[T]]) -> list[T]:
        """What is wrong with one file; a file that was let through by these very rules is not looked at again."""
        page = self.seen(rules, file)  # before it is looked at: what is written meanwhile was not
        if self.page(name) == page:
            return []
        wrong = judge()
        if not wrong:
            self.enter(name, page)
        return wrong

    def file(self, name: str) -> Path:
        """Where the page of a thing is."""
        return self.root / FOLDER / f"{name}.json"

    def forget(self) -> None:
        """Let everything be made and judged again."""
        for path in (self.root / FOLDER).glob("*.json"):
            path.unlink()

    def names(self, pattern: str) -> list[str]:
        """Names of the pages that a wildcard matches, in order."""
        return sorted(path.stem for path in (self.root / FOLDER).glob(f"{pattern}.json"))

    def _digests(self, patterns: tuple[str, ...]) -> dict[str, str]:
        files = {path for pattern in patterns for path in self.root.glob(pattern) if path.is_file()}
        return {path.relative_to(self.root).as_posix(): digests.sha256(path) for path in sorted(files)}

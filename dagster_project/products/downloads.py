"""What the site lets people download, inside the site: hosted alone, no link of it leads outside. And the release's own index."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from dagster_project.core.files import link_or_copy
from dagster_project.core.templates import template
from dagster_project.release.integrity import DIGESTS, files

SITE = "site"
DOWNLOADS = f"{SITE}/telechargement"
INDEX = "index.html"
PAGE = template(Path(__file__).with_name("index.html.j2"))


def link(folder: Path) -> None:
    """Give the site, where there is one, every other file of the release; replaces what was given before."""
    target = folder / DOWNLOADS
    shutil.rmtree(target, ignore_errors=True)
    if not (folder / SITE).is_dir():
        return
    for name in originals(folder):
        place = target / name
        place.parent.mkdir(parents=True, exist_ok=True)
        link_or_copy(folder / name, place)


def originals(folder: Path) -> Iterator[str]:
    """Files that the site gives: all but its own, the index and the list of digests, which names the site's."""
    return (name for name in files(folder) if not name.startswith(f"{SITE}/") and name not in (INDEX, DIGESTS))


def write_index(folder: Path, title: str, lines: dict[str, str]) -> None:
    """The page that a visitor of the whole release sees first.

    Args:
        folder: the release.
        title: its title and version.
        lines: file or page, and what it is in French.
    """
    (folder / INDEX).write_text(PAGE.render(title=title, lines=lines) + "\n", "utf-8")

"""Demonstration data: a small deterministic copy of the portals, generated in the producers' exact layouts.

Codes and names are real, every figure is invented. The folder it writes is read as any mirror is. A file that needs no code to be
written stands in `files/`, at its place in a copy.
"""

import shutil
from collections.abc import Mapping
from pathlib import Path

from dagster_project.core import code, digests
from dagster_project.core.files import whole_folder
from dagster_project.core.ledger import Ledger
from dagster_project.sources.registry import Source, contracts_digest
from dagster_project.sources.sample import (
    aldo,
    emissions,
    footprint,
    geographic_code,
    land_consumption,
    overpasses,
    postal_codes,
)

FILES = Path(__file__).with_name("files")


def ensure(folder: Path, registry: Mapping[str, Source]) -> None:
    """Generate the demonstration copy, unless this code did so before and nobody touched it since."""
    book, inputs = Ledger(folder.parent), digests.of(code.digest(generate), contracts_digest(), digests.tree(FILES))
    if not book.whole(folder.name, inputs):
        generate(folder, registry)
        book.enter(folder.name, book.seen(inputs, folder / "**" / "*"))


def generate(folder: Path, registry: Mapping[str, Source]) -> None:
    """(Re)write the demonstration copy; the same bytes every time."""
    world = geographic_code.load()
    with whole_folder(folder) as work:
        if FILES.is_dir():
            shutil.copytree(FILES, work, dirs_exist_ok=True)
        geographic_code.write(world, work)
        aldo.write(world, registry, work)
        emissions.write(world, work)
        footprint.write(world, work)
        land_consumption.write(world, work)
        overpasses.write(work)
        postal_codes.write(world, work)
        (work / "LISEZMOI.txt").write_text("données de démonstration : codes réels, chiffres inventés\n", "utf-8")

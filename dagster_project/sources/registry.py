"""Strict source contracts: reads the YAML files of this folder and refuses what it does not know.

A contract says who publishes a file, under which licence, where each mode finds each edition, and which
columns the producer writes. How bytes are fetched is the store's business, how they are parsed is ingest's.
"""

from functools import cache
from pathlib import Path
from typing import Annotated, Literal, NoReturn, Self

from pydantic import BeforeValidator, Field, model_validator

from dagster_project.core import addresses, digests
from dagster_project.core.errors import SourceError
from dagster_project.sources.contracts import Strict, read_contracts
from dagster_project.sources.editions import Copy, Edition, Period, Portal
from dagster_project.sources.generated_columns import written_out

HERE = Path(__file__).resolve().parent
BOUNDARY_FORMATS = ("geoparquet", "geojson", "gpkg", "shapefile")


Labels = Annotated[tuple[str, ...], BeforeValidator(written_out)]


class Layout(Strict):
    """One way a producer writes the table.

    `rename` maps this layout's labels to the contract's; `constants` fills columns this layout leaves out because
    their value is implied; `absent` names contract columns this layout does not have (they become null).
    `member` is a file-name pattern inside a zip archive; `sheet` and `header_row` (from 1) place a workbook's table, `layer`
    that of a boundary file. With `preamble`, the header of a CSV is its first line with every label. `other_columns` of the file
    are refused, ignored, or ignored without heading and cells (`empty`).
    """

    format: Literal[
        "csv", "xlsx", "data_fair", "wfs", "features", "records", "geoparquet", "geojson", "gpkg", "shapefile"
    ]
    delimiter: str = ","
    encoding: str = "utf-8"
    member: str | None = None
    preamble: bool = False
    sheet: str | None = None
    header_row: int = 1
    layer: str | None = None
    rename: dict[str, str] = {}  # noqa: RUF012 - pydantic copies it
    constants: dict[str, str] = {}  # noqa: RUF012
    absent: Labels = ()
    other_columns: Literal["refused", "ignored", "empty"] = "refused"


class Source(Strict):
    """One source contract.

    `columns` are the producer's labels in raw; `optional` are those a portal drops when they are empty
    throughout; those of ALDO's pairs and of Cerema's years are generated
    (see generated_columns).
    `take` says which editions a refresh needs: that of the target vintage (`target`, or `target_if_served` where another
    will do), the newest, the oldest or every one that the mode serves, those of the user's own territories or of the inventories
    by EPCI, the `release` that the user chose (FLUX_ALDO; the newest served otherwise). `max_mb` bounds a download.
    `hosts` may serve it besides those of its live addresses: where a portal redirects to.
    `refused_values` are known defects of exports, by column and value, with what happened.
    `may_be_absent`: a copy without its file, or a portal that does not serve it, leaves its table empty.
    `quantities` are those of the published tables that it is read for alone; empty: of all but inventories.
    `secret_statistique` forbids releases whose totals expose a commune by subtraction.
    """

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    publisher: str
    title: str
    page: str
    licence: str
    licence_url: str
    attribution: str
    vintage: str
    update_frequency: str
    release: str
    key: tuple[str, ...]
    columns: Labels
    optional: Labels = ()
    take: tuple[
        Literal["target", "target_if_served", "newest", "oldest", "every", "territories", "inventories", "release"], ...
    ] = ("newest",)
    max_mb: int = 200
    hosts: tuple[str, ...] = ()
    refused_values: dict[str, dict[str, str]] = {}  # noqa: RUF012
    quantities: tuple[str, ...] = ()
    secret_statistique: bool = False
    may_be_absent: bool = False
    layouts: dict[str, Layout]
    editions: dict[str, Edition]

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = set(self.columns)
        for name, labels in (("optional", self.optional), ("key", self.key), ("refused_values", self.refused_values)):
            if unknown := set(labels) - known:
                raise ValueError(f"{self.id}: {name} names unknown columns {sorted(unknown)}")
        for name, layout in self.layouts.items():
            targets = {*layout.rename.values(), *layout.constants, *layout.absent}
            if unknown := targets - known:
                raise ValueError(f"{self.id}: layout {name} maps to unknown columns {sorted(unknown)}")
        if "release" in self.take and (bare := [name for name, item in self.editions.items() if item.period is None]):
            raise ValueError(f"{self.id}: edition {bare[0]} must state its period")
        for edition in self.editions.values():
            for place in (edition.live, edition.mirror):
                if place and place.layout not in self.layouts:
                    raise ValueError(f"{self.id}: unknown layout {place.layout}")
        return self

    def layout_of(self, edition: str, mode: str) -> Layout:
        """How the file of one edition is written in one mode."""
        return self.layouts[(self.portal(edition) if mode == "live" else self.copy_of(edition)).layout]

    def portal(self, edition: str) -> Portal:
        """Where live mode finds an edition; a SourceError, if nowhere."""
        return self.editions[edition].live or self._without(edition, "live", "known address on the portal")

    def copy_of(self, edition: str) -> Copy:
        """Where a copy of the portals holds an edition; a SourceError, if nowhere."""
        return self.editions[edition].mirror or self._without(edition, "mirror", "place in a copy of the portals")

    def _without(self, edition: str, kind: str, what: str) -> NoReturn:
        served = ", ".join(sorted(name for name, item in self.editions.items() if getattr(item, kind)))
        raise SourceError(self.id, f"edition {edition} has no {what}", f"{kind.capitalize()} mode serves: {served}")

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Hosts that a refresh may ask for this source."""
        urls = [addresses.read(place) for edition in self.editions.values() for place in edition.addresses("live")]
        return frozenset({*self.hosts, *(url.host for url in urls if url.host)})

    @property
    def newest(self) -> str:
        """The most recent edition known to the contract."""
        return max(self.editions)

    def period(self, edition: str) -> Period:
        """What the figures of an edition are a mean of.

        Raises:
            SourceError: the contract does not say.
        """
        if period := self.editions[edition].period:
            return period
        raise SourceError(self.id, f"edition {edition} has no period", "State it in the source's YAML")

    def stated(self, edition: str, fact: Literal["release", "vintage", "attribution"]) -> str:
        """A fact of one edition, else of the source."""
        return str(getattr(self.editions[edition], fact) or getattr(self, fact))


@cache
def load_registry(folder: Path = HERE) -> dict[str, Source]:
    """All source contracts of `folder` by id, in file-name order."""
    return read_contracts(folder, Source)


def target_vintages(registry: dict[str, Source] | None = None) -> list[int]:
    """Vintages of the COG that every source can serve, oldest first."""
    sources = (registry or load_registry()).values()
    served = [set(source.editions) for source in sources if "target" in source.take]
    return sorted(int(year) for year in set.intersection(*served))


def contracts_digest() -> str:
    """Digest of all contracts, those of inventories with them."""
    return digests.of_files(HERE.rglob("*.yml"), HERE)

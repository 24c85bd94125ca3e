"""Contracts of emission inventories: a source contract, and how its cells are to be read. One YAML of this folder an inventory.

Adding one takes a YAML here and rows in two seeds (labels, and names of EPCI where there are no codes); no code. Where a label of
the contract holds `{unit}`, what the header has in its place is the unit of the figures below.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from dagster_project.sources.contracts import Strict, read_contracts
from dagster_project.sources.registry import Source

HERE = Path(__file__).resolve().parent
UNIT = "{unit}"  # in a label of the contract
FIRST_EPCI = 2019  # oldest edition of the source epci_composition


class Territory(Strict):
    """Where a row says what territory it is about: the column of the code, or of the name where the producer gives no code.

    `lost_zeros` says that codes of communes were written as numbers: 4001 is 04001.
    """

    code: str | None = None
    name: str | None = None
    lost_zeros: bool = False

    @model_validator(mode="after")
    def _one_at_least(self) -> Self:
        if not (self.code or self.name):
            raise ValueError("territory: a column of codes or of names is needed")
        return self


class Year(Strict):
    """The year of a row: its `column`, or one `value` for the whole file, or the name of its `edition`.

    `first` and `last` bound it. `form` says what the column holds: four digits, or a date (2018-01-01, with or without a time).
    """

    column: str | None = None
    form: Literal["year", "date"] = "year"
    value: int | None = None
    edition: bool = False
    first: int
    last: int

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if [self.column is not None, self.value is not None, self.edition].count(True) != 1:
            raise ValueError("year: either a column or one value for the whole file, or the edition")
        return self


class Value(Strict):
    """One column of figures of a wide file. What it does not say is the inventory's `sector` or `measure`, or its own label.

    `announced_unit` is what the producer writes where it is not what the figures are; `reason` says how that is known.
    """

    unit: str | None = None
    sector: str | None = None
    measure: str | None = None
    announced_unit: str | None = None
    reason: str | None = None

    @model_validator(mode="after")
    def _reasoned(self) -> Self:
        if self.announced_unit and not self.reason:
            raise ValueError("a unit that is not the announced one needs a reason")
        return self


class Row(Strict):
    """Columns that say what the figures of a row are about; `unit`, `sector` and `measure` may be constants instead."""

    sector: str | None = None
    energy: str | None = None
    usage: str | None = None
    measure: str | None = None
    unit: str | None = None


class Long(Row):
    """A long file: one figure a row, in the column `value`."""

    value: str


class Member(Strict):
    """One of several tables that stand side by side in each archive: its constants."""

    sector: str | None = None
    measure: str | None = None
    unit: str | None = None


class Flag(Strict):
    """Cells without a figure: `codes` in its place, or `values` of a `column` that flags the row."""

    codes: tuple[str, ...] = ()
    column: str | None = None
    values: tuple[str, ...] = ()


def _codes_alone(given: object) -> object:
    return {"codes": given} if isinstance(given, (list, tuple)) else given


class PartialSums(Strict):
    """When the known part of an incomplete sum may be shown below departement: so many `parts` at least, none a larger `share`.

    A sum of which a reader knows that few parts are in it tells them.
    """

    parts: Annotated[int, Field(ge=3)] = 3
    share: Annotated[float, Field(gt=0, le=0.85)] = 0.85


class Reading(Strict):
    """How the cells of an inventory are read.

    `wide` (column -> Value; `row` is what columns say of all figures of a row) or `long`; `sector`, `measure` and `unit` are
    constants for what no column says, `members` those of several tables in each archive, by file-name pattern. `missing` and
    `secret` flag figures that are not known or not told, `zero` are codes in the place of none (where the producer says so);
    `absent_rows` is what a territory's missing row means. `partial_sums` bounds what is shown of incomplete sums, for a source by
    commune. `rows` bounds the count of the file's rows. `decimal` and `thousands` are separators. `cog` is the vintage of the
    territories' codes.
    """

    mesh: Literal["commune", "epci"]
    cog: Annotated[int, Field(ge=2014)]
    territory: Territory
    year: Year
    wide: dict[str, Value] = {}  # noqa: RUF012 - pydantic copies it
    row: Row = Row()
    long: Long | None = None
    members: dict[str, Member] = {}  # noqa: RUF012
    sector: str | None = None
    measure: str | None = None
    unit: str | None = None
    decimal: Literal[".", ","] = "."
    thousands: str = ""
    missing: Annotated[Flag, BeforeValidator(_codes_alone)] = Flag(codes=("",))
    zero: tuple[str, ...] = ()
    secret: Flag = Flag()
    absent_rows: Literal["missing", "zero"] = "missing"
    partial_sums: PartialSums = PartialSums()
    provisional_mark: str | None = None
    rows: tuple[int, int]
    perimetre: Literal["PCAET", "SECTEN", "scope1"]
    gwp_set: str
    release_date: date | None = None

    @model_validator(mode="after")
    def _one_shape(self) -> Self:
        if bool(self.wide) == bool(self.long):
            raise ValueError("either `wide` columns of figures or one `long` column")
        if self.long and self.row != Row():
            raise ValueError("`row` is for wide files: a long one names its columns under `long`")
        for fact in ("sector", "measure", "unit") if self.long else ():
            stated = getattr(self.long, fact) or getattr(self, fact) or (fact == "unit" and UNIT in self.figures[0])
            if not (stated or (self.members and all(getattr(member, fact) for member in self.members.values()))):
                raise ValueError(f"long: no column and no constant says the {fact}")
        for label, value in self.wide.items():
            if not (value.unit or self.row.unit or self.unit or UNIT in label):
                raise ValueError(f"wide: nothing says the unit of {label}")
        if both := set(self.zero) & {*self.missing.codes, *self.secret.codes}:
            raise ValueError(f"{sorted(both)} cannot be a zero and something else")
        if self.mesh == "epci" and self.cog < FIRST_EPCI:
            raise ValueError(f"compositions of EPCI are known from {FIRST_EPCI} on")
        if self.territory.lost_zeros and self.mesh != "commune":
            raise ValueError("lost_zeros: codes of communes alone begin with one")
        return self

    @property
    def figures(self) -> tuple[str, ...]:
        """Columns of figures."""
        return (self.long.value,) if self.long else tuple(self.wide)

    @property
    def about(self) -> Row:
        """What columns say of the figures of a row."""
        return self.long or self.row


class Inventory(Source):
    """One emission inventory: a source contract whose editions are the versions of the inventory."""

    reading: Reading

    @model_validator(mode="after")
    def _columns_exist(self) -> Self:
        reading = self.reading
        named = [
            *reading.wide,
            reading.territory.code,
            reading.territory.name,
            reading.year.column,
            reading.secret.column,
            reading.missing.column,
            *reading.about.model_dump().values(),
        ]
        typed = sorted(name for name, layout in self.layouts.items() if layout.format != "csv")
        if typed and reading.thousands == ".":  # 1.234 would be read as 1234
            raise ValueError(
                f"{self.id}: layout {typed[0]} writes its numbers with a point, which cannot mark thousands"
            )
        if unknown := sorted(set(filter(None, named)) - set(self.columns)):
            raise ValueError(f"{self.id}: reading names unknown columns {unknown}")
        if reading.members and any(layout.member for layout in self.layouts.values()):
            raise ValueError(f"{self.id}: `members` of the reading and `member` of a layout exclude each other")
        return self

    def versions(self, mode: str) -> list[str]:
        """Versions that one mode serves, oldest first."""
        return sorted(name for name, edition in self.editions.items() if edition.location(mode))


@cache
def load_inventories(folder: Path = HERE) -> dict[str, Inventory]:
    """All inventory contracts of `folder` by id, in file-name order."""
    return read_contracts(folder, Inventory)

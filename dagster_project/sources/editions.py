"""Editions of a source: where each mode finds them, in how many files, and what they state of themselves."""

import re
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from dagster_project.core import addresses
from dagster_project.sources.contracts import Strict

PART = "{part}"  # in the address of an edition in several files


def _address(text: str) -> str:
    addresses.read(text.replace(PART, "part"))
    return text


Address = Annotated[str, AfterValidator(_address)]


class Portal(Strict):
    """Where live mode finds an edition: the `url` of a file, or the `dataset` of a Data Fair portal.

    `token` says that the portal wants the token that FLUX_TOKENS holds for its host.
    """

    layout: str
    url: Address | None = None
    dataset: Address | None = None
    token: bool = False

    @model_validator(mode="after")
    def _somewhere(self) -> Self:
        if bool(self.url) == bool(self.dataset):
            raise ValueError("an edition on a portal has either a url or a dataset")
        return self

    @property
    def address(self) -> str:
        """Whichever it is."""
        return self.url or self.dataset or ""


class Copy(Strict):
    """Where a copy of the portals holds an edition: the `path` below its folder."""

    layout: str
    path: str

    @property
    def address(self) -> str:
        """As that of a portal."""
        return self.path


class Period(Strict):
    """What the figures of an edition are a mean of: `label`, and the `years` that changes of area were divided by."""

    label: str
    years: Annotated[int, Field(ge=1)]

    @model_validator(mode="after")
    def _one_year_is_named(self) -> Self:
        if self.years == 1 and not re.fullmatch(r"20[0-9]{2}", self.label):
            raise ValueError(f"a period of one year is labelled with it, four digits: {self.label!r}")
        return self


class Edition(Strict):
    """One release of the file: `live` on the portal, `mirror` in a copy of it (and in the generated sample).

    `parts` lists what takes the place of `{part}` in addresses, for an edition in several files. `release`, `vintage` and
    `attribution` are its own where they are not the source's; `period` says what figures are a mean of.
    """

    live: Portal | None = None
    mirror: Copy | None = None
    parts: tuple[str, ...] = ()
    release: str | None = None
    vintage: str | None = None
    attribution: str | None = None
    period: Period | None = None

    @model_validator(mode="after")
    def _parts_have_their_place(self) -> Self:
        for place in (self.live, self.mirror):
            if place and (PART in place.address) != bool(self.parts):
                raise ValueError(f"`parts` and {PART} go together: {place.address}")
        return self

    def location(self, mode: str) -> Portal | Copy | None:
        """Where one mode finds it, if anywhere (the sample is laid out as the mirror)."""
        return self.live if mode == "live" else self.mirror

    def addresses(self, mode: str) -> list[str]:
        """The addresses of all its files in one mode."""
        place = self.location(mode)
        return [place.address.replace(PART, part) for part in self.parts or ("",)] if place else []

    def names(self, mode: str) -> list[str]:
        """The names of those files, each its own."""
        place = self.location(mode)
        name = place.address.split("?")[0].rsplit("/", 1)[-1] if place else ""
        return [name.replace(PART, part) if PART in name else f"{part}_{name}" for part in self.parts] or [name]

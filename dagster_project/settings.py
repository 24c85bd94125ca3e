"""The only reader of the environment: where data comes from, where it goes, which geography is the target.
Holds paths and choices; knows nothing of sources, Dagster or dbt. Every variable is explained in .env.example.
"""

import os
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AliasChoices, BeforeValidator, Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from dagster_project.core import values
from dagster_project.core.errors import FluxError

PROJECT_ROOT = Path(__file__).resolve().parent.parent
DBT_PROJECT_DIR = PROJECT_ROOT / "dbt_project"
EXPECTATIONS_DIR = PROJECT_ROOT / "expectations"

# What every row of a release says of its figures: invented, read from a copy we cannot vouch for, or the producer's.
STATUTS = {
    "sample": "données de démonstration",
    "mirror": "données d'une copie locale",
    "live": "données publiées",
}
PRODUITS = ("geo", "site", "classeurs", "indicateurs", "documentation")  # what a release holds besides its tables
DEFAULT_SCHEMA = "carbone_v2"  # of PostgreSQL: one a version of the published set, the one before lives on
YEAR = partial(values.shaped, pattern="[1-9][0-9]{3}", wanted="a year such as 2026")
RELAY = partial(values.shaped, pattern="[A-Za-z0-9.-]+(:[0-9]{1,5})?", wanted="host:port")
SCHEMA = partial(values.shaped, pattern="[a-z][a-z0-9_]{0,30}", wanted="a name such as carbone_v2 (31 letters at most)")
FOREIGN = ("DBT_", "DAGSTER_")
# Names until version 0.5: taken with a warning until 0.7.
RENAMED = {
    "INVENTORIES": "INVENTAIRES",
    "TERRITORIES": "TERRITOIRES",
    "PRODUCTS": "PRODUITS",
    "PUBLISHER": "EDITEUR",
    "KEEP": "CONSERVER",
    "LOG": "JOURNAL",
    "ALERT": "ALERTE",
    "SEND": "ENVOI",
    "DATA_FAIR_KEY": "DATA_FAIR_CLE",
    "DATA_GOUV_KEY": "DATA_GOUV_CLE",
    "DATA_GOUV_ORGANIZATION": "DATA_GOUV_ORGANISATION",
}


class SettingsError(FluxError):
    """A FLUX_* variable holds something unusable; the message names it and says what to write."""


class Idle:
    """Marks a choice that changes neither what a refresh makes nor where it is sent."""


def text(parse: Callable[[str], object]) -> BeforeValidator:
    """The text of a variable becomes a value; what our own code gives is one already."""
    return BeforeValidator(lambda given: parse(given) if isinstance(given, str) else given)


def variable(name: str, default: Any = None, *, shown: bool = True) -> Any:
    """A field that the variable FLUX_<name> fills; one that is not `shown` may hold a secret."""
    names = [f"FLUX_{given}" for given in (name, RENAMED.get(name)) if given]
    return Field(default, validation_alias=AliasChoices(*names), repr=shown)


class Settings(BaseSettings):
    """Validated choices of one process.

    Attributes:
        mode: where source files come from.
        mirror, data: a copy of the portals (mirror mode only); the folder that receives everything the project writes.
        cog: target vintage of the Code officiel geographique, or None for the newest known.
        portals: origins of producers and what is asked in their stead (a proxy).
        tokens: of producers whose portal wants one, by host.
        announced_change: reason that lets national totals move beyond the band since the last release.
        territories, targets, identity: CSV of the user's own territories, YAML of their targets, of who publishes.
        aldo: edition of ALDO to read, or None for the newest that the mode serves.
        inventories: inventories to read, version by id (None: the newest); None for those that are at hand.
        oco2: folder of OCO-2 Lite files, at any depth; None for those of the copy.
        products: what a release holds besides its tables, of PRODUITS.
        publisher, keep: who publishes, as catalogues name them; how many releases of each vintage stay on disk.
        journal: form of the lines of a refresh on a terminal.
        alert, smtp: where a refused refresh is told, a web hook or `mailto:`; host:port of the mail relay.
        postgres: libpq connection string or URL, None for no database; passwords are better kept in PGPASSWORD or ~/.pgpass.
        postgres_schema: schema that readers query.
        data_fair, data_gouv: addresses of the portals, None for no upload; data_fair_key, data_gouv_key: their API keys.
        data_gouv_organisation: identifier of the organization that owns a data set created there; None for the owner of the key.
        tet, tet_key, tet_paths: address of Territoires en Transitions, a token, where its identifiers of EPCI and lines are.
        send: uploads are sent; otherwise they are only described.
        aside: the warehouse is the one that is being built, beside the one that answers.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", populate_by_name=True, case_sensitive=True, env_ignore_empty=True
    )

    mode: Literal["sample", "mirror", "live"] = variable("SOURCE", "sample")
    mirror: Annotated[Path | None, text(values.absolute_path), Idle] = variable("MIRROR")
    data: Annotated[Path, text(values.data_folder), Idle] = variable("DATA", PROJECT_ROOT / "data")
    cog: Annotated[int | None, text(YEAR)] = variable("COG")
    portals: Annotated[Mapping[str, str], NoDecode, text(values.replacements), Idle] = variable(
        "PORTALS", {}, shown=False
    )
    tokens: Annotated[Mapping[str, str], NoDecode, text(values.tokens), Idle] = variable("TOKENS", {}, shown=False)
    announced_change: Annotated[str | None, text(values.sentence)] = variable("ANNOUNCED_CHANGE")
    territories: Annotated[Path | None, text(values.file)] = variable("TERRITORIES")
    targets: Annotated[Path | None, text(values.file)] = variable("TARGETS")
    identity: Annotated[Path | None, text(values.file)] = variable("IDENTITY")
    aldo: str | None = variable("ALDO")
    inventories: Annotated[Mapping[str, str | None] | None, NoDecode, text(values.versions)] = variable("INVENTORIES")
    oco2: Annotated[Path | None, text(values.absolute_path), Idle] = variable("OCO2")
    products: Annotated[frozenset[str], NoDecode, text(partial(values.some_of, known=PRODUITS))] = variable(
        "PRODUCTS", frozenset(PRODUITS)
    )
    publisher: Annotated[str, text(values.sentence)] = variable("PUBLISHER", "éditeur non renseigné (FLUX_PUBLISHER)")
    keep: Annotated[int, text(partial(values.count, least=2)), Idle] = variable("KEEP", 5)
    journal: Annotated[Literal["text", "json", "none"], text(values.english), Idle] = variable("LOG", "text")
    alert: Annotated[str | None, text(values.recipient), Idle] = variable("ALERT", shown=False)
    smtp: Annotated[str, text(RELAY), Idle] = variable("SMTP", "localhost:25")
    postgres: str | None = variable("POSTGRES", shown=False)
    postgres_schema: Annotated[str, text(SCHEMA)] = variable("POSTGRES_SCHEMA", DEFAULT_SCHEMA)
    data_fair: Annotated[str | None, text(values.portal)] = variable("DATA_FAIR")
    data_gouv: Annotated[str | None, text(values.portal)] = variable("DATA_GOUV")
    data_fair_key: Annotated[str | None, Idle] = variable("DATA_FAIR_KEY", shown=False)
    data_gouv_key: Annotated[str | None, Idle] = variable("DATA_GOUV_KEY", shown=False)
    data_gouv_organisation: str | None = variable("DATA_GOUV_ORGANIZATION")
    tet: Annotated[str | None, text(values.portal), Idle] = variable("TET")
    tet_key: Annotated[str | None, Idle] = variable("TET_KEY", shown=False)
    tet_paths: Annotated[tuple[str, str] | None, NoDecode, text(values.lookups), Idle] = variable("TET_PATHS")
    send: Annotated[bool, text(values.yes)] = variable("SEND", False)
    aside: Annotated[bool, Idle] = False

    @model_validator(mode="after")
    def _has_its_mirror(self) -> Self:
        if self.mode == "mirror" and self.mirror is None:
            raise ValueError("FLUX_SOURCE=mirror needs FLUX_MIRROR=<folder that holds your copy of the portals>")
        if self.mode == "mirror" and self.mirror and not self.mirror.is_dir():
            raise ValueError(f"FLUX_MIRROR={self.mirror} is not a folder")
        return self

    def changed(self, **choices: object) -> Self:
        """The same choices but some."""
        return self.model_copy(update=choices)

    def choices(self) -> dict[str, object]:
        """All that changes what a refresh makes or where it is sent, by name."""
        return {
            name: getattr(self, name) for name, field in type(self).model_fields.items() if Idle not in field.metadata
        }

    @property
    def snapshots(self) -> Path:
        """Verbatim, immutable source files."""
        return self.data / "snapshots"

    @property
    def raw(self) -> Path:
        """All-text Parquet files, one a source table."""
        return self.data / "raw"

    @property
    def overpasses(self) -> Path:
        """Months of OCO-2, a folder each."""
        return self.data / "oco2"

    @property
    def inventory_tables(self) -> Path:
        """Long tables of the inventories, one a version; those of a refresh are linked from `raw`."""
        return self.data / "inventaires"

    @property
    def warehouse(self) -> Path:
        """DuckDB file that dbt alone writes; it holds communes and never leaves the house."""
        return self.data / "warehouse" / ("suivant/" if self.aside else "") / "entrepot.duckdb"

    @property
    def contours(self) -> Path:
        """Polygons of the territories, kept while nothing they depend on changes."""
        return self.data / "contours"

    @property
    def publication(self) -> Path:
        """Candidate and released folders, and the `current` link."""
        return self.data / "publication"

    @property
    def bases(self) -> Path:
        """What each kept release was made of, commune by commune, and what changed between two; it never leaves the house."""
        return self.data / "bases"

    @property
    def scenarios(self) -> Path:
        """What-if tables, one folder a scenario; never part of a release."""
        return self.data / "scenarios"

    @property
    def dagster_home(self) -> Path:
        """Run history shown by the Dagster UI."""
        return self.data / "dagster"

    @property
    def statut(self) -> str:
        """Label of every published row."""
        return STATUTS[self.mode]

    @property
    def is_sample(self) -> bool:
        """True when every figure is demonstration data."""
        return self.mode == "sample"


def load_settings(environ: Mapping[str, str] | None = None) -> Settings:
    """Read and validate every FLUX_* variable.

    Args:
        environ: variables that count more than those of this process.

    Raises:
        SettingsError: naming the variable and what it should hold.
    """
    try:
        return Settings.model_validate({name: given for name, given in (environ or {}).items() if given})
    except ValidationError as error:
        raise SettingsError("; ".join(_problem(item) for item in error.errors())) from None


def _problem(error: Any) -> str:
    name = str(error["loc"][0]) if error["loc"] else ""
    if error["type"] == "literal_error":
        known = error["ctx"]["expected"].replace("'", "").replace(" or ", ", ")
        return f"{name}={error['input']!r} is not one of {known}"
    return f"{name}{error['ctx']['error']}" if error["type"] == "value_error" else f"{name}: {error['msg']}"


def renamed() -> list[str]:
    """A warning for each variable of this process that is still set under its old name."""
    old = {f"FLUX_{before}": f"FLUX_{name}" for name, before in RENAMED.items()}
    return [
        f"{before} is called {name} now; the old name is taken until version 0.7"
        for before, name in old.items()
        if os.environ.get(before)
    ]


def shed_foreign() -> None:
    """Take what other projects have set of dbt and Dagster out of this process: this one says all of it itself."""
    for name in [name for name in os.environ if name.startswith(FOREIGN)]:
        del os.environ[name]

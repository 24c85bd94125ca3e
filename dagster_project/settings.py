"""The only reader of the environment: where data comes from, where it goes, which geography is the target.

Holds paths and choices; knows nothing of sources, Dagster or dbt.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from dagster_project import values
from dagster_project.values import JOURNALS, PRODUITS, SettingsError

PROJECT_ROOT = Path(__file__).resolve().parent.parent
DBT_PROJECT_DIR = PROJECT_ROOT / "dbt_project"
EXPECTATIONS_DIR = PROJECT_ROOT / "expectations"
MODES = ("sample", "mirror", "live")

# What every row of a release says of its figures: invented, read from a copy we cannot vouch for, or the producer's.
STATUTS = {
    "sample": "données de démonstration",
    "mirror": "données d'une copie locale",
    "live": "données publiées",
}

Mode = Literal["sample", "mirror", "live"]

FOREIGN = ("DBT_", "DAGSTER_")
MISREAD = re.compile(r"[?#%*\[\]{}\x00-\x1f]")  # in addresses of SQLite and in patterns of file names
DEFAULT_SCHEMA = "carbone_v2"  # of PostgreSQL: one a version of the published set, the one before lives on


IDLE = {"makes": False}  # of a field that changes neither what a refresh makes nor where it is sent


@dataclass(frozen=True)
class Targets:
    """Where releases are sent. What may hold a secret is kept out of `repr`, hence of logs and errors.

    Attributes:
        postgres: libpq connection string or URL, None for no database; passwords are better kept in PGPASSWORD or ~/.pgpass.
        postgres_schema: schema that readers query.
        data_fair, data_gouv: addresses of the portals, None for no upload.
        data_fair_key, data_gouv_key: their API keys.
        data_gouv_organisation: identifier of the organization that owns a data set created there; None for the owner of the key.
        send: uploads are sent; otherwise they are only described.
    """

    postgres: str | None = field(default=None, repr=False)
    postgres_schema: str = DEFAULT_SCHEMA
    data_fair: str | None = None
    data_gouv: str | None = None
    data_fair_key: str | None = field(default=None, repr=False, metadata=IDLE)
    data_gouv_key: str | None = field(default=None, repr=False, metadata=IDLE)
    data_gouv_organisation: str | None = None
    send: bool = False


@dataclass(frozen=True)
class Settings:
    """Validated choices of one process.

    Attributes:
        mode: where source files come from.
        mirror: folder holding a copy of the portals (mirror mode only).
        data: folder that receives everything the project writes.
        cog: target vintage of the Code officiel geographique, or None for the newest known.
        portals: origins of producers and what is asked in their stead (a proxy); kept out of `repr`, it may hold a password.
        announced_change: reason that lets national totals move beyond the band since the last release.
        territories: CSV of the user's own territories, if any.
        aldo: edition of ALDO to read, or None for the newest that the mode serves.
        inventories: inventories to read, version by id (None: the newest); None for those that are at hand.
        products: what a release holds besides its tables, of PRODUITS.
        publisher: who publishes, as catalogues name them.
        keep: how many releases of each vintage stay on disk.
        journal: form of the lines of a refresh on a terminal, of JOURNALS.
        alert: where a refused refresh is told, a web hook or `mailto:`; kept out of `repr`, it may hold a secret.
        smtp: host:port of the mail relay.
        targets: where a release is sent once it is there.
        aside: the warehouse is the one that is being built, beside the one that answers.
    """

    mode: Mode
    mirror: Path | None = field(metadata=IDLE)
    data: Path = field(metadata=IDLE)
    cog: int | None
    portals: Mapping[str, str] = field(repr=False, metadata=IDLE)
    announced_change: str | None = None
    territories: Path | None = None
    aldo: str | None = None
    inventories: Mapping[str, str | None] | None = None
    products: frozenset[str] = frozenset(PRODUITS)
    publisher: str = "éditeur non renseigné (FLUX_EDITEUR)"
    keep: int = field(default=5, metadata=IDLE)
    journal: str = field(default=JOURNALS[0], metadata=IDLE)
    alert: str | None = field(default=None, repr=False, metadata=IDLE)
    smtp: str = field(default="localhost:25", metadata=IDLE)
    targets: Targets = Targets()
    aside: bool = field(default=False, metadata=IDLE)

    @property
    def snapshots(self) -> Path:
        """Verbatim, immutable source files."""
        return self.data / "snapshots"

    @property
    def raw(self) -> Path:
        """All-text Parquet files, one a source table."""
        return self.data / "raw"

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
    """Read and validate every FLUX_* variable (see .env.example).

    Raises:
        SettingsError: naming the variable and what it should hold.
    """
    env = os.environ if environ is None else environ
    mode = env.get("FLUX_SOURCE") or "sample"
    if mode not in MODES:
        raise SettingsError(f"FLUX_SOURCE={mode!r} is not one of {', '.join(MODES)}")
    mirror = _path("FLUX_MIRROR", env["FLUX_MIRROR"]) if env.get("FLUX_MIRROR") else None
    if mode == "mirror":
        if mirror is None:
            raise SettingsError("FLUX_SOURCE=mirror needs FLUX_MIRROR=<folder that holds your copy of the portals>")
        if not mirror.is_dir():
            raise SettingsError(f"FLUX_MIRROR={mirror} is not a folder")
    raw_cog = env.get("FLUX_COG") or ""
    if raw_cog and not re.fullmatch(r"[1-9][0-9]{3}", raw_cog):
        raise SettingsError(f"FLUX_COG={raw_cog!r} is not a year such as 2026")
    territories = _path("FLUX_TERRITOIRES", env["FLUX_TERRITOIRES"]) if env.get("FLUX_TERRITOIRES") else None
    if territories and not territories.is_file():
        raise SettingsError(f"FLUX_TERRITOIRES={territories} is not a file")
    data = _path("FLUX_DATA", env.get("FLUX_DATA") or PROJECT_ROOT / "data")
    if odd := MISREAD.search(str(data)):
        raise SettingsError(
            f"FLUX_DATA={data}: a folder whose path holds {odd[0]!r} is misread by databases; choose another"
        )
    return Settings(
        mode=mode,  # type: ignore[arg-type]  # membership checked above
        mirror=mirror,
        data=data,
        cog=int(raw_cog) if raw_cog else None,
        portals=values.portals(env.get("FLUX_PORTALS", "")),
        announced_change=values.sentence("FLUX_ANNOUNCED_CHANGE", env.get("FLUX_ANNOUNCED_CHANGE")),
        territories=territories,
        aldo=env.get("FLUX_ALDO") or None,
        inventories=values.inventories(env.get("FLUX_INVENTAIRES") or ""),
        products=values.products(env.get("FLUX_PRODUITS") or ""),
        publisher=values.sentence("FLUX_EDITEUR", env.get("FLUX_EDITEUR")) or Settings.publisher,
        journal=values.one_of("FLUX_JOURNAL", env.get("FLUX_JOURNAL") or JOURNALS[0], JOURNALS),
        alert=values.alert(env.get("FLUX_ALERTE") or ""),
        smtp=values.smtp(env.get("FLUX_SMTP") or Settings.smtp),
        keep=values.keep(env.get("FLUX_CONSERVER") or str(Settings.keep)),
        targets=_targets(env),
    )


def _path(name: str, text: str | Path) -> Path:
    """An absolute path, links followed."""
    try:
        return Path(text).resolve(strict=False)
    except (OSError, RuntimeError, ValueError) as error:  # a loop of links, a null character
        raise SettingsError(f"{name}={str(text)!r} leads nowhere ({error})") from error


def shed_foreign() -> None:
    """Take what other projects have set of dbt and Dagster out of this process: this one says all of it itself."""
    for name in [name for name in os.environ if name.startswith(FOREIGN)]:
        del os.environ[name]


def _targets(env: Mapping[str, str]) -> Targets:
    """Databases and portals that releases are sent to; a message never repeats a value that may hold a secret."""
    schema = env.get("FLUX_POSTGRES_SCHEMA") or DEFAULT_SCHEMA
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,30}", schema):
        raise SettingsError(f"FLUX_POSTGRES_SCHEMA={schema!r} is not a name such as carbone_v2 (31 characters at most)")
    send = env.get("FLUX_ENVOI") or "non"
    if send not in ("oui", "non"):
        raise SettingsError(f"FLUX_ENVOI={send!r} is neither oui nor non")
    return Targets(
        postgres=env.get("FLUX_POSTGRES") or None,
        postgres_schema=schema,
        data_fair=values.portal("FLUX_DATA_FAIR", env.get("FLUX_DATA_FAIR")),
        data_gouv=values.portal("FLUX_DATA_GOUV", env.get("FLUX_DATA_GOUV")),
        data_fair_key=env.get("FLUX_DATA_FAIR_CLE") or None,
        data_gouv_key=env.get("FLUX_DATA_GOUV_CLE") or None,
        data_gouv_organisation=env.get("FLUX_DATA_GOUV_ORGANISATION") or None,
        send=send == "oui",
    )

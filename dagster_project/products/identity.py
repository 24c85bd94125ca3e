"""Who answers for what is published (FLUX_IDENTITY): what the law asks a site to say, in a file of the publisher's own."""

from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dagster_project.core.errors import FluxError, first_problem

Line = Annotated[str, Field(min_length=1, max_length=300, pattern=r"^[^\n]*\S[^\n]*$")]
Web = Annotated[str, Field(pattern=r"^https?://[^\s\"<>]+$")]
Contact = Annotated[str, Field(pattern=r"^(https?://[^\s\"<>]+|[^\s@\"<>]+@[^\s@\"<>]+\.[^\s@\"<>]+)$")]


class IdentityError(FluxError):
    """A file of FLUX_IDENTITY that cannot be used; the message names it and the entry."""


class Accessibility(BaseModel):
    """What the publisher declares under the RGAA: a state, when and by whom it was audited, what is left out."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    etat: Literal["totale", "partielle", "non conforme"]
    date: date
    auditeur: Line
    derogations: tuple[Line, ...] = ()


class Identity(BaseModel):
    """Who publishes the site; what is not said is said to be missing.

    Attributes:
        adresse: of the site, which share cards need.
        contact: e-mail or page.
        adresse_postale, directeur_de_publication, hebergeur: asked by the law of 21 June 2004.
        accessibilite: declaration under the RGAA; None where none was made.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    adresse: Web | None = None
    contact: Contact | None = None
    adresse_postale: Line | None = None
    directeur_de_publication: Line | None = None
    hebergeur: Line | None = None
    accessibilite: Accessibility | None = None

    @property
    def contact_link(self) -> str | None:
        """Address of the contact, as a link has it."""
        return (
            f"mailto:{self.contact}"
            if self.contact and "@" in self.contact and "/" not in self.contact
            else self.contact
        )


def read(path: Path | None) -> Identity:
    """The identity that a file states; an empty one without a file.

    Raises:
        IdentityError: not YAML, or an entry that is unknown or unusable.
    """
    if path is None:
        return Identity()
    try:
        stated = yaml.safe_load(path.read_text("utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise IdentityError(f"{path.name} (FLUX_IDENTITY) is not YAML in UTF-8: {error}") from None
    if not isinstance(stated, dict):
        raise IdentityError(
            f"{path.name} (FLUX_IDENTITY) has no entries: write `contact: ...`, one entry a line (see .env.example)"
        )
    try:
        return Identity.model_validate(stated)
    except ValidationError as error:
        known = ", ".join(Identity.model_fields)
        raise IdentityError(f"{path.name} (FLUX_IDENTITY): {first_problem(error)}; entries: {known}") from None

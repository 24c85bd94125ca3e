"""How the text of a FLUX_* variable becomes a value: each function takes the text, empty when the variable is not set."""

from __future__ import annotations

import re

from dagster_project.core import addresses
from dagster_project.core.addresses import AddressError
from dagster_project.core.text import fault_of_name

JOURNALS = ("texte", "json", "aucun")

# What a release holds besides its tables, each a setting of FLUX_PRODUITS.
PRODUITS = ("geo", "site", "classeurs", "documentation")


class SettingsError(ValueError):
    """A FLUX_* variable holds something unusable; the message names it and says what to write."""


def one_of(name: str, text: str, known: tuple[str, ...]) -> str:
    """A word of a closed list."""
    if text not in known:
        raise SettingsError(f"{name}={text!r} is not one of {', '.join(known)}")
    return text


def sentence(name: str, text: str | None) -> str | None:
    """Words that are published as they are."""
    if text and (fault := fault_of_name(text)):
        raise SettingsError(f"{name}: {fault}")
    return text or None


def alert(text: str) -> str | None:
    """A message never repeats the address, which may hold a secret."""
    if not text or re.fullmatch(r"mailto:[^@\s]+@[^@\s]+", text):
        return text or None
    try:
        return addresses.read(text, credentials=True, any_port=True).url
    except AddressError as error:
        wanted = "neither an address that starts with https:// nor mailto:name@example.org"
        raise SettingsError(f"FLUX_ALERTE is {wanted} ({error})") from None


def smtp(text: str) -> str:
    """Address of a mail relay."""
    if not re.fullmatch(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?", text):
        raise SettingsError(f"FLUX_SMTP={text!r} is not host:port")
    return text


def keep(text: str) -> int:
    """At least two: what changed is said against the release before."""
    if not re.fullmatch(r"[0-9]{1,6}", text) or int(text) < 2:
        raise SettingsError(f"FLUX_CONSERVER={text!r} is not a number of releases, 2 at least")
    return int(text)


def products(text: str) -> frozenset[str]:
    """Parse `site,classeurs`; `aucun` is none of them, an empty text all."""
    names = {item.strip() for item in text.split(",") if item.strip()}
    if names == {"aucun"}:
        return frozenset()
    if text.strip() and not names:
        raise SettingsError(f"FLUX_PRODUITS={text!r} names nothing: leave it empty for all, write aucun for none")
    if unknown := sorted(names - set(PRODUITS)):
        raise SettingsError(f"FLUX_PRODUITS: {unknown[0]!r} is not one of {', '.join(PRODUITS)}, nor aucun alone")
    return frozenset(names or PRODUITS)


def inventories(text: str) -> dict[str, str | None] | None:
    """Parse `igt,orcae:2026` into versions by id; `aucun` is none of them, an empty text those at hand."""
    names = [item.strip() for item in text.split(",") if item.strip()]
    if names == ["aucun"]:
        return {}
    return {name: version or None for name, _, version in (item.partition(":") for item in names)} or None


def portals(text: str) -> dict[str, str]:
    """Parse `https://a.example=http://127.0.0.1:8000,...`: origins of producers, and what is asked in their stead.

    A replacement may hold a path, and a user and password, which no message repeats.
    """
    found = {}
    for number, item in enumerate(filter(None, map(str.strip, text.split(","))), start=1):
        producer, separator, instead = (part.strip() for part in item.partition("="))
        if not (separator and producer and instead):
            raise SettingsError(f"FLUX_PORTALS, item {number}: it must read https://<host>=<replacement>")
        try:
            url = addresses.read(producer, query=False)
        except AddressError as error:
            raise SettingsError(f"FLUX_PORTALS, item {number}, before the sign =: {error}") from None
        if url.scheme != "https" or url.path != "/":
            raise SettingsError(f"FLUX_PORTALS, item {number}: before the sign =, write https:// and a host, no path")
        try:
            other = addresses.read(instead, credentials=True, any_port=True, query=False)
        except AddressError as error:
            problem = f"the replacement is {error} (plain http is for this machine alone)"
            raise SettingsError(f"FLUX_PORTALS, item {number}: {problem}") from None
        if "@" in (other.path or ""):
            raise SettingsError(f"FLUX_PORTALS, item {number}: a slash or a colon of a password is written %2F or %3A")
        if (key := url.url.rstrip("/")) in found:
            raise SettingsError(f"FLUX_PORTALS, item {number}: {url.host} was given a replacement before")
        found[key] = other.url.rstrip("/")
    return found


def portal(name: str, text: str | None) -> str | None:
    """The address of a portal that receives files; a message never repeats it."""
    if not text:
        return None
    try:
        url = addresses.read(text, any_port=True, query=False)
    except AddressError as error:
        raise SettingsError(
            f"{name} is not an address that starts with https://, without user nor password ({error})"
        ) from None
    return url.url.rstrip("/")

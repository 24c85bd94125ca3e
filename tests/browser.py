"""The system's Chromium, driven headless; tests that need it skip where it is not installed."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

DESKTOP, MOBILE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for one test module."""
    program = shutil.which("chromium")
    if program is None:
        pytest.skip("Chromium is not installed (Debian: chromium)")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=program, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Watched:
    """A page, and what it asked for and complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def watched(browser: Browser, size: dict, **options: object) -> Watched:
    """A new page whose requests and console are kept."""
    found = Watched(browser.new_context(viewport=size, **options).new_page())
    found.page.on("request", lambda one: found.requests.append(one.url))
    found.page.on("console", lambda one: found.complaints.append(one.text))
    found.page.on("pageerror", lambda one: found.complaints.append(str(one)))
    return found

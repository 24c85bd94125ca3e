"""Gates 1, 3 and 4 as blocking Dagster asset checks, each one op; rules are in raw_rules, published_rules and dossier_rules."""

from collections.abc import Iterator

import dagster as dg

from dagster_project.assets.resources import RUN
from dagster_project.checks import (
    contour_rules,
    differencing_rules,
    dossier_rules,
    partial_sums,
    published_rules,
    raw_rules,
)
from dagster_project.checks.expectations import Violation, rules_of
from dagster_project.core import ledger
from dagster_project.core.ledger import Ledger, Page
from dagster_project.core.workers import workers
from dagster_project.release.candidate import DATABASE
from dagster_project.release.integrity import DIGESTS
from dagster_project.release.switch import candidate_folder, is_released
from dagster_project.settings import Settings
from dagster_project.sources.registry import load_registry

CANDIDATE = dg.AssetKey(["publication", "candidate"])
DOSSIER = dg.AssetKey(["publication", "dossier"])
JUDGES = 2  # more would wait for the longest check of a gate
UNSEEN = Violation(published_rules.FILES, "", "not evaluated")


def raw_page(settings: Settings) -> Page:
    """What gate 1 lets through: every raw table."""
    rules = rules_of(settings, *raw_rules.SUITES.iterdir(), judges=[raw_rules.verdict])
    return Ledger(settings.data).seen(rules, settings.raw / "**" / "*.parquet")


def candidate_page(settings: Settings) -> Page:
    """What gate 3 lets through: every file of data, which what comes after only reads."""
    judges = (published_rules.verdict, contour_rules.violations, differencing_rules.violations, partial_sums.violations)
    rules = rules_of(settings, *published_rules.SUITES.iterdir(), judges=judges)
    folder = candidate_folder(settings.publication)
    return Ledger(settings.data).seen(rules, folder / "tables" / "*", folder / "contours" / "*", folder / DATABASE)


def dossier_page(settings: Settings) -> Page:
    """What gate 4 lets through: the list of digests, which names every other file."""
    rules = rules_of(settings, judges=[dossier_rules.verdicts])
    return Ledger(settings.data).seen(rules, candidate_folder(settings.publication) / DIGESTS)


def gate_raw() -> dg.AssetChecksDefinition:
    """Gate 1: the suite of each raw table, the ratios of ALDO's files, the provenance of each snapshot."""
    sources = list(load_registry())
    rooms = {raw_rules.SUITE: "raw", raw_rules.RATIOS: "raw", raw_rules.PROVENANCE: "snapshots"}
    room_of = {(raw_rules.PROVENANCE, raw_rules.INVENTORIES): "raw"}
    both = (raw_rules.SUITE, raw_rules.PROVENANCE)
    asked = [(check, one) for check in both for one in [*sources, raw_rules.INVENTORIES]]
    asked.append((raw_rules.RATIOS, "aldo_accroissement_forets"))
    key_of = {(check, one): dg.AssetKey([room_of.get((check, one), rooms[check]), one]) for check, one in asked}
    specs = [
        dg.AssetCheckSpec(check, asset=key, blocking=True, description="Gate 1") for (check, _), key in key_of.items()
    ]

    @dg.multi_asset_check(name="gate_1_raw", specs=specs, required_resource_keys={RUN})
    def gate(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        settings = context.resources.run.settings
        book, page = Ledger(settings.data), raw_page(settings)
        if book.page("gate_1") == page:
            yield from (_result(check, key, [], reused=True) for (check, _), key in key_of.items())
            return
        with workers(JUDGES) as ask:
            waiting = {pair: ask(raw_rules.verdict, settings, *pair) for pair in asked}
            verdicts = {pair: verdict() for pair, verdict in waiting.items()}
        if not any(verdicts.values()):
            book.enter("gate_1", page)
        for (check, one), broken in verdicts.items():
            yield _result(check, key_of[check, one], broken)

    return gate


def gate_published() -> dg.AssetChecksDefinition:
    """Gate 3: what users download, before it becomes the current release."""
    checks = [*published_rules.CHECKS, contour_rules.NAME, differencing_rules.NAME]
    specs = [dg.AssetCheckSpec(name, asset=CANDIDATE, blocking=True, description="Gate 3") for name in checks]

    @dg.multi_asset_check(name="gate_3_published", specs=specs, required_resource_keys={RUN})
    def gate(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        settings = context.resources.run.settings
        book, page = Ledger(settings.data), candidate_page(settings)
        if is_released(settings.publication) and book.page("gate_3") == page:
            yield from (_result(name, CANDIDATE, [], reused=True) for name in checks)
            return
        folder = candidate_folder(settings.publication)
        if files := published_rules.file_violations(folder):  # nothing else can be trusted
            verdicts = {name: files if name == published_rules.FILES else [UNSEEN] for name in checks}
        else:
            with workers(JUDGES) as ask:
                waiting = {name: ask(published_rules.verdict, settings, name) for name in published_rules.JUDGED}
                verdicts = {
                    published_rules.FILES: [],
                    contour_rules.NAME: contour_rules.violations(folder),
                    differencing_rules.NAME: [
                        *differencing_rules.violations(settings),
                        *partial_sums.violations(settings),
                    ],
                    **{name: verdict() for name, verdict in waiting.items()},
                }
        if not any(verdicts.values()):
            book.enter("gate_3", page)
        for name, broken in verdicts.items():
            yield _result(name, CANDIDATE, broken)

    return gate


def gate_complete() -> dg.AssetChecksDefinition:
    """Gate 4: what was made of the checked tables, and the folder as a whole, before it becomes the current release."""
    specs = [
        dg.AssetCheckSpec(name, asset=DOSSIER, blocking=True, description="Gate 4") for name in dossier_rules.CHECKS
    ]

    @dg.multi_asset_check(name="gate_4_complete", specs=specs, required_resource_keys={RUN})
    def gate(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        settings = context.resources.run.settings
        book, page = Ledger(settings.data), dossier_page(settings)
        if is_released(settings.publication) and book.page("gate_4") == page:
            yield from (_result(name, DOSSIER, [], reused=True) for name in dossier_rules.CHECKS)
            return
        verdicts = dossier_rules.verdicts(settings)
        if not any(verdicts.values()):
            book.enter("gate_4", page)
        for name, broken in verdicts.items():
            yield _result(name, DOSSIER, broken)

    return gate


def _result(name: str, key: dg.AssetKey, broken: list[Violation], *, reused: bool = False) -> dg.AssetCheckResult:
    return dg.AssetCheckResult(
        passed=not broken,
        check_name=name,
        asset_key=key,
        severity=dg.AssetCheckSeverity.ERROR,
        metadata={"violations": "\n".join(map(str, broken)) or "none", **({ledger.REUSED: True} if reused else {})},
    )

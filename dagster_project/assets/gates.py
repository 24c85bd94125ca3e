"""Gates 1, 3 and 4 as blocking Dagster asset checks, each one op; rules are in raw_rules, published_rules and dossier_rules."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import dagster as dg

from dagster_project.assets.resources import RUN
from dagster_project.checks import (
    contour_rules,
    differencing_rules,
    dossier_rules,
    partial_sums,
    published_rules,
    raw_rules,
    secret_cells,
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
ABOUT = {  # what a check of each gate asks; any other is of the published table of its name
    1: {
        raw_rules.SUITE: "columns, words and numbers of rows are those of its suite in expectations/raw",
        raw_rules.PROVENANCE: "the stored file is the one that was fetched, and its licence is known",
        raw_rules.RATIOS: "ratios of ALDO's files are plausible",
    },
    3: {
        published_rules.FILES: "the files are those of the catalogue",
        published_rules.MESH: "nothing below the EPCI, by code, by name or in disguise",
        published_rules.PLAUSIBILITY: "figures of each territory are plausible, or their exception has a reason",
        published_rules.RATIOS: "national figures have the right order of magnitude",
        published_rules.COMPARISON: "totals did not move beyond their band since the last release",
        contour_rules.NAME: "polygons are valid and neighbours share their borders",
        differencing_rules.NAME: "no total gives away a commune, or a secret, by subtraction",
    },
    4: {
        dossier_rules.COMPLETE: "every file is listed, and each territory has its page and its workbook",
        dossier_rules.MESH: "no commune in what people open",
    },
}
TABLE = "rows and words are those of its suite in expectations/published"
UNSEEN = Violation(published_rules.FILES, "", "not evaluated")


def raw_page(settings: Settings) -> Page:
    """What gate 1 lets through: every raw table."""
    rules = rules_of(settings, *raw_rules.SUITES.iterdir(), judges=[raw_rules.verdict])
    return Ledger(settings.data).seen(rules, settings.raw / "**" / "*.parquet")


DIFFERENCING = (differencing_rules.violations, partial_sums.violations, secret_cells.violations)


def candidate_page(settings: Settings) -> Page:
    """What gate 3 lets through: every file of data, which what comes after only reads."""
    judges = (published_rules.verdict, contour_rules.violations, *DIFFERENCING)
    rules = rules_of(settings, *published_rules.SUITES.iterdir(), judges=judges)
    folder = candidate_folder(settings.publication)
    return Ledger(settings.data).seen(rules, folder / "tables" / "*", folder / "contours" / "*", folder / DATABASE)


def dossier_page(settings: Settings) -> Page:
    """What gate 4 lets through: the list of digests, which names every other file."""
    rules = rules_of(settings, judges=[dossier_rules.verdicts])
    return Ledger(settings.data).seen(rules, candidate_folder(settings.publication) / DIGESTS)


Pair = tuple[str, dg.AssetKey]  # a check and its asset
Verdicts = dict[Pair, list[Violation]]


def gate(
    number: int,
    name: str,
    checks: Sequence[Pair],
    page_of: Callable[[Settings], Page],
    judge: Callable[[Settings], Verdicts],
) -> dg.AssetChecksDefinition:
    """A gate that is closed by what stands there, not by the run.

    Args:
        number: of the gate, 1 to 4.
        name: of the step.
        checks: all that it judges.
        page_of: what it lets through, as it stands.
        judge: broken rules by check, none where it is open.
    """
    page_name, about = f"gate_{number}", f"Gate {number}"
    specs = [
        dg.AssetCheckSpec(check, asset=key, blocking=True, description=f"{about}: {ABOUT[number].get(check, TABLE)}.")
        for check, key in checks
    ]

    @dg.multi_asset_check(name=f"{page_name}_{name}", specs=specs, required_resource_keys={RUN})
    def judged(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        settings = context.resources.run.settings
        book, page = Ledger(settings.data), page_of(settings)  # what is written meanwhile was not judged
        # A new candidate is looked at whatever it holds: it is the last chance.
        if reused := book.page(page_name) == page and (number == 1 or is_released(settings.publication)):
            verdicts: Verdicts = {check: [] for check in checks}
        else:
            verdicts = judge(settings)
            if not any(verdicts.values()):
                book.enter(page_name, page)
        for (check, key), broken in verdicts.items():
            words: dict[str, Any] = {
                "violations": "\n".join(map(str, broken)) or "none",
                **({ledger.REUSED: True} if reused else {}),
            }
            severity = dg.AssetCheckSeverity.ERROR
            yield dg.AssetCheckResult(
                passed=not broken, check_name=check, asset_key=key, severity=severity, metadata=words
            )

    return judged


def gate_raw() -> dg.AssetChecksDefinition:
    """Gate 1: the suite of each raw table, the ratios of ALDO's files, the provenance of each snapshot."""
    asked = {
        (check, dg.AssetKey(["snapshots" if check == raw_rules.PROVENANCE else "raw", source])): (check, source)
        for check in (raw_rules.SUITE, raw_rules.PROVENANCE)
        for source in load_registry()
    }
    for check in (raw_rules.SUITE, raw_rules.PROVENANCE):
        asked[check, dg.AssetKey(["raw", raw_rules.INVENTORIES])] = check, raw_rules.INVENTORIES
    forests = "aldo_accroissement_forets"
    asked[raw_rules.RATIOS, dg.AssetKey(["raw", forests])] = raw_rules.RATIOS, forests

    def judge(settings: Settings) -> Verdicts:
        with workers(JUDGES) as ask:
            waiting = {pair: ask(raw_rules.verdict, settings, *what) for pair, what in asked.items()}
            return {pair: verdict() for pair, verdict in waiting.items()}

    return gate(1, "raw", list(asked), raw_page, judge)


def gate_published() -> dg.AssetChecksDefinition:
    """Gate 3: what users download, before it becomes the current release."""
    names = [*published_rules.CHECKS, contour_rules.NAME, differencing_rules.NAME]

    def judge(settings: Settings) -> Verdicts:
        folder = candidate_folder(settings.publication)
        if files := published_rules.file_violations(folder):  # nothing else can be trusted
            return {(name, CANDIDATE): files if name == published_rules.FILES else [UNSEEN] for name in names}
        contract = published_rules.contract_of(settings)
        with workers(JUDGES) as ask:
            waiting = {name: ask(published_rules.verdict, settings, name, contract) for name in published_rules.JUDGED}
            results = {
                published_rules.FILES: [],
                contour_rules.NAME: contour_rules.violations(folder),
                differencing_rules.NAME: [broken for judge in DIFFERENCING for broken in judge(settings)],
                **{name: verdict() for name, verdict in waiting.items()},
            }
        return {(name, CANDIDATE): broken for name, broken in results.items()}

    return gate(3, "published", [(name, CANDIDATE) for name in names], candidate_page, judge)


def gate_complete() -> dg.AssetChecksDefinition:
    """Gate 4: what was made of the checked tables, and the folder as a whole, before it becomes the current release."""

    def judge(settings: Settings) -> Verdicts:
        return {(name, DOSSIER): broken for name, broken in dossier_rules.verdicts(settings).items()}

    return gate(4, "complete", [(name, DOSSIER) for name in dossier_rules.CHECKS], dossier_page, judge)

"""Targets that territories have set themselves: what is read, and what each mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagster_project.core.errors import SourceError
from dagster_project.ingest.target_file import COLUMNS, read

HEAD = '- maille: epci\n  code: "200060010"\n  statut: adopte\n  source: PCAET, décembre 2024\n  objectifs:\n'
BAD = {
    "a year twice": (f"{HEAD}    cae_1.a: {{2030: 1, 2030: 2}}\n", "line 6: 2030 is there twice. Keep one of the two"),
    "a key twice": (HEAD.replace("  source", "  maille: region\n  source") + "    cae_1.a: {2030: 1}\n", "'maille' is there twice"),
    "a code without quotes": (f"{HEAD}    cae_1.a: {{2030: 1}}\n".replace('"200060010"', "200060010"), "entry 1: code"),
    "a decimal comma": (f'{HEAD}    cae_1.a: {{2030: "1,5"}}\n', "entry 1: objectifs.cae_1.a.2030"),
    "a negative emission": (f"{HEAD}    cae_1.a: {{2030: -1}}\n", "cae_1.a, 2030: -1 is no emission or consumption"),
    "not a number": (f"{HEAD}    cae_1.a: {{2030: .nan}}\n", "nan is no emission"),
    "infinity": (f"{HEAD}    cae_63.b: {{2030: .inf}}\n", "inf is no emission"),
    "a figure of four hundred digits": (f"{HEAD}    cae_1.a: {{2030: {'9' * 400}}}\n", "no emission or consumption"),
    "a figure of five thousand digits": (f"{HEAD}    cae_1.a: {{2030: {'9' * 5000}}}\n", "holds what is no date or number"),
    "a yes": (f"{HEAD}    cae_1.a: {{2030: yes}}\n", "entry 1: objectifs.cae_1.a.2030"),
    "a year of two digits": (f"{HEAD}    cae_1.a: {{30: 1}}\n", "entry 1: objectifs.cae_1.a.30"),
    "a day that is not": (HEAD.replace("PCAET, décembre 2024", "2024-02-30") + "    cae_1.a: {2030: 1}\n", "no date or number"),
    "no source": (HEAD.replace("PCAET, décembre 2024", '" "') + "    cae_1.a: {2030: 1}\n", "source: it is empty"),
    "another status": (HEAD.replace("adopte", "vote") + "    cae_1.a: {2030: 1}\n", "entry 1: statut"),
    "a word too many": (HEAD.replace("  statut", "  note: 1\n  statut") + "    cae_1.a: {2030: 1}\n", "entry 1: note"),
    "no target": ('- maille: epci\n  code: "1"\n  statut: adopte\n  source: x\n  objectifs: {}\n', "entry 1: objectifs"),
    "the same target twice": (f"{HEAD}    cae_1.a: {{2030: 1}}\n" * 2, "entry 2: epci 200060010 has a target of cae_1.a for 2030 in entry 1"),
    "no list": ("maille: epci\n", "is not a list of territories"),
    "nothing": ("", "is not a list of territories"),
    "tabs": ("-\tmaille: epci\n\t\tcode: x\n", "is not YAML"),
    "an open bracket": ("- a: [\n", "is not YAML"),
    "a key that is a list": ("- {[1]: 2}\n", "is not YAML"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_mistake_is_told_by_its_place(tmp_path: Path, name: str) -> None:
    text, words = BAD[name]
    path = tmp_path / "objectifs.yml"
    path.write_text(text, "utf-8")
    with pytest.raises(SourceError) as refused:
        read(path)
    assert str(refused.value).startswith("objectifs.yml") and words in str(refused.value)


def test_another_encoding_is_told(tmp_path: Path) -> None:
    path = tmp_path / "objectifs.yml"
    path.write_bytes(HEAD.encode("utf-16"))
    with pytest.raises(SourceError, match="cannot be read as UTF-8"):
        read(path)


def test_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "objectifs.yml"
    path.write_text(f"{HEAD}    cae_1.a: {{2030: 12.5, 2050: 3}}\n    cae_63.d: {{2036: -0.25}}\n", "utf-8")
    facts = {
        "maille": "epci",
        "code_territoire": "200060010",
        "inventaire": "",
        "statut": "adopte",
        "source": "PCAET, décembre 2024",
    }
    assert read(path).to_pylist() == [
        facts | {"identifiant": line, "annee": year, "valeur": value}
        for line, year, value in (("cae_1.a", "2030", "12.5"), ("cae_1.a", "2050", "3"), ("cae_63.d", "2036", "-0.25"))
    ]
    assert read(None).num_rows == 0 and tuple(read(None).column_names) == COLUMNS

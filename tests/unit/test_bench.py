"""The benchmarks run from end to end: that they measure anything, not how fast anything is."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_the_benchmark_compares_both_sides_and_tells_what_it_measured(tmp_path: Path) -> None:
    file = tmp_path / "bench.json"
    small = ["--people", "20", "--rounds", "1", "--seconds", "0.2", "--only", "sqlite", "--json", str(file)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench", *small], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    (topic,) = json.loads(file.read_text("utf-8"))["topics"]
    values = {figure["name"]: figure["value"] for figure in topic["figures"]}
    assert values["gated: answers"] > 0
    assert values["ungated: answers"] > 0
    assert {"means", "worse"} <= topic.keys()
    assert str(file) in done.stdout

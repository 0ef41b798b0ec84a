"""Processor time of a process and everything under it, from /proc."""

import os
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")


def processor_seconds(roots: Iterable[int]) -> float:
    """The seconds of processor time that these processes and their living descendants have used."""
    used: dict[int, float] = {}
    children: dict[int, list[int]] = defaultdict(list)
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            used[int(folder.name)] = (int(fields[11]) + int(fields[12])) / TICK
            children[int(fields[1])].append(int(folder.name))
    waiting, total = list(roots), 0.0
    while waiting:
        process = waiting.pop()
        total += used.get(process, 0.0)
        waiting += children[process]
    return total

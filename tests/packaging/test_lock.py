import subprocess
import sys
from pathlib import Path

import pytest

import lock
from lock_files import Pin

SCRIPT = Path(lock.__file__)


def pin(name, version="1.0", marker=""):
    return Pin(name, version, marker, ("sha256:aa",))


def test_refreshing_needs_nothing_but_the_standard_library():
    code = f"import sys; sys.path.insert(0, {str(SCRIPT.parent)!r}); import lock"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], check=False, timeout=60)
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ([], []),
        (["--upgrade"], ["--upgrade"]),
        (["--upgrade", "ruff", "mypy"], ["--upgrade-package=ruff", "--upgrade-package=mypy"]),
    ],
)
def test_versions_stay_unless_told_to_upgrade(asked, told, monkeypatch):
    seen = []
    monkeypatch.setattr(lock, "_fetch_uv", lambda folder: None)
    monkeypatch.setattr(lock, "_lock", lambda uv, name, upgrade: seen.append(upgrade) or {})
    monkeypatch.setattr(lock, "_write_lock", lambda name, stages: None)
    assert lock.main(asked) == 0
    assert seen == [told] * len(lock.PLATFORMS)


def test_failure_for_one_platform_leaves_every_lock_as_it_was(monkeypatch, capsys):
    def resolve(uv, name, upgrade):
        if name == list(lock.PLATFORMS.values())[-1]:
            raise lock.SetupError("no wheel")
        return {"run": [pin("first")]}

    monkeypatch.setattr(lock, "_fetch_uv", lambda folder: None)
    monkeypatch.setattr(lock, "_lock", resolve)
    monkeypatch.setattr(lock, "_write_lock", lambda name, stages: pytest.fail("written"))
    assert lock.main([]) != 0
    assert capsys.readouterr().err == "no wheel\n"


def test_each_package_is_installed_by_the_first_stage_that_needs_it():
    pins = [pin("setuptools"), pin("numpy"), pin("pytest"), pin("torch"), pin("nvidia-cublas")]
    names = {"build": {"setuptools"}, "run": {"numpy", "setuptools"}}
    stages = lock.sort_into_stages(pins, names)
    assert stages == {"build": [pins[0]], "run": [pins[1]], "test": [pins[2]]}


def test_markers_say_only_what_the_place_of_the_lock_does_not():
    known = ["sys_platform == 'linux'", "python_full_version < '3.14'"]
    both = pin("first", marker="python_full_version < '3.14' and sys_platform == 'linux'")
    more = pin("first", marker="python_full_version < '3.12' and sys_platform == 'linux'")
    either = pin("first", marker="extra == 'a' or sys_platform == 'linux'")
    assert lock.without_conditions(both, known).marker == ""
    assert lock.without_conditions(more, known).marker == "python_full_version < '3.12'"
    assert lock.without_conditions(either, known) == either


def test_every_platform_is_checked_for_wheels():
    assert set(lock.OLDEST_SYSTEMS) == set(lock.PLATFORMS.values())


def test_every_change_of_a_version_is_told():
    before = [pin("kept"), pin("newer", "1.0"), pin("dropped", "3.0")]
    after = [pin("kept"), pin("newer", "2.0"), pin("added", "4.0")]
    told = lock.describe_changes(before, after)
    assert told == "added new -> 4.0, dropped 3.0 -> gone, newer 1.0 -> 2.0"


def test_no_change_is_told_too():
    assert lock.describe_changes([pin("kept")], [pin("kept")]) == "the same versions"

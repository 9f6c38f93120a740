import importlib.metadata
import re
import sys
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

import environment
import lock
import lock_files
from console import dotted

PLATFORMS = sorted(lock_files.PLATFORMS.items())
PROJECT = tomllib.loads((environment.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NEEDED_TO_RUN = PROJECT["project"]["dependencies"]
NEEDED_TO_TEST = PROJECT["project"]["optional-dependencies"]["dev"]
NEEDED_TO_BUILD = PROJECT["build-system"]["requires"]

every_lock = pytest.mark.parametrize(
    ("system", "name"), PLATFORMS, ids=[name for _, name in PLATFORMS]
)
every_python = pytest.mark.parametrize("python", lock_files.PYTHONS, ids=dotted)


def markers(system, python):
    names = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}
    version = ".".join(map(str, python))
    return {
        "sys_platform": system[0],
        "platform_machine": system[1],
        "platform_system": names[system[0]],
        "os_name": "nt" if system[0] == "win32" else "posix",
        "python_version": version,
        "python_full_version": f"{version}.0",
        "platform_python_implementation": "CPython",
        "extra": "",
    }


def applies(marker, system, python):
    return marker is None or marker.evaluate(markers(system, python))


def stage_pins(name, stage):
    file = lock_files.stage_file(lock_files.LOCKS / name, stage)
    return lock_files.read_pins(file.read_text(encoding="utf-8"))


def locked_versions(system, python, stages=lock_files.STAGES):
    """Return the version of each package for a platform and a Python; it may have only one."""
    versions = {}
    for stage in stages:
        for pin in stage_pins(lock_files.PLATFORMS[system], stage):
            condition = Requirement(f"{pin.name} ; {pin.marker}").marker if pin.marker else None
            if applies(condition, system, python):
                assert pin.name not in versions
                versions[pin.name] = Version(pin.version)
    return versions


def assert_within_bounds(requirements, versions, system, python):
    for requirement in map(Requirement, requirements):
        name = canonicalize_name(requirement.name)
        if name != "torch" and applies(requirement.marker, system, python):
            assert name in versions, f"{name} is not locked; run packaging/lock.py"
            assert versions[name] in requirement.specifier, f"{name}; run packaging/lock.py"


@every_python
@every_lock
def test_all_that_the_editor_needs_is_locked_within_the_bounds_of_pyproject(system, name, python):
    versions = locked_versions(system, python, ("build", "run"))
    assert_within_bounds(NEEDED_TO_RUN, versions, system, python)
    assert_within_bounds(NEEDED_TO_BUILD, versions, system, python)


@every_python
@every_lock
def test_all_that_the_checks_need_is_locked_within_the_bounds_of_pyproject(system, name, python):
    assert_within_bounds(NEEDED_TO_TEST, locked_versions(system, python), system, python)


@pytest.mark.parametrize("stage", lock_files.STAGES)
@every_lock
def test_every_pin_names_the_files_that_may_be_installed(system, name, stage):
    pins = stage_pins(name, stage)
    assert pins
    for pin in pins:
        assert pin.hashes, pin.name
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in pin.hashes), pin.name


@every_python
@every_lock
def test_broken_versions_of_pyside_are_not_locked(system, name, python):
    broken = {Version("6.11.0"), Version("6.11.1")}
    broken |= {Version("6.12.0")} if python < (3, 12) else set()
    assert locked_versions(system, python)["pyside6-essentials"] not in broken


@every_lock
def test_what_depends_on_the_graphics_card_is_not_locked(system, name):
    for pin in lock.read_lock(name):
        assert not pin.name.startswith(("torch", "triton", "nvidia", "cuda"))


def test_version_of_torch_is_exact_and_within_the_bounds_of_pyproject():
    [bounds] = [need for need in map(Requirement, NEEDED_TO_RUN) if need.name == "torch"]
    [exact] = Requirement(environment.TORCH).specifier
    assert exact.operator == "=="
    assert exact.version in bounds.specifier


@every_lock
def test_lock_names_no_index(system, name):
    for stage in lock_files.STAGES:
        text = lock_files.stage_file(lock_files.LOCKS / name, stage).read_text(encoding="utf-8")
        assert "://" not in text
        assert "index" not in text


@pytest.mark.skipif(
    lock_files.find_lock(lock_files.this_platform(), sys.version_info[:2]) is None,
    reason="no lock fits this machine",
)
def test_what_locked_packages_require_is_locked_too():
    system, python = lock_files.this_platform(), sys.version_info[:2]
    versions = locked_versions(system, python)
    for distribution in importlib.metadata.distributions():
        name = canonicalize_name(distribution.name)
        if name == "torch" or versions.get(name) == Version(distribution.version):
            needs = [
                need
                for need in distribution.requires or []
                if not need.startswith(lock.INSTALLED_WITH_TORCH)
            ]
            assert_within_bounds(needs, versions, system, python)


@pytest.mark.parametrize(
    ("system", "folder"),
    [
        (("linux", "x86_64"), "linux-x86_64"),
        (("linux", "aarch64"), "linux-aarch64"),
        (("darwin", "arm64"), "macos-arm64"),
        (("win32", "AMD64"), "windows-x86_64"),
    ],
)
def test_each_platform_has_its_lock(system, folder):
    assert lock_files.find_lock(system, (3, 11)) == lock_files.LOCKS / folder
    assert lock_files.find_lock(system, (3, 13)) == lock_files.LOCKS / folder


@pytest.mark.parametrize("system", [("darwin", "x86_64"), ("win32", "ARM64"), ("linux", "i686")])
def test_platforms_that_wheels_are_missing_for_have_no_lock(system):
    assert lock_files.find_lock(system, (3, 11)) is None


@pytest.mark.parametrize("version", [(3, 10), (3, 14)])
def test_other_pythons_have_no_lock(version):
    assert lock_files.find_lock(("linux", "x86_64"), version) is None


def test_what_is_written_is_read_back():
    pins = [
        lock_files.Pin("first", "1.0", "", ("sha256:aa", "sha256:bb")),
        lock_files.Pin("second", "2.0.post1", "python_full_version < '3.12'", ("sha256:cc",)),
    ]
    text = lock_files.write_pins(pins, "# A header\n--only-binary :all:")
    assert lock_files.read_pins(text) == pins

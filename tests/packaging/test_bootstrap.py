import os
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap
import console
import environment
import system_packages

REPOSITORY = Path(__file__).resolve().parents[2]
SCRIPT = REPOSITORY / "packaging" / "bootstrap.py"


def run_bootstrap(*arguments, **environment_variables):
    return subprocess.run(
        [sys.executable, str(SCRIPT), *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, **environment_variables},
    )


def test_wrong_usage_names_the_two_commands():
    done = run_bootstrap("fly")
    assert done.returncode == 2
    assert "run" in done.stderr
    assert "test" in done.stderr


def test_missing_photo_is_told_before_anything_is_installed():
    done = run_bootstrap("run", "no-such-photo.jpg")
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr == "There is no photo no-such-photo.jpg.\n"


def test_bootstrap_needs_nothing_but_the_standard_library():
    code = f"import sys; sys.path.insert(0, {str(SCRIPT.parent)!r}); import bootstrap"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], check=False, timeout=60)
    assert done.returncode == 0


@pytest.mark.parametrize("version", [(3, 8), (3, 10)])
def test_old_python_is_refused_in_one_sentence(version):
    with pytest.raises(console.SetupError, match=r"needs 3\.11 or newer") as refusal:
        bootstrap.refuse_old_python(version)
    assert str(refusal.value).count("\n") == 0


@pytest.mark.parametrize("version", [(3, 11), (3, 14)])
def test_new_python_is_welcome(version):
    bootstrap.refuse_old_python(version)


def test_linux_has_a_display_only_where_a_variable_names_one():
    assert not bootstrap.has_display("linux", {})
    assert not bootstrap.has_display("linux", {"DISPLAY": ""})
    assert bootstrap.has_display("linux", {"DISPLAY": ":0"})
    assert bootstrap.has_display("linux", {"WAYLAND_DISPLAY": "wayland-0"})


@pytest.mark.parametrize("system", ["darwin", "win32"])
def test_mac_and_windows_always_have_a_display(system):
    assert bootstrap.has_display(system, {})


def test_stamp_of_this_installation_is_recognised(tmp_path):
    stamp = tmp_path / "stamp.json"
    environment.write_stamp(stamp, "key", for_tests=False)
    assert environment.is_stamped(stamp, "key", for_tests=False)
    assert not environment.is_stamped(stamp, "another key", for_tests=False)


def test_tests_need_more_than_running_and_running_no_more_than_tests(tmp_path):
    stamp = tmp_path / "stamp.json"
    environment.write_stamp(stamp, "key", for_tests=False)
    assert not environment.is_stamped(stamp, "key", for_tests=True)
    environment.write_stamp(stamp, "key", for_tests=True)
    assert environment.is_stamped(stamp, "key", for_tests=False)


@pytest.mark.parametrize("text", ["", "not json", "[]", '{"key": "key"}'])
def test_damaged_stamp_means_installing_again(tmp_path, text):
    stamp = tmp_path / "stamp.json"
    stamp.write_text(text, encoding="utf-8")
    assert not environment.is_stamped(stamp, "key", for_tests=False)


def test_absent_stamp_means_installing(tmp_path):
    assert not environment.is_stamped(tmp_path / "none.json", "key", for_tests=False)


def test_environment_that_was_moved_is_recognised(tmp_path):
    made, moved = tmp_path / "made", tmp_path / "moved"
    made.mkdir()
    (made / "pyvenv.cfg").write_text(f"command = python3 -m venv {made}\n", encoding="utf-8")
    assert not environment.has_moved(made)
    made.rename(moved)
    assert environment.has_moved(moved)


def test_environment_of_another_tool_is_left_alone(tmp_path):
    (tmp_path / "pyvenv.cfg").write_text("home = /usr/bin\n", encoding="utf-8")
    assert not environment.has_moved(tmp_path)


def test_cpu_wheels_are_told_from_cuda_wheels():
    name = "torch-2.13.0{}-cp311-cp311-manylinux_2_28_x86_64.whl"
    assert not environment.is_cuda_build(f"file:///wheels/{name.format('+cpu')}")
    assert not environment.is_cuda_build(f"https://example.org/{name.format('%2Bcpu')}")
    assert environment.is_cuda_build(f"https://example.org/{name.format('')}")
    assert not environment.is_cuda_build("")


def test_silent_server_counts_as_no_answer():
    assert not environment.answers("http://127.0.0.1:9/torch/", patience_s=1.0)


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
    problem = environment.pip_problem(errors, free_bytes=1e12)
    assert sentence in problem
    assert "\n" not in problem


def test_full_disk_is_named_whatever_pip_says():
    assert "disk is full" in environment.pip_problem("something else", free_bytes=0)


def test_every_named_package_is_a_debian_name():
    for package in system_packages.SYSTEM_LIBRARIES.values():
        assert package.islower()
        assert " " not in package


def test_venv_is_named_both_as_debian_and_as_this_python_call_it():
    assert system_packages.venv_packages((3, 12)) == ["python3-venv", "python3.12-venv"]


@pytest.mark.skipif(sys.platform != "linux", reason="system packages are a matter of Linux")
def test_command_to_install_is_complete_where_there_is_apt(tmp_path, monkeypatch):
    (tmp_path / "apt-get").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "sudo apt-get install -y libegl1 libgl1" in system_packages.how_to_install(
        ["libegl1", "libgl1"]
    )


def test_packages_are_named_where_there_is_no_apt(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    advice = system_packages.how_to_install(["libegl1", "libgl1"])
    assert "libegl1 libgl1" in advice
    assert "apt" not in advice

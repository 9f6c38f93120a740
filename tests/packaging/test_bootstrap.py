import os
import subprocess
import sys
from pathlib import Path

import pytest

import bootstrap
import console
import environment
import lock_files
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


@pytest.fixture
def lock(tmp_path, monkeypatch):
    """Lock three packages for this machine."""
    for stage in lock_files.STAGES:
        lock_files.stage_file(tmp_path, stage).write_text(f"{stage}==1.0\n", encoding="utf-8")
    monkeypatch.setattr(environment, "find_lock", lambda system, version: tmp_path)
    return tmp_path


@pytest.mark.parametrize("stage", lock_files.STAGES)
def test_stamp_changes_with_the_lock(lock, stage):
    before = environment.stamp_key()
    assert environment.stamp_key() == before
    lock_files.stage_file(lock, stage).write_text("changed==1.1\n", encoding="utf-8")
    assert environment.stamp_key() != before


@pytest.fixture
def pip(tmp_path, monkeypatch):
    """Set up without installing; return what pip was told, and the errors that it will give."""
    told, errors = [], {}
    monkeypatch.setattr(environment, "STAMP", tmp_path / "stamp.json")
    monkeypatch.setattr(environment, "install_system_packages", lambda for_tests: None)
    monkeypatch.setattr(environment, "run_quietly", lambda command: 0)
    monkeypatch.setattr(environment, "has_moved", lambda venv: False)

    def run(*arguments):
        told.append(arguments)
        return next((error for sign, error in errors.items() if sign in str(arguments)), "")

    monkeypatch.setattr(environment, "_run_pip", run)
    return told, errors


def test_setting_up_installs_what_is_locked_and_nothing_else(lock, pip):
    environment.set_up(for_tests=True)
    told, _ = pip
    *locked, editor = told
    assert [Path(call[-1]).stem for call in locked] == ["build", "run", "test"]
    assert all({"--require-hashes", "--no-deps"} <= set(call) for call in locked)
    assert editor[-2:] == ("--editable", str(REPOSITORY))
    assert "--no-deps" in editor
    assert all("--no-build-isolation" in call for call in told)


def test_running_the_editor_installs_no_tools_for_the_tests(lock, pip):
    environment.set_up(for_tests=False)
    assert [Path(call[-1]).stem for call in pip[0]] == ["build", "run", REPOSITORY.name]


@pytest.mark.parametrize("lacks", ["python", "file", "wheel"])
def test_without_a_fitting_lock_pyproject_decides_and_one_sentence_says_so(
    lock, pip, monkeypatch, capsys, lacks
):
    told, errors = pip
    match lacks:
        case "python":
            monkeypatch.setattr(environment, "find_lock", lambda system, version: None)
        case "file":
            lock_files.stage_file(lock, "run").unlink()
        case "wheel":
            errors["run.txt"] = "ERROR: No matching distribution found for run==1.0\n"
    environment.set_up(for_tests=True)
    assert told[-1] == ("install", "--editable", f"{REPOSITORY}[dev]")
    assert environment.without_lock() in capsys.readouterr().out.splitlines()
    assert "pyproject.toml" in environment.without_lock()


def test_wrong_hash_stops_the_setting_up(lock, pip):
    told, errors = pip
    errors["run.txt"] = "THESE PACKAGES DO NOT MATCH THE HASHES\n    run==1.0 from somewhere\n"
    with pytest.raises(console.SetupError, match=r"download of run==1\.0 is not"):
        environment.set_up(for_tests=True)
    assert Path(told[-1][-1]).name == "run.txt"
    assert not environment.STAMP.exists()


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


@pytest.mark.parametrize(("arguments", "has_slow"), [(["test"], False), (["test", "--all"], True)])
def test_slow_tests_run_only_on_request(monkeypatch, arguments, has_slow):
    titles = []

    def pretend(check):
        titles.append(check.title)
        return 0, 0.0, ""

    monkeypatch.setattr(bootstrap, "set_up", lambda **_: None)
    monkeypatch.setattr(bootstrap, "_run_check", pretend)
    assert bootstrap.main(arguments) == 0
    assert ("Slow tests" in titles) is has_slow
    assert titles[:5] == ["Formatting", "Lint", "Types", "Layers", "Tests"]

import pytest

from core.cli.arguments import DEVICES
from core.runtime.device import DEVICE_NAMES


def test_help_names_every_command_and_exit_code(run, capsys):
    with pytest.raises(SystemExit) as leaving:
        run("--help")
    assert leaving.value.code == 0
    printed = capsys.readouterr().out
    for word in (
        "smile",
        "fill",
        "exemplar",
        "batch",
        "retouch",
        "restore",
        "landmarks",
        "parse",
        "models",
        "2 wrong usage",
        "5 weights missing",
    ):
        assert word in printed


def test_devices_are_those_that_the_core_knows():
    assert sorted(DEVICES) == sorted(DEVICE_NAMES)


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["fly"],
        ["smile"],
        ["smile", "photo.jpg"],
        ["smile", "photo.jpg", "-o", "out.jpg", "--strength", "much"],
        ["smile", "photo.jpg", "-o", "out.jpg", "--kind", "sour"],
        ["smile", "photo.jpg", "-o", "out.jpg", "--device", "abacus"],
        ["fill", "photo.jpg", "-o", "out.jpg"],
        ["restore", "photo.jpg", "-o", "out.jpg", "--face", "both"],
        ["models"],
        ["models", "import", "checkpoint.pth", "-o", "out.safetensors"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(refuse, arguments):
    code, sentence = refuse(*arguments)
    assert code == 2
    assert "--help" in sentence


@pytest.mark.parametrize(
    ("option", "words"),
    [("--kind", "closed"), ("--method", "warp"), ("--guide", "style"), ("--device", "cpu")],
)
def test_misspelt_choice_is_answered_with_the_words_that_can_be_typed(refuse, option, words):
    command = ["exemplar"] if option == "--guide" else ["smile"]
    code, sentence = refuse(*command, "photo.jpg", "-o", "out.jpg", option, "x")
    assert code == 2
    assert words in sentence
    assert "<" not in sentence

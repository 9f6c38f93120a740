"""What is stored beside weights is checked before a network is made of it."""

from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from core.errors import CheckpointError
from core.runtime.stored_config import config_from, read_config

FILE = Path("some.safetensors")


@dataclass(frozen=True)
class Inner:
    widths: tuple[int, ...] = (4, 8)
    share: float = 0.5


@dataclass(frozen=True)
class Config:
    inner: Inner = Inner()
    count: int = 3
    is_slim: bool = False

    def __post_init__(self) -> None:
        if self.count == 13:
            raise ValueError(self.count)


def test_what_was_stored_is_what_comes_back():
    config = Config(Inner((1, 2, 3), 1.0), 4, True)
    assert config_from(Config, asdict(config), FILE) == config


def test_what_an_older_version_did_not_store_is_as_it_was():
    assert config_from(Config, {"inner": {"share": 0.0}}, FILE) == Config(Inner(share=0.0))


@pytest.mark.parametrize("values", [{"new": 1}, {"inner": {"new": 1}}])
def test_what_a_later_version_stored_asks_for_that_version(values):
    with pytest.raises(CheckpointError, match="another version"):
        config_from(Config, values, FILE)


@pytest.mark.parametrize(
    "values",
    [
        *({"count": value} for value in (-1, 4097, 10**400, 1.0, True, None, "3", [3], {}, 13)),
        *({"is_slim": value} for value in (0, 1, None, "yes", [])),
        *({"inner": value} for value in (None, [], 3, "a", [1, 2], True)),
        *({"inner": {"share": value}} for value in (-0.1, 1.1, float("nan"), True, "0", None, [])),
        *(
            {"inner": {"widths": value}}
            for value in ([], [0], [4097], [1] * 17, [1.0], [True], [[1]], "12", {"1": 1}, 3, None)
        ),
    ],
    ids=str,
)
def test_a_value_of_another_kind_or_size_is_refused(values):
    with pytest.raises(CheckpointError, match="damaged"):
        config_from(Config, values, FILE)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, '{"a":' * 100_000, "1" * 10_000])
def test_text_that_is_no_config_is_refused(text):
    with pytest.raises(CheckpointError, match="does not hold weights"):
        read_config({"system": "small", "config": text}, "small", FILE)


@pytest.mark.parametrize("text", ["[]", "null", "3", '"a"'])
def test_a_config_without_names_is_refused(text):
    with pytest.raises(CheckpointError):
        read_config({"system": "small", "config": text}, "small", FILE)

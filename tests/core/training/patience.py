"""Waits for work that may hang, and tells which threads still draw batches."""

import threading
from collections.abc import Callable

PATIENCE_S = 60.0


def within_patience(work: Callable[[], object]) -> BaseException | None:
    """Do some work that may hang; return the error that it ends in."""
    errors: list[BaseException] = []

    def attempt() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - handed to the test
            errors.append(error)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(PATIENCE_S)
    assert not thread.is_alive(), "it hangs"
    return errors[0] if errors else None


def drawing_threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("batches")]

import errno
import io

import pytest

from soco.embedded import terminal


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.EROFS, "Impossible d’écrire dans /données : ce disque est en lecture seule"),
        (errno.EACCES, "Impossible d’écrire dans /données : l’accès y est refusé"),
        (errno.EEXIST, "Impossible d’écrire dans /données : c’est un fichier"),
        (errno.ENOSPC, "Impossible d’écrire dans /données : le disque est plein"),
    ],
)
def test_a_folder_that_cannot_be_written_is_one_sentence(number: int, sentence: str) -> None:
    error = terminal.explain(OSError(number, "…", "/données"))

    assert error is not None
    assert str(error).startswith(sentence)


def test_a_defect_of_ours_is_not_disguised() -> None:
    assert terminal.explain(OSError(errno.EBADF, "…")) is None


def test_a_step_says_its_name_and_its_time() -> None:
    shown = io.StringIO()

    with terminal.step("migrations", stream=shown):
        pass

    assert shown.getvalue() == "  ✓ migrations (0,0\u00a0s)\n"


def test_a_step_that_fails_says_so() -> None:
    shown = io.StringIO()

    with pytest.raises(ValueError, match="non"), terminal.step("migrations", stream=shown):
        raise ValueError("non")

    assert shown.getvalue() == "  ✗ migrations (0,0\u00a0s)\n"


def test_a_closed_terminal_does_not_prevent_the_stop() -> None:
    class Closed(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    closed = Closed()

    assert terminal.say("adieu", stream=closed) is None

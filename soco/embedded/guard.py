"""The last resort: if the portal is killed (`kill -9`), waits a little, then kills those of its children that remain.

The kernel already asks each child to stop (see `processes.dies_with_parent`), but a child may be stuck: a Celery
worker, for one, waits for ever for a broker that stopped with it. Standard input receives one process group a line,
then `end` when all of them were stopped properly; an end of file without it means that the portal is dead. No other
module of ours is imported, so that the guard starts in a few milliseconds.
"""

import os
import signal
import sys
import time

GRACE_SECONDS = 4
END = "end"


def main() -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # it leaves when the portal does, and not before
    groups = []
    for line in sys.stdin:
        if line.strip() == END:
            return
        groups.append(int(line))
    deadline = time.monotonic() + GRACE_SECONDS
    while any(map(_exists, groups)) and time.monotonic() < deadline:
        time.sleep(0.1)
    for group in filter(_exists, groups):
        os.killpg(group, signal.SIGKILL)


def _exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


if __name__ == "__main__":
    main()

"""The web server's settings, the same under `./portal run` and in the container."""

import os

from gunicorn.http import message

# A shared search address may carry 10 KB of parameters, and the site answers it with a page in French. gunicorn's own
# ceiling is 8190 bytes and its only way above is no limit at all, which would let one request fill the memory.
limit_request_line = message.MAX_REQUEST_LINE = 16_384

workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
worker_class = "gthread"
threads = 4
preload_app = True
timeout = 30
graceful_timeout = 2
keepalive = 5
control_socket_disable = True
# The workers' heartbeat files: in memory, so that a busy disk never looks like a dead worker.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108

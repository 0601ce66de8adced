"""One command instead of a system administrator: installs the libraries, starts PostgreSQL and Valkey, then the portal.

Reading order: `launcher` (any Python, installs) → `__main__` (the environment's Python, dispatches) → `run` or `tools`
(one function per sub-command) → `services` (`postgres`, `valkey`) → `processes`. Nothing here imports Django, but for
`prepare`, which is a process of its own.
"""

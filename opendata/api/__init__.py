"""The read-only API of the open data: `/api/v1/`."""

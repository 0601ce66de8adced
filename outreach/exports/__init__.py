"""The columns of what staff downloads."""

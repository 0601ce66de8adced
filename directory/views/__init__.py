"""The répertoire's pages."""

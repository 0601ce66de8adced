"""What people type on the répertoire's pages."""

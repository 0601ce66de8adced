"""What the services of the répertoire refuse, in a French sentence for the person who asked."""


class DirectoryError(Exception):
    """A refusal; nothing was written."""

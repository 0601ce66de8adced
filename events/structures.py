"""Which fiche somebody means who types the name of their structure: the répertoire's own words."""

from directory.fiche_names import Found, label_of, suggestions, understood

__all__ = ["Found", "label_of", "suggestions", "understood"]

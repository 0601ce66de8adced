"""The gestures that change the répertoire: typed, atomic, safe to call twice; they record who acted, not who may."""

from .demo import remove_demo, seed_demo
from .errors import DirectoryError
from .importing import ActorKey, ImportReport, Told, Trace, WantedActor, apply_import
from .official import LoadReport, are_contacts_loaded, is_referentiel_loaded, load_contacts, load_referentiel
from .partners import create_partner

__all__ = [
    "ActorKey",
    "DirectoryError",
    "ImportReport",
    "LoadReport",
    "Told",
    "Trace",
    "WantedActor",
    "apply_import",
    "are_contacts_loaded",
    "create_partner",
    "is_referentiel_loaded",
    "load_contacts",
    "load_referentiel",
    "remove_demo",
    "seed_demo",
]

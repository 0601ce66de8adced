"""The répertoire's tables: who (actor), and the reference lists they are described with."""

from .actor import Actor, ActorQuerySet
from .proxies import Collectivite, Partner
from .reference import Country, DatasetLoad, Theme

__all__ = ["Actor", "ActorQuerySet", "Collectivite", "Country", "DatasetLoad", "Partner", "Theme"]

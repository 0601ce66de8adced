"""The searches' parameters: each one QuerySet word; what is not understood is ignored and said, never an error."""

from .actors import ActorFilter
from .jumelages import JumelageFilter
from .projects import ProjectFilter

__all__ = ["ActorFilter", "JumelageFilter", "ProjectFilter"]

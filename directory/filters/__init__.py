"""The searches' parameters: each one QuerySet word; what is not understood is ignored and said, never an error."""

from .actors import ActorFilter
from .jumelages import JumelageFilter
from .partner_searches import PartnerSearchFilter
from .projects import ProjectFilter

__all__ = ["ActorFilter", "JumelageFilter", "PartnerSearchFilter", "ProjectFilter"]

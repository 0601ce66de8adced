"""The répertoire's tables: who (actor), what people propose and who speaks for whom, and the reference lists."""

from .actor import Actor, ActorQuerySet
from .attachments import Attachment, Invitation
from .contributions import ChangeProposal, ConfirmationRequest, FieldChange
from .proxies import Collectivite, Partner
from .reference import Country, DatasetLoad, Theme

__all__ = [
    "Actor",
    "ActorQuerySet",
    "Attachment",
    "ChangeProposal",
    "Collectivite",
    "ConfirmationRequest",
    "Country",
    "DatasetLoad",
    "FieldChange",
    "Invitation",
    "Partner",
    "Theme",
]

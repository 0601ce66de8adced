"""The répertoire's tables: who (actor), who with whom (jumelage, project), what people propose, who speaks for whom,
what actors need, lists."""

from .actor import Actor, ActorQuerySet
from .attachments import Attachment, Invitation
from .contact import Contact
from .contributions import ChangeProposal, ConfirmationRequest, FieldChange
from .follow_up import JumelageDocument, Relaunch
from .jumelage import Jumelage, JumelageActor, JumelageQuerySet
from .merge import Merge, NotDuplicate
from .needs import Need, NeedQuerySet
from .partner_search import PartnerSearch
from .project import Project, ProjectActor
from .proxies import Collectivite, Partner
from .reference import Country, DatasetLoad, Service, Theme

__all__ = [
    "Actor",
    "ActorQuerySet",
    "Attachment",
    "ChangeProposal",
    "Collectivite",
    "ConfirmationRequest",
    "Contact",
    "Country",
    "DatasetLoad",
    "FieldChange",
    "Invitation",
    "Jumelage",
    "JumelageActor",
    "JumelageDocument",
    "JumelageQuerySet",
    "Merge",
    "Need",
    "NeedQuerySet",
    "NotDuplicate",
    "Partner",
    "PartnerSearch",
    "Project",
    "ProjectActor",
    "Relaunch",
    "Service",
    "Theme",
]

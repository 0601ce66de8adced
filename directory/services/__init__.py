"""The gestures that change the répertoire: typed, atomic, safe to call twice; they record who acted, not who may."""

from .additions import accept_addition, partner_candidates, propose_addition, refuse_addition
from .attachments import (
    accept_attachment,
    end_attachment,
    forget_old_attachments,
    forget_representative,
    hand_over,
    leave,
    refuse_attachment,
    request_attachment,
)
from .confirmation import ask_for_confirmations, close_request, remind_confirmations
from .contact import forget_letters, reach_of, send_message
from .demo import count_demo, remove_demo, seed_demo
from .erasure import forget_name_in_histories
from .errors import DirectoryError
from .importing import ActorKey, ImportReport, Told, Trace, WantedActor, apply_import
from .invitations import accept_invitation, cancel_invitation, invite
from .jumelages import (
    create_jumelage,
    end_jumelage,
    remove_jumelages,
    revive_jumelage,
    save_jumelage,
    set_participants,
)
from .official import LoadReport, are_contacts_loaded, is_referentiel_loaded, load_contacts, load_referentiel
from .partners import create_partner, partners_named
from .project_words import refresh_projects
from .projects import create_project, save_project
from .proofs import own_domains, proof_of
from .proposals import (
    Decision,
    Outcome,
    accept_at_once,
    confirm,
    confirm_all,
    decide,
    forget_author,
    forget_old_authors,
    handle,
    propose_changes,
    reopen,
    report,
    undo,
    withdraw,
)

__all__ = [
    "ActorKey",
    "Decision",
    "DirectoryError",
    "ImportReport",
    "LoadReport",
    "Outcome",
    "Told",
    "Trace",
    "WantedActor",
    "accept_addition",
    "accept_at_once",
    "accept_attachment",
    "accept_invitation",
    "apply_import",
    "are_contacts_loaded",
    "ask_for_confirmations",
    "cancel_invitation",
    "close_request",
    "confirm",
    "confirm_all",
    "count_demo",
    "create_jumelage",
    "create_partner",
    "create_project",
    "decide",
    "end_attachment",
    "end_jumelage",
    "forget_author",
    "forget_letters",
    "forget_name_in_histories",
    "forget_old_attachments",
    "forget_old_authors",
    "forget_representative",
    "hand_over",
    "handle",
    "invite",
    "is_referentiel_loaded",
    "leave",
    "load_contacts",
    "load_referentiel",
    "own_domains",
    "partner_candidates",
    "partners_named",
    "proof_of",
    "propose_addition",
    "propose_changes",
    "reach_of",
    "refresh_projects",
    "refuse_addition",
    "refuse_attachment",
    "remind_confirmations",
    "remove_demo",
    "remove_jumelages",
    "reopen",
    "report",
    "request_attachment",
    "revive_jumelage",
    "save_jumelage",
    "save_project",
    "seed_demo",
    "send_message",
    "set_participants",
    "undo",
    "withdraw",
]

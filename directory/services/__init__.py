"""The gestures that change the répertoire: typed, atomic, safe to call twice; they record who acted, not who may."""

from .additions import accept_addition, partner_candidates, propose_addition, refuse_addition
from .attachments import (
    accept_attachment,
    end_attachment,
    forget_old_attachments,
    forget_representative,
    hand_over,
    leave,
    make_principal,
    refuse_attachment,
    request_attachment,
)
from .confirmation import ask_for_confirmations, close_request, remind_confirmations
from .contact import forget_letters, reach_of, send_message
from .demo import remove_demo, seed_demo
from .erasure import forget_name_in_histories
from .errors import DirectoryError
from .importing import ActorKey, ImportReport, Told, Trace, WantedActor, apply_import
from .invitations import accept_invitation, cancel_invitation, invite
from .jumelage_files import import_jumelage_file, load_known_jumelages
from .jumelage_imports import HopelessFile, JumelageReport, ToldLine, import_jumelages
from .jumelages import (
    create_jumelage,
    end_jumelage,
    remove_jumelages,
    revive_jumelage,
    save_jumelage,
    set_participants,
)
from .letters import letters_about, prepare_letter, preview_letter, recipients_of, send_letter
from .look_alikes import like_actor, look_again, said_to_be_two, set_apart, why_alike
from .merge_forecast import Forecast, forecast, forecast_of_jumelages
from .merging import merge_actors, refusal_to_merge
from .merging_jumelages import merge_jumelages, refusal_to_merge_jumelages
from .official import LoadReport, are_contacts_loaded, is_referentiel_loaded, load_contacts, load_referentiel
from .partners import create_partner, partners_named
from .projects import create_project, refresh_projects, save_project
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
from .relaunches import ask_for_relaunch, give_up, save_steps, start_relaunch, succeed, suggested_steps
from .unmerging import forget_old_mergers, forget_person_in_mergers, told_touched, undo_merge, why_not_undone
from .vitality import flag_silent, followed

__all__ = [
    "ActorKey",
    "Decision",
    "DirectoryError",
    "Forecast",
    "HopelessFile",
    "ImportReport",
    "JumelageReport",
    "LoadReport",
    "Outcome",
    "Told",
    "ToldLine",
    "Trace",
    "WantedActor",
    "accept_addition",
    "accept_at_once",
    "accept_attachment",
    "accept_invitation",
    "apply_import",
    "are_contacts_loaded",
    "ask_for_confirmations",
    "ask_for_relaunch",
    "cancel_invitation",
    "close_request",
    "confirm",
    "confirm_all",
    "create_jumelage",
    "create_partner",
    "create_project",
    "decide",
    "end_attachment",
    "end_jumelage",
    "flag_silent",
    "followed",
    "forecast",
    "forecast_of_jumelages",
    "forget_author",
    "forget_letters",
    "forget_name_in_histories",
    "forget_old_attachments",
    "forget_old_authors",
    "forget_old_mergers",
    "forget_person_in_mergers",
    "forget_representative",
    "give_up",
    "hand_over",
    "handle",
    "import_jumelage_file",
    "import_jumelages",
    "invite",
    "is_referentiel_loaded",
    "leave",
    "letters_about",
    "like_actor",
    "load_contacts",
    "load_known_jumelages",
    "load_referentiel",
    "look_again",
    "make_principal",
    "merge_actors",
    "merge_jumelages",
    "own_domains",
    "partner_candidates",
    "partners_named",
    "prepare_letter",
    "preview_letter",
    "proof_of",
    "propose_addition",
    "propose_changes",
    "reach_of",
    "recipients_of",
    "refresh_projects",
    "refusal_to_merge",
    "refusal_to_merge_jumelages",
    "refuse_addition",
    "refuse_attachment",
    "remind_confirmations",
    "remove_demo",
    "remove_jumelages",
    "reopen",
    "report",
    "request_attachment",
    "revive_jumelage",
    "said_to_be_two",
    "save_jumelage",
    "save_project",
    "save_steps",
    "seed_demo",
    "send_letter",
    "send_message",
    "set_apart",
    "set_participants",
    "start_relaunch",
    "succeed",
    "suggested_steps",
    "told_touched",
    "undo",
    "undo_merge",
    "why_alike",
    "why_not_undone",
    "withdraw",
]

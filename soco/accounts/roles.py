"""What each role may do, written here and nowhere else; `sync_permissions` makes the database's groups say the same.

A permission is « app.codename »; a star stands for any end: « directory.view_* ». Rights over one's own things (a member's
profile, a référent's actor) are not permissions: each app's `perms.py` knows them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

ADMINISTRATOR = "administrateur"
TEAM = "équipe"
FIELD = "voltigeur"
REFERENT = "référent"
MEMBER = "membre"


@dataclass(frozen=True)
class Role:
    """`is_staff`: may enter the staff's pages, and then signs in with two proofs."""

    name: str
    label: Any
    is_staff: bool = False
    permissions: tuple[str, ...] = ()


ROLES = {
    role.name: role
    for role in (
        Role(
            ADMINISTRATOR,
            _("administrateur : tout, y compris les comptes"),
            is_staff=True,
            permissions=("directory.*", "events.*", "surveys.*", "outreach.*", "mailing.*", "accounts.*"),
        ),
        Role(
            TEAM,
            _("équipe : le répertoire, les relectures et les courriels"),
            is_staff=True,
            permissions=(
                "directory.view_*",
                "directory.add_*",
                "directory.change_*",
                "directory.import_*",
                "directory.export_*",
                "directory.review_changeproposal",
                "directory.review_attachment",
                "directory.merge_actor",
                "directory.delete_jumelage",
                "directory.delete_jumelageactor",
                "directory.delete_jumelagedocument",
                "directory.delete_project",
                "directory.delete_projectactor",
                "directory.delete_contact",
                "events.*",
                "outreach.*",
                "surveys.view_*",
                "surveys.add_wave",
                "surveys.change_wave",
                "surveys.enter_response",
                "surveys.change_questionnaire",
                "mailing.view_message",
                "mailing.change_message",
                "mailing.change_wording",
                "mailing.view_wording",
                "mailing.view_address",
                "mailing.change_address",
                "mailing.switch_information",
            ),
        ),
        Role(
            FIELD,
            _("voltigeur : consulte le répertoire et relit les propositions"),
            is_staff=True,
            # Not who represents whom, nor who was invited: that is the team's.
            permissions=(
                "directory.view_actor",
                "directory.view_actorevent",
                "directory.view_collectivite",
                "directory.view_partner",
                "directory.view_jumelage*",
                "directory.view_project*",
                "directory.view_relaunch",
                "directory.add_relaunch",
                "directory.change_relaunch",
                "directory.view_partnersearch",
                "directory.view_contact",
                "directory.view_country",
                "directory.view_theme",
                "directory.view_service",
                "directory.view_need",
                "directory.view_datasetload",
                "directory.view_changeproposal",
                "directory.view_fieldchange",
                "directory.view_confirmationrequest",
                "directory.export_*",
                "directory.review_changeproposal",
                # The petits-déjeuners are the voltigeur's.
                "events.*",
                # Those who did not answer are called and visited by the voltigeur, who writes what they say.
                "surveys.view_*",
                "surveys.enter_response",
                # Visits and tours are theirs; what the network aims at, and files of free reports, are the team's.
                "outreach.view_*",
                *("outreach.add_visit", "outreach.change_visit", "outreach.read_report"),
                *("outreach.add_tour", "outreach.change_tour"),
                # What they are asked in a visit is theirs to follow.
                "directory.add_need",
                "directory.change_need",
            ),
        ),
        Role(REFERENT, _("référent d’un acteur : tient sa fiche à jour")),
        Role(MEMBER, _("membre : a un compte et une adresse confirmée")),
    )
}


class UnknownPermission(LookupError):
    """The table names a permission that no model declares."""


def chosen(patterns: Iterable[str], existing: Iterable[str]) -> set[str]:
    """The permissions of `existing` (« app.codename ») that `patterns` name. Raises UnknownPermission for one that names none."""
    known, found = set(existing), set()
    for pattern in patterns:
        matching = (
            {name for name in known if name.startswith(pattern[:-1])} if pattern.endswith("*") else known & {pattern}
        )
        if not matching:
            raise UnknownPermission(pattern)
        found |= matching
    return found

"""The staff's export of what people proposed: one line for each field, one for each report."""

from collections.abc import Iterator
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from directory.models import ChangeProposal
from directory.models.contributions import ChangeProposalQuerySet

BATCH = 500


def labels() -> list[str]:
    return [
        *(_("numéro"), _("reçue le"), _("fiche"), _("code"), _("département"), _("objet"), _("source"), _("auteur")),
        *(_("courriel de l’auteur"), _("message"), _("champ"), _("valeur d’alors"), _("valeur proposée")),
        *(_("état du champ"), _("raison du champ"), _("état"), _("raison"), _("décidée le"), _("décidée par")),
    ]


def rows(proposals: ChangeProposalQuerySet) -> Iterator[list[Any]]:
    for proposal in proposals.iterator(chunk_size=BATCH):
        for change in list(proposal.changes.all()) or [None]:
            told = (
                [change.label, change.told_old, change.told_new, change.get_state_display(), change.reason]
                if change
                else []
            )
            yield [*_before(proposal), *(told or [""] * 5), *_after(proposal)]


def _before(proposal: ChangeProposal) -> list[Any]:
    actor = proposal.actor
    return [
        proposal.pk,
        f"{timezone.localtime(proposal.created_at):%Y-%m-%d %H:%M}",
        proposal.subject_name,
        actor.code,
        actor.departement.name if actor.departement else "",
        proposal.get_kind_display(),
        proposal.get_source_display(),
        proposal.by_name,
        proposal.by_email,
        proposal.message,
    ]


def _after(proposal: ChangeProposal) -> list[Any]:
    decided_at = f"{timezone.localtime(proposal.decided_at):%Y-%m-%d %H:%M}" if proposal.decided_at else ""
    return [proposal.get_state_display(), proposal.reason, decided_at, proposal.decided_by]

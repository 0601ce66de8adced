"""« Signaler une erreur » about a project: its objects are those of a project, not of an organisation."""

from django.utils.translation import gettext_lazy

from directory.enums import ProposalKind

from .proposals import ReportForm


class ProjectReportForm(ReportForm):
    KINDS = [
        (ProposalKind.WRONG, gettext_lazy("Une information est fausse ou manque")),
        (ProposalKind.DUPLICATE, gettext_lazy("Ce projet a une autre fiche\u00a0: c’est un doublon")),
        (ProposalKind.OTHER, gettext_lazy("Autre chose")),
    ]

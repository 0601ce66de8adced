"""What a merger would do, told before it is asked for: what goes over, and what both fiches have that becomes one."""

from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import ngettext_lazy

from directory.models import (
    Actor,
    Attachment,
    ChangeProposal,
    ConfirmationRequest,
    Contact,
    Invitation,
    Jumelage,
    JumelageActor,
    JumelageDocument,
    PartnerSearch,
    Project,
    ProjectActor,
)

from .merging_jumelages import twins

Counted = tuple[type[Model], str, Any]  # a table, its foreign key, « %(n)s contacts »
JUMELAGES = ngettext_lazy("%(n)s jumelage", "%(n)s jumelages", "n")
CONTACTS = ngettext_lazy("%(n)s contact", "%(n)s contacts", "n")
PROPOSALS = ngettext_lazy("%(n)s proposition ou signalement", "%(n)s propositions ou signalements", "n")
OF_ACTOR: tuple[Counted, ...] = (
    (
        JumelageActor,
        "actor",
        ngettext_lazy("%(n)s participation à un jumelage", "%(n)s participations à des jumelages", "n"),
    ),
    (ProjectActor, "actor", ngettext_lazy("%(n)s rôle dans un projet", "%(n)s rôles dans des projets", "n")),
    (Contact, "actor", CONTACTS),
    (Attachment, "actor", ngettext_lazy("%(n)s rattachement d’une personne", "%(n)s rattachements de personnes", "n")),
    (Invitation, "actor", ngettext_lazy("%(n)s invitation", "%(n)s invitations", "n")),
    (ChangeProposal, "actor", PROPOSALS),
    (
        ConfirmationRequest,
        "actor",
        ngettext_lazy("%(n)s demande de confirmation", "%(n)s demandes de confirmation", "n"),
    ),
    (PartnerSearch, "actor", ngettext_lazy("%(n)s recherche de partenaire", "%(n)s recherches de partenaires", "n")),
    (Actor, "network", ngettext_lazy("%(n)s membre de son réseau", "%(n)s membres de son réseau", "n")),
)
OF_JUMELAGE: tuple[Counted, ...] = (
    (JumelageActor, "jumelage", ngettext_lazy("%(n)s autre participant", "%(n)s autres participants", "n")),
    (JumelageDocument, "jumelage", ngettext_lazy("%(n)s document", "%(n)s documents", "n")),
    (Contact, "jumelage", CONTACTS),
    (Project, "jumelage", ngettext_lazy("%(n)s projet", "%(n)s projets", "n")),
    (ChangeProposal, "jumelage", PROPOSALS),
)


@dataclass(frozen=True)
class Forecast:
    """`moves`: « 3 jumelages »…; `conflicts`: what both have, in sentences. Both empty: the two rows alone change."""

    moves: list[str] = field(default_factory=list)
    conflicts: list[str] = field(default_factory=list)


def forecast(kept: Actor, absorbed: Actor) -> Forecast:
    """What merging `absorbed` into `kept` would move and unite. A fixed number of queries."""
    found = twins(kept, absorbed)
    moving = Jumelage.objects.standing().in_pair_of(absorbed.pk).count() - len(found)
    moves = [str(JUMELAGES % {"n": moving})] if moving else []
    return Forecast(moves + _counts(OF_ACTOR, absorbed), _conflicts(kept, absorbed, found))


def forecast_of_jumelages(absorbed: Jumelage) -> Forecast:
    """The same of two jumelages of one pair: what belongs to the one that goes."""
    return Forecast(_counts(OF_JUMELAGE, absorbed))


def _counts(tables: tuple[Counted, ...], absorbed: Model) -> list[str]:
    counted = ((words, _count(model, name, absorbed)) for model, name, words in tables)
    return [str(words % {"n": count}) for words, count in counted if count]


def _count(model: Any, name: str, absorbed: Model) -> int:
    return int(model._default_manager.filter(**{name: absorbed.pk}).count())


def _conflicts(kept: Actor, absorbed: Actor, found: list[tuple[Jumelage, Jumelage]]) -> list[str]:
    sentences = [
        _(
            "Les deux fiches ont un jumelage avec %(name)s (%(kind)s)\u00a0: les deux jumelages n’en feront qu’un. Celui de la "
            "fiche gardée reste, complété de ce qui lui manque\u00a0; l’adresse de l’autre y conduira."
        )
        % {"name": _other_side(own, kept), "kind": own.get_kind_display()}
        for own, _theirs in found
    ]
    sentences += [
        _(
            "Les deux fiches ont un lien de même type avec %(name)s, mais pas commencé la même année\u00a0: ils resteront deux, "
            "et la liste des doublons les proposera."
        )
        % {"name": name}
        for name in _nearly_same(kept, absorbed, found)
    ]
    return sentences + _conflicts_of_people(kept, absorbed) + _conflicts_of_roles(kept, absorbed)


def _other_side(jumelage: Jumelage, actor: Actor) -> str:
    other = jumelage.partner if jumelage.collectivite_id == actor.pk else jumelage.collectivite
    return other.name


def _nearly_same(kept: Actor, absorbed: Actor, found: list[tuple[Jumelage, Jumelage]]) -> list[str]:
    """The other sides of two jumelages of one kind that keep two years."""
    united = {theirs.pk for _own, theirs in found}
    rows = Jumelage.objects.standing().select_related("collectivite", "partner").order_by("pk")
    own = {(_other_side(row, kept), row.kind) for row in rows.in_pair_of(kept.pk)}
    others = [row for row in rows.in_pair_of(absorbed.pk) if row.pk not in united]
    return [name for row in others if ((name := _other_side(row, absorbed)), row.kind) in own]


def _conflicts_of_people(kept: Actor, absorbed: Actor) -> list[str]:
    sentences = []
    own = {row.user_id: row for row in Attachment.objects.standing().of_actor(kept)}
    theirs = list(Attachment.objects.standing().of_actor(absorbed).for_page())
    for row in theirs:
        if row.user_id in own:
            sentences.append(
                _("%(who)s représente ou demande à représenter les deux\u00a0: un seul rattachement restera.")
                % {"who": row.user.get_full_name() or row.user.email}
            )
    principals = any(row.is_principal for row in theirs), any(row.is_principal for row in own.values())
    if principals == (True, True):
        sentences.append(
            _(
                "Chaque fiche a un référent principal\u00a0: celui de la fiche gardée le reste, l’autre devient référent."
            )
        )
    newcomers = [row for row in theirs if row.is_accepted and row.user_id not in own]
    if newcomers:
        sentences.append(
            _("Pourront désormais modifier la fiche gardée\u00a0: %(names)s.")
            % {"names": ", ".join(row.user.get_full_name() or row.user.email for row in newcomers)}
        )
    open_questions = ConfirmationRequest.objects.open()
    if open_questions.about(kept).exists() and open_questions.about(absorbed).exists():
        sentences.append(
            _("Une demande de confirmation est en cours pour chaque fiche\u00a0: celle de la fiche absorbée s’arrête.")
        )
    return sentences


def _conflicts_of_roles(kept: Actor, absorbed: Actor) -> list[str]:
    sentences = []
    own = set(ProjectActor.objects.filter(actor=kept).values_list("project_id", "role"))
    for row in ProjectActor.objects.filter(actor=absorbed).select_related("project").order_by("pk"):
        if (row.project_id, row.role) in own:
            sentences.append(
                _("Les deux fiches ont le même rôle dans le projet «\u00a0%(title)s\u00a0»\u00a0: un seul restera.")
                % {"title": row.project.title}
            )
    if absorbed.pk == kept.network_id:
        sentences.append(_("La fiche absorbée est la tête de réseau de la fiche gardée\u00a0: ce lien disparaît."))
    return sentences

"""Closed lists of the outreach: how a collectivité is met, what came of it, what moves its contact state."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class VisitKind(models.TextChoices):
    """How a collectivité is met."""

    ON_SITE = "visite", _("Visite sur place")
    PHONE = "telephone", _("Entretien téléphonique")
    VIDEO = "visio", _("Visioconférence")
    BREAKFAST = "petit_dejeuner", _("Petit-déjeuner de la coopération")
    FAIR = "salon", _("Salon ou rencontre")


class VisitState(models.TextChoices):
    """Where a visit stands: planned, or what came of it."""

    PLANNED = "prevue", _("prévue")
    DONE = "realisee", _("réalisée")
    POSTPONED = "reportee", _("reportée")
    ABSENT = "absente", _("personne n’était là")
    REFUSED = "refus", _("refusée")
    CANCELLED = "annulee", _("annulée")


RESULTS = (VisitState.DONE, VisitState.POSTPONED, VisitState.ABSENT, VisitState.REFUSED)


class NoteKind(models.TextChoices):
    """What a quick note keeps: an exchange too short to be a visit."""

    CALL_IN = "appel_recu", _("Appel reçu")
    CALL_OUT = "appel_passe", _("Appel passé")
    MAIL_IN = "courriel_recu", _("Courriel reçu")
    OTHER = "autre", _("Autre échange")


class FactKind(models.TextChoices):
    """What shows how far the network has come with a collectivité, by what each shows."""

    MAIL = "courriel", _("courriel remis")
    NOTE = "echange", _("échange noté")
    ANSWER = "reponse", _("réponse à une enquête")
    INTERVIEW = "entretien", _("réponse de vive voix à une enquête")
    VISIT = "visite", _("visite réalisée")
    EVENT = "evenement", _("présence à un événement")
    SERVICE = "service", _("service utilisé")
    GROUP = "groupe", _("membre d’un groupe")
    MEMBERSHIP = "adhesion", _("adhésion")


REACHING = (FactKind.MAIL, FactKind.NOTE, FactKind.ANSWER)
MEETING = (FactKind.INTERVIEW, FactKind.VISIT, FactKind.EVENT)
ENGAGING = (FactKind.SERVICE, FactKind.GROUP)


class WishKind(models.TextChoices):
    """What a collectivité asked for about being contacted."""

    REFUSAL = "refus", _("Ne souhaite plus être contactée")
    PAUSE = "pause", _("En pause jusqu’à une date")


class StopState(models.TextChoices):
    """Where the slot of a tour's stop stands with the collectivité."""

    TO_ASK = "a_proposer", _("créneau à proposer")
    ASKED = "proposee", _("créneau proposé")
    ACCEPTED = "acceptee", _("créneau accepté")
    OTHER_DATE = "autre_date", _("autre date demandée")
    DECLINED = "declinee", _("créneau décliné")


class TourState(models.TextChoices):
    DRAFT = "brouillon", _("en préparation")
    CONFIRMED = "confirmee", _("confirmée")
    DONE = "terminee", _("terminée")
    CANCELLED = "annulee", _("annulée")


class LeftOut(models.TextChoices):
    """What keeps a collectivité out of what a new tour proposes."""

    LEVEL = "niveau", _("elle n’est pas d’un niveau que vous rencontrez ce jour-là")
    CLOSED = "fermee", _("elle n’existe plus, ou n’est pas publiée au répertoire")
    NO_PLACE = "sans_lieu", _("sa place sur la carte n’est pas connue")
    AT_REST = "au_repos", _("elle a demandé à ne pas être contactée")
    ELSEWHERE = "ailleurs", _("elle est hors du territoire choisi")
    ON_TOUR = "en_tournee", _("elle est déjà sur une tournée ce jour-là")
    PLANNED = "prevue", _("une visite y est prévue dans les 30 jours")


class SentState(models.TextChoices):
    """What became of a report written in the field."""

    APPLIED = "appliquee", _("enregistré")
    CONFLICT = "conflit", _("à comparer")
    SETTLED = "tranchee", _("comparé et tranché")

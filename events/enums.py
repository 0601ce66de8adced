"""The closed lists of the agenda."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventKind(models.TextChoices):
    """What is organised; the values are those of the address parameter `type`."""

    PETIT_DEJEUNER = "petit-dejeuner", _("Petit-déjeuner de la coopération")
    GROUPE_DE_TRAVAIL = "groupe-de-travail", _("Groupe de travail")
    GROUPE_PAYS = "groupe-pays", _("Groupe pays")
    FORMATION = "formation", _("Formation")
    RENCONTRE = "rencontre", _("Rencontre régionale")
    VISIO = "visio", _("Visioconférence")


class EventSort(models.TextChoices):
    """The values are those of the address parameter `tri`."""

    RELEVANCE = "date", _("Date")
    DISTANCE = "distance", _("Distance")
    NEW = "nouveautes", _("Derniers publiés")


class EventStatus(models.TextChoices):
    """What was decided of an event. « Passé » is no decision: `Event.is_past` reads the clock."""

    DRAFT = "brouillon", _("Brouillon")
    PUBLISHED = "publie", _("Publié")
    POSTPONED = "reporte", _("Reporté, nouvelle date à venir")
    CANCELLED = "annule", _("Annulé")


class Audience(models.TextChoices):
    """Who may register."""

    PUBLIC = "public", _("Tout le monde")
    MEMBERS = "membres", _("Les personnes qui ont un compte")
    GROUP = "groupe", _("Les membres du groupe")
    INVITED = "invites", _("Les personnes invitées seulement")


class ExpiredOffer(models.TextChoices):
    """What becomes of a request whose offered seat nobody took in time."""

    OUT = "sortie", _("La demande est close")
    END_OF_LINE = "fin-de-liste", _("La demande repart à la fin de la liste")


class RegistrationState(models.TextChoices):
    """Where a registration stands; `states` says which changes are allowed."""

    WAITING = "en_attente", _("En attente")
    OFFERED = "proposee", _("Place proposée")
    CONFIRMED = "inscrite", _("Confirmée")
    PRESENT = "presente", _("Présente")
    ABSENT = "absente", _("Absente")
    WITHDRAWN = "desistee", _("Désistée")
    REFUSED = "refusee", _("Refusée")
    EXPIRED = "expiree", _("Offre expirée")
    CANCELLED = "annulee_organisateur", _("Annulée par l’organisateur")


class Reminder(models.TextChoices):
    """When those who are registered are reminded, before the beginning."""

    WEEK = "J-7", _("Sept jours avant")
    DAY = "J-1", _("La veille")
    TWO_HOURS = "H-2", _("Deux heures avant")


class QuestionKind(models.TextChoices):
    """How a question of the organiser is answered."""

    TEXT = "texte", _("Texte libre")
    CHOICE = "choix", _("Un choix dans une liste")
    YES_NO = "oui-non", _("Oui ou non")


class DocumentKind(models.TextChoices):
    """What a file of an event or a group is."""

    PROGRAMME = "programme", _("Programme")
    MINUTES = "compte-rendu", _("Compte rendu")
    SLIDES = "presentation", _("Présentation")
    OTHER = "autre", _("Autre document")


class DocumentAudience(models.TextChoices):
    """Who reads a file."""

    PUBLIC = "public", _("Tout le monde")
    REGISTERED = "inscrits", _("Les inscrits et les membres du groupe")
    ORGANISERS = "organisateurs", _("Les organisateurs")


class GroupKind(models.TextChoices):
    COUNTRY = "pays", _("Groupe pays")
    THEME = "theme", _("Groupe thématique")


class JoinPolicy(models.TextChoices):
    """How one becomes a member of a group."""

    OPEN = "libre", _("Libre : on devient membre aussitôt")
    REQUEST = "demande", _("Sur demande : les coprésidents acceptent")


class GroupSort(models.TextChoices):
    """The orders of the list of groups; the first is the usual one."""

    RELEVANCE = "nom", _("Nom")
    MEETING = "prochaine-reunion", _("Prochaine réunion")


class MembershipState(models.TextChoices):
    PENDING = "demandee", _("Demandée")
    ACCEPTED = "membre", _("Membre")
    REFUSED = "refusee", _("Refusée")
    LEFT = "partie", _("A quitté le groupe")


class MembershipRole(models.TextChoices):
    MEMBER = "membre", _("Membre")
    CHAIR = "copresidence", _("Coprésidence")


class InvitationState(models.TextChoices):
    SENT = "envoyee", _("Envoyée")
    DECLINED = "declinee", _("Déclinée")


class InvitationAnswer(models.TextChoices):
    """What became of an invitation, as lists show and filter it."""

    REGISTERED = "inscrite", _("Inscrite")
    DECLINED = "declinee", _("Déclinée")
    WAITING = "sans-reponse", _("Sans réponse")


class Exclusion(models.TextChoices):
    """What keeps an actor around an event from being invited; the first that holds is said."""

    HOST = "accueil", _("accueille l’événement")
    INVITED = "invitee", _("déjà invitée")
    REGISTERED = "inscrite", _("déjà inscrite")
    DEMO = "demonstration", _("fiche de démonstration")
    HIDDEN = "masquee", _("retirée du répertoire")
    REFUSED = "refus", _("ne souhaite pas être contactée")
    PAUSED = "en-pause", _("en pause")
    NO_ADDRESS = "sans-adresse", _("sans adresse électronique")
    OPPOSED = "opposee", _("opposée aux courriels de service")
    FAILING = "echec", _("adresse électronique en échec")
    SAME_ADDRESS = "meme-adresse", _("même adresse électronique qu’une autre de la liste")


class Frequency(models.TextChoices):
    """How a series comes back."""

    WEEKLY = "hebdomadaire", _("Chaque semaine, le même jour")
    MONTHLY_DAY = "mensuelle-jour", _("Chaque mois, le même jour de la semaine (premier mardi…)")
    MONTHLY_DATE = "mensuelle-date", _("Chaque mois, à la même date")

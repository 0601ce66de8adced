"""The closed lists of the mail ledger."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Category(models.TextChoices):
    """Why a mail is sent, in the order of delivery; only the last two can be opposed, and wait for decent hours."""

    ACCOUNT = "account", _("compte et sécurité")
    TRANSACTION = "transaction", _("suite à un geste de la personne")
    SERVICE = "service", _("service")
    INFORMATION = "information", _("information")


# The person did not ask for these just now: opposition, decent hours, daily cap, one-click withdrawal (RFC 8058).
OPPOSABLE = (Category.SERVICE, Category.INFORMATION)


class State(models.TextChoices):
    PLANNED = "planned", _("prévu")
    QUEUED = "queued", _("à envoyer")
    SENDING = "sending", _("en cours d’envoi")
    RETRY = "retry", _("nouvel essai prévu")
    SENT = "sent", _("envoyé")
    FAILED = "failed", _("échec")
    SKIPPED = "skipped", _("non envoyé")
    CANCELLED = "cancelled", _("annulé")
    BOUNCED = "bounced", _("revenu en erreur")


WAITING = (State.PLANNED, State.QUEUED, State.RETRY)


class Reason(models.TextChoices):
    """Why a message was not sent, or was taken back."""

    OPPOSED = "oppose", _("la personne s’y est opposée")
    ADDRESS_FAILING = "adresse_en_echec", _("l’adresse est en échec")
    TOO_LATE = "trop_tard", _("il n’était plus temps")
    ALREADY_DONE = "deja_fait", _("c’était déjà fait")
    NO_OBJECT = "sans_objet", _("sans objet désormais")
    PAUSED = "collectivite_en_pause", _("la collectivité est en pause")
    BY_STAFF = "equipe", _("décision de l’équipe")
    ERASED = "efface", _("la personne a fait effacer ses données")

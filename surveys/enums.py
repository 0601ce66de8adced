"""The closed lists of questionnaires; their values are those of the database and of the API."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class QuestionKind(TextChoices):
    SINGLE = "unique", _("un choix")
    MULTIPLE = "multiple", _("plusieurs choix")
    SCALE = "echelle", _("échelle de 1 à 5")
    GRID = "grille", _("grille")
    INTEGER = "entier", _("nombre entier")
    AMOUNT = "montant", _("montant en euros")
    YEAR = "annee", _("année")
    TEXT = "texte", _("texte court")
    LONG = "long", _("texte long")
    RANKING = "classement", _("classement")
    DATE = "date", _("date")
    CONTACT = "contact", _("contact")
    COUNTRY = "pays", _("pays")
    THEME = "theme", _("thèmes")
    ACTOR = "acteur", _("collectivité ou partenaire")
    FILE = "fichier", _("fichier")
    CONSENT = "consentement", _("accord")
    REPEAT = "repetition", _("groupe répété")
    KNOWN = "connu", _("donnée connue du répertoire")


# Their answers are values of a list.
CHOICE_KINDS = (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.RANKING, QuestionKind.CONSENT)
MULTIPLE_KINDS = (QuestionKind.MULTIPLE, QuestionKind.RANKING, QuestionKind.CONSENT, QuestionKind.THEME)
NUMBER_KINDS = (QuestionKind.INTEGER, QuestionKind.AMOUNT, QuestionKind.YEAR, QuestionKind.SCALE)
# Conditions may not ask about these.
OPAQUE_KINDS = (QuestionKind.GRID, QuestionKind.CONTACT, QuestionKind.REPEAT, QuestionKind.FILE)


class QuestionnaireStatus(TextChoices):
    DRAFT = "brouillon", _("brouillon")
    PUBLISHED = "publie", _("publié")
    RETIRED = "retire", _("remplacé")


class WaveStatus(TextChoices):
    DRAFT = "brouillon", _("brouillon")
    PREPARING = "preparation", _("invitations en préparation")
    OPEN = "ouverte", _("ouverte")
    PAUSED = "pause", _("en pause")
    CLOSED = "close", _("close")


class KeptOut(TextChoices):
    """Why no mail of a wave leaves for a collectivité. Those without a working address may still be called or visited."""

    NO_ADDRESS = "sans_adresse", _("pas d’adresse connue")
    FAILING = "adresse_en_echec", _("son adresse ne répond plus")
    OPPOSED = "oppose", _("s’est opposée à ces courriels")
    REFUSED = "refus", _("ne veut pas être contactée")
    PAUSED = "en_pause", _("en pause")


# Asked to be left alone: neither mails, nor calls, nor visits.
AT_REST = (KeptOut.REFUSED, KeptOut.PAUSED)


class ResponseState(TextChoices):
    UNDER_WAY = "en_cours", _("en cours")
    SUBMITTED = "soumise", _("envoyée")
    READ = "relue", _("relue")
    APPLIED = "appliquee", _("appliquée au répertoire")


FINISHED = (ResponseState.SUBMITTED, ResponseState.READ, ResponseState.APPLIED)


class Channel(TextChoices):
    MAIL = "courriel", _("par son lien")
    PHONE = "telephone", _("au téléphone")
    VISIT = "visite", _("en visite")
    PAPER = "papier", _("sur papier")


class NonResponse(TextChoices):
    REFUSAL = "refus", _("refus de répondre")
    ABSENT = "absent", _("personne n’a répondu")
    CALL_BACK = "rappeler", _("à rappeler")


class LinkEnd(TextChoices):
    HANDED_OVER = "transmis", _("transmis à un collègue")
    TAKEN_BACK = "retire", _("retiré par l’équipe")


class Progress(TextChoices):
    """Where a collectivité of a wave stands, for its lists and counts."""

    SILENT = "silencieuse", _("pas commencée")
    UNDER_WAY = "en_cours", _("en cours")
    ANSWERED = "repondue", _("répondue")
    REFUSED = "refus", _("refus")
    KEPT_OUT = "ecartee", _("laissée tranquille")

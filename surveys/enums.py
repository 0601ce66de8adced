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
    CONSENT = "consentement", _("accord")
    REPEAT = "repetition", _("groupe répété")
    KNOWN = "connu", _("donnée connue du répertoire")


# Their answers are values of a list.
CHOICE_KINDS = (QuestionKind.SINGLE, QuestionKind.MULTIPLE, QuestionKind.RANKING, QuestionKind.CONSENT)
MULTIPLE_KINDS = (QuestionKind.MULTIPLE, QuestionKind.RANKING, QuestionKind.CONSENT, QuestionKind.THEME)
NUMBER_KINDS = (QuestionKind.INTEGER, QuestionKind.AMOUNT, QuestionKind.YEAR, QuestionKind.SCALE)
# Conditions may not ask about these.
OPAQUE_KINDS = (QuestionKind.GRID, QuestionKind.CONTACT, QuestionKind.REPEAT)


class QuestionnaireStatus(TextChoices):
    DRAFT = "brouillon", _("brouillon")
    PUBLISHED = "publie", _("publié")
    RETIRED = "retire", _("remplacé")

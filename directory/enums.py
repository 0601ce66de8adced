"""The closed lists of the répertoire."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Nature(models.TextChoices):
    """What an actor is; the values are those of the address parameter `nature`."""

    REGION = "region", _("Région")
    DEPARTEMENT = "departement", _("Département")
    EPCI = "epci", _("Intercommunalité")
    COMMUNE = "commune", _("Commune")
    COMITE = "comite", _("Comité de jumelage")
    ASSOCIATION = "association", _("Association")
    ENSEIGNEMENT = "enseignement", _("Établissement d’enseignement")
    UNIVERSITE = "universite", _("Université, recherche")
    SANTE = "sante", _("Établissement de santé")
    ENTREPRISE = "entreprise", _("Entreprise, économie sociale et solidaire")
    OPERATEUR = "operateur", _("Opérateur, syndicat (eau, énergie)")
    RESEAU = "reseau", _("Tête de réseau")
    ETAT = "etat", _("État, opérateur de l’État")
    ETRANGERE = "etrangere", _("Collectivité étrangère")


COLLECTIVITE_NATURES = (Nature.REGION, Nature.DEPARTEMENT, Nature.EPCI, Nature.COMMUNE)
PARTNER_NATURES = tuple(nature for nature in Nature if nature not in COLLECTIVITE_NATURES)


class ContactState(models.TextChoices):
    """How far the network has come with a collectivité; the outreach alone moves it (`outreach.services.contact_states`)."""

    NEVER = "jamais_touchee", _("Jamais touchée")
    REACHED = "touchee", _("Touchée")
    MET = "rencontree", _("Rencontrée")
    ENGAGED = "engagee", _("Engagée")
    MEMBER = "adherente", _("Adhérente")
    REFUSED = "refus", _("Ne souhaite pas être contactée")
    PAUSED = "en_pause", _("En pause")


NEVER_MET = (ContactState.NEVER, ContactState.REACHED)


class LegalForm(models.TextChoices):
    """The four kinds of EPCI with a tax of their own (CGCT, fifth part)."""

    CC = "CC", _("Communauté de communes")
    CA = "CA", _("Communauté d’agglomération")
    CU = "CU", _("Communauté urbaine")
    METROPOLE = "ME", _("Métropole")


class Freshness(models.TextChoices):
    """How long ago a person last confirmed the facts; official facts show their vintage instead."""

    GREEN = "verte", _("Moins d’un an")
    ORANGE = "orange", _("Entre un et deux ans")
    RED = "rouge", _("Plus de deux ans")
    NEVER = "jamais", _("Jamais confirmée")


class PopulationBand(models.TextChoices):
    """Bands of municipal population; lower bound included, upper bound excluded."""

    UNDER_500 = "0-500", _("Moins de 500 habitants")
    UNDER_2000 = "500-2000", _("500 à 2 000 habitants")
    UNDER_10000 = "2000-10000", _("2 000 à 10 000 habitants")
    UNDER_50000 = "10000-50000", _("10 000 à 50 000 habitants")
    OVER_50000 = "50000-", _("50 000 habitants et plus")

    @property
    def bounds(self) -> tuple[int, int | None]:
        low, high = self.value.split("-")
        return int(low), int(high) if high else None


class Sort(models.TextChoices):
    RELEVANCE = "pertinence", _("Pertinence")
    NAME = "nom", _("Nom")
    POPULATION = "population", _("Population")
    RECENT = "recent", _("Confirmation récente")


class Source(models.TextChoices):
    """Where a fact comes from."""

    OFFICIAL = "official", _("donnée officielle")
    IMPORT = "import", _("import")
    SURVEY = "survey", _("questionnaire")
    VISIT = "visit", _("visite")
    ORGANISATION = "organisation", _("l’organisme lui-même")
    STAFF = "staff", _("l’équipe du réseau")
    REPORT = "report", _("un signalement")


# Sources behind which a person of the field stands: an official load never overwrites what they said after its vintage.
HUMAN_SOURCES = (Source.SURVEY, Source.VISIT, Source.ORGANISATION, Source.STAFF, Source.REPORT)


class Verifier(models.TextChoices):
    """Who answers for a proposed value that was published."""

    STAFF = "staff", _("vérifié par l’équipe du réseau")
    REFERENT = "referent", _("publié par un référent de l’organisme")
    LINK = "link", _("confirmé depuis son adresse publique")


class ProposalKind(models.TextChoices):
    """What somebody tells the network about a fiche."""

    CHANGES = "changes", _("modifications")
    CONFIRMATION = "confirmation", _("tout est exact")
    CLOSED = "closed", _("n’existe plus")
    WRONG = "wrong", _("information fausse")
    DUPLICATE = "duplicate", _("doublon")
    OTHER = "other", _("autre")
    ADDITION = "addition", _("ajout d’un jumelage")


class ProposalState(models.TextChoices):
    PENDING = "pending", _("à relire")
    ACCEPTED = "accepted", _("acceptée")
    PARTIAL = "partial", _("acceptée en partie")
    REFUSED = "refused", _("refusée")
    WITHDRAWN = "withdrawn", _("retirée par son auteur")


class ChangeState(models.TextChoices):
    """What became of one field of a proposal."""

    PENDING = "pending", _("à relire")
    ACCEPTED = "accepted", _("accepté")
    REFUSED = "refused", _("refusé")
    UNDONE = "undone", _("accepté puis annulé")


class ConfirmationOutcome(models.TextChoices):
    """How a yearly question ended."""

    CONFIRMED = "confirmed", _("tout est exact")
    CORRECTED = "corrected", _("des corrections proposées")
    SILENT = "silent", _("sans réponse")
    UNREACHABLE = "unreachable", _("adresse absente, en échec, ou opposée aux courriels de service")
    GONE = "gone", _("la fiche n’est plus publiée")


class AttachmentState(models.TextChoices):
    REQUESTED = "requested", _("demandé")
    ACCEPTED = "accepted", _("accepté")
    REFUSED = "refused", _("refusé")
    LEFT = "left", _("terminé")


class AttachmentProof(models.TextChoices):
    """Why a person is believed to represent an actor."""

    ADDRESS = "address", _("son adresse est celle de l’acteur")
    DOMAIN = "domain", _("le domaine de son adresse n’appartient qu’à l’acteur")
    INVITATION = "invitation", _("invité par un référent")
    STAFF = "staff", _("accepté par l’équipe")


class IdentityTag(models.TextChoices):
    """What a territory says it is: the study found that identity (geography, culture) moves collectivités first."""

    COAST = "littoral", _("littoral")
    MOUNTAIN = "montagne", _("montagne")
    VINEYARD = "vignoble", _("vignoble")
    BORDER = "frontiere", _("frontière")
    RIVER = "fleuve", _("fleuve, estuaire")
    FOREST = "foret", _("forêt")
    RURAL = "rural", _("rural")
    HERITAGE = "patrimoine", _("ville d’art et d’histoire")
    THERMAL = "thermalisme", _("thermalisme")
    INDUSTRY = "industrie", _("industrie, savoir-faire")
    UNIVERSITY = "universite", _("ville universitaire")
    REGIONAL_LANGUAGE = "langue-regionale", _("langue régionale")


class JumelageKind(models.TextChoices):
    """What binds the two sides; the values are those of the address parameter `type`."""

    JUMELAGE = "jumelage", _("Jumelage")
    PACTE = "pacte", _("Pacte ou charte d’amitié")
    COOPERATION = "cooperation", _("Coopération décentralisée (convention)")
    TRANSFRONTALIER = "transfrontalier", _("Coopération transfrontalière")
    PONCTUELLE = "ponctuelle", _("Action ponctuelle, hors convention")
    RESEAU = "reseau", _("Réseau européen")
    URGENCE = "urgence", _("Aide d’urgence")
    UN_POUR_CENT = "un-pour-cent", _("1 % eau, énergie, déchets")
    APPUI = "appui", _("Appui à une association locale")


class Vitality(models.TextChoices):
    """How alive a jumelage is; empty when nobody said. « À vérifier » is a flag beside it, not one of these."""

    PLANNED = "en-projet", _("En projet")
    ACTIVE = "actif", _("Actif")
    DORMANT = "en-sommeil", _("En sommeil")
    TO_RELAUNCH = "a-relancer", _("À relancer")
    SUSPENDED = "suspendu", _("Suspendu")
    ENDED = "clos", _("Clos")


class Carrier(models.TextChoices):
    """Who keeps a jumelage going from day to day (question 14 of the AECT questionnaire)."""

    COLLECTIVITE = "collectivite", _("la collectivité")
    COMITE = "comite", _("un comité de jumelage")
    ASSOCIATION = "association", _("une association")
    SCHOOL = "ecole", _("un établissement scolaire")
    OPERATOR = "operateur", _("un opérateur")
    PERSON = "personne", _("une personne")
    OTHER = "autre", _("autre")


class JumelageRole(models.TextChoices):
    """What another actor does in a jumelage, beside its leading pair."""

    ASSOCIATE = "associee", _("collectivité associée")
    PARTNER = "partenaire", _("partenaire associé")
    CARRIER = "porteur", _("porteur")
    OPERATOR = "operateur", _("opérateur")
    FUNDER = "financeur", _("financeur")
    EMBASSY = "ambassade", _("ambassade")


class DocumentKind(models.TextChoices):
    CONVENTION = "convention", _("convention, serment, charte")
    DELIBERATION = "deliberation", _("délibération")
    MINUTES = "compte-rendu", _("compte rendu")
    PHOTO = "photo", _("photo")
    OTHER = "autre", _("autre")


class RelaunchStep(models.TextChoices):
    """What a jumelage needs to live again (question 16 of the AECT questionnaire)."""

    CONTACT = "contact", _("un contact chez le partenaire")
    VOLUNTEERS = "benevoles", _("des bénévoles, des jeunes")
    FUNDING = "financement", _("un financement")
    PROJECT = "projet", _("un projet concret")
    LANGUAGE = "langue", _("une langue commune, un interprète")
    SUPPORT = "appui", _("un appui de méthode")


class FollowUp(models.TextChoices):
    """What staff follows of jumelages; the values are those of the address parameter `vue`."""

    TO_VERIFY = "a-verifier", _("À vérifier")
    ANNIVERSARIES = "anniversaires", _("Anniversaires (12 prochains mois)")
    AGREEMENTS = "conventions", _("Conventions qui finissent (6 mois)")
    RELAUNCHES = "relances", _("Relances en cours")


class FollowUpMail(models.TextChoices):
    """Why staff writes to the people of a jumelage; the values end the address of the page."""

    ANNIVERSARY = "anniversaire", _("l’anniversaire")
    AGREEMENT = "convention", _("la fin de la convention")
    SILENT = "nouvelles", _("demander des nouvelles")


class RelaunchState(models.TextChoices):
    OPEN = "en-cours", _("en cours")
    SUCCEEDED = "reussie", _("relancé")
    GIVEN_UP = "abandonnee", _("abandonné")


class NeedState(models.TextChoices):
    """How far the network is with what an actor asked for."""

    NEW = "nouveau", _("nouveau")
    IN_HAND = "en_cours", _("pris en charge")
    ANSWERED = "repondu", _("répondu")
    DROPPED = "sans_suite", _("sans suite")


OPEN_NEEDS = (NeedState.NEW, NeedState.IN_HAND)


class NeedHeard(models.TextChoices):
    """How staff heard of a need that they note by hand."""

    MAIL = "mail", _("un courriel")
    CALL = "appel", _("un appel")
    TALK = "entretien", _("un entretien")


class ProjectStatus(models.TextChoices):
    """How far a project is; the six of the IATI standard (code list ActivityStatus)."""

    PLANNED = "en-preparation", _("En préparation")
    RUNNING = "en-cours", _("En cours")
    FINISHING = "en-cloture", _("En clôture")
    DONE = "termine", _("Terminé")
    CANCELLED = "annule", _("Annulé")
    SUSPENDED = "suspendu", _("Suspendu")


class ProjectRole(models.TextChoices):
    LEADER = "chef-de-file", _("chef de file")
    PARTNER = "partenaire", _("partenaire")
    OPERATOR = "operateur", _("opérateur")
    FUNDER = "financeur", _("financeur")


class ContactRole(models.TextChoices):
    ELECTED = "elu", _("élu référent")
    AGENT = "agent", _("agent référent")
    PRESIDENT = "presidence", _("présidence")
    COORDINATION = "coordination", _("coordination")
    EMBASSY = "ambassade", _("coopération à l’ambassade")
    OTHER = "autre", _("autre")


class ConsentScope(models.TextChoices):
    """What a person agrees to see published of them."""

    NAME = "nom", _("son nom et sa fonction")
    EMAIL = "courriel", _("son adresse électronique")
    PHONE = "telephone", _("son téléphone")


class Language(models.TextChoices):
    """Languages in which a partnership may work, by their ISO 639-1 code."""

    FRENCH = "fr", _("français")
    ENGLISH = "en", _("anglais")
    GERMAN = "de", _("allemand")
    ARABIC = "ar", _("arabe")
    BASQUE = "eu", _("basque")
    CATALAN = "ca", _("catalan")
    CHINESE = "zh", _("chinois")
    CZECH = "cs", _("tchèque")
    DUTCH = "nl", _("néerlandais")
    GREEK = "el", _("grec")
    HUNGARIAN = "hu", _("hongrois")
    ITALIAN = "it", _("italien")
    JAPANESE = "ja", _("japonais")
    MALAGASY = "mg", _("malgache")
    OCCITAN = "oc", _("occitan")
    POLISH = "pl", _("polonais")
    PORTUGUESE = "pt", _("portugais")
    ROMANIAN = "ro", _("roumain")
    RUSSIAN = "ru", _("russe")
    SPANISH = "es", _("espagnol")
    UKRAINIAN = "uk", _("ukrainien")
    VIETNAMESE = "vi", _("vietnamien")
    WOLOF = "wo", _("wolof")


class SearchKind(models.TextChoices):
    """« Recherche de partenaires »: what its author does."""

    OFFER = "offre", _("propose un partenariat")
    REQUEST = "demande", _("cherche un partenaire")


class SearchState(models.TextChoices):
    PENDING = "a-relire", _("à relire")
    PUBLISHED = "publiee", _("publiée")
    REFUSED = "refusee", _("refusée")
    CLOSED = "close", _("close")


class SearchSort(models.TextChoices):
    """The values are those of the address parameter `tri`."""

    RELEVANCE = "recentes", _("Les plus récentes")
    DEADLINE = "echeance", _("Échéance la plus proche")


class JumelageSort(models.TextChoices):
    RELEVANCE = "pertinence", _("Pertinence")
    NAME = "nom", _("Nom de la collectivité")
    YEAR = "annee", _("Plus anciens d’abord")
    RECENT = "recent", _("Dernière action")


class ProjectSort(models.TextChoices):
    RELEVANCE = "pertinence", _("Pertinence")
    RECENT = "recent", _("Plus récents d’abord")
    NAME = "nom", _("Titre")
    BUDGET = "budget", _("Budget")

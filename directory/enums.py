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

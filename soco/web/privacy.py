"""The register of what is known of people: one table, which the public page and the notice beside each form both read.

Purposes and legal bases follow the GDPR (articles 6, 13 and 30). The wording is the network's to confirm; the facts (which
fields, how long) are those of the code, and change here when the code does.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise


@dataclass(frozen=True)
class Datum:
    """One field about a person: what it is, why it is asked, and whether one may leave it empty."""

    label: Words
    why: Words
    is_required: bool = True


@dataclass(frozen=True)
class Treatment:
    """One use of personal data (GDPR, article 30)."""

    code: str
    title: Words
    purpose: Words
    legal_basis: Words
    data: tuple[Datum, ...]
    recipients: Words
    retention: Words


CONSENT = _("le consentement, que la personne retire quand elle veut (article 6-1-a)")
CONTRACT = _("l’exécution de ce que la personne demande (article 6-1-b)")
INTEREST = _("l’intérêt légitime du réseau et de ses membres à tenir un répertoire juste (article 6-1-f)")
STAFF_ONLY = _("l’équipe du réseau")

TREATMENTS = (
    Treatment(
        "compte",
        _("Comptes"),
        _("Reconnaître la personne qui se connecte, et protéger son compte."),
        CONTRACT,
        (
            Datum(_("adresse électronique"), _("se connecter, recevoir les codes et les réponses")),
            Datum(_("prénom et nom"), _("dire à l’équipe et aux autres référents qui agit")),
            Datum(_("mot de passe chiffré, clés d’accès, second facteur"), _("protéger le compte"), is_required=False),
            Datum(_("sessions ouvertes\u00a0: adresse réseau et navigateur"), _("les voir et les fermer soi-même")),
        ),
        STAFF_ONLY,
        _("tant que le compte existe\u00a0; effacé à la demande, depuis «\u00a0Mes données\u00a0»"),
    ),
    Treatment(
        "evenement",
        _("Inscriptions aux événements"),
        _("Tenir la liste des inscrits, leur écrire ce qui les concerne, accueillir chacun."),
        CONTRACT,
        (
            Datum(_("nom et adresse électronique"), _("réserver la place, envoyer la confirmation et les rappels")),
            Datum(_("structure"), _("savoir quelles collectivités le réseau rencontre"), is_required=False),
            Datum(_("téléphone"), _("prévenir d’un changement de dernière minute"), is_required=False),
            Datum(_("noms des collègues"), _("les accueillir"), is_required=False),
            Datum(_("adresse d’une personne invitée"), _("lui écrire l’invitation et son rappel"), is_required=False),
            Datum(_("réponses (régime, accessibilité…)"), _("préparer l’accueil"), is_required=False),
            Datum(_("avis après l’événement"), _("préparer le suivant\u00a0; lu sans votre nom"), is_required=False),
            Datum(_("présence"), _("dire à la collectivité et au réseau qui s’est rencontré, établir une attestation")),
        ),
        _("l’équipe du réseau et les personnes qui organisent l’événement"),
        _("trois ans après l’événement ; les réponses sur la santé, un mois"),
    ),
    Treatment(
        "questionnaire",
        _("Réponses aux enquêtes"),
        _(
            "Savoir où en est l’action extérieure des collectivités, leur proposer ce qu’elles demandent, tenir le répertoire."
        ),
        INTEREST,
        (
            Datum(
                _("adresse électronique"), _("envoyer le lien du questionnaire, ses deux rappels au plus et le reçu")
            ),
            Datum(_("nom"), _("dire qui a répondu pour la collectivité"), is_required=False),
            Datum(_("référents et contacts cités"), _("écrire à la bonne personne"), is_required=False),
            Datum(_("réponses et auteur de chacune"), _("que plusieurs collègues complètent sans s’effacer")),
        ),
        STAFF_ONLY,
        _("trois ans après la fin de l’enquête ; les chiffres d’ensemble restent, sans nom"),
    ),
    Treatment(
        "groupe",
        _("Groupes pays et groupes thématiques"),
        _("Savoir qui fait partie d’un groupe, l’inviter à ses réunions, lui envoyer les comptes rendus."),
        CONTRACT,
        (
            Datum(_("compte"), _("écrire à la personne et la reconnaître")),
            Datum(_("structure représentée"), _("dire pour qui elle y est"), is_required=False),
            Datum(_("message aux coprésidents"), _("juger la demande"), is_required=False),
            Datum(
                _("accord pour que le nom soit lu par tous"),
                _("nommer la personne sur la page du groupe"),
                is_required=False,
            ),
            Datum(_("actions dont la personne se charge"), _("savoir qui fait quoi"), is_required=False),
        ),
        _("l’équipe du réseau et les membres du groupe\u00a0; tous, pour qui l’a accepté"),
        _("tant que la personne est membre, puis un an\u00a0; un refus, un an"),
    ),
    Treatment(
        "nouvelles",
        _("Nouvelles du réseau"),
        _("Envoyer les nouvelles du réseau à qui les demande."),
        CONSENT,
        (
            Datum(_("adresse électronique"), _("y envoyer les nouvelles")),
            Datum(_("phrase acceptée, date, date de retrait"), _("prouver le consentement")),
        ),
        STAFF_ONLY,
        _("tant que le compte existe\u00a0; la preuve est effacée avec lui"),
    ),
    Treatment(
        "rattachement",
        _("Représenter une collectivité ou une structure"),
        _("Savoir qui parle au nom de quel acteur du répertoire."),
        INTEREST,
        (
            Datum(_("compte, fonction et message"), _("juger la demande")),
            Datum(_("adresse d’un collègue invité"), _("lui envoyer l’invitation")),
        ),
        _("l’équipe du réseau et les référents du même acteur"),
        _("tant que le rattachement dure, puis trois ans\u00a0; les demandes refusées, un an"),
    ),
    Treatment(
        "contribution",
        _("Corrections et signalements"),
        _("Corriger le répertoire, dire ce qu’il est advenu d’une proposition."),
        INTEREST,
        (
            Datum(
                _("nom et adresse électronique"), _("demander une précision, remercier ou expliquer"), is_required=False
            ),
            Datum(_("message"), _("comprendre ce qui est faux")),
        ),
        STAFF_ONLY,
        _("le nom, l’adresse et le message, trois ans après la décision\u00a0; les faits restent dans l’historique"),
    ),
    Treatment(
        "recherche",
        _("Recherche de partenaires"),
        _("Publier l’annonce d’une collectivité, et transmettre à son auteur les réponses et ce qui lui correspond."),
        CONTRACT,
        (
            Datum(
                _("compte de l’auteur, ou adresse électronique s’il n’en a pas"),
                _("confirmer l’annonce, la prolonger, transmettre les réponses"),
            ),
        ),
        _("l’équipe du réseau\u00a0; l’annonce est publiée sans le nom ni l’adresse de son auteur"),
        _("trois ans après la fin de l’annonce\u00a0; trente jours si l’adresse n’est jamais confirmée"),
    ),
    Treatment(
        "contacts",
        _("Personnes à contacter chez un acteur"),
        _("Savoir à qui s’adresser pour un jumelage ou un projet\u00a0; publier ce que la personne accepte."),
        _(
            "le consentement pour ce qui est publié, chose par chose, retiré quand la personne veut (article 6-1-a)\u00a0;"
            " l’intérêt légitime des acteurs à se joindre pour le reste (article 6-1-f)"
        ),
        (
            Datum(_("nom, rôle et fonction"), _("savoir qui fait quoi")),
            Datum(_("adresse électronique"), _("la joindre, et lui demander son accord"), is_required=False),
            Datum(_("téléphone"), _("la joindre"), is_required=False),
            Datum(
                _("accord\u00a0: date, étendue, comment il a été donné, date de retrait"),
                _("prouver le consentement"),
                is_required=False,
            ),
        ),
        _("l’équipe du réseau et les référents de l’acteur\u00a0; le public, pour ce que la personne accepte"),
        _(
            "un an après le départ de la personne\u00a0; sans accord, trois ans après la dernière mise à jour\u00a0; aussitôt,"
            " si elle le demande par son lien"
        ),
    ),
    Treatment(
        "visites",
        _("Visites et échanges avec les collectivités"),
        _("Préparer la visite d’une collectivité, se souvenir de ce qui a été dit, tenir ce qui a été promis."),
        _(
            "le consentement pour le nom et les coordonnées d’une personne rencontrée (article 6-1-a)\u00a0; l’intérêt légitime"
            " du réseau pour le reste (article 6-1-f)"
        ),
        (
            Datum(_("fonction de la personne rencontrée"), _("savoir à qui le réseau a parlé"), is_required=False),
            Datum(
                _("nom, adresse électronique et téléphone, avec son accord"),
                _("la joindre de nouveau"),
                is_required=False,
            ),
            Datum(
                _("compte rendu libre et notes d’échanges"), _("ne pas redemander ce qui a été dit"), is_required=False
            ),
            Datum(_("compte de qui visite, note ou s’engage"), _("savoir qui fait quoi, et pour quand")),
        ),
        STAFF_ONLY,
        _("le nom et les coordonnées, trois ans après la visite\u00a0; les textes, cinq ans"),
    ),
    Treatment(
        "contact",
        _("Messages à un acteur"),
        _("Transmettre un message sans montrer l’adresse de son destinataire."),
        CONTRACT,
        (
            Datum(_("nom et adresse électronique de l’expéditeur"), _("permettre la réponse")),
            Datum(_("texte du message"), _("le transmettre")),
        ),
        _("le destinataire du message, et lui seul\u00a0; l’équipe en cas d’abus"),
        _("le texte, un an\u00a0; la trace de l’envoi, trois ans"),
    ),
    Treatment(
        "courriels",
        _("Journal des courriels"),
        _("Expliquer chaque courriel envoyé ou non, ne jamais écrire deux fois, respecter les oppositions."),
        INTEREST,
        (
            Datum(_("adresse, objet, texte, date, réponse du serveur"), _("retrouver ce qui est parti et pourquoi")),
            Datum(_("oppositions et adresses en échec"), _("ne plus écrire")),
        ),
        STAFF_ONLY,
        _(
            "le texte, un an (celui des codes, aussitôt effacé)\u00a0; la ligne, trois ans\u00a0; l’opposition, sans limite"
        ),
    ),
    Treatment(
        "relances",
        _("Relances de jumelages"),
        _("Accompagner une collectivité qui veut relancer un jumelage, et savoir qui s’en occupe."),
        INTEREST,
        (
            Datum(_("compte de la personne qui demande ou suit la relance"), _("savoir à qui répondre")),
            Datum(_("message"), _("comprendre ce qui manque"), is_required=False),
        ),
        STAFF_ONLY,
        _("tant que le jumelage est au répertoire ; l’adresse part avec le compte, s’il est effacé"),
    ),
    Treatment(
        "besoins",
        _("Besoins exprimés par les acteurs"),
        _("Répondre à ce qu’un acteur a demandé, et savoir qui s’en occupe."),
        INTEREST,
        (Datum(_("compte de la personne de l’équipe qui suit la demande"), _("savoir qui répond, et pour quand")),),
        STAFF_ONLY,
        _("tant que l’acteur est au répertoire\u00a0; l’adresse part avec le compte, s’il est effacé"),
    ),
    Treatment(
        "rendez-vous",
        _("Rendez-vous de visite"),
        _("Convenir avec une collectivité du moment où le voltigeur du réseau passe la voir."),
        INTEREST,
        (
            Datum(_("adresse de la collectivité ou de son référent"), _("proposer un créneau, confirmer, prévenir")),
            Datum(
                _("message de la collectivité"),
                _("trouver une autre date, demander la bonne personne"),
                is_required=False,
            ),
            Datum(_("compte, secteur et départ habituel du voltigeur"), _("préparer ses tournées et son agenda")),
        ),
        STAFF_ONLY,
        _("le message, trois ans après la tournée\u00a0; la visite, tant que la collectivité est au répertoire"),
    ),
    Treatment(
        "historique",
        _("Historique des fiches"),
        _("Pouvoir expliquer et annuler chaque changement."),
        INTEREST,
        (Datum(_("auteur du changement"), _("savoir qui a dit quoi, et quand")),),
        STAFF_ONLY,
        _("tant que la fiche existe\u00a0; le nom de l’auteur part avec son compte, s’il l’efface"),
    ),
)
BY_CODE = {treatment.code: treatment for treatment in TREATMENTS}

"""What each column of the open files means, and what its values obey: documentation for those who reuse them."""

from typing import Any

from directory.enums import Carrier, Freshness, JumelageKind, Nature, ProjectStatus, Source, Vitality
from events.enums import Audience, EventKind, EventStatus

Said = dict[str, dict[str, Any]]

DEPARTEMENT = r"[0-9]{2,3}|2[AB]"
COUNTRY = r"[A-Z]{2}"
THEME = r"[a-z0-9-]+"
GOAL = r"[1-9]|1[0-7]"
YEARS = {"type": "integer", "low": 1900, "high": 2100}
DAY = {"type": "date", "description": "Jour, AAAA-MM-JJ."}
MOMENT = {
    "type": "datetime",
    "format": "any",
    "description": "Jour et heure de Paris avec leur décalage, AAAA-MM-JJThh:mm:ss+hh:mm (ISO 8601).",
}
LATITUDE = {"type": "number", "low": -90, "high": 90, "description": "En degrés décimaux, WGS 84."}
LONGITUDE = {"type": "number", "low": -180, "high": 180, "description": "En degrés décimaux, WGS 84."}
CONFIRMED = {
    "type": "date",
    "description": "Dernier jour où une personne a dit que tout est exact\u00a0; vide\u00a0: jamais.",
}
PAGE = {
    "required": True,
    "unique": True,
    "format": "uri",
    "description": "Adresse de la page, qui dit la source de chaque fait.",
}

ACTORS: Said = {
    "nature": {"required": True, "enum": tuple(Nature.values), "description": "Ce qu’est l’acteur."},
    "code": {
        "required": True,
        "description": "Code INSEE (commune, département, région), SIREN (intercommunalité), sinon numéro du portail.",
    },
    "nom": {"required": True},
    "siren": {"pattern": r"[0-9]{9}"},
    "departement": {"pattern": DEPARTEMENT},
    "epci": {"pattern": r"[0-9]{9}", "description": "SIREN de l’intercommunalité à fiscalité propre."},
    "codes_postaux": {"pattern": r"[0-9]{5}", "separator": " ", "description": "Séparés par une espace."},
    "population": {"type": "integer", "low": 0, "description": "Population municipale légale."},
    "latitude": LATITUDE,
    "longitude": LONGITUDE,
    "courriel": {"description": "Adresse générique de l’organisme, jamais celle d’une personne."},
    "site": {},
    "confirme_le": CONFIRMED,
    "fraicheur": {"required": True, "enum": tuple(Freshness.values), "description": "Âge de la dernière confirmation."},
    "fiche": PAGE,
    "pays_iso2": {"required": True, "pattern": COUNTRY, "description": "Code ISO 3166-1 à deux lettres."},
    "pays": {"required": True},
}
LINKS: Said = {
    "numero": {"type": "integer", "required": True, "unique": True, "low": 1, "description": "Numéro stable du lien."},
    "type": {"required": True, "enum": tuple(JumelageKind.values)},
    "collectivite_nature": {"required": True, "enum": tuple(Nature.values)},
    "collectivite_code": {
        "required": True,
        "description": "Avec sa nature, la clé de la collectivité dans le jeu «\u00a0acteurs\u00a0».",
    },
    "collectivite": {"required": True},
    "departement": {"pattern": DEPARTEMENT},
    "partenaire": {"required": True},
    "partenaire_nature": {"required": True, "enum": tuple(Nature.values)},
    "partenaire_code": {
        "required": True,
        "description": "Avec sa nature, la clé du partenaire dans le jeu «\u00a0acteurs\u00a0».",
    },
    "pays_iso2": {"required": True, "pattern": COUNTRY, "description": "Pays du partenaire, code ISO 3166-1."},
    "pays": {"required": True},
    "annee_signature": YEARS,
    "annee_debut": YEARS,
    "vitalite": {"enum": tuple(Vitality.values), "description": "Vide\u00a0: personne ne l’a dite."},
    "vitalite_le": DAY,
    "a_verifier": {
        "type": "boolean",
        "required": True,
        "description": "Sans action connue depuis longtemps, ou importé.",
    },
    "derniere_action_le": DAY,
    "anime_par": {"enum": tuple(Carrier.values)},
    "themes": {"separator": "|", "description": "Noms des thèmes, séparés par une barre verticale."},
    "odd": {
        "separator": "|",
        "pattern": GOAL,
        "numbers": True,
        "description": "Objectifs de développement durable, de 1 à 17.",
    },
    "convention_fin": DAY,
    "convention_renouvellement": DAY,
    "fin": DAY,
    "confirme_le": CONFIRMED,
    "source": {"enum": tuple(Source.values), "description": "D’où vient l’essentiel de la fiche."},
    "latitude": LATITUDE,
    "longitude": LONGITUDE,
    "partenaire_latitude": LATITUDE,
    "partenaire_longitude": LONGITUDE,
    "page": PAGE,
}
PROJECTS: Said = {
    "id": {"type": "integer", "required": True, "unique": True, "low": 1, "description": "Numéro stable du projet."},
    "titre": {"required": True},
    "avancement": {"required": True, "enum": tuple(ProjectStatus.values)},
    "debut": DAY,
    "fin": DAY,
    "pays": {"pattern": COUNTRY, "separator": " ", "description": "Codes ISO 3166-1, séparés par une espace."},
    "themes": {"pattern": THEME, "separator": " ", "description": "Codes des thèmes, séparés par une espace."},
    "odd": {
        "pattern": GOAL,
        "separator": " ",
        "numbers": True,
        "description": "Objectifs de développement durable, de 1 à 17.",
    },
    "code_cad": {"pattern": r"[0-9]{5}", "description": "Code-objet du Comité d’aide au développement de l’OCDE."},
    "budget": {"type": "integer", "low": 0, "description": "En euros."},
    "chefs_de_file": {"separator": " | "},
    "partenaires": {"separator": " | "},
    "operateurs": {"separator": " | "},
    "financeurs": {"separator": " | ", "description": "Chacun suivi de son montant en euros, quand il est connu."},
    "jumelage": {"format": "uri", "description": "Adresse du jumelage dont le projet fait partie."},
    "confirme_le": CONFIRMED,
    "fiche": PAGE,
}
EVENTS: Said = {
    "id": {"type": "integer", "required": True, "unique": True, "low": 1, "description": "Numéro stable."},
    "type": {"required": True, "enum": tuple(EventKind.values)},
    "titre": {"required": True},
    "statut": {
        "required": True,
        "enum": (EventStatus.PUBLISHED.value, EventStatus.POSTPONED.value, EventStatus.CANCELLED.value),
        "description": "«\u00a0reporte\u00a0»\u00a0: la nouvelle date est à venir.",
    },
    "debut": MOMENT,
    "fin": MOMENT,
    "debut_prevu": MOMENT,
    "code_insee": {"pattern": r"[0-9]{5}|2[AB][0-9]{3}"},
    "departement": {"pattern": DEPARTEMENT},
    "latitude": LATITUDE,
    "longitude": LONGITUDE,
    "a_distance": {
        "type": "boolean",
        "required": True,
        "description": "Le lien n’est donné qu’aux personnes inscrites.",
    },
    "accueil": {"description": "L’organisme qui accueille."},
    "groupe": {"pattern": r"[a-z0-9_-]+", "description": "La fin de l’adresse de la page du groupe."},
    "pays": {"pattern": COUNTRY, "separator": " ", "description": "Codes ISO 3166-1, séparés par une espace."},
    "themes": {"pattern": THEME, "separator": " ", "description": "Codes des thèmes, séparés par une espace."},
    "places": {"type": "integer", "low": 1, "description": "Vide\u00a0: sans limite."},
    "public": {
        "required": True,
        "enum": tuple(kind.value for kind in Audience if kind != Audience.INVITED),
        "description": "Qui peut s’inscrire.",
    },
    "fiche": PAGE | {"description": "Adresse de la page, où l’on s’inscrit."},
}

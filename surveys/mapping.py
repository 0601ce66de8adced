"""From the questions of the AECT questionnaire to the fields of the répertoire, both ways. Pure: nothing is read or written here.

A question that a questionnaire does not have maps to nothing; neither does an answer that the répertoire has no word for.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from directory.enums import JumelageKind, Vitality

from .aect_codes import NOT_KNOWN, SERVICES_KNOWN, SERVICES_WANTED
from .outline import Outline, Question
from .values import BLOCK_ID, has_answer

AECT = "aect"
JUMELAGES = "Q13"
VERDICT, PARTNER, COUNTRY, KIND = "Q13x", "Q13a", "Q13p", "Q13b"
YEAR_SIGNED, YEAR_STARTED, STATE, THEMES, LAST_ACTION, CARRIER = "Q13c", "Q13d", "Q13e", "Q13f", "Q13h", "Q14"
EXACT, OVER = "exact", "fini"
WEBSITE = "Q30"
AGREEMENT, MAY_PUBLISH, MAY_MEET = "Q43", "fiche", "accepte"
MEETING = "Q27"

# What an answer asks for: question → (the answers that ask, the service that gives it; None: each answer is a service's code).
ASKING: dict[str, tuple[tuple[str, ...] | None, str | None]] = {
    "Q10": (("rendez_vous", "document"), "conseil"),
    "Q17": (("oui",), "mise_en_relation"),
    "Q31": (None, "conseil"),
    "Q35": (None, None),
    "Q36": (("mois", "annee", "telephone"), "conseil"),
    "Q39": (None, "formations"),
    "Q41": (None, "groupes_thematiques"),
}
DETAILS = {"Q17": "Q17a", "Q36": "Q36a"}  # where more is said of it
COUNTRY_GROUP, COUNTRY_GROUPS = "pays", "groupes_pays"

KINDS = {
    "jumelage": JumelageKind.JUMELAGE,
    "cooperation": JumelageKind.COOPERATION,
    "pacte": JumelageKind.PACTE,
    "projet": JumelageKind.PONCTUELLE,
}
STATES = {
    "actif": Vitality.ACTIVE,
    "en_sommeil": Vitality.DORMANT,
    "a_relancer": Vitality.TO_RELAUNCH,
    "clos": Vitality.ENDED,
}
# « personne » of Q14 means that nobody does: the répertoire has no such value.
CARRIERS = ("collectivite", "comite", "association", "ecole", "operateur")
_KIND_SAID = {kind: said for said, kind in KINDS.items()}
_STATE_SAID = {state: said for said, state in STATES.items()}


def is_mapped(outline: Outline) -> bool:
    """Do the codes of this questionnaire mean what they mean here? Those of another one may be the same by chance. A code of a
    questionnaire keeps its nature from one version to the next."""
    return outline.code == AECT


@dataclass(frozen=True)
class Wanted:
    """What the answers would write. `actor`: field → value of the collectivité's fiche; `jumelages`: id → field → value, of those
    that the répertoire knows; `additions`: (partner, field → value) of the others; `exact`: ids said to be right."""

    actor: dict[str, Any] = field(default_factory=dict)
    jumelages: dict[int, dict[str, Any]] = field(default_factory=dict)
    additions: list[tuple[dict[str, str], dict[str, Any]]] = field(default_factory=list)
    exact: list[int] = field(default_factory=list)


def said_of_jumelage(jumelage: Any, actor: Any) -> dict[str, Any]:
    """What the répertoire knows of one, as answers. The partner and its country are in the block's title."""
    said = {
        KIND: _KIND_SAID.get(jumelage.kind),
        YEAR_SIGNED: jumelage.year_signed,
        YEAR_STARTED: jumelage.year_started,
        STATE: _STATE_SAID.get(jumelage.vitality),
        THEMES: list(jumelage.theme_codes)[:3],
        LAST_ACTION: " ".join(jumelage.last_action.split()),
        CARRIER: jumelage.carrier if jumelage.carrier in CARRIERS else None,
    }
    other = jumelage.collectivite if jumelage.partner_id == actor.pk else jumelage.partner
    return {
        code: value
        for code, value in ({PARTNER: " ".join(other.name.split()), COUNTRY: other.country_id} | said).items()
        if has_answer(value)
    }


def proposed_values(values: Mapping[str, Any]) -> Wanted:
    """What these answers, those of hidden questions left out, would write in the répertoire; nothing without the agreement to
    publish. Differences with what the répertoire says are the services' matter."""
    if MAY_PUBLISH not in (values.get(AGREEMENT) or []):
        return Wanted()
    wanted = Wanted()
    if website := values.get(WEBSITE):
        wanted.actor["website"] = website
    for block in values.get(JUMELAGES) or []:
        known = block.get(BLOCK_ID, "")
        if known.isdecimal():
            _of_known(wanted, int(known), block)
        elif block.get(PARTNER) and block.get(COUNTRY):
            partner = {"name": block[PARTNER], "country": block[COUNTRY]}
            wanted.additions.append((partner, _fields(block)))
    return wanted


def _of_known(wanted: Wanted, pk: int, block: Mapping[str, Any]) -> None:
    if block.get(VERDICT) == OVER:
        wanted.jumelages[pk] = {"vitality": Vitality.ENDED.value}
    elif block.get(VERDICT) == EXACT:
        wanted.exact.append(pk)
    elif fields := _fields(block):
        wanted.jumelages[pk] = fields


def _fields(block: Mapping[str, Any]) -> dict[str, Any]:
    kind, state = KINDS.get(block.get(KIND, "")), STATES.get(block.get(STATE, ""))
    fields = {
        "kind": kind.value if kind else None,
        "year_signed": block.get(YEAR_SIGNED),
        "year_started": block.get(YEAR_STARTED),
        "vitality": state.value if state else None,
        "theme_codes": block.get(THEMES),
        "last_action": block.get(LAST_ACTION),
        "carrier": block.get(CARRIER) if block.get(CARRIER) in CARRIERS else None,
    }
    return {name: value for name, value in fields.items() if has_answer(value)}


@dataclass(frozen=True)
class Asked:
    """Something that an answer asks for; `service`: the code of the one that gives it, if there is one."""

    code: str
    label: str
    service: str
    detail: str = ""


def asked_in(values: Mapping[str, Any], outline: Outline) -> list[Asked]:
    """What these answers, those of hidden questions left out, ask the network for, in the order of the questions."""
    found = []
    for question in outline.questions():
        if question.code not in ASKING:
            continue
        only, service = ASKING[question.code]
        said = values.get(question.code)
        for value in said if isinstance(said, list) else [said]:
            if has_answer(value) and (only is None or value in only):
                found.append(_asked(question, str(value), service, str(values.get(DETAILS.get(question.code, ""), ""))))
    return found


def _asked(question: Question, value: str, service: str | None, detail: str) -> Asked:
    label = next((choice.label for choice in question.choices if choice.value == value), value)
    if question.code == "Q41" and value == COUNTRY_GROUP:
        service = COUNTRY_GROUPS
    return Asked(f"{question.code}:{value}", f"{question.label.rstrip(' ?')}\u00a0: {label}", service or value, detail)


def services_wanted(values: Mapping[str, Any]) -> dict[str, bool]:
    """The codes of the services that the answers ask for first → did they say that they did not know it?"""
    known = values.get(SERVICES_KNOWN) or {}
    return {code: known.get(code) == NOT_KNOWN for code in values.get(SERVICES_WANTED) or []}

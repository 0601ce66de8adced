"""What the répertoire already knows, shown in the questionnaire so that nobody types it again. Only what is public."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from directory.fiche_names import label_of
from directory.models import Actor, Country, Jumelage
from directory.models.reference import country_names
from directory.search import folded
from surveys.enums import QuestionKind
from surveys.mapping import COUNTRY, PARTNER, said_of_jumelage
from surveys.outline import Outline, Question
from surveys.values import BLOCK_ID

YES = "oui"
OF_ACTOR, OF_JUMELAGES, OF_AID = "actor", "jumelages", "oda"


class Known:
    """What is known of one collectivité; its jumelages are read once, if a question needs them."""

    def __init__(self, actor: Actor) -> None:
        self.actor = actor

    def value(self, question: Question) -> Any:
        """The value that a question begins with; None when the répertoire knows nothing."""
        if question.source == OF_ACTOR:
            return {"nom": label_of(self.actor), "acteur": None}  # as it comes back from the page
        return self.blocks(question, []) or None

    def blocks(self, question: Question, said: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The blocks that were answered, then those that the répertoire knows and nobody spoke of."""
        if question.source != OF_JUMELAGES:
            return said
        answered = {block.get(BLOCK_ID) for block in said}
        added = {_named(block) for block in said if not block.get(BLOCK_ID)}  # one that was added may be known since
        known = [{BLOCK_ID: str(jumelage.pk), **said_of_jumelage(jumelage, self.actor)} for jumelage in self.jumelages]
        return said + [block for block in known if block[BLOCK_ID] not in answered and _named(block) not in added]

    def otherwise(self, question: Question, said: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The blocks that say something else than the répertoire, or that it is right: the others were only shown."""
        if question.source != OF_JUMELAGES:
            return said
        known = {block[BLOCK_ID]: block for block in self.blocks(question, [])}
        return [block for block in said if block != known.get(block.get(BLOCK_ID, ""))]

    def shown(self, question: Question, value: Any) -> Any:
        """What a page sends back of an answer that is kept, when nobody touches it."""
        if question.kind == QuestionKind.REPEAT:
            return self.otherwise(question, self.blocks(question, list(value or [])))
        return self.value(question) if value is None and question.source else value

    def titles(self, question: Question) -> dict[str, str]:
        """The names of the blocks that the répertoire knows, by id."""
        if question.source != OF_JUMELAGES:
            return {}
        return {str(jumelage.pk): self._title(jumelage) for jumelage in self.jumelages}

    @cached_property
    def jumelages(self) -> list[Jumelage]:
        rows = Jumelage.objects.of_actor(self.actor).published().running().by_partner()
        return list(rows.select_related("collectivite", "partner").defer("search_document"))

    def _title(self, jumelage: Jumelage) -> str:
        other = jumelage.collectivite if jumelage.partner_id == self.actor.pk else jumelage.partner
        country = country_names().get(other.country_id or "", "")
        year = f", {jumelage.year_signed}" if jumelage.year_signed else ""
        return f"{other.name} ({country})\u00a0: {str(jumelage.get_kind_display()).lower()}{year}"


def _named(block: Mapping[str, Any]) -> tuple[str, str]:
    return folded(str(block.get(PARTNER, ""))), str(block.get(COUNTRY, ""))


def known_values(outline: Outline, actor: Actor, values: Mapping[str, Any]) -> dict[str, Any]:
    """The answers that nobody types: what the répertoire and the other answers say together."""
    asked = [question for question in outline.questions() if question.kind == QuestionKind.KNOWN]
    return {question.code: _receives_aid(outline, actor, values) for question in asked if question.source == OF_AID}


def _receives_aid(outline: Outline, actor: Actor, values: Mapping[str, Any]) -> str:
    """Is one of its partners in a country of the OECD's list of aid recipients?"""
    countries = set(actor.cooperation_countries)
    for question in outline.questions():
        if question.kind == QuestionKind.REPEAT:
            codes = [nested.code for nested in question.questions if nested.kind == QuestionKind.COUNTRY]
            countries |= {block[code] for block in values.get(question.code) or [] for code in codes if block.get(code)}
    return YES if countries and Country.objects.filter(pk__in=countries, is_oda_eligible=True).exists() else ""

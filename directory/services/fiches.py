"""What a proposal may change: the fiche of an actor, or a jumelage. One way to read, check and write the values of both.

A value here is plain JSON, as proposals keep it: a text, a number, a list, a day as « 2026-11-25 », None for nothing.
"""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Protocol

import pghistory
from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from directory import counts_version, editable
from directory.enums import ProposalKind, Source, Vitality
from directory.models import Actor, ChangeProposal, Jumelage, Theme

from . import editing, participants
from .confirmation import close_if_answered
from .errors import DirectoryError
from .jumelages import save_jumelage, set_participants
from .refusals import told


class Fiche(Protocol):
    """An actor or a jumelage, its row locked, as proposals see it. `actor`: whose people speak for it."""

    @property
    def actor(self) -> Actor: ...

    @property
    def jumelage(self) -> Jumelage | None: ...

    @property
    def fields(self) -> Mapping[str, editable.Editable]: ...

    def value(self, name: str) -> Any:
        """The value of a field today."""

    def cleaned(self, name: str, value: Any) -> Any:
        """`value` as the field holds it. Raises DirectoryError with the field's own French sentence."""

    def write(
        self,
        values: Mapping[str, Any],
        *,
        read_on: datetime | None,
        source: Source,
        by: str,
        verifier: str,
        context: Mapping[str, Any],
    ) -> None:
        """Write values, each with its provenance. `read_on`: when somebody read the whole fiche and said it is right.
        `context`: what else the history keeps."""


def locked(subject: Actor | Jumelage | ChangeProposal) -> Fiche:
    """The fiche with its rows locked, the actor's first in every gesture, so that two of them wait and never deadlock."""
    jumelage = subject if isinstance(subject, Jumelage) else getattr(subject, "jumelage", None)
    actor_pk = subject.pk if isinstance(subject, Actor) else _actor_of(subject)
    rows = Actor.objects.select_for_update(of=("self",), no_key=True).defer("search_document", "former_keys")
    actor = rows.get(pk=actor_pk)
    if jumelage is None or isinstance(subject, Actor):
        return ActorFiche(actor)
    kept = Jumelage.objects.select_for_update(of=("self",), no_key=True).defer("search_document").get(pk=jumelage.pk)
    return JumelageFiche(actor, kept)


def of(proposal: ChangeProposal) -> "ActorFiche | JumelageFiche | NoFiche":
    """What a proposal is about, over rows already read, to be shown."""
    if proposal.kind == ProposalKind.ADDITION:
        return NoFiche()
    return JumelageFiche(proposal.actor, proposal.jumelage) if proposal.jumelage else ActorFiche(proposal.actor)


def _actor_of(subject: Jumelage | ChangeProposal) -> int:
    return subject.collectivite_id if isinstance(subject, Jumelage) else subject.actor_id


def plain(text: str) -> str:
    """A text as a browser gives it back: it sends its own line ends, and forms strip."""
    return text.replace("\r\n", "\n").strip()


def as_shown(value: Any) -> str:
    """A value as a page carries it in a hidden box: a text as it is, anything else in JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class NoFiche:
    """A jumelage that is to be added: it says nothing yet."""

    def value(self, name: str) -> Any:
        return None


class ActorFiche:
    def __init__(self, actor: Actor) -> None:
        self.actor, self.jumelage, self.fields = actor, None, editable.FIELDS

    def value(self, name: str) -> Any:
        return getattr(self.actor, name)

    def cleaned(self, name: str, value: Any) -> Any:
        model_field: Any = Actor._meta.get_field(name)
        if isinstance(model_field, ArrayField):
            return _cleaned_list(model_field, value)
        value = plain(str(value or "").replace("\x00", ""))
        value = {"phone": editable.french_phone, "website": editable.whole_address}.get(name, str)(value)
        try:
            if name == "phone" and value not in ("", self.actor.phone) and not editable.is_phone(value):
                raise ValidationError(_("ce numéro n’est pas complet."))
            if name == "website" and value not in ("", self.actor.website) and not editable.is_plain_site(value):
                raise ValidationError(_("écrivez l’adresse comme ceci\u00a0: www.mairie.fr."))
            return model_field.clean(value, self.actor)
        except ValidationError as error:
            raise _refused(model_field, error) from error

    def write(
        self,
        values: Mapping[str, Any],
        *,
        read_on: datetime | None,
        source: Source,
        by: str,
        verifier: str,
        context: Mapping[str, Any],
    ) -> None:
        names = list(values)
        for name, value in values.items():
            setattr(self.actor, name, value)
        if read_on:
            names.append("verified_at")
            self.actor.verified_at = max(self.actor.verified_at or read_on, read_on)
        with pghistory.context(source=source.value, by=by, **context), told(Actor):
            editing.prepared(self.actor, names, source=source, by=by, verifier=verifier).write()
        if read_on:
            close_if_answered(self.actor)
        editing.tell_others([self.actor], names, by=by)
        transaction.on_commit(counts_version.bump)


class JumelageFiche:
    def __init__(self, actor: Actor, jumelage: Jumelage) -> None:
        self.actor, self.jumelage, self.fields = actor, jumelage, editable.JUMELAGE_FIELDS

    def value(self, name: str) -> Any:
        if name == editable.PARTICIPANTS:
            return participants.told(self.jumelage)
        return as_json(getattr(self.jumelage, name))

    def cleaned(self, name: str, value: Any) -> Any:
        return clean_of_jumelage(name, value, self.jumelage)

    def write(
        self,
        values: Mapping[str, Any],
        *,
        read_on: datetime | None,
        source: Source,
        by: str,
        verifier: str,
        context: Mapping[str, Any],
    ) -> None:
        jumelage = self.jumelage
        names = list(values)
        if editable.PARTICIPANTS in values:
            set_participants(jumelage, participants.read(values[editable.PARTICIPANTS] or "", known=jumelage))
        for name, value in values.items():
            if name == editable.PARTICIPANTS:
                continue
            setattr(jumelage, name, Jumelage._meta.get_field(name).to_python(value))  # type: ignore[union-attr]
        if "vitality" in values:
            jumelage.vitality_on = timezone.localdate(read_on)
            names.append("vitality_on")
            if values["vitality"] == Vitality.ENDED:
                jumelage.to_verify = False  # nobody is asked for news of one that is over
                names.append("to_verify")
            elif "ended_on" not in values and jumelage.ended_on:
                jumelage.ended_on = None
                names.append("ended_on")
        if read_on:
            names.append("verified_at")
            jumelage.verified_at = max(jumelage.verified_at or read_on, read_on)
        save_jumelage(jumelage, names, source=source, by=by, verifier=verifier, context=context)
        if read_on:
            close_if_answered(self.actor)


def as_json(value: Any) -> Any:
    """A value of a jumelage as proposals keep it."""
    return value.isoformat() if isinstance(value, date) else value


def clean_of_jumelage(name: str, value: Any, jumelage: Jumelage | None = None) -> Any:
    """`value` (JSON, or what a form gives) as the field of a jumelage holds it, as JSON; None for one to add. Raises
    DirectoryError."""
    model_field: Any = Jumelage._meta.get_field(name)
    if isinstance(value, str):
        value = plain(value.replace("\x00", ""))
    if name == editable.PARTICIPANTS:
        return participants.as_text(participants.read(value or "", known=jumelage))
    if isinstance(value, list):
        value = list(dict.fromkeys(value))
    try:
        cleaned = model_field.clean(value if value not in ("", None) or not model_field.null else None, None)
    except ValidationError as error:
        raise _refused(model_field, error) from error
    if name == "theme_codes" and Theme.objects.filter(code__in=cleaned).count() != len(cleaned):
        raise DirectoryError(_("Rien n’a été enregistré\u00a0: un de ces thèmes n’existe pas."))
    return as_json(cleaned)


def _cleaned_list(model_field: Any, value: Any) -> list[Any]:
    """A list of choices, each once, in the order of the choices."""
    asked = set(value or [])
    try:
        model_field.clean(sorted(asked, key=str), None)
    except ValidationError as error:
        raise _refused(model_field, error) from error
    return [choice for choice, _label in model_field.base_field.choices if choice in asked]


def _refused(model_field: Any, error: ValidationError) -> DirectoryError:
    said = {"label": model_field.verbose_name, "why": " ".join(error.messages)}
    return DirectoryError(_("Rien n’a été enregistré, %(label)s\u00a0: %(why)s") % said)

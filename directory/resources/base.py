"""What both resources share: how a file is understood, how one line is read, what it may change."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pghistory
import tablib
from django.conf import settings
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from import_export import resources
from import_export.fields import Field
from import_export.instance_loaders import BaseInstanceLoader
from import_export.results import Result, RowResult

from directory import counts_version
from directory.enums import COLLECTIVITE_NATURES, Nature, Source
from directory.models import Actor, Country
from directory.services import editing
from soco.web.imports import Table, unescaped

from .columns import (
    CODE_LENGTH,
    ChoiceWidget,
    CountryWidget,
    DayWidget,
    LinkWidget,
    ListWidget,
    NumberWidget,
    PhoneWidget,
    YesNoWidget,
    column,
    fold,
    repaired,
)
from .preview import Outcome, Preview, ValueChange

LINE = "__ligne__"  # the column that carries each row's line number in the sheet
MOST_CHANGES = 6000  # about ten seconds of writing: a web request must end
LINK_FIELDS = ("region", "departement", "epci", "seat", "successor")
SHARED = [
    "nature", "code", "name", "short_name", "siren", "country", "region", "departement", "departement_name", "epci",
    "epci_name", "seat", "postal_codes", "latitude", "longitude", "address", "email", "phone", "website", "description",
    "valid_from", "valid_until", "successor", "is_published", "verified_at", "freshness", "page",
]  # fmt: skip


class Refused(Exception):
    """The whole file is refused; the message, in French, says why."""


def as_dataset(table: Table) -> tablib.Dataset:
    """The table without its blank lines, each row knowing its line."""
    rows = [[*cells, str(line)] for line, cells in enumerate(table.rows, 2) if any(cells)]
    dataset = tablib.Dataset(*rows, headers=[*table.header, LINE])
    dataset.reading_notes = table.notes
    return dataset


class NaturalKeyLoader(BaseInstanceLoader):
    """Finds the line's actor among those loaded once for the whole file."""

    def get_instance(self, row: Any) -> Actor | None:
        return self.resource.known.get(self.resource.key_of(row))


class ActorResource(resources.ModelResource):
    """`as_of`: the day the file's data are true for; `erases`: does an empty cell empty the value; `by`: an address."""

    natures: tuple[Nature, ...] = ()
    read_with: tuple[str, ...] = ("country", *LINK_FIELDS)  # the relations that an export reads

    class Meta:
        fields = SHARED
        import_id_fields = ["nature", "code"]
        instance_loader_class = NaturalKeyLoader
        skip_diff = True  # the preview tells the changes itself
        use_bulk = True  # no savepoint a line: after_import writes them together
        report_skipped = True
        clean_model_instances = False  # one query a constraint and a line; the database refuses as well, once

    nature = column("nature", "nature", ChoiceWidget(Nature.choices))
    code = column("code", "code")
    name = column("nom", "name")
    short_name = column("nom_court", "short_name")
    siren = column("siren", "siren")
    country = column("pays", "country_id", CountryWidget())
    region = column("region", "region__code", LinkWidget(Nature.REGION))
    departement = column("departement", "departement__code", LinkWidget(Nature.DEPARTEMENT))
    departement_name = column("nom_departement", "departement__name", readonly=True)
    epci = column("epci", "epci__code", LinkWidget(Nature.EPCI))
    epci_name = column("nom_epci", "epci__name", readonly=True)
    seat = column("commune_siege", "seat__code", LinkWidget(Nature.COMMUNE))
    postal_codes = column("codes_postaux", "postal_codes", ListWidget(codes=True))
    latitude = column("latitude", "latitude", NumberWidget(float))
    longitude = column("longitude", "longitude", NumberWidget(float))
    address = column("adresse", "address")
    email = column("courriel", "email")
    phone = column("telephone", "phone", PhoneWidget())
    website = column("site", "website")
    description = column("presentation", "description")
    valid_from = column("existe_depuis", "valid_from", DayWidget())
    valid_until = column("a_cesse_le", "valid_until", DayWidget())
    successor = column("successeur", "successor__code", LinkWidget(None))
    is_published = column("publie", "is_published", YesNoWidget())
    verified_at = column("confirme_le", "verified_at", DayWidget(), readonly=True)
    freshness = column("fraicheur", "freshness", readonly=True)
    page = column("fiche", "slug", readonly=True)

    def __init__(self, *, as_of: date | None = None, erases: bool = False, by: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.as_of = as_of or timezone.localdate()
        self.erases = erases
        self.by = by
        self.known: dict[tuple[str, str], Actor] = {}
        self.links: dict[tuple[str, str], int] = {}
        self.codes: dict[int, str] = {}
        self.places: dict[int, editing.Place] = {}
        self.countries: set[str] = set()
        self.lines: dict[tuple[str, str], int] = {}
        self.pending: list[tuple[editing.Edit, Outcome, int, Any]] = []
        self.new: list[tuple[Actor, list[str], Outcome, int, Any]] = []

    # --- the whole file ----------------------------------------------------------------------------------------------
    @classmethod
    def get_result_class(cls) -> type[Result]:
        return Preview

    def import_data(self, dataset: tablib.Dataset, dry_run: bool = False, **kwargs: Any) -> Preview:
        origin = f"import:{kwargs.get('file_name') or ''}"
        self.locks = not dry_run
        with pghistory.context(source=Source.IMPORT.value, by=self.by, origin=origin):
            return super().import_data(dataset, dry_run=dry_run, **kwargs)

    def before_import(self, dataset: tablib.Dataset, **kwargs: Any) -> None:
        try:
            dataset.headers = self._understood(dataset.headers or [])
        except Refused:
            dataset.wipe()  # no line is worth reading
            raise
        self._load(dataset)
        transaction.on_commit(counts_version.bump)

    def after_import(self, dataset: tablib.Dataset, result: Preview, **kwargs: Any) -> None:
        """Write what the lines ask for; a line that the database refuses joins the refused ones."""
        if len(self.pending) + len(self.new) > MOST_CHANGES:
            raise Refused(
                _("Ce fichier change %(count)d fiches, plus que %(most)d en une fois : découpez-le.")
                % {"count": len(self.pending) + len(self.new), "most": MOST_CHANGES}
            )
        refused = editing.write_many([edit for edit, _outcome, _number, _row in self.pending], by=self.by)
        for edit, outcome, number, row in self.pending:
            if edit.actor.pk in refused:
                self._refuse(outcome, refused[edit.actor.pk], number, row, result)
        self.write_new(result)
        result.reading_notes = getattr(dataset, "reading_notes", [])
        result.outcomes = [row.outcome for row in result.rows]

    def write_new(self, result: Preview) -> None:
        """Make the actors of new lines, where a file may."""

    @staticmethod
    def _refuse(outcome: Outcome, sentence: str, number: int, row: Any, result: Preview) -> None:
        outcome.refuse([sentence])
        result.append_invalid_row(number, row, ValidationError(sentence))

    def _understood(self, headers: list[str]) -> list[str]:
        """The file's titles as column names. Raises Refused: a title unknown, empty or twice there, or a key missing."""
        by_title: dict[str, str] = {}
        for name, declared in self.fields.items():
            by_title[fold(declared.column_name)] = declared.column_name
            if not declared.readonly:
                for title in (name, str(Actor._meta.get_field(name).verbose_name)):
                    by_title.setdefault(fold(title), declared.column_name)
        names, unknown = [], []
        for position, title in enumerate(headers, 1):
            if title == LINE:
                names.append(LINE)
            elif not title:
                raise Refused(_("La colonne %(position)d n’a pas de titre.") % {"position": position})
            elif fold(title) in by_title:
                names.append(by_title[fold(title)])
            else:
                unknown.append(title)
        if unknown:
            listed = ", ".join(f"« {title[:60]} »" for title in unknown[:10])
            raise Refused(
                ngettext("Colonne inconnue : %(listed)s.", "Colonnes inconnues : %(listed)s.", len(unknown))
                % {"listed": listed}
                + " "
                + _("Colonnes possibles : %(names)s.")
                % {"names": ", ".join(declared.column_name for declared in self.get_import_fields())}
            )
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise Refused(_("Colonne présente deux fois : %(names)s.") % {"names": ", ".join(twice)})
        missing = [name for name in self.required_columns if name not in names]
        if missing:
            raise Refused(
                _("Il manque la colonne %(names)s : une fiche se reconnaît à sa nature et à son code.")
                % {"names": ", ".join(f"« {name} »" for name in missing)}
            )
        return names

    required_columns = ("nature", "code")

    def _load(self, dataset: tablib.Dataset) -> None:
        """Everything the lines name, in a fixed number of queries."""
        wanted: dict[str, set[str]] = defaultdict(set)
        named: dict[str, set[str]] = defaultdict(set)
        for row in dataset.dict:
            nature, code = self.key_of(row)
            wanted[nature].add(code)
            for name in LINK_FIELDS:
                declared = self.fields[name]
                if text := row.get(declared.column_name):
                    named[str(declared.widget.nature or nature)].add(declared.widget.repair(text))
        actors = Actor.objects.filter(self._any_of(wanted)).order_by("pk").defer("search_document", "former_keys")
        if self.locks:
            actors = actors.select_for_update(of=("self",))
        self.known = {(actor.nature, actor.code): actor for actor in actors}
        linked = {getattr(actor, f"{name}_id") for actor in self.known.values() for name in LINK_FIELDS} - {None}
        found = Actor.objects.filter(self._any_of(named) | Q(pk__in=linked)).order_by()
        rows = list(found.values_list("pk", "nature", "code", "name", "short_name"))
        self.links = {(nature, code): pk for pk, nature, code, _name, _short in rows}
        self.codes = {pk: code for pk, _nature, code, _name, _short in rows}
        self.places = {pk: editing.Place(name, short_name, code) for pk, _nature, code, name, short_name in rows}
        self.countries = set(Country.objects.order_by().values_list("pk", flat=True))

    @staticmethod
    def _any_of(codes: dict[str, set[str]]) -> Q:
        condition = Q(pk__in=[])
        for nature, wanted in codes.items():
            if wanted:
                condition |= Q(nature=nature, code__in=wanted)
        return condition

    def key_of(self, row: Any) -> tuple[str, str]:
        """(nature, code) of a line, repaired; a nature that is not understood stays as written."""
        nature = self.fields["nature"].widget.by_text.get(fold(row["nature"]), row["nature"])
        code = repaired(row["code"], CODE_LENGTH.get(nature))
        return nature, code if nature in COLLECTIVITE_NATURES else code.lower()

    # --- one line ----------------------------------------------------------------------------------------------------
    def import_row(self, row: Any, instance_loader: Any, **kwargs: Any) -> RowResult:
        self.outcome = outcome = Outcome(line=int(row[LINE]), name=row.get("nom") or "", code=row["code"])
        result = super().import_row(row, instance_loader, **kwargs)
        result.outcome = outcome
        if result.validation_error is not None:
            outcome.refuse(self._sentences(result.validation_error))
        elif result.errors:
            error = type(result.errors[0].error).__name__
            outcome.refuse([_("Cette ligne n’a pas pu être traitée (%(error)s).") % {"error": error}])
        return result

    def before_import_row(self, row: Any, **kwargs: Any) -> None:
        nature, code = self.key_of(row)
        if nature not in self.natures:
            raise ValidationError(
                {
                    "nature": _("« %(nature)s » n’est pas une nature de cette liste (%(known)s).")
                    % {"nature": row["nature"], "known": ", ".join(nature.value for nature in self.natures)}
                }
            )
        self._say_repair("code", row["code"], code)
        self.outcome.code = code
        if code:
            earlier = self.lines.setdefault((nature, code), self.outcome.line)
            if earlier != self.outcome.line:
                raise ValidationError({"code": _("Cette fiche est déjà à la ligne %(line)d.") % {"line": earlier}})

    def import_instance(self, instance: Actor, row: Any, **kwargs: Any) -> None:
        is_new = instance.pk is None
        self.outcome.name = self.outcome.name or instance.name
        values: dict[str, Any] = {}
        errors: dict[str, ValidationError] = {}
        for name, declared in self.fields.items():
            text = row.get(declared.column_name)
            if text is None or declared.readonly or name in self._meta.import_id_fields:
                continue
            if not text and (is_new or not self.erases):
                continue
            try:
                values[name] = self._value(name, declared, text, instance)
            except ValidationError as error:
                errors[name] = error
        if errors:
            raise ValidationError(errors)
        if is_new:
            allowed, kept = values, []
        else:
            allowed, kept = editing.split_by_age(instance, values, self.as_of)
        self.outcome.kept = [self._kept_sentence(value) for value in kept]
        for name, value in allowed.items():
            attname = editing.attname(name)
            before = "" if is_new else self._told(name, getattr(instance, attname))
            self.outcome.changes.append(ValueChange(self._label(name), before, self._told(name, value)))
            setattr(instance, attname, value)
        self.changed = list(allowed)
        if is_new:
            self.outcome.state = "new"
        elif allowed:
            self.outcome.state = "changed"
        elif kept:
            self.outcome.state = "kept"

    def skip_row(self, instance: Actor, original: Any, row: Any, import_validation_errors: Any = None) -> bool:
        return instance.pk is not None and not import_validation_errors and not self.changed

    def save_instance(self, instance: Actor, is_create: bool, row: Any, **kwargs: Any) -> None:
        """Kept for `after_import`: the rows of a file are written together."""
        edit = editing.prepared(instance, self.changed, source=Source.IMPORT, by=self.by, places=self.places)
        self.pending.append((edit, self.outcome, kwargs["row_number"], row))

    def _value(self, name: str, declared: Field, text: str, instance: Actor) -> Any:
        """The cell's text as a value of the model's field. Raises ValidationError."""
        text = unescaped(text)
        repair = getattr(declared.widget, "repair", None)
        if repair:
            as_written, text = text, repair(text)
            self._say_repair(declared.column_name, as_written, text)
        if isinstance(declared.widget, LinkWidget):
            return self._linked(declared.widget, text, instance)
        if isinstance(declared.widget, CountryWidget):
            if text not in self.countries:
                raise ValidationError(
                    _("Aucun pays n’a le code « %(code)s » (deux lettres, comme SN).") % {"code": text}
                )
            return text
        return Actor._meta.get_field(name).clean(declared.widget.clean(text), instance)

    def _linked(self, widget: LinkWidget, code: str, instance: Actor) -> int | None:
        if not code:
            return None
        nature = str(widget.nature or instance.nature)
        if (nature, code) not in self.links:
            raise ValidationError(
                _("Aucune fiche de nature « %(nature)s » ne porte le code %(code)s.")
                % {"nature": Nature(nature).label, "code": code}
            )
        return self.links[nature, code]

    def _say_repair(self, name: str, as_written: str, as_read: str) -> None:
        if as_written.strip() != as_read:
            self.outcome.repairs.append(
                _("ligne %(line)d : %(name)s %(before)s → %(after)s")
                % {"line": self.outcome.line, "name": name, "before": as_written, "after": as_read}
            )

    def _kept_sentence(self, kept: editing.KeptValue) -> str:
        return _(
            "%(label)s : « %(value)s » est conservé (%(source)s, %(at)s%(by)s) ; le fichier dit « %(refused)s »."
        ) % {
            "label": self._label(kept.field),
            "value": self._told(kept.field, kept.value),
            "source": Source(kept.source).label,
            "at": kept.day.strftime("%d/%m/%Y") if kept.day else _("date inconnue"),
            "by": f", {kept.by}" if kept.by else "",
            "refused": self._told(kept.field, kept.refused),
        }

    def _told(self, name: str, value: Any) -> Any:
        """A value as the file would write it; a link by the code of what it names."""
        widget = self.fields[name].widget
        return self.codes.get(value, "") if isinstance(widget, LinkWidget) else widget.render(value)

    def _label(self, name: str) -> str:
        return self.fields[name].column_name

    def _sentences(self, error: ValidationError) -> Iterable[str]:
        if not hasattr(error, "error_dict"):
            yield from error.messages
            return
        for name, messages in error.message_dict.items():
            known = name in self.fields and name != NON_FIELD_ERRORS
            yield from (f"{self._label(name)} : {message}" if known else message for message in messages)

    # --- export ------------------------------------------------------------------------------------------------------
    def lines_of(self, actors: Iterable[Actor]) -> Iterator[list[Any]]:
        """One list of cells an actor, under `get_export_headers()`, twice as fast as the library's `export_resource`."""
        columns = [
            getattr(self, f"dehydrate_{self.get_field_name(declared)}", declared.export)
            for declared in self.get_export_fields()
        ]
        for actor in actors:
            yield [cell(actor) for cell in columns]

    def dehydrate_page(self, actor: Actor) -> str:
        return settings.SITE_URL + actor.get_absolute_url()

    def dehydrate_freshness(self, actor: Actor) -> str:
        return actor.freshness.value

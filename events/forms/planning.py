"""What organisers type: an event in one short form or in full, its questions, its sessions, another date, the end of it."""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.forms.choices import CountriesField, ThemesField
from directory.forms.fiches import FicheField
from directory.forms.proposals import OnceField
from directory.models import Actor
from events.enums import Audience, EventKind, EventStatus, Frequency, QuestionKind, Reminder
from events.models import Event, EventQuestion, Group, Session
from events.usual import USUAL

MOST_LETTERS = 10_000
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
HOUR = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class MomentWidget(forms.SplitDateTimeWidget):
    """A day and an hour, each in its own box with its own name."""

    def __init__(self) -> None:
        super().__init__(
            date_attrs={"type": "date", "aria-label": gettext_lazy("Jour")},
            time_attrs={"type": "time", "aria-label": gettext_lazy("Heure")},
            date_format="%Y-%m-%d",
            time_format="%H:%M",
        )


EARLIEST, YEARS_AHEAD = date(2000, 1, 1), 5
LONGEST = timedelta(days=60)  # of one event; longer ones are a series, or a training of several sessions


def check_day(day: date) -> None:
    """Raises ValidationError for a day that nobody means."""
    if not EARLIEST <= day <= timezone.localdate() + timedelta(days=366 * YEARS_AHEAD):
        raise ValidationError(
            _("Cette date n’est pas plausible\u00a0: entre l’an 2000 et dans %(years)s ans.") % {"years": YEARS_AHEAD}
        )


class MomentField(forms.SplitDateTimeField):
    """A moment in the time of Paris, in years that somebody may mean."""

    widget = MomentWidget

    def compress(self, data_list: Any) -> datetime | None:
        if data_list and data_list[0]:
            check_day(data_list[0])
        return super().compress(data_list)

    def __init__(self, **kwargs: Any) -> None:
        kwargs["error_messages"] = {
            "invalid_date": gettext_lazy("Le jour manque, ou ne se lit pas."),
            "invalid_time": gettext_lazy("L’heure manque, ou ne se lit pas\u00a0: 14:30."),
        } | kwargs.get("error_messages", {})
        super().__init__(
            input_date_formats=["%Y-%m-%d", "%d/%m/%Y"], input_time_formats=["%H:%M", "%H:%M:%S"], **kwargs
        )


class BreakfastForm(forms.Form):
    """« Petit-déjeuner »: a published event in one short form; the rest is what such an event usually is."""

    on = forms.DateField(label=gettext_lazy("Jour"), widget=DAY)
    at = forms.TimeField(label=gettext_lazy("Heure"), widget=HOUR, initial=USUAL[EventKind.PETIT_DEJEUNER].starts)
    host = FicheField(
        label=gettext_lazy("Qui accueille"), help_text=gettext_lazy("La commune, l’intercommunalité ou l’association.")
    )
    place_name = forms.CharField(
        label=gettext_lazy("Salle"),
        max_length=150,
        help_text=gettext_lazy("Par exemple\u00a0: salle du conseil, place de la Mairie."),
    )
    capacity = forms.IntegerField(
        label=gettext_lazy("Places"), min_value=1, max_value=200, initial=USUAL[EventKind.PETIT_DEJEUNER].capacity
    )
    once = OnceField()

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        check_day(day)
        if day < timezone.localdate():
            raise ValidationError(_("Ce jour est passé\u00a0: choisissez-en un à venir."))
        return day

    def event(self, organiser: Any) -> Event:
        """The event that it describes, not saved yet."""
        said, usual = self.cleaned_data, USUAL[EventKind.PETIT_DEJEUNER]
        starts = timezone.make_aware(datetime.combine(said["on"], said["at"]))
        host: Actor = said["host"]
        event = Event(
            kind=EventKind.PETIT_DEJEUNER,
            title=_("Petit-déjeuner de la coopération\u00a0: %(name)s") % {"name": host.name},
            summary=_("Autour d’un café, entre voisins qui coopèrent ou voudraient coopérer."),
            starts_at=starts,
            ends_at=starts + timedelta(minutes=usual.minutes),
            host=host,
            organiser=organiser,
            place_name=said["place_name"],
            capacity=said["capacity"],
            seats_per_actor=usual.seats_per_actor,
            offer_hours=usual.offer_hours,
            reminders=[str(each) for each in usual.reminders],
            city=host.name if host.nature == "commune" else "",
        )
        event.departement_id = host.departement_id
        event.latitude, event.longitude = host.latitude, host.longitude
        return event


TEXTS = ("description", "programme", "speakers", "prerequisites", "accessibility")
MOMENTS = ("starts_at", "ends_at", "opens_at", "closes_at")


# What every event has comes first; the rest is folded, each part under its title, and filled with what is usual.
PARTS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (
        "",
        (
            *("title", "kind", "summary", "starts_at", "ends_at", "host", "place_name", "address", "commune"),
            *("is_online", "online_url", "capacity"),
        ),
    ),
    (
        gettext_lazy("Présentation, programme, accessibilité"),
        ("description", "programme", "speakers", "prerequisites", "accessibility"),
    ),
    (gettext_lazy("Groupe, pays et thèmes"), ("group", "country_codes", "theme_codes")),
    (
        gettext_lazy("Qui s’inscrit, et comment les places sont données"),
        (
            *("audience", "has_waiting_list", "offer_hours", "expired_offer", "seats_per_actor"),
            *("reserved_seats", "never_met_first"),
        ),
    ),
    (gettext_lazy("Dates d’inscription et rappels"), ("opens_at", "closes_at", "reminders")),
)


class Part(NamedTuple):
    """Some fields of a form under their title; open when one of them is to correct."""

    title: str
    fields: list[forms.BoundField]
    is_open: bool


class EventForm(forms.ModelForm):
    """An event in full. `kind`: what a new one is, which fills it with what is usual."""

    starts_at = MomentField(label=gettext_lazy("Début"))
    ends_at = MomentField(label=gettext_lazy("Fin"))
    opens_at = MomentField(label=gettext_lazy("Les inscriptions ouvrent"), required=False)
    closes_at = MomentField(label=gettext_lazy("Les inscriptions ferment"), required=False)
    host = FicheField(label=gettext_lazy("Accueilli par"), required=False)
    commune = FicheField(
        label=gettext_lazy("Commune"),
        required=False,
        help_text=gettext_lazy("Elle donne le département et le point sur la carte."),
    )
    online_url = forms.URLField(
        label=gettext_lazy("Adresse de la visioconférence"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=gettext_lazy("Montrée aux seules personnes inscrites."),
    )
    theme_codes = ThemesField(label=gettext_lazy("Thèmes"))
    country_codes = CountriesField(label=gettext_lazy("Pays"))
    reminders = forms.MultipleChoiceField(
        label=gettext_lazy("Rappels aux inscrits"),
        choices=Reminder.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    once = OnceField()
    template_name = "events/_event_fields.html"

    class Meta:
        model = Event
        fields = tuple(name for _title, names in PARTS for name in names)
        widgets = {name: forms.Textarea(attrs={"rows": 4}) for name in TEXTS}

    def __init__(self, data: Any = None, *, groups: Any, kind: str = EventKind.PETIT_DEJEUNER, **kwargs: Any) -> None:
        """`groups`: those that its author may plan for."""
        instance = kwargs.get("instance")
        if instance is None:
            kwargs["initial"] = self.usual(kind) | kwargs.get("initial", {})
        super().__init__(data, **kwargs)
        if (
            data is None or "initial-title" in data
        ):  # what a colleague changed meanwhile, and this person did not, stays
            for name in self._meta.fields if instance else ():
                self.fields[name].show_hidden_initial = True
        self.fields["group"].queryset = groups  # type: ignore[attr-defined]
        for name in TEXTS:
            self.fields[name].max_length = MOST_LETTERS  # type: ignore[attr-defined]
            self.fields[name].validators.append(forms.CharField(max_length=MOST_LETTERS).validators[0])

    @property
    def parts(self) -> list[Part]:
        """Its fields as the page shows them."""
        found = [(str(title), [self[name] for name in names]) for title, names in PARTS]
        return [Part(title, fields, any(field.errors for field in fields)) for title, fields in found]

    @staticmethod
    def usual(kind: str) -> dict[str, Any]:
        """What such an event usually is, three weeks from now."""
        usual = USUAL[EventKind(kind)]
        day = timezone.localdate() + timedelta(days=21)
        starts = timezone.make_aware(datetime.combine(day, usual.starts))
        return {
            "kind": kind,
            "starts_at": starts,
            "ends_at": starts + timedelta(minutes=usual.minutes),
            "capacity": usual.capacity,
            "audience": usual.audience,
            "reminders": [str(each) for each in usual.reminders],
            "is_online": usual.is_online,
            "seats_per_actor": usual.seats_per_actor,
            "offer_hours": usual.offer_hours,
        }

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        starts, ends = said.get("starts_at"), said.get("ends_at")
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("La fin doit venir après le début."))
        elif starts and ends and ends - starts > LONGEST:
            self.add_error("ends_at", _("Un événement dure soixante jours au plus\u00a0: au-delà, répétez-le."))
        if said.get("audience") == Audience.GROUP and not said.get("group"):
            self.add_error("group", _("Choisissez le groupe dont les membres peuvent s’inscrire."))
        capacity, reserved = said.get("capacity"), said.get("reserved_seats") or 0
        if capacity and reserved > capacity:
            self.add_error("reserved_seats", _("Les places réservées ne dépassent pas le nombre de places."))
        return said

    @property
    def changes(self) -> dict[str, Any]:
        """The columns that were typed anew."""
        return {name: self.cleaned_data[name] for name in self.changed_data if name in self._meta.fields}


class MomentForm(forms.Form):
    """Another moment, for a copy."""

    starts_at = MomentField(label=gettext_lazy("Nouvelle date"))
    once = OnceField()

    def clean_starts_at(self) -> datetime:
        moment: datetime = self.cleaned_data["starts_at"]
        if moment <= timezone.now():
            raise ValidationError(_("Cette date est passée\u00a0: choisissez-en une à venir."))
        return moment


class PostponeForm(forms.Form):
    """Another date, or one to come."""

    starts_at = MomentField(
        label=gettext_lazy("Nouvelle date"),
        required=False,
        help_text=gettext_lazy("Laissez vide si elle n’est pas encore connue\u00a0: les inscriptions sont gardées."),
    )
    reason = forms.CharField(
        label=gettext_lazy("Pourquoi"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Écrit dans le courriel et sur la page."),
    )  # fmt: skip


class CancelForm(forms.Form):
    """Why an event does not take place, and whether those after it in its series do not either."""

    reason = forms.CharField(
        label=gettext_lazy("Pourquoi"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("Écrit dans le courriel aux inscrits et aux personnes en attente, et sur la page."),
    )  # fmt: skip
    whole = forms.BooleanField(label=gettext_lazy("Annuler aussi les suivants de la série"), required=False)

    def __init__(self, data: Any = None, *, has_series: bool) -> None:
        super().__init__(data)
        if not has_series:
            del self.fields["whole"]


class SeriesForm(forms.Form):
    """« Every first Tuesday », until a day, some days apart."""

    frequency = forms.ChoiceField(
        label=gettext_lazy("Rythme"), choices=Frequency.choices, initial=Frequency.MONTHLY_DAY
    )
    until = forms.DateField(label=gettext_lazy("Jusqu’au"), widget=DAY, help_text=gettext_lazy("Deux ans au plus."))
    except_on = forms.CharField(
        label=gettext_lazy("Sauf ces jours"),
        required=False,
        help_text=gettext_lazy("Un par ligne, comme 02/01/2027."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean_except_on(self) -> list[date]:
        days = []
        for line in self.cleaned_data["except_on"].split():
            try:
                days.append(datetime.strptime(line.strip(",;"), "%d/%m/%Y").date())  # noqa: DTZ007 - a day has no hour
            except ValueError as error:
                raise ValidationError(
                    _("«\u00a0%(day)s\u00a0» n’est pas un jour comme 02/01/2027.") % {"day": line[:30]}
                ) from error
        return days


class QuestionForm(forms.ModelForm):
    """A question to those who register; its choices are typed one per line."""

    options = forms.CharField(
        label=gettext_lazy("Choix possibles"),
        required=False,
        help_text=gettext_lazy("Pour «\u00a0un choix dans une liste\u00a0»\u00a0: un par ligne."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    class Meta:
        model = EventQuestion
        fields = ("label", "kind", "is_required", "is_sensitive")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        lines = [line.strip()[:100] for line in said.get("options", "").splitlines() if line.strip()]
        if said.get("kind") == QuestionKind.CHOICE and len(lines) < 2:
            self.add_error("options", _("Donnez deux choix au moins, un par ligne."))
        self.instance.choices = list(dict.fromkeys(lines))
        return said


class SessionForm(forms.ModelForm):
    """One half-day of a training, within its days. `instance.event` is set."""

    starts_at = MomentField(label=gettext_lazy("Début"))
    ends_at = MomentField(label=gettext_lazy("Fin"))

    class Meta:
        model = Session
        fields = ("title", "starts_at", "ends_at")

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        starts, ends, event = said.get("starts_at"), said.get("ends_at"), self.instance.event
        if starts and ends and ends <= starts:
            self.add_error("ends_at", _("La fin doit venir après le début."))
        elif starts and ends:
            first, last = timezone.localdate(event.starts_at), timezone.localdate(event.ends_at)
            if not first <= timezone.localdate(starts) <= timezone.localdate(ends) <= last:
                self.add_error(
                    "starts_at", _("Une séance a lieu pendant la formation\u00a0: changez d’abord ses dates.")
                )
            if event.sessions.filter(title=said.get("title"), starts_at=starts).exists():
                self.add_error(None, _("Cette séance est déjà là."))
        return said


class BoardFilter(forms.Form):
    """The filters of the staff's board."""

    q = forms.CharField(label=gettext_lazy("Titre ou lieu"), required=False, max_length=100)
    type = forms.ChoiceField(
        label=gettext_lazy("Nature"), required=False, choices=[("", gettext_lazy("Toutes")), *EventKind.choices]
    )
    etat = forms.ChoiceField(
        label=gettext_lazy("État"), required=False, choices=[("", gettext_lazy("Tous")), *EventStatus.choices]
    )
    quand = forms.ChoiceField(
        label=gettext_lazy("Quand"),
        required=False,
        choices=[("", gettext_lazy("À venir")), ("passes", gettext_lazy("Passés")), ("tous", gettext_lazy("Tous"))],
    )

    def applied_to(self, events: Any) -> Any:
        """The events asked for, the next first; the last first among those that are over. What is not understood is left out."""
        said = self.cleaned_data if self.is_valid() else getattr(self, "cleaned_data", {})
        now = timezone.now()
        if text := said.get("q"):
            events = events.naming(text.replace("\x00", ""))
        if kind := said.get("type"):
            events = events.of_kinds([kind])
        if status := said.get("etat"):
            events = events.in_statuses([status])
        if said.get("quand") == "tous":
            return events.latest_first()
        return (
            events.past(now).latest_first() if said.get("quand") == "passes" else events.upcoming(now).soonest_first()
        )


def groups_of(user: Any, *, all_groups: bool) -> Any:
    """The groups that a person may plan meetings for."""
    groups = Group.objects.by_name()
    return groups if all_groups else groups.chaired_by(user)

"""What people type around a questionnaire: a colleague's address, their own, and staff's settings of a wave."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.fiche_names import Found, label_of, understood
from directory.filters import ActorFilter
from directory.models import Actor
from surveys.enums import KeptOut, NonResponse, Progress
from surveys.models import Questionnaire, SurveyInvitationQuerySet, Wave
from surveys.plan import DAYS_APART
from surveys.services import is_concerned

# A name goes into a mail that strangers may make leave: it is no place for an address.
no_address = RegexValidator(
    r"://|www\.|@|\.(?:fr|com|net|org|eu)\b",
    gettext_lazy("Un nom, sans adresse."),
    inverse_match=True,
    flags=re.IGNORECASE,
)
FIRST_DAY, LAST_DAY = date(2017, 1, 1), date(2100, 1, 1)  # of a wave


class TrapForm(forms.Form):
    """A form of a public page, with a box that only robots fill."""

    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    @property
    def is_from_a_robot(self) -> bool:
        return bool(self.cleaned_data.get("website"))


class LinkForm(TrapForm):
    """« Renvoyez-moi mon lien »."""

    email = forms.EmailField(
        label=gettext_lazy("Votre adresse"), widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class SpontaneousForm(TrapForm):
    """« Nous voulons répondre »: for which collectivité, and where the link goes."""

    wave_choice = forms.ChoiceField(label=gettext_lazy("Enquête"), widget=forms.RadioSelect)
    collectivite = forms.CharField(
        label=gettext_lazy("Votre collectivité"),
        max_length=250,
        help_text=gettext_lazy("Son nom, ou son code INSEE ou SIREN."),
    )
    name = forms.CharField(label=gettext_lazy("Votre nom"), max_length=120, required=False, validators=[no_address])
    email = forms.EmailField(
        label=gettext_lazy("Votre adresse"),
        help_text=gettext_lazy("Le lien y est envoyé. Si votre collectivité a déjà le sien, il va à qui le tient."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def __init__(self, *args: Any, waves: list[Wave], **kwargs: Any) -> None:
        super().__init__(*args, auto_id="repondre-%s", **kwargs)
        self.waves = {str(wave.pk): wave for wave in waves}
        choice: Any = self.fields["wave_choice"]
        choice.choices = [(pk, wave.title) for pk, wave in self.waves.items()]
        if len(waves) == 1:
            choice.widget, choice.required = forms.HiddenInput(), False
        self.found = Found()

    @property
    def wave(self) -> Wave:
        return self.waves[self.cleaned_data["wave_choice"]]

    @property
    def actor(self) -> Actor:
        assert self.found.actor is not None  # noqa: S101 - clean_collectivite saw to it
        return self.found.actor

    def clean_wave_choice(self) -> str:
        chosen = self.cleaned_data["wave_choice"] or next(iter(self.waves), "")
        if chosen not in self.waves:
            raise ValidationError(_("Cette enquête ne prend plus de réponses."))
        return str(chosen)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if self.found.actor and said.get("wave_choice") and not is_concerned(self.wave, self.found.actor):
            self.add_error(
                "collectivite",
                _("Cette enquête ne s’adresse pas à votre collectivité\u00a0: écrivez-nous si c’est une erreur."),
            )
        return said

    def clean_collectivite(self) -> str:
        typed: str = self.cleaned_data["collectivite"]
        self.found = understood(typed)
        if self.found.candidates:
            names = "\u00a0; ".join(label_of(actor) for actor in self.found.candidates)
            raise ValidationError(_("Plusieurs portent ce nom\u00a0: écrivez laquelle. %(names)s.") % {"names": names})
        if self.found.actor is None or not self.found.actor.is_collectivite:
            raise ValidationError(
                _("Nous ne trouvons pas cette collectivité\u00a0: écrivez son nom exact, ou son code INSEE ou SIREN.")
            )
        return typed


class ColleagueForm(forms.Form):
    """A colleague who goes on, or completes."""

    HAND_OVER, TOGETHER = "transmettre", "ensemble"

    email = forms.EmailField(label=gettext_lazy("Adresse de votre collègue"))
    name = forms.CharField(label=gettext_lazy("Son nom"), max_length=120, required=False, validators=[no_address])
    message = forms.CharField(
        label=gettext_lazy("Un mot pour l’expliquer"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    geste = forms.ChoiceField(
        label=gettext_lazy("Ensuite"),
        choices=[
            (TOGETHER, gettext_lazy("Nous répondons à deux\u00a0: nos deux liens servent")),
            (HAND_OVER, gettext_lazy("Je transmets\u00a0: mon lien ne servira plus")),
        ],
        initial=TOGETHER,
        widget=forms.RadioSelect,
    )


class WaveForm(forms.ModelForm):
    """Staff's settings of a wave. Once it is launched, its audience and its questionnaire stay as they were."""

    FROZEN = ("questionnaire", "audience", "opens_on")

    reminder_1 = forms.IntegerField(label=gettext_lazy("Premier rappel après (jours)"), min_value=7, max_value=120)
    reminder_2 = forms.IntegerField(label=gettext_lazy("Dernier rappel après (jours)"), min_value=14, max_value=120)
    calls = forms.IntegerField(label=gettext_lazy("Appels à partir du jour"), min_value=1, max_value=200)
    visits = forms.IntegerField(label=gettext_lazy("Visites à partir du jour"), min_value=1, max_value=300)

    class Meta:
        model = Wave
        fields = ["title", "questionnaire", "audience", "opens_on", "closes_on", "contact_name", "contact_email"]
        widgets = {
            "audience": forms.TextInput(attrs={"autocomplete": "off"}),
            "opens_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            "closes_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        labels = {"audience": gettext_lazy("Qui est interrogé")}
        help_texts = {
            "audience": gettext_lazy(
                "Cherchez dans le répertoire, puis collez ici l’adresse de la page. Vide\u00a0: toutes les collectivités."
            ),
            "contact_email": gettext_lazy(
                "Les réponses aux courriels y arrivent\u00a0: une personne, pas une boîte muette."
            ),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps = self.instance.steps
        first, second = (*steps.reminders, 21)[:2]
        usual = {"reminder_1": first, "reminder_2": second, "calls": steps.calls, "visits": steps.visits}
        for name, value in usual.items():
            self.fields[name].initial = value
        choice: Any = self.fields["questionnaire"]
        choice.queryset = Questionnaire.objects.published().newest_first()
        for name in ("opens_on", "closes_on", "contact_email"):
            self.fields[name].required = True
        if not self.instance.is_draft:
            for name in self.FROZEN:
                del self.fields[name]

    def clean_audience(self) -> str:
        """« https://…/repertoire/?nature=commune » → « nature=commune »."""
        typed: str = self.cleaned_data["audience"].strip()
        path, mark, query = typed.partition("?")
        if mark and not path.endswith("/repertoire/") and path:
            raise ValidationError(_("Ce n’est pas l’adresse d’une recherche du répertoire."))
        query = query if mark else ("" if typed.endswith("/repertoire/") else typed)
        ignored = ActorFilter(QueryDict(query)).ignored
        if ignored or (query and "=" not in query):
            told = ", ".join(ignored) or query
            raise ValidationError(
                _("Ceci n’est pas compris, et interrogerait trop de monde\u00a0: %(said)s.") % {"said": told[:200]}
            )
        return query

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        first, second = said.get("reminder_1"), said.get("reminder_2")
        if first and second and second < first + DAYS_APART:
            self.add_error("reminder_2", _("Sept jours au moins entre deux courriels."))
        opens, closes = said.get("opens_on") or self.instance.opens_on, said.get("closes_on")
        if opens and closes and second and opens <= closes and (closes - opens).days < second:
            self.add_error("reminder_2", _("Le dernier rappel viendrait après le dernier jour."))
        for name in ("opens_on", "closes_on"):
            if said.get(name) and not FIRST_DAY <= said[name] <= LAST_DAY:
                self.add_error(name, _("Cette date n’est pas possible."))
        opens_on, closes_on = said.get("opens_on") or self.instance.opens_on, said.get("closes_on")
        if opens_on and closes_on and closes_on < opens_on:
            self.add_error("closes_on", _("Le dernier jour vient après le premier."))
        return said

    def filled(self) -> Wave:
        """The wave as the form says it, not written yet."""
        wave: Wave = self.save(commit=False)
        said = self.cleaned_data
        reminders = [said["reminder_1"], said["reminder_2"]]
        wave.plan = {"reminders": reminders, "calls": said["calls"], "visits": said["visits"]}
        return wave


class ExtendForm(forms.Form):
    until = forms.DateField(
        label=gettext_lazy("Nouveau dernier jour"),
        validators=[MaxValueValidator(LAST_DAY)],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


class OutcomeForm(forms.Form):
    """Why a collectivité did not answer somebody who called or came."""

    outcome = forms.ChoiceField(
        label=gettext_lazy("Sans réponse, car"), choices=NonResponse.choices, widget=forms.RadioSelect
    )
    call_back_on = forms.DateField(
        label=gettext_lazy("À rappeler le"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(label=gettext_lazy("Précision"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if (
            said.get("outcome") == NonResponse.CALL_BACK
            and not said.get("call_back_on")
            and "call_back_on" not in self.errors
        ):
            self.add_error("call_back_on", _("Dites quel jour rappeler."))
        day = said.get("call_back_on")
        if day and said.get("outcome") == NonResponse.CALL_BACK and day < timezone.localdate():
            self.add_error("call_back_on", _("Ce jour est passé."))
        return said


class WriteForm(forms.Form):
    """Staff send a link to somebody of the collectivité."""

    email = forms.EmailField(label=gettext_lazy("Adresse"))
    name = forms.CharField(label=gettext_lazy("Nom"), max_length=120, required=False)


class ReopenForm(forms.Form):
    because = forms.CharField(label=gettext_lazy("Pourquoi"), max_length=150)


class InvitationSearch(forms.Form):
    """The list of the collectivités of a wave: what is not understood is ignored."""

    q = forms.CharField(label=gettext_lazy("Collectivité ou code"), max_length=100, required=False)
    etat = forms.ChoiceField(label=gettext_lazy("Où en est-elle"), required=False)
    departement = forms.ChoiceField(label=gettext_lazy("Département"), required=False)
    liste = forms.ChoiceField(
        label=gettext_lazy("Liste"),
        required=False,
        choices=[
            ("", gettext_lazy("toutes")),
            ("appels", gettext_lazy("à appeler")),
            ("visites", gettext_lazy("à visiter")),
            ("a-relire", gettext_lazy("réponses à relire")),
            ("rappels", gettext_lazy("à rappeler aujourd’hui")),
            ("rejets", gettext_lazy("adresse en échec")),
            ("transmis", gettext_lazy("transmises à un collègue")),
            ("ecartees", gettext_lazy("sans courriel")),
            ("spontanees", gettext_lazy("réponses spontanées")),
        ],
    )

    def __init__(self, data: Any, *, places: list[tuple[str, str]]) -> None:
        super().__init__(data)
        state, place = self.fields["etat"], self.fields["departement"]
        state.choices = [("", _("tous")), *Progress.choices]  # type: ignore[attr-defined]
        place.choices = [("", _("tous")), *places]  # type: ignore[attr-defined]

    def applied_to(self, rows: SurveyInvitationQuerySet, today: date) -> SurveyInvitationQuerySet:
        self.is_valid()
        said = self.cleaned_data
        if said.get("q"):
            rows = rows.naming(said["q"])
        if said.get("etat"):
            rows = rows.in_progress([said["etat"]])
        if said.get("departement"):
            rows = rows.in_departements([said["departement"]])
        lists = {
            "appels": lambda: rows.unanswered(),
            "visites": lambda: rows.unanswered(),
            "a-relire": lambda: rows.to_read(),
            "rappels": lambda: rows.to_call_back(today),
            "rejets": lambda: rows.bounced(),
            "transmis": lambda: rows.handed_over(),
            "ecartees": lambda: rows.kept_out_for(list(KeptOut.values)),
            "spontanees": lambda: rows.spontaneous(),
        }
        wanted = lists.get(said.get("liste", ""))
        return wanted() if wanted else rows

"""What people type to announce that they look for a partner, and what staff types to find and decide an announcement."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from directory.enums import Language, PopulationBand, SearchKind, SearchState
from directory.models import Actor, PartnerSearch
from directory.models.partner_search import PartnerSearchQuerySet
from directory.services.partner_searches import FIELDS

from .choices import CountriesField, IdentityField, ThemesField, TicksField, country_choices
from .proposals import OnceField

MOST_COUNTRIES = 10
MOST_LETTERS = 4000
USUAL_DAYS = 183
EVERY = "toutes"
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _usual_last_day() -> date:
    return timezone.localdate() + timedelta(days=USUAL_DAYS)


def _furthest_last_day() -> date:
    return timezone.localdate() + timedelta(days=settings.DIRECTORY_SEARCH_MONTHS * 31)


class SearchForm(forms.Form):
    """An announcement."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Que faites-vous\u00a0?"),
        choices=[
            (SearchKind.REQUEST, gettext_lazy("Nous cherchons un partenaire")),
            (SearchKind.OFFER, gettext_lazy("Nous proposons un partenariat, un savoir-faire")),
        ],
        initial=SearchKind.REQUEST,
        widget=forms.RadioSelect,
    )
    title = forms.CharField(
        label=gettext_lazy("Titre"),
        max_length=150,
        help_text=gettext_lazy("Une phrase\u00a0: Port de pêche cherche une ville de la mer Baltique."),
    )
    description = forms.CharField(
        label=gettext_lazy("Présentation"),
        max_length=MOST_LETTERS,
        help_text=gettext_lazy(
            "Qui vous êtes, ce que vous voulez faire ensemble, avec qui, à partir de quand. Pas de nom ni de téléphone\u00a0: "
            "les réponses vous arrivent par courriel."
        ),
        widget=forms.Textarea(attrs={"rows": 8}),
    )
    country_codes = CountriesField(
        label=gettext_lazy("Pays souhaités"),
        most=MOST_COUNTRIES,
        help_text=gettext_lazy(
            "Aucun choix\u00a0: tous les pays. Dix au plus\u00a0; pour en choisir plusieurs, tenez la touche Ctrl (ou Cmd)."
        ),
    )
    theme_codes = ThemesField(label=gettext_lazy("Thèmes"))
    population_bands = TicksField(
        label=gettext_lazy("Taille souhaitée"),
        choices=PopulationBand.choices,
        help_text=gettext_lazy("Celle de votre futur partenaire. Aucun choix\u00a0: toutes les tailles."),
    )
    identity_tags = IdentityField(
        label=gettext_lazy("Ce que vous voulez avoir en commun"),
        help_text=gettext_lazy("L’identité de votre territoire, que votre partenaire partagerait."),
    )
    languages = TicksField(
        label=gettext_lazy("Langues de travail"),
        choices=Language.choices,
        help_text=gettext_lazy("Celles dans lesquelles vous pouvez écrire et vous réunir."),
    )
    deadline = forms.DateField(
        label=gettext_lazy("En ligne jusqu’au"),
        widget=DAY,
        initial=_usual_last_day,
        help_text=gettext_lazy("Dix-huit mois au plus. Vous pourrez prolonger, ou clore dès que vous aurez trouvé."),
    )
    once = OnceField()

    def __init__(self, data: Any = None, *, search: PartnerSearch | None = None, **kwargs: Any) -> None:
        """`search`: the announcement whose words are shown to be changed."""
        if search is not None:
            kwargs["initial"] = {name: getattr(search, name) for name in FIELDS}
        super().__init__(data, **kwargs)

    def clean_deadline(self) -> date:
        last: date = self.cleaned_data["deadline"]
        if last < timezone.localdate():
            raise forms.ValidationError(_("Ce jour est passé\u00a0: choisissez-en un à venir."))
        if last > _furthest_last_day():
            raise forms.ValidationError(_("C’est trop loin\u00a0: dix-huit mois au plus, que vous pourrez prolonger."))
        return last

    @property
    def values(self) -> dict[str, Any]:
        """What the services take."""
        return {name: self.cleaned_data[name] for name in FIELDS}


def _twice(french: Any, english: str) -> Any:
    """Help in French, then in English for whoever reads it from abroad."""
    lines = '{}<br><span lang="en">{}</span>' if french else '{}<span lang="en">{}</span>'
    return format_lazy(lines, french, english)


class ProposeSearchForm(SearchForm):
    """The same from a foreign authority without an account. It looks for a partner in France."""

    country_codes = None  # type: ignore[assignment]
    authority_name = forms.CharField(
        label=gettext_lazy("Votre collectivité"),
        max_length=200,
        help_text=_twice(
            gettext_lazy("Son nom, tel qu’il doit paraître."), "The name of your local authority, as it should appear."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    authority_country = forms.ChoiceField(
        label=gettext_lazy("Votre pays"), help_text=_twice("", "Your country."), choices=()
    )
    email = forms.EmailField(
        label=gettext_lazy("Votre adresse électronique"),
        help_text=_twice(
            gettext_lazy("Elle ne sera ni publiée ni donnée. Nous y envoyons un lien pour confirmer votre annonce."),
            "It is never published. We will send it a link: open it to confirm your announcement.",
        ),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))
    field_order = ["authority_name", "authority_country", "email", "kind", "title", "description"]

    ENGLISH = {
        "kind": "Are you looking for a partner, or offering a partnership?",
        "title": "One sentence that says it all, in French if you can.",
        "description": "Who you are, what you would like to do together, with whom, and when. French or English.",
        "theme_codes": "Themes, three at most.",
        "population_bands": "The size of the partner you are looking for.",
        "identity_tags": "What you would like to have in common: coast, mountains, vineyards, border, river, forest…",
        "languages": "The languages you can work in.",
        "deadline": "Online until this date, eighteen months at most.",
    }

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        abroad = [choice for choice in country_choices() if choice[0] != "FR"]
        self.fields["authority_country"].choices = [("", ""), *abroad]  # type: ignore[attr-defined]
        for name, english in self.ENGLISH.items():
            self.fields[name].help_text = _twice(self.fields[name].help_text, english)

    def visible_fields(self) -> list[Any]:
        """All but the trap, which the page draws out of sight."""
        return [field for field in super().visible_fields() if field.name != "website"]

    @property
    def values(self) -> dict[str, Any]:
        self.cleaned_data["country_codes"] = ["FR"]
        return super().values

    @property
    def author(self) -> dict[str, str]:
        said = self.cleaned_data
        return {"name": said["authority_name"], "country": said["authority_country"], "email": said["email"]}

    @property
    def is_from_a_robot(self) -> bool:
        """Did it fill the box that nobody sees?"""
        return bool(self.cleaned_data.get("website"))


class ReviewSearchForm(SearchForm):
    """An announcement as staff reads it before publishing it, and whose it is when its author has no account."""

    author = forms.ChoiceField(
        label=gettext_lazy("Sa fiche"),
        help_text=gettext_lazy(
            "Prenez une fiche qui existe plutôt que d’en faire une seconde pour la même collectivité."
        ),
        widget=forms.RadioSelect,
        required=False,
    )
    field_order = ["author"]

    def __init__(self, search: PartnerSearch, candidates: list[Actor], data: Any = None) -> None:
        super().__init__(data, search=search)
        self.candidates = {str(actor.pk): actor for actor in candidates}
        if search.actor_id:
            del self.fields["author"]
            return
        known = [
            (pk, _("%(name)s (%(country)s), fiche existante") % {"name": actor.name, "country": actor.country.name})
            for pk, actor in self.candidates.items()
        ]
        country = dict(country_choices()).get(search.authority_country, search.authority_country)
        told = {"name": search.authority_name, "country": country}
        new = ("", _("Une nouvelle fiche\u00a0: %(name)s (%(country)s)") % told)
        self.fields["author"].choices = [*known, new]  # type: ignore[attr-defined]
        self.initial["author"] = known[0][0] if known else ""

    def clean_deadline(self) -> date:
        """A last day that is over is the service's to refuse, in its own words."""
        last: date = self.cleaned_data["deadline"]
        return last

    @property
    def chosen_author(self) -> Actor | None:
        """The fiche that was chosen; None for a new one."""
        return self.candidates.get(self.cleaned_data.get("author", ""))


class SearchQueue(forms.Form):
    """The filters of the staff's queue, each one QuerySet word. Without a state: what waits."""

    q = forms.CharField(label=gettext_lazy("Titre, collectivité ou auteur"), required=False, max_length=100)
    etat = forms.ChoiceField(
        label=gettext_lazy("État"), required=False, choices=[*SearchState.choices, (EVERY, gettext_lazy("toutes"))]
    )
    objet = forms.ChoiceField(
        label=gettext_lazy("Objet"), required=False, choices=[("", gettext_lazy("tous")), *SearchKind.choices]
    )

    def __init__(self, data: Any) -> None:
        super().__init__(data.copy(), auto_id="filtre_%s", label_suffix="")
        self.data.setdefault("etat", SearchState.PENDING)
        self.is_valid()

    @property
    def understood(self) -> QueryDict:
        """What the page's links repeat."""
        told = QueryDict(mutable=True)
        told.update({name: value for name, value in self.cleaned_data.items() if value})
        return told

    def applied_to(self, searches: PartnerSearchQuerySet) -> PartnerSearchQuerySet:
        """The announcements that were asked for; a value that was not understood asks for nothing."""
        asked = self.cleaned_data
        state = asked.get("etat") or SearchState.PENDING
        if state == SearchState.PENDING:
            searches = searches.pending()
        elif state != EVERY:
            searches = searches.in_states([state])
        if kind := asked.get("objet"):
            searches = searches.of_kinds([kind])
        if text := asked.get("q", "").strip():
            searches = searches.naming(text)
        return searches.oldest_first() if state == SearchState.PENDING else searches.newest_first()

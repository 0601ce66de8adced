"""Factories of the network's services and of what actors ask for."""

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from directory.enums import NeedState, Source
from directory.models import Need, Service

from .actors import CommuneFactory, UserFactory


class ServiceFactory(DjangoModelFactory[Service]):
    """`ServiceFactory(code="formations", name="Des formations")`; a « conseil » by default, made once."""

    class Meta:
        model = Service
        django_get_or_create = ("code",)

    code = "conseil"
    name = "Un conseil individuel"
    summary = "L’équipe répond à vos questions."
    audience = "Les élus et les agents."
    how_to_ask = "Écrivez à l’équipe."
    url = "/contact/"
    position = factory.Sequence(lambda n: n)


class NeedFactory(DjangoModelFactory[Need]):
    """Something that a commune asked for in a questionnaire, and that nobody has taken in hand."""

    class Meta:
        model = Need

    class Params:
        in_hand = factory.Trait(state=NeedState.IN_HAND, owner=factory.SubFactory(UserFactory, staff=True))
        answered = factory.Trait(
            state=NeedState.ANSWERED,
            owner=factory.SubFactory(UserFactory, staff=True),
            answer="Rendez-vous pris.",
            answered_at=factory.LazyFunction(timezone.now),
            closed_at=factory.SelfAttribute("answered_at"),
            closed_by=factory.SelfAttribute("owner.email"),
        )
        dropped = factory.Trait(
            state=NeedState.DROPPED,
            answer="La commune a renoncé.",
            closed_by="equipe@exemple.fr",
            closed_at=factory.LazyFunction(timezone.now),
        )

    actor = factory.SubFactory(CommuneFactory)
    service = factory.SubFactory(ServiceFactory)
    label = factory.Sequence(lambda n: f"Un conseil sur une convention, n° {n}")
    origin = factory.Sequence(lambda n: f"response:{n}:Q35:conseil")
    source = Source.SURVEY

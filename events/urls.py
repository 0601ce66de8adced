"""The addresses of the agenda."""

from django.urls import path

from events.views import agenda, registrations

urlpatterns = [
    path("agenda/", agenda.event_list, name="event_list"),
    path("agenda/structures/", registrations.structure_suggestions, name="structure_suggestions"),
    path("agenda/inscriptions/<str:token>/", registrations.registration, name="registration"),
    path(
        "agenda/inscriptions/<str:token>/rendez-vous.ics",
        registrations.registration_calendar,
        name="registration_calendar",
    ),
    path("agenda/<slug:slug>.ics", agenda.event_calendar, name="event_calendar"),
    path("agenda/<slug:slug>/", agenda.event_detail, name="event_detail"),
    path("agenda/<slug:slug>/inscription/", registrations.event_register, name="event_register"),
    path("agenda/<slug:slug>/inscription/deja/", registrations.registration_known, name="registration_known"),
]

"""The addresses of the agenda."""

from django.urls import path

from events.views import agenda, door, papers, registrations

urlpatterns = [
    path("agenda/", agenda.event_list, name="event_list"),
    path("agenda/structures/", registrations.structure_suggestions, name="structure_suggestions"),
    path("agenda/inscriptions/<str:token>/", registrations.registration, name="registration"),
    path(
        "agenda/inscriptions/<str:token>/rendez-vous.ics",
        registrations.registration_calendar,
        name="registration_calendar",
    ),
    path(
        "agenda/inscriptions/<str:token>/attestation.pdf",
        papers.registration_certificate,
        name="registration_certificate",
    ),
    path("agenda/accueil/<str:token>/", door.door_scan, name="door_scan"),
    path("agenda/<slug:slug>.ics", agenda.event_calendar, name="event_calendar"),
    path("agenda/<slug:slug>/", agenda.event_detail, name="event_detail"),
    path("agenda/<slug:slug>/inscription/", registrations.event_register, name="event_register"),
    path("agenda/<slug:slug>/inscription/deja/", registrations.registration_known, name="registration_known"),
    path("agenda/<slug:slug>/accueil/", door.event_door, name="event_door"),
    path("agenda/<slug:slug>/accueil/ajouter/", door.door_walk_in, name="door_walk_in"),
    path("agenda/<slug:slug>/accueil/clore/", door.door_close, name="door_close"),
    path("agenda/<slug:slug>/accueil/<int:pk>/", door.door_mark, name="door_mark"),
    path("agenda/<slug:slug>/feuille-presence.pdf", papers.attendance_sheet, name="attendance_sheet"),
    path("agenda/<slug:slug>/attestations.pdf", papers.event_certificates, name="event_certificates"),
]

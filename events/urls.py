"""The addresses of the agenda."""

from django.urls import path

from events.views import agenda, invitations, inviting, registrations

urlpatterns = [
    path("agenda/", agenda.event_list, name="event_list"),
    path("agenda/structures/", registrations.structure_suggestions, name="structure_suggestions"),
    path("agenda/invitation/<str:token>/", invitations.event_invitation, name="event_invitation"),
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
    path("agenda/<slug:slug>/inviter/", inviting.event_invite, name="event_invite"),
    path("agenda/<slug:slug>/inviter/adresses/", inviting.event_invite_addresses, name="event_invite_addresses"),
    path("agenda/<slug:slug>/invitations/", inviting.event_invitations, name="event_invitations"),
    path("agenda/<slug:slug>/invitations/export.csv", inviting.event_invitations_csv, name="event_invitations_csv"),
    path(
        "agenda/<slug:slug>/invitations/relancer/", inviting.event_invitations_remind, name="event_invitations_remind"
    ),
]

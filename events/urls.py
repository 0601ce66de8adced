"""The addresses of the agenda."""

from django.urls import path

from events.views import agenda, feeds, registrations, widget

urlpatterns = [
    path("agenda/", agenda.event_list, name="event_list"),
    path("agenda/calendrier/", agenda.event_month, name="event_month"),
    path("agenda/carte/", agenda.event_map, name="event_map"),
    path("agenda/carte/points.json", agenda.event_points, name="event_points"),
    path("agenda/carte/<int:pk>/", agenda.event_map_card, name="event_map_card"),
    path("agenda/export.csv", feeds.event_export_csv, name="event_export_csv"),
    path("agenda/export.xlsx", feeds.event_export_xlsx, name="event_export_xlsx"),
    path("agenda/agenda.ics", feeds.event_feed_calendar, name="event_feed_calendar"),
    path("agenda/agenda.atom", feeds.event_feed_atom, name="event_feed_atom"),
    path("groupes/<slug:slug>/agenda.ics", feeds.group_calendar, name="group_calendar"),
    path("groupes/<slug:slug>/agenda.atom", feeds.group_feed, name="group_feed"),
    path("widget/agenda/", widget.event_widget, name="event_widget"),
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

"""The addresses of the agenda."""

from django.urls import path

from events.views import agenda, opinions, organising, people, registrations, staff

urlpatterns = [
    path("agenda/", agenda.event_list, name="event_list"),
    path("agenda/nouveau/", organising.event_add, name="event_add"),
    path("agenda/nouveau/petit-dejeuner/", organising.event_breakfast, name="event_breakfast"),
    path("agenda/documents/<int:pk>/", people.event_document, name="event_document"),
    path("agenda/documents/<int:pk>/retirer/", people.event_document_remove, name="event_document_remove"),
    path("agenda/structures/", registrations.structure_suggestions, name="structure_suggestions"),
    path("agenda/inscriptions/<str:token>/", registrations.registration, name="registration"),
    path(
        "agenda/inscriptions/<str:token>/rendez-vous.ics",
        registrations.registration_calendar,
        name="registration_calendar",
    ),
    path("agenda/inscriptions/<str:token>/avis/", opinions.registration_opinion, name="registration_opinion"),
    path("agenda/<slug:slug>.ics", agenda.event_calendar, name="event_calendar"),
    path("agenda/<slug:slug>/", agenda.event_detail, name="event_detail"),
    path("agenda/<slug:slug>/gerer/", organising.event_manage, name="event_manage"),
    path("agenda/<slug:slug>/gerer/modifier/", organising.event_edit, name="event_edit"),
    path("agenda/<slug:slug>/gerer/publier/", organising.event_publish, name="event_publish"),
    path("agenda/<slug:slug>/gerer/dupliquer/", organising.event_duplicate, name="event_duplicate"),
    path("agenda/<slug:slug>/gerer/repeter/", organising.event_series, name="event_series"),
    path("agenda/<slug:slug>/gerer/reporter/", organising.event_postpone, name="event_postpone"),
    path("agenda/<slug:slug>/gerer/annuler/", organising.event_cancel, name="event_cancel"),
    path("agenda/<slug:slug>/gerer/questions/", organising.event_question_add, name="event_question_add"),
    path(
        "agenda/<slug:slug>/gerer/questions/<int:pk>/retirer/",
        organising.event_question_remove,
        name="event_question_remove",
    ),
    path("agenda/<slug:slug>/gerer/seances/", organising.event_session_add, name="event_session_add"),
    path(
        "agenda/<slug:slug>/gerer/seances/<int:pk>/retirer/",
        organising.event_session_remove,
        name="event_session_remove",
    ),
    path("agenda/<slug:slug>/gerer/documents/", people.event_document_add, name="event_document_add"),
    path("agenda/<slug:slug>/gerer/ecrire/", people.event_write, name="event_write"),
    path("agenda/<slug:slug>/gerer/inscrits/", people.event_people, name="event_people"),
    path("agenda/<slug:slug>/gerer/inscrits.csv", people.event_people_csv, name="event_people_csv"),
    path("agenda/<slug:slug>/gerer/inscrits.xlsx", people.event_people_xlsx, name="event_people_xlsx"),
    path("agenda/<slug:slug>/gerer/inscrits/<int:pk>/", people.event_person, name="event_person"),
    path("equipe/agenda/", staff.event_board, name="event_board"),
    path("equipe/agenda/export.csv", staff.event_board_csv, name="event_board_csv"),
    path("equipe/agenda/export.xlsx", staff.event_board_xlsx, name="event_board_xlsx"),
    path("agenda/<slug:slug>/inscription/", registrations.event_register, name="event_register"),
    path("agenda/<slug:slug>/inscription/deja/", registrations.registration_known, name="registration_known"),
]

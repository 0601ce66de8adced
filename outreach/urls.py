"""The addresses of the outreach, one list for each of its rooms."""

from django.urls import URLPattern, path

from .views import appointments, areas, slots, tours

VISITS: list[URLPattern] = []

NEEDS: list[URLPattern] = []

TOURS: list[URLPattern] = [
    path("equipe/tournees/", tours.tour_list, name="tour_list"),
    path("equipe/tournees/export.csv", tours.tour_export_csv, name="tour_export_csv"),
    path("equipe/tournees/export.xlsx", tours.tour_export_xlsx, name="tour_export_xlsx"),
    path("equipe/tournees/nouvelle/", tours.tour_create, name="tour_create"),
    path("equipe/tournees/<int:pk>/", tours.tour_detail, name="tour_detail"),
    path("equipe/tournees/<int:pk>/feuille.pdf", tours.tour_sheet_pdf, name="tour_sheet"),
    path("equipe/tournees/<int:pk>/creneaux/", slots.tour_slots, name="tour_slots"),
    path("equipe/rendez-vous/", slots.slot_queue, name="slot_queue"),
    path("equipe/rendez-vous/export.csv", slots.slot_queue_csv, name="slot_queue_csv"),
    path("equipe/rendez-vous/export.xlsx", slots.slot_queue_xlsx, name="slot_queue_xlsx"),
    path("equipe/rendez-vous/<int:pk>/", slots.slot_settle, name="slot_settle"),
    path("equipe/mon-secteur/", areas.my_area, name="my_area"),
    path("equipe/secteurs/", areas.area_list, name="area_list"),
    path("equipe/secteurs/export.csv", areas.area_export_csv, name="area_export_csv"),
    path("equipe/secteurs/export.xlsx", areas.area_export_xlsx, name="area_export_xlsx"),
    path("equipe/secteurs/<int:pk>/", areas.area_edit, name="area_edit"),
    path("equipe/agenda/<str:token>.ics", areas.voltigeur_feed, name="voltigeur_feed"),
    path("rendez-vous/<str:token>/", appointments.appointment, name="appointment"),
]

FIELD: list[URLPattern] = []

COVERAGE: list[URLPattern] = []

PRIORITIES: list[URLPattern] = []

urlpatterns = [*VISITS, *NEEDS, *TOURS, *FIELD, *COVERAGE, *PRIORITIES]

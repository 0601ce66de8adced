"""The addresses of questionnaires."""

from django.urls import path

from surveys.views import result_exports, results, staff, texts

urlpatterns = [
    path("equipe/questionnaires/", staff.questionnaire_list, name="questionnaire_list"),
    path("equipe/questionnaires/<slug:code>/<int:version>/", staff.questionnaire_preview, name="questionnaire_preview"),
    path("equipe/enquetes/<slug:slug>/resultats/", results.wave_results, name="wave_results"),
    path("equipe/enquetes/<slug:slug>/resultats/publier/", results.wave_results_publish, name="wave_results_publish"),
    path("equipe/enquetes/<slug:slug>/resultats/retirer/", results.wave_results_withdraw, name="wave_results_withdraw"),
    path("equipe/enquetes/<slug:slug>/resultats/textes/<slug:code>/", texts.wave_texts, name="wave_texts"),
    path(
        "equipe/enquetes/<slug:slug>/resultats/textes/<slug:code>/textes.csv",
        texts.wave_texts_csv,
        name="wave_texts_csv",
    ),
    path(
        "equipe/enquetes/<slug:slug>/resultats/textes/<slug:code>/<int:pk>/",
        texts.wave_text_code,
        name="wave_text_code",
    ),
    path("equipe/enquetes/<slug:slug>/exports/reponses.csv", result_exports.wave_export_csv, name="wave_export_csv"),
    path("equipe/enquetes/<slug:slug>/exports/reponses.xlsx", result_exports.wave_export_xlsx, name="wave_export_xlsx"),
    path("equipe/enquetes/<slug:slug>/exports/long.csv", result_exports.wave_export_long, name="wave_export_long"),
    path(
        "equipe/enquetes/<slug:slug>/exports/codebook.csv",
        result_exports.wave_export_codebook,
        name="wave_export_codebook",
    ),
    path(
        "equipe/enquetes/<slug:slug>/exports/public.csv", result_exports.wave_export_public, name="wave_export_public"
    ),
    path("observatoire/enquetes/<slug:slug>/", results.published_results, name="published_results"),
    path("observatoire/enquetes/<slug:slug>/public.csv", results.published_results_csv, name="published_results_csv"),
]

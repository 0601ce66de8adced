"""The addresses of questionnaires."""

from django.urls import path

from surveys.views import (
    answering,
    collectivites,
    drafts,
    editor,
    result_exports,
    results,
    staff,
    texts,
    waves,
    xlsform,
)

urlpatterns = [
    path("questionnaires/", answering.landing, name="questionnaire_landing"),
    path("questionnaires/<str:token>/", answering.questionnaire, name="questionnaire"),
    path("questionnaires/<str:token>/page/<slug:page>/", answering.questionnaire_page, name="questionnaire_page"),
    path("questionnaires/<str:token>/relire/", answering.questionnaire_review, name="questionnaire_review"),
    path("questionnaires/<str:token>/merci/", answering.questionnaire_done, name="questionnaire_done"),
    path("questionnaires/<str:token>/reponses.pdf", answering.questionnaire_receipt, name="questionnaire_receipt"),
    path("questionnaires/<str:token>/formulaire.pdf", answering.questionnaire_paper, name="questionnaire_paper"),
    path("questionnaires/<str:token>/fichiers/<int:pk>/", answering.questionnaire_file, name="questionnaire_file"),
    path("questionnaires/<str:token>/collegue/", answering.questionnaire_colleague, name="questionnaire_colleague"),
    path("equipe/questionnaires/", staff.questionnaire_list, name="questionnaire_list"),
    path("equipe/questionnaires/importer/", xlsform.questionnaire_import, name="questionnaire_import"),
    path("equipe/questionnaires/<slug:code>/<int:version>/", staff.questionnaire_preview, name="questionnaire_preview"),
    path("equipe/enquetes/", waves.wave_list, name="wave_list"),
    path("equipe/enquetes/a-relire/", collectivites.survey_to_read, name="survey_to_read"),
    path("equipe/enquetes/a-rappeler/", collectivites.survey_to_call, name="survey_to_call"),
    path("equipe/enquetes/nouvelle/", waves.wave_write, name="wave_create"),
    path("equipe/enquetes/<slug:slug>/", waves.wave_board, name="wave_board"),
    path("equipe/enquetes/<slug:slug>/modifier/", waves.wave_write, name="wave_update"),
    path("equipe/enquetes/<slug:slug>/geste/", waves.wave_gesture, name="wave_gesture"),
    path("equipe/enquetes/<slug:slug>/collectivites/", collectivites.survey_invitations, name="survey_invitations"),
    path(
        "equipe/enquetes/<slug:slug>/collectivites.csv",
        collectivites.survey_invitations_csv,
        name="survey_invitations_csv",
    ),
    path(
        "equipe/enquetes/<slug:slug>/collectivites.xlsx",
        collectivites.survey_invitations_xlsx,
        name="survey_invitations_xlsx",
    ),
    path(
        "equipe/enquetes/<slug:slug>/collectivites/<int:pk>/", collectivites.survey_invitation, name="survey_invitation"
    ),
    path(
        "equipe/enquetes/<slug:slug>/collectivites/<int:pk>/formulaire.pdf",
        collectivites.survey_paper,
        name="survey_paper",
    ),
    path(
        "equipe/enquetes/<slug:slug>/collectivites/<int:pk>/fichiers/<int:file>/",
        collectivites.survey_file,
        name="survey_file",
    ),
    path(
        "equipe/enquetes/<slug:slug>/collectivites/<int:pk>/geste/",
        collectivites.survey_invitation_gesture,
        name="survey_invitation_gesture",
    ),
    path(
        "equipe/enquetes/<slug:slug>/collectivites/<int:pk>/saisie/<slug:channel>/",
        collectivites.survey_entry_start,
        name="survey_entry_start",
    ),
    path(
        "equipe/enquetes/<slug:slug>/collectivites/<int:pk>/saisie/<slug:channel>/page/<slug:page>/",
        collectivites.survey_entry,
        name="survey_entry",
    ),
    path(
        "equipe/enquetes/<slug:slug>/collectivites/<int:pk>/saisie/<slug:channel>/relire/",
        collectivites.survey_entry_review,
        name="survey_entry_review",
    ),
    path(
        "equipe/questionnaires/<slug:code>/<int:version>/xlsform.xlsx",
        xlsform.questionnaire_xlsform,
        name="questionnaire_xlsform",
    ),
    path("equipe/questionnaires/nouveau/", drafts.draft_create, name="draft_create"),
    path("equipe/questionnaires/<slug:code>/nouvelle-version/", drafts.draft_new_version, name="draft_new_version"),
    path("equipe/questionnaires/<slug:code>/modifier/", editor.draft_edit, name="draft_edit"),
    path("equipe/questionnaires/<slug:code>/modifier/titre/", editor.draft_head, name="draft_head"),
    path("equipe/questionnaires/<slug:code>/modifier/geste/", editor.draft_gesture, name="draft_gesture"),
    path(
        "equipe/questionnaires/<slug:code>/modifier/nouvelle-section/",
        editor.draft_section_add,
        name="draft_section_add",
    ),
    path(
        "equipe/questionnaires/<slug:code>/modifier/section/<str:section>/", editor.draft_section, name="draft_section"
    ),
    path(
        "equipe/questionnaires/<slug:code>/modifier/nouvelle-question/",
        editor.draft_question_add,
        name="draft_question_add",
    ),
    path(
        "equipe/questionnaires/<slug:code>/modifier/question/<str:question>/",
        editor.draft_question,
        name="draft_question",
    ),
    path(
        "equipe/questionnaires/<slug:code>/modifier/question/<str:question>/place/", editor.draft_put, name="draft_put"
    ),
    path("equipe/questionnaires/<slug:code>/modifier/supprimer/<str:place>/", editor.draft_remove, name="draft_remove"),
    path("equipe/questionnaires/<slug:code>/modifier/publier/", drafts.draft_publish, name="draft_publish"),
    path("equipe/questionnaires/<slug:code>/modifier/abandonner/", drafts.draft_drop, name="draft_drop"),
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

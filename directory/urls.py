"""The répertoire's addresses."""

from django.contrib.sitemaps import views as sitemap_views
from django.urls import path
from django.views.decorators.cache import cache_page

from directory.sitemaps import SITEMAPS
from directory.views import attachments, jumelages, links, projects, proposals, sheet, staff, staff_attachments, widget
from directory.views import public as views
from soco.web.access import public

urlpatterns = [
    path("", views.home, name="home"),
    path("repertoire/", views.actor_list, name="actor_list"),
    path("repertoire/suggestions/", views.actor_suggestions, name="actor_suggestions"),
    path("repertoire/carte/", views.actor_map, name="actor_map"),
    path("repertoire/carte/points.json", views.actor_points, name="actor_points"),
    path("repertoire/carte/contours.geojson", views.map_outlines, name="map_outlines"),
    path("repertoire/carte/<int:pk>/", views.map_card, name="map_card"),
    path("repertoire/export.csv", views.export_csv, name="export_csv"),
    path("repertoire/export.xlsx", views.export_xlsx, name="export_xlsx"),
    path("repertoire/export.geojson", views.export_geojson, name="export_geojson"),
    path("repertoire/<slug:slug>/", views.actor_detail, name="actor_detail"),
    path("repertoire/<slug:slug>/fiche.pdf", sheet.actor_sheet, name="actor_sheet"),
    path("repertoire/<slug:slug>/modifier/", proposals.actor_edit, name="actor_edit"),
    path("repertoire/<slug:slug>/signaler/", proposals.actor_report, name="actor_report"),
    path("repertoire/<slug:slug>/signaler/merci/", proposals.report_received, name="report_received"),
    path("mon-espace/propositions/<int:pk>/retirer/", proposals.proposal_withdraw, name="proposal_withdraw"),
    path("equipe/propositions/", staff.proposal_list, name="proposal_list"),
    path("equipe/propositions/export.csv", staff.proposal_export_csv, name="proposal_export_csv"),
    path("equipe/propositions/export.xlsx", staff.proposal_export_xlsx, name="proposal_export_xlsx"),
    path("equipe/propositions/<int:pk>/", staff.proposal_review, name="proposal_review"),
    path("equipe/propositions/<int:pk>/annuler/<int:change_pk>/", staff.proposal_undo, name="proposal_undo"),
    path("repertoire/<slug:slug>/representer/", attachments.attachment_request, name="attachment_request"),
    path("repertoire/<slug:slug>/contacter/", attachments.contact_actor, name="contact_actor"),
    path("mon-espace/structures/<int:pk>/", attachments.my_attachment, name="my_attachment"),
    path("mon-espace/structures/<int:pk>/quitter/", attachments.attachment_leave, name="attachment_leave"),
    path(
        "mon-espace/structures/<int:pk>/referents/<int:other_pk>/passer-la-main/",
        attachments.attachment_hand_over,
        name="attachment_hand_over",
    ),
    path(
        "mon-espace/structures/<int:pk>/referents/<int:other_pk>/retirer/",
        attachments.attachment_remove,
        name="attachment_remove",
    ),
    path(
        "mon-espace/structures/<int:pk>/invitations/<int:invitation_pk>/retirer/",
        attachments.invitation_cancel,
        name="invitation_cancel",
    ),
    path("equipe/rattachements/", staff_attachments.attachment_list, name="attachment_list"),
    path("equipe/rattachements/export.csv", staff_attachments.attachment_export_csv, name="attachment_export_csv"),
    path("equipe/rattachements/export.xlsx", staff_attachments.attachment_export_xlsx, name="attachment_export_xlsx"),
    path("equipe/rattachements/<int:pk>/", staff_attachments.attachment_review, name="attachment_review"),
    path("jumelages/", jumelages.jumelage_list, name="jumelage_list"),
    path("jumelages/carte/", jumelages.jumelage_map, name="jumelage_map"),
    path("jumelages/carte/liens.json", jumelages.jumelage_points, name="jumelage_points"),
    path("jumelages/carte/monde.geojson", jumelages.world_outlines, name="world_outlines"),
    path("jumelages/carte/<int:pk>/", jumelages.jumelage_card, name="jumelage_card"),
    path("jumelages/export.csv", jumelages.jumelage_export_csv, name="jumelage_export_csv"),
    path("jumelages/export.xlsx", jumelages.jumelage_export_xlsx, name="jumelage_export_xlsx"),
    path("jumelages/export.geojson", jumelages.jumelage_export_geojson, name="jumelage_export_geojson"),
    path("jumelages/<slug:slug>/", jumelages.jumelage_detail, name="jumelage_detail"),
    path("jumelages/<slug:slug>/modifier/", links.jumelage_edit, name="jumelage_edit"),
    path("jumelages/<slug:slug>/signaler/", links.jumelage_report, name="jumelage_report"),
    path("jumelages/<slug:slug>/documents/<int:pk>/", jumelages.jumelage_document, name="jumelage_document"),
    path("repertoire/<slug:slug>/jumelages/ajouter/", links.jumelage_add, name="jumelage_add"),
    path("pays/", jumelages.country_list, name="country_list"),
    path("pays/<slug:code>/", jumelages.country_detail, name="country_detail"),
    path("themes/", jumelages.theme_list, name="theme_list"),
    path("themes/<slug:code>/", jumelages.theme_detail, name="theme_detail"),
    path("projets/", projects.project_list, name="project_list"),
    path("projets/export.csv", projects.project_export_csv, name="project_export_csv"),
    path("projets/export.xlsx", projects.project_export_xlsx, name="project_export_xlsx"),
    path("projets/export.geojson", projects.project_export_geojson, name="project_export_geojson"),
    path("projets/<slug:slug>/", projects.project_detail, name="project_detail"),
    path("projets/<slug:slug>/signaler/", projects.project_report, name="project_report"),
    path("widget/acteur/<slug:slug>/", widget.actor_widget, name="actor_widget"),
    path("sources/", views.sources, name="sources"),
    path("sitemap.xml", public(cache_page(600)(sitemap_views.index)), {"sitemaps": SITEMAPS}, name="sitemap_index"),
    path(
        "sitemap-<section>.xml",
        public(cache_page(600)(sitemap_views.sitemap)),
        {"sitemaps": SITEMAPS},
        name="django.contrib.sitemaps.views.sitemap",
    ),
]

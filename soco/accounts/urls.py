"""« Mon espace », and allauth's pages under /compte/."""

from allauth.socialaccount.views import login_error
from django.contrib.auth.decorators import login_not_required
from django.urls import include, path

from . import views

# allauth forgot to say that this one is for visitors: who could not sign in must be able to read why.
login_not_required(login_error)

urlpatterns = [
    path("mon-espace/", views.my_space, name="my_space"),
    path("mon-espace/donnees/", views.my_data, name="my_data"),
    path("mon-espace/donnees/telecharger/", views.download_my_data, name="download_my_data"),
    path("mon-espace/donnees/effacer/", views.erase_account, name="erase_account"),
    path("mon-espace/nouvelles/", views.choose_news, name="choose_news"),
    path("mon-espace/courriels/", views.my_mails, name="my_mails"),
    path("mon-espace/courriels/service/", views.choose_service_mails, name="choose_service_mails"),
    path("mon-espace/nom/", views.change_name, name="change_name"),
    path("equipe/point-du-matin/", views.choose_digest, name="choose_digest"),
    path("compte/double-verification/", views.second_factor, name="second_factor"),
    path("compte/", include("allauth.urls")),
]

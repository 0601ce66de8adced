"""The mail room's addresses: opposition, and the notices of mail providers."""

from django.urls import path

from . import views

urlpatterns = [
    path("desinscription/<str:token>/", views.opposition, name="opposition"),
    path("courriels/retours/<slug:provider>/", views.provider_notice, name="provider_notice"),
]

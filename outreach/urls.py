"""The addresses of the outreach, one list for each of its rooms."""

from django.urls import URLPattern

VISITS: list[URLPattern] = []

NEEDS: list[URLPattern] = []

TOURS: list[URLPattern] = []

FIELD: list[URLPattern] = []

COVERAGE: list[URLPattern] = []

PRIORITIES: list[URLPattern] = []

urlpatterns = [*VISITS, *NEEDS, *TOURS, *FIELD, *COVERAGE, *PRIORITIES]

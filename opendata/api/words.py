"""What the API answers when it does not answer data: one shape, in French, documented for every address."""

from typing import Any

from django.http import JsonResponse
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field


class Problem(Schema):
    """Pourquoi la demande n’a pas de réponse."""

    erreur: str = Field(description="Une phrase, en français.")
    details: list[str] = Field(description="Chaque chose à corriger, s’il y en a.")


def problem(status: int, sentence: str, details: list[str] | None = None) -> JsonResponse:
    return JsonResponse(
        {"erreur": sentence, "details": details or []}, status=status, json_dumps_params={"ensure_ascii": False}
    )


def not_found() -> JsonResponse:
    return problem(404, _("Rien à cette adresse. Les adresses de l’API sont décrites sur /api/v1/."))


def not_understood(details: list[str]) -> JsonResponse:
    return problem(422, _("La demande n’a pas été comprise, rien n’a été cherché."), details)


def not_allowed(allowed: str) -> JsonResponse:
    response = problem(405, _("L’API se lit seulement\u00a0: utilisez GET."))
    response["Allow"] = allowed
    return response


def too_many(seconds: int, most: int) -> JsonResponse:
    sentence = _("Trop de demandes\u00a0: %(most)s par minute au plus. Attendez %(seconds)s secondes.")
    response = problem(429, sentence % {"most": most, "seconds": seconds})
    response["Retry-After"] = str(seconds)
    return response


def _documented(description: str, headers: dict[str, str] | None = None, *, has_body: bool = True) -> dict[str, Any]:
    told: dict[str, Any] = {"description": description}
    if has_body:
        told["content"] = {"application/json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    if headers:
        told["headers"] = {name: {"description": text, "schema": {"type": "string"}} for name, text in headers.items()}
    return told


UNCHANGED = _documented("Rien n’a changé depuis l’ETag donné.", {"ETag": "La version de la réponse."}, has_body=False)
TOO_MANY = _documented("Trop de demandes depuis cette adresse.", {"Retry-After": "Secondes à attendre."})

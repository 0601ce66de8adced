"""What a référent is told before a gesture that others will feel: leave, hand over, remove."""

from typing import Any

from django.utils.translation import gettext as _

from directory.models import Attachment


def leaving(attachment: Attachment, heir: Attachment | None) -> dict[str, Any]:
    """The words of the page « quitter ce rôle ». `heir`: the colleague who would follow, None if there is nobody else."""
    name = {"actor": attachment.actor.name}
    if attachment.is_requested:
        title = button = _("Retirer ma demande")
        told = [_("L’équipe du réseau ne verra plus votre demande. Vous pourrez en faire une autre.")]
        return {"page_title": title, "told": told, "button": button}
    told = [_("Vous ne pourrez plus modifier la fiche, et les messages adressés à %(actor)s ne vous arriveront plus.")]
    if heir is None:
        told += [
            _(
                "Vous êtes la seule personne à représenter %(actor)s. Après vous, plus personne ne tiendra sa fiche, et "
                "ses messages iront à son adresse publique. Si un collègue prend la suite, invitez-le d’abord."
            )
        ]
    elif attachment.is_principal:
        told += [_("%(person)s deviendra le référent principal.")]
    else:
        told += [_("Vos collègues continuent sans vous.")]
    told += [_("Votre compte reste ouvert.")]
    said = name | {"person": heir.user if heir else ""}
    return {
        "page_title": _("Ne plus représenter %(actor)s") % name,
        "told": [sentence % said for sentence in told],
        "button": _("Quitter ce rôle"),
    }


def handing_over(other: Attachment) -> dict[str, Any]:
    said = {"person": other.user, "actor": other.actor.name}
    return {
        "page_title": _("Passer la main à %(person)s") % said,
        "told": [
            _("%(person)s devient le référent principal de votre fiche à votre place, et le saura par courriel.")
            % said,
            _("Vous continuez à représenter %(actor)s, mais vous ne pourrez plus retirer un collègue.") % said,
        ],
        "button": _("Passer la main"),
    }


def removing(other: Attachment) -> dict[str, Any]:
    said = {"person": other.user, "actor": other.actor.name}
    return {
        "page_title": _("Retirer %(person)s") % said,
        "told": [
            _("%(person)s ne représentera plus %(actor)s, et recevra un courriel avec la raison que vous donnez.")
            % said,
            _("Son compte reste ouvert. Pour revenir, une invitation ou une nouvelle demande suffit."),
        ],
        "button": _("Retirer cette personne"),
    }

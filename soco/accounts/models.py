"""A person who signs in, known by an e-mail address."""

from datetime import datetime
from secrets import token_hex
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from .roles import ADMINISTRATOR


class UserQuerySet(models.QuerySet["User"]):
    def administrators(self) -> "UserQuerySet":
        """Those who can sign in and manage accounts."""
        in_group = Exists(User.groups.through.objects.filter(user=OuterRef("pk"), group__name=ADMINISTRATOR))
        return self.filter(Q(is_superuser=True) | in_group, is_active=True)

    def team(self) -> "UserQuerySet":
        """Those of the network's staff who can sign in, by name."""
        return self.filter(is_staff=True, is_active=True).order_by("last_name", "first_name", "email", "pk")

    def who_want_the_digest(self) -> "UserQuerySet":
        """Staff members who asked for the morning's point."""
        return self.filter(wants_digest=True, is_staff=True, is_active=True).order_by("pk")

    def never_confirmed(self, *, before: datetime) -> "UserQuerySet":
        """Signed up before that moment, and neither confirmed an address nor ever signed in."""
        confirmed = Exists(EmailAddress.objects.filter(user=OuterRef("pk"), verified=True))
        return self.filter(~confirmed, date_joined__lt=before, last_login=None, is_staff=False)


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Creates users by e-mail address; addresses are compared in lower case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Raises ValueError without an address; without a password the account cannot sign in by password."""
        if not email:
            raise ValueError(_("Une adresse électronique est nécessaire."))
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    username = None  # type: ignore[assignment]
    email = models.EmailField(
        _("adresse électronique"),
        unique=True,
        error_messages={"unique": _("Un compte existe déjà avec cette adresse.")},
    )

    wants_digest = models.BooleanField(
        _("reçoit le point du matin"),
        default=False,
        help_text=_("Un courriel chaque jour ouvré où quelque chose attend l’équipe."),
    )

    former_emails = ArrayField(
        models.EmailField(),
        verbose_name=_("anciennes adresses"),
        default=list,
        blank=True,
        editable=False,
        help_text=_("Gardées pour pouvoir rendre ou effacer tout ce qui concerne la personne."),
    )

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: list[str] = []

    objects = UserManager()

    class Meta:
        verbose_name = _("compte")
        verbose_name_plural = _("comptes")
        ordering = ["email", "pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="user_email_unique",
                violation_error_message=_("Un compte existe déjà avec cette adresse."),
            ),
        ]

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    def every_address(self) -> list[str]:
        """The addresses that this person holds or held, in lower case: one that was never proved may be somebody else's."""
        proved = self.emailaddress_set.filter(verified=True).values_list("email", flat=True)
        known = [self.email, *self.former_emails, *proved]
        return sorted({address.lower() for address in known})

    def clean(self) -> None:
        super().clean()
        self.email = self.email.lower()

    def anonymise(self) -> None:
        """Keep the row for what points to it, without anything of the person."""
        self.email = f"compte-{self.pk}-{token_hex(8)}@efface.invalid"  # an address that nobody could take before
        self.first_name = self.last_name = ""
        self.former_emails = []
        self.is_active = self.is_staff = self.is_superuser = False
        self.set_unusable_password()
        self.save()
        self.groups.clear()
        self.user_permissions.clear()
        for related in ("emailaddress_set", "authenticator_set", "socialaccount_set", "usersession_set"):
            getattr(self, related).all().delete()


class ConsentPurpose(models.TextChoices):
    NEWS = "nouvelles", _("nouvelles du réseau")


class ConsentQuerySet(models.QuerySet["Consent"]):
    def standing(self) -> "ConsentQuerySet":
        """Given and not taken back."""
        return self.filter(withdrawn_at__isnull=True)

    def of(self, user: User, purpose: str) -> "ConsentQuerySet":
        return self.filter(user=user, purpose=purpose)


class Consent(models.Model):
    """Somebody accepted something, in these words, that day; one standing consent at most for each purpose."""

    user = models.ForeignKey(User, models.CASCADE, verbose_name=_("personne"), related_name="consents")
    purpose = models.CharField(_("objet"), max_length=30, choices=ConsentPurpose)
    wording = models.TextField(_("phrase acceptée"))
    given_at = models.DateTimeField(_("donné le"), auto_now_add=True)
    withdrawn_at = models.DateTimeField(_("retiré le"), null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consentement")
        verbose_name_plural = _("consentements")
        ordering = ["-given_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "purpose"],
                condition=Q(withdrawn_at__isnull=True),
                name="consent_one_standing",
                violation_error_message=_("Ce consentement est déjà donné."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} · {self.purpose}"

"""What identity stores beside Django's users: powers, access tokens, demo accounts."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db import models
from django.utils.translation import gettext_lazy as _


class Power(models.Model):  # noqa: DJ008 (it has no rows to be shown)
    """Holds the permissions that make a group a role; it has no table and no rows."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [
            ("take_conversations", "Handles conversations as an agent"),
            ("supervise", "Supervises queues"),
            ("administer_floor", "Administers the floor"),
            ("use_api", "Opens and feeds conversations as a channel or machine"),
        ]


class AccessToken(models.Model):
    """A machine's log-in: only the digest is kept, and it dies with the password."""

    digest = models.CharField(max_length=64, unique=True, editable=False)
    user = models.ForeignKey(
        User,
        on_delete=models.CASCADE,
        related_name="access_tokens",
        verbose_name=_("user"),
    )
    created_at = models.DateTimeField(_("created"))
    expires_at = models.DateTimeField(_("expires"))
    password_stamp = models.CharField(max_length=128, editable=False)

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")

    def __str__(self) -> str:
        return f"{self.user.get_username()} {self.created_at:%Y-%m-%d %H:%M}"


class DemoAccount(models.Model):
    """Marks a user whose password everybody knows; refused unless DEMO is on."""

    user = models.OneToOneField(
        User, on_delete=models.CASCADE, primary_key=True, related_name="demo_account"
    )

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.user.get_username()

"""Users, groups, tokens and failed log-ins in Django admin."""

from __future__ import annotations

from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.contrib import admin
from django.contrib.auth.admin import GroupAdmin as DjangoGroupAdmin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import Group, User
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from unfold.admin import ModelAdmin
from unfold.forms import AdminPasswordChangeForm, UserChangeForm, UserCreationForm

from accounts.models import AccessToken
from accounts.roles import Role

for model in (User, Group, AccessAttempt, AccessFailureLog, AccessLog):
    if admin.site.is_registered(model):
        admin.site.unregister(model)


@admin.register(User)
class UserAdmin(DjangoUserAdmin, ModelAdmin):  # type: ignore[type-arg]
    """People stay in the records of what they did, so nobody is ever deleted."""

    form = UserChangeForm
    add_form = UserCreationForm
    search_help_text = _("Search")
    change_password_form = AdminPasswordChangeForm
    list_display = ("username", "first_name", "last_name", "is_active", "last_login")
    list_filter = ("is_active", "groups", "is_staff")
    actions = ("deactivate",)

    def has_delete_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Deactivate instead."""
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """Only superusers touch superusers, else administrators could become them."""
        if isinstance(obj, User) and obj.is_superuser and not _is_superuser(request):
            return False
        return super().has_change_permission(request, obj)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> list[str] | tuple[str, ...]:
        """Powers come from roles; what goes around roles is for superusers."""
        if _is_superuser(request):
            return super().get_readonly_fields(request, obj)
        return ("is_superuser", "user_permissions", "last_login", "date_joined")

    @admin.action(description=_("Deactivate"), permissions=["change"])
    def deactivate(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Ends the log-in, the sessions and the tokens of the chosen users."""
        chosen = [
            user for user in queryset if self.has_change_permission(request, user)
        ]
        for user in chosen:
            user.is_active = False
            user.save(update_fields=["is_active"])
            self.log_change(request, user, "Deactivated.")
        done = ngettext("%d user deactivated.", "%d users deactivated.", len(chosen))
        self.message_user(request, done % len(chosen))


def _is_superuser(request: HttpRequest) -> bool:
    return bool(request.user.is_active and getattr(request.user, "is_superuser", False))


@admin.register(Group)
class GroupAdmin(DjangoGroupAdmin, ModelAdmin):
    """The four roles keep their names; other groups are the administrator's own."""

    search_help_text = _("Search")

    def has_delete_permission(
        self, request: HttpRequest, obj: Group | None = None
    ) -> bool:
        """A role is part of the product."""
        if obj is None or _is_role(obj):
            return False
        return super().has_delete_permission(request, obj)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Model | None = None
    ) -> tuple[str, ...]:
        """A role is found by its permission, people find it by its name."""
        return ("name", "permissions") if obj is not None and _is_role(obj) else ()


def _is_role(obj: Model) -> bool:
    return isinstance(obj, Group) and obj.name in set(Role)


@admin.register(AccessToken)
class AccessTokenAdmin(ModelAdmin):
    """Tokens are issued over the API; here they are seen and revoked."""

    list_display = ("user", "created_at", "expires_at")
    list_filter = ("expires_at",)
    search_fields = ("user__username",)
    search_help_text = _("Search")
    fields = readonly_fields = ("user", "created_at", "expires_at")
    actions = ("revoke",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """The token itself could not be shown later."""
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """There is nothing to edit."""
        return False

    @admin.action(description=_("Revoke"), permissions=["delete"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[AccessToken]) -> None:
        """The machines that hold these tokens are shut out from their next request."""
        self.log_deletions(request, queryset)
        count = queryset.count()
        queryset.delete()
        done = ngettext("%d token revoked.", "%d tokens revoked.", count)
        self.message_user(request, done % count)


@admin.register(AccessAttempt)
class AccessAttemptAdmin(ModelAdmin):
    """Who failed to log in, from where; deleting a row lets them try again."""

    list_display = (
        "username",
        "ip_address",
        "failures_since_start",
        "attempt_time",
        "path_info",
    )
    search_fields = ("username", "ip_address")
    search_help_text = _("Search")
    fields = readonly_fields = (*list_display, "user_agent")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Rows come from failed log-ins alone."""
        return False

    def has_change_permission(
        self, request: HttpRequest, obj: Model | None = None
    ) -> bool:
        """A record."""
        return False

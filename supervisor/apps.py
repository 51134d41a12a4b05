"""Registers the room `supervisor` with Django, the clock and the end of sessions."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_out
from django.utils.translation import gettext_lazy as _


class SupervisorConfig(AppConfig):
    name = "supervisor"
    verbose_name = _("Supervision")

    def ready(self) -> None:
        """Orphaned monitoring is ended by every clock, a logged-out user's at once."""
        from conversations.clock import JOBS
        from supervisor import ringing
        from supervisor.sweep import end_orphaned_watching

        JOBS.append(end_orphaned_watching)
        user_logged_out.connect(_end_watching, dispatch_uid="end_watching")
        ringing.listen()


def _end_watching(*, user: object, **_signal: object) -> None:
    from django.contrib.auth.models import User

    from supervisor.sweep import end_all_watching

    if isinstance(user, User):
        end_all_watching(user, reason="logout")

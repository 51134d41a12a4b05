"""Too many wrong passwords: django-axes counts them by user and address together.

Only failures count, so a machine may log in as often as it likes.
"""

from __future__ import annotations

from axes.helpers import get_cool_off
from django.http import HttpRequest
from django.utils.translation import gettext as _


def is_locked_out(request: HttpRequest) -> bool:
    """Whether axes refused the log-in just tried with this request."""
    return bool(getattr(request, "axes_locked_out", False))


def keep_own_answer(request: HttpRequest) -> None:
    """Stops axes' middleware from putting its plain page in the place of ours."""
    request.axes_locked_out = False  # type: ignore[attr-defined]


def cool_off_seconds(request: HttpRequest) -> int | None:
    """How long until the same user may be tried again from the same address."""
    cool_off = get_cool_off(request)
    return None if cool_off is None else int(cool_off.total_seconds())


def sentence() -> str:
    """What people read."""
    return _("Too many wrong passwords. Wait a while, then try again.")

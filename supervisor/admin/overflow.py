"""A queue's overflow rules: what happens to who comes, or waits, when it cannot take
them in time."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from unfold.admin import StackedInline
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget

from conversations.models import OverflowRule, Queue
from conversations.states import OverflowAction, OverflowTrigger
from conversations.transitions import overflowing

UNITS = {"conversations": 1, "seconds": 1, "minutes": 60, "hours": 60 * 60}
UNIT_CHOICES = [
    ("", "–"),
    ("conversations", _("conversations")),
    ("seconds", _("seconds")),
    ("minutes", _("minutes")),
    ("hours", _("hours")),
]
TIMES = ("hours", "minutes", "seconds")


class RuleForm(forms.ModelForm):  # type: ignore[type-arg]
    """The limit is typed with its unit; the domain's sentences say what is wrong."""

    amount = forms.IntegerField(
        label=_("Limit"),
        required=False,
        min_value=1,
        widget=UnfoldAdminIntegerFieldWidget,
    )
    unit = forms.ChoiceField(
        label=_("Unit"),
        required=False,
        choices=UNIT_CHOICES,
        widget=UnfoldAdminSelectWidget,
    )

    class Meta:
        model = OverflowRule
        fields = ("trigger", "action", "target", "message")
        help_texts = {
            "target": _("Only where it transfers."),
            "message": _("Only where it ends: what the customer reads."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = self.instance.limit
        if limit is not None:
            unit = _unit(self.instance.trigger, limit)
            self.initial["amount"], self.initial["unit"] = limit // UNITS[unit], unit

    def clean(self) -> dict[str, Any]:
        """The limit in what the domain counts in, and nothing that goes unused."""
        data = super().clean() or {}
        if self.errors:
            return data
        data["limit"] = self._limit(data)
        if data["action"] != OverflowAction.TRANSFER:
            data["target"] = None
        elif data.get("target") is None:
            self.add_error("target", _now("Choose another queue to transfer to."))
        if data["action"] != OverflowAction.END:
            data["message"] = ""
        return data

    def _limit(self, data: dict[str, Any]) -> int | None:
        amount, unit = data.get("amount"), data.get("unit")
        if data["trigger"] == OverflowTrigger.OUT_OF_HOURS:
            return None
        counts = data["trigger"] == OverflowTrigger.WORK_ITEM_LIMIT
        if amount is None:
            self.add_error("amount", _now("This rule needs a limit."))
        elif counts and unit not in ("", "conversations"):
            self.add_error("unit", _now("What waits is counted in conversations."))
        elif not counts and unit not in TIMES:
            self.add_error("unit", _now("Choose a unit of time."))
        else:
            return int(amount) * UNITS[unit or "conversations"]
        return None

    def problems(self, queue: Queue) -> list[tuple[str, str]]:
        """What the domain has against this rule in this queue, and at which field."""
        rule = self.rule(queue)
        whole = overflowing.problems_of(rule)
        rule.action = OverflowAction.END  # which leaves only the limit to be wrong
        limit = set(overflowing.problems_of(rule))
        return [("amount" if each in limit else "target", each) for each in whole]

    def rule(self, queue: Queue) -> OverflowRule:
        """As it would be stored."""
        facts = ("trigger", "limit", "action", "target", "message")
        return OverflowRule(
            queue=queue, **{name: self.cleaned_data[name] for name in facts}
        )


def _unit(trigger: str, limit: int) -> str:
    if trigger == OverflowTrigger.WORK_ITEM_LIMIT:
        return "conversations"
    return next(unit for unit in TIMES if limit % UNITS[unit] == 0)


class RuleFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]
    """At most one rule of a kind; targets are queues of the same type."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        target = form.fields.get("target")
        if target is not None and self.instance.pk is not None:
            same = Queue.objects.filter(type=self.instance.type)
            target.queryset = same.exclude(pk=self.instance.pk)
        if target is not None:  # other queues are not edited from here
            target.widget.can_add_related = target.widget.can_change_related = False
            target.widget.can_view_related = False

    def clean(self) -> None:
        """Each rule as the domain sees it, then all of them together."""
        super().clean()
        seen: set[str] = set()
        for form in self._wanted_forms():
            trigger = form.cleaned_data["trigger"]
            for field, problem in form.problems(self.instance):
                form.add_error(field, problem)
            if trigger in seen:
                form.add_error("trigger", _now("There is such a rule already."))
            seen.add(trigger)

    def validate_unique(self) -> None:
        """`clean` says it in a sentence."""

    def wanted(self) -> list[OverflowRule]:
        """What shall be stored, once all is valid."""
        return [form.rule(self.instance) for form in self._wanted_forms()]

    def _wanted_forms(self) -> list[Any]:
        filled = [form for form in self.forms if form.has_changed() or form.instance.pk]
        return [
            form
            for form in filled
            if form.is_valid() and not form.cleaned_data.get("DELETE")
        ]


class OverflowInline(StackedInline):
    model = OverflowRule
    fk_name = "queue"
    form = RuleForm
    formset = RuleFormSet
    fields = ("trigger", ("amount", "unit"), ("action", "target"), "message")
    extra = 0
    max_num = len(OverflowTrigger)
    verbose_name = _("overflow rule")
    verbose_name_plural = _("overflow rules")
    template_before = "admin/conversations/queue/overflow_words.html"

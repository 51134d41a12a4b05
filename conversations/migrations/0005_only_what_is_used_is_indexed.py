"""Indexes for what goes on and for today, whatever is over; none for what nobody asks.

An index of every foreign key is only needed where rows are looked for by it. Those that
go are dropped by their names: altering the fields would rebuild tables on SQLite, and on
PostgreSQL drop every index of the column, conditional unique ones with them.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

UNUSED = {
    "alert": ("user_id", "at"),
    "conversation": (
        "agent_id",
        "closed_by_id",
        "customer_id",
        "queue_id",
        "workstream_id",
    ),
    "event": ("conversation_id", "kind"),
    "hold": ("agent_id",),
    "message": ("conversation_id", "sender_user_id"),
    "offer": ("agent_id", "offered_by_id", "queue_id", "supervisor_id"),
    "participant": ("user_id",),
    "presencestay": ("agent_id",),
    "routingdecision": ("chosen_id", "conversation_id", "queue_id"),
    "session": ("agent_id", "conversation_id", "queue_id"),
}


def take_the_time(_apps, editor):
    """An index of millions of rows takes longer than any statement of a floor may."""
    if editor.connection.vendor == "postgresql":
        editor.execute("SET LOCAL statement_timeout = 0")


def drop_unused(_apps, editor):
    for _table, name, _column in _named(editor):
        for suffix in ("", "_like"):
            editor.execute(f"DROP INDEX IF EXISTS {editor.quote_name(name + suffix)}")


def restore_unused(_apps, editor):
    for table, name, column in _named(editor):
        editor.execute(
            f"CREATE INDEX {editor.quote_name(name)}"
            f" ON {editor.quote_name(table)} ({editor.quote_name(column)})"
        )


def _named(editor):
    for model, columns in UNUSED.items():
        table = f"conversations_{model}"
        for column in columns:
            yield table, editor._create_index_name(table, [column]), column


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0004_receipts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.RunPython(take_the_time, migrations.RunPython.noop),
        migrations.RemoveIndex(
            model_name='conversation',
            name='conversation_ongoing',
        ),
        migrations.RemoveIndex(
            model_name='conversation',
            name='conversation_accepted',
        ),
        migrations.RemoveIndex(
            model_name='conversation',
            name='conversation_thread',
        ),
        migrations.RemoveIndex(
            model_name='offer',
            name='offer_open_by_agent',
        ),
        migrations.RemoveIndex(
            model_name='conversation',
            name='conversation_closed',
        ),
        migrations.RemoveIndex(
            model_name='participant',
            name='participant_watching',
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunPython(drop_unused, restore_unused),
            ],
            state_operations=[
                migrations.AlterField(
                    model_name='alert',
                    name='at',
                    field=models.DateTimeField(),
                ),
                migrations.AlterField(
                    model_name='alert',
                    name='user',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='alerts', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AlterField(
                    model_name='conversation',
                    name='agent',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to='conversations.agent'),
                ),
                migrations.AlterField(
                    model_name='conversation',
                    name='closed_by',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AlterField(
                    model_name='conversation',
                    name='customer',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to='conversations.customer'),
                ),
                migrations.AlterField(
                    model_name='conversation',
                    name='queue',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='conversations', to='conversations.queue'),
                ),
                migrations.AlterField(
                    model_name='conversation',
                    name='workstream',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, to='conversations.workstream'),
                ),
                migrations.AlterField(
                    model_name='event',
                    name='conversation',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='events', to='conversations.conversation'),
                ),
                migrations.AlterField(
                    model_name='event',
                    name='kind',
                    field=models.CharField(max_length=40),
                ),
                migrations.AlterField(
                    model_name='hold',
                    name='agent',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='holds', to='conversations.agent'),
                ),
                migrations.AlterField(
                    model_name='message',
                    name='conversation',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='messages', to='conversations.conversation'),
                ),
                migrations.AlterField(
                    model_name='message',
                    name='sender_user',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AlterField(
                    model_name='offer',
                    name='agent',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='offers', to='conversations.agent'),
                ),
                migrations.AlterField(
                    model_name='offer',
                    name='offered_by',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AlterField(
                    model_name='offer',
                    name='queue',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='conversations.queue'),
                ),
                migrations.AlterField(
                    model_name='offer',
                    name='supervisor',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AlterField(
                    model_name='participant',
                    name='user',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='participations', to=settings.AUTH_USER_MODEL),
                ),
                migrations.AlterField(
                    model_name='presencestay',
                    name='agent',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='presence_stays', to='conversations.agent'),
                ),
                migrations.AlterField(
                    model_name='routingdecision',
                    name='chosen',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='conversations.agent'),
                ),
                migrations.AlterField(
                    model_name='routingdecision',
                    name='conversation',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='routing_decisions', to='conversations.conversation'),
                ),
                migrations.AlterField(
                    model_name='routingdecision',
                    name='queue',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='conversations.queue'),
                ),
                migrations.AlterField(
                    model_name='session',
                    name='agent',
                    field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='conversations.agent'),
                ),
                migrations.AlterField(
                    model_name='session',
                    name='conversation',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='sessions', to='conversations.conversation'),
                ),
                migrations.AlterField(
                    model_name='session',
                    name='queue',
                    field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='conversations.queue'),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['queue', 'state', 'waiting_since'], name='conversation_ongoing'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('closed_at__isnull', True)), fields=['agent'], name='conversation_of_agent'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(fields=['customer', 'closed_at'], name='conversation_of_customer'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('first_accepted_at__isnull', False)), fields=['first_accepted_at', 'queue', 'first_queued_at'], name='conversation_accepted'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('first_accepted_at__isnull', True)), fields=['closed_at', 'queue', 'first_queued_at'], name='conversation_abandoned'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['kind'], name='event_by_kind'),
        ),
        migrations.AddIndex(
            model_name='event',
            index=models.Index(fields=['conversation', 'id'], name='event_in_order'),
        ),
        migrations.AddIndex(
            model_name='message',
            index=models.Index(fields=['conversation', 'id'], name='message_in_order'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(condition=models.Q(('ended_at__isnull', True)), fields=['agent'], name='offer_open_by_agent'),
        ),
        migrations.AddIndex(
            model_name='offer',
            index=models.Index(condition=models.Q(('ended_at__isnull', True), ('supervisor__isnull', False)), fields=['supervisor'], name='offer_open_by_supervisor'),
        ),
        migrations.AddIndex(
            model_name='participant',
            index=models.Index(condition=models.Q(('left_at__isnull', True)), fields=['user'], name='participant_present'),
        ),
        migrations.AddIndex(
            model_name='routingdecision',
            index=models.Index(fields=['conversation', 'id'], name='decision_in_order'),
        ),
        migrations.AddIndex(
            model_name='session',
            index=models.Index(fields=['conversation', 'id'], name='session_in_order'),
        ),
        migrations.AddIndex(
            model_name='conversation',
            index=models.Index(condition=models.Q(('closed_at__isnull', False)), fields=['closed_at'], name='conversation_closed'),
        ),
        migrations.AddIndex(
            model_name='participant',
            index=models.Index(condition=models.Q(('is_supervising', True), ('left_at__isnull', True)), fields=['seen_at'], name='participant_watching'),
        ),
        migrations.AddIndex(
            model_name='alert',
            index=models.Index(fields=['user', 'at'], name='alert_by_user'),
        ),
        migrations.RunPython(migrations.RunPython.noop, take_the_time),
    ]

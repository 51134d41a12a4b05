"""Names of models and columns that the admin translates; no table changes."""

import conversations.states
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('conversations', '0002_append_only'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='agent',
            options={'ordering': ('name', 'id'), 'verbose_name': 'agent', 'verbose_name_plural': 'agents'},
        ),
        migrations.AlterModelOptions(
            name='event',
            options={'ordering': ('id',), 'verbose_name': 'event', 'verbose_name_plural': 'events'},
        ),
        migrations.AlterModelOptions(
            name='queue',
            options={'ordering': ('priority', 'name'), 'verbose_name': 'queue', 'verbose_name_plural': 'queues'},
        ),
        migrations.AlterModelOptions(
            name='skill',
            options={'ordering': ('name',), 'verbose_name': 'skill', 'verbose_name_plural': 'skills'},
        ),
        migrations.AlterModelOptions(
            name='workstream',
            options={'ordering': ('name',), 'verbose_name': 'workstream', 'verbose_name_plural': 'workstreams'},
        ),
        migrations.AlterField(
            model_name='agent',
            name='name',
            field=models.CharField(max_length=120, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='agent',
            name='presence',
            field=models.CharField(choices=[('available', 'available'), ('busy', 'busy'), ('do_not_disturb', 'do not disturb'), ('away', 'away'), ('offline', 'offline'), ('inactive', 'inactive')], default=conversations.states.Presence['OFFLINE'], max_length=20, verbose_name='presence'),
        ),
        migrations.AlterField(
            model_name='agent',
            name='presence_since',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='presence since'),
        ),
        migrations.AlterField(
            model_name='agent',
            name='user',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='agent', to=settings.AUTH_USER_MODEL, verbose_name='user'),
        ),
        migrations.AlterField(
            model_name='agentskill',
            name='proficiency',
            field=models.PositiveSmallIntegerField(default=5, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10)], verbose_name='proficiency'),
        ),
        migrations.AlterField(
            model_name='agentskill',
            name='skill',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agent_skills', to='conversations.skill', verbose_name='skill'),
        ),
        migrations.AlterField(
            model_name='event',
            name='reason',
            field=models.CharField(blank=True, default='', max_length=500, verbose_name='reason'),
        ),
        migrations.AlterField(
            model_name='queue',
            name='method',
            field=models.CharField(choices=[('highest_capacity', 'highest capacity'), ('manual', 'manual')], default=conversations.states.Method['HIGHEST_CAPACITY'], max_length=24, verbose_name='method'),
        ),
        migrations.AlterField(
            model_name='queue',
            name='name',
            field=models.CharField(max_length=80, unique=True, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='queue',
            name='priority',
            field=models.PositiveSmallIntegerField(default=100, verbose_name='priority'),
        ),
        migrations.AlterField(
            model_name='queue',
            name='type',
            field=models.CharField(choices=[('messaging', 'messaging'), ('voice', 'voice'), ('record', 'record')], default=conversations.states.ChannelKind['MESSAGING'], max_length=20, verbose_name='type'),
        ),
        migrations.AlterField(
            model_name='skill',
            name='name',
            field=models.CharField(max_length=80, unique=True, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='workstream',
            name='channel',
            field=models.CharField(choices=[('live_chat', 'live chat'), ('persistent_chat', 'persistent chat'), ('sms', 'sms'), ('whatsapp', 'whatsapp'), ('messenger', 'messenger'), ('voice', 'voice'), ('record', 'record')], max_length=20, verbose_name='channel'),
        ),
        migrations.AlterField(
            model_name='workstream',
            name='name',
            field=models.CharField(max_length=80, unique=True, verbose_name='name'),
        ),
        migrations.AlterField(
            model_name='workstream',
            name='offer_seconds',
            field=models.PositiveIntegerField(default=120, validators=[django.core.validators.MinValueValidator(1)], verbose_name='offer countdown, seconds'),
        ),
        migrations.AlterField(
            model_name='workstream',
            name='queue',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='workstreams', to='conversations.queue', verbose_name='queue'),
        ),
        migrations.AlterField(
            model_name='workstream',
            name='units',
            field=models.PositiveIntegerField(default=20, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(10000)], verbose_name='units'),
        ),
    ]

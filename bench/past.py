"""The statements by which a database makes up its past, PostgreSQL and SQLite alike.

Filled by `bench.history`: `{ago[...]}` is the moment so many seconds ago, `{json}` says
that a text is JSON. `age` counts from the end of a conversation, all in seconds.
"""

from __future__ import annotations

NUMBERS = """
WITH RECURSIVE n(i) AS (
    SELECT CAST({low} AS bigint) UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {high}
), c AS (
    SELECT i, {first} + i AS id, {queue} + i % {queues} AS queue_id,
        {stream} + i % {queues} AS stream_id,
        {customer} + i % {customers} AS customer_id,
        {agent} + (i * 7) % {agents} AS agent_id,
        5 + i % 170 AS wait, 60 + (i * 13) % 600 AS talk,
        i % 12 = 0 AS abandoned, i % {every} = 0 AS detailed,
        CASE WHEN i >= {closed} THEN 60
            WHEN i >= {closed} - {today}
            THEN ({closed} - i - 1) * {since_midnight} / {today}
            ELSE 86400 + ({closed} - i) * {old} / {closed} END AS age
    FROM n
)
"""
"""One row for each conversation, older ones first, the last of them today."""

CLOSED = """
INSERT INTO conversations_conversation (
    id, customer_id, workstream_id, channel, queue_id, agent_id, previous_id, subject,
    language, skills, units, priority, at_front, state, phase, status_reason, elevated,
    bot_name, version, state_version, opened_at, queued_at, state_since, accepted_at,
    first_queued_at, first_accepted_at, waited_seconds, last_customer_message_at,
    transfer_count, closed_at, closes_kind, hand_text, notes, skills_waived,
    consent_text_version, mood_level, mood_trend, mood_points)
{numbers}
SELECT c.id, c.customer_id, c.stream_id, w.channel, c.queue_id,
    CASE WHEN abandoned THEN NULL ELSE c.agent_id END,
    CASE WHEN i >= {customers} AND w.channel IN ('whatsapp', 'sms') AND i % 10 < 3
        THEN c.id - {customers} END,
    'Parcel ' || i, 'en', '[]'{json}, w.units, 100, FALSE, 'closed', '',
    CASE WHEN abandoned THEN 'customer_left' ELSE 'closed_by_agent' END, '', '',
    5 + i % 4, 4, {ago[age + talk + wait]}, {ago[age + talk + wait]}, {ago[age]},
    CASE WHEN abandoned THEN NULL ELSE {ago[age + talk]} END,
    {ago[age + talk + wait]},
    CASE WHEN abandoned THEN NULL ELSE {ago[age + talk]} END,
    CASE WHEN abandoned THEN NULL ELSE wait END, {ago[age + 10]}, 0, {ago[age]},
    '', '', '', FALSE, '', 'neutral', 'steady', '[]'{json}
FROM c JOIN conversations_workstream w ON w.id = c.stream_id
"""

HANDLED = (
    """
INSERT INTO conversations_session
    (conversation_id, queue_id, agent_id, bot_name, opened_at, accepted_at, closed_at,
    reason)
{numbers}
SELECT id, queue_id, CASE WHEN abandoned THEN NULL ELSE agent_id END, '',
    {ago[age + talk + wait]}, CASE WHEN abandoned THEN NULL ELSE {ago[age + talk]} END,
    {ago[age]},
    CASE WHEN abandoned THEN 'customer_disconnected' ELSE 'ended_by_agent' END
FROM c
""",
    """
INSERT INTO conversations_offer
    (conversation_id, agent_id, queue_id, kind, state, units_over, handed_over, text,
    created_at, expires_at, ended_at)
{numbers}
SELECT id,
    CASE WHEN k.j = 0 THEN agent_id ELSE {agent} + (agent_id + k.j) % {agents} END,
    queue_id, 'work', CASE WHEN k.j = 0 THEN 'accepted' ELSE 'declined' END, 0, FALSE,
    '', {ago[age + talk + 2]}, {ago[age + talk - 40]}, {ago[age + talk]}
FROM c JOIN (SELECT 0 AS j UNION ALL SELECT 1) k ON k.j = 0 OR i % 7 = 0
WHERE NOT abandoned
""",
    """
INSERT INTO conversations_hold
    (conversation_id, agent_id, units, cause, taken_at, released_at)
{numbers}
SELECT id, agent_id, 10, 'session', {ago[age + talk]}, {ago[age]} FROM c
WHERE NOT abandoned
""",
    """
INSERT INTO conversations_participant
    (conversation_id, user_id, mode, is_supervising, is_added, name, joined_at, left_at,
    left_reason)
{numbers}
SELECT c.id, a.user_id, 'primary', FALSE, TRUE, a.name, {ago[age + talk]}, {ago[age]},
    'ended_by_agent'
FROM c JOIN conversations_agent a ON a.id = c.agent_id WHERE NOT abandoned
""",
    """
INSERT INTO conversations_routingdecision
    (conversation_id, queue_id, at, chosen_id, reason, summary, candidates)
{numbers}
SELECT id, queue_id, {ago[age + talk + 2]}, agent_id, '',
    '{{"capacity_exceeded": 2}}'{json},
    ('[[' || agent_id || ', "", 30, "available"]]'){json}
FROM c WHERE detailed AND NOT abandoned
""",
    """
INSERT INTO conversations_rating (conversation_id, at, score, comment)
{numbers}
SELECT id, {ago[age]}, 1 + i % 5, '' FROM c WHERE detailed AND i % 5 = 0
""",
)

MESSAGES = (
    """
INSERT INTO conversations_message
    (conversation_id, at, sender_kind, sender_user_id, sender_name, visibility,
    public_number, text, code, params, client_id, level)
{numbers}, k(j) AS (SELECT 0 UNION ALL SELECT j + 1 FROM k WHERE j < 5)
SELECT c.id, {ago[age + talk - talk * k.j / 6]},
    CASE WHEN k.j % 2 = 0 THEN 'customer' ELSE 'agent' END,
    CASE WHEN k.j % 2 = 0 THEN NULL ELSE a.user_id END,
    CASE WHEN k.j % 2 = 0 THEN 'Customer' ELSE a.name END, 'public', k.j + 1,
    'The blue parcel number ' || i || ' has not come to my house yet, part ' || k.j,
    '', '{{}}'{json}, '', CASE WHEN k.j % 2 = 0 THEN 'neutral' ELSE '' END
FROM c JOIN k ON k.j < 3 + i / {every} % 4
JOIN conversations_agent a ON a.id = c.agent_id WHERE detailed
ORDER BY i, j
""",
)

EVENTS = (
    """
INSERT INTO conversations_event
    (at, kind, actor_kind, actor_id, actor_name, conversation_id, changes, data, reason)
{numbers}, k(j, kind, actor) AS (VALUES
    (0, 'conversation.opened', 'customer'), (1, 'offer.made', 'system'),
    (2, 'offer.accepted', 'agent'), (3, 'message.received', 'customer'),
    (4, 'message.sent', 'agent'), (5, 'message.received', 'customer'),
    (6, 'message.sent', 'agent'), (7, 'notes.saved', 'agent'),
    (8, 'conversation.finished', 'agent'), (9, 'conversation.closed', 'agent'))
SELECT {ago[age + talk - talk * k.j / 10]}, k.kind, k.actor,
    CASE WHEN k.actor = 'agent' THEN a.user_id END,
    CASE WHEN k.actor = 'agent' THEN a.name ELSE '' END, c.id,
    ('[{{"kind": "conversation", "id": ' || c.id || ', "version": ' || (k.j + 1)
        || '}}]'){json},
    ('{{"queue": ' || c.queue_id || '}}'){json}, ''
FROM c JOIN k ON k.j < 6 + i / {every} % 5
JOIN conversations_agent a ON a.id = c.agent_id WHERE detailed
ORDER BY i, j
""",
)

OF_AGENTS = (
    """
INSERT INTO conversations_presencestay
    (agent_id, presence, label, set_by, reason, since, until)
WITH RECURSIVE n(age) AS (SELECT 400 UNION ALL SELECT age - 1 FROM n WHERE age > 1)
SELECT a.id, CASE WHEN age % 2 = 0 THEN 'available' ELSE 'offline' END, '', 'agent', '',
    {ago[86400 + age * 40000]}, {ago[86400 + age * 40000 - 39000]}
FROM conversations_agent a JOIN n ON 1 = 1
WHERE a.id >= {agent} AND a.id < {agent} + {agents}
""",
    """
INSERT INTO conversations_alert (user_id, conversation_id, at, level, kind, params)
SELECT a.user_id, c.id, c.closed_at, 'warning', 'sentiment_fell', '{{}}'{json}
FROM conversations_conversation c JOIN conversations_agent a ON a.id = c.agent_id
WHERE c.closed_at IS NOT NULL AND c.id % 100 = 0
""",
)

NEXT_ID = """
SELECT setval(pg_get_serial_sequence('conversations_conversation', 'id'), {next}, false)
"""

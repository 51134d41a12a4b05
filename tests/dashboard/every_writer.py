"""The table of all writers (`writers.py` has what they are made of)."""

from __future__ import annotations

from conversations.events import SYSTEM, Actor, Kind
from conversations.states import (
    Channel,
    Elevation,
    Presence,
    Situation,
    Visibility,
    WrapUpBlock,
)
from conversations.transitions import (
    arrival,
    handling,
    offering,
    staffing,
    supervising,
)
from supervisor import commands
from tests.dashboard import writers as w
from tests.dashboard.door_writers import AT_THE_DOORS
from tests.dashboard.place_writers import PLACES
from tests.dashboard.writers import Writer, as_watcher, by_boss, due, of_agent, on

S, C, K = Situation, Channel, Kind
TALK, OPEN = S.IN_CONVERSATION, S.OPEN
THREE_WORDS = [arrival.Words(text) for text in ("One", "Two", "Three")]
SMS = {"channel": C.PERSISTENT_CHAT}

ARRIVING = (
    Writer("arrival.open_conversation", K.OPENED, w.a_customer_comes),
    Writer("arrival.open_conversation bot", K.OPENED, w.a_bot_answers_first),
    Writer(
        "arrival.customer_writes",
        K.RECEIVED,
        on(TALK, lambda h, s: arrival.customer_writes(s, "This is awful!")),
    ),
    Writer(
        "arrival.customer_writes waiting",
        K.RECEIVED,
        on(S.WAITING, lambda h, s: arrival.customer_writes(s, "Again me")),
    ),
    Writer(
        "arrival.customer_writes_all",
        K.RECEIVED,
        on(TALK, lambda h, s: arrival.customer_writes_all(s, THREE_WORDS)),
    ),
    Writer("arrival.record_consent", K.CONSENT_RECORDED, on(TALK, w.consent)),
    Writer(
        "arrival.customer_ends open",
        K.CUSTOMER_ENDED,
        on(OPEN, lambda h, s: arrival.customer_ends(s, left=True)),
    ),
    Writer(
        "arrival.customer_ends",
        K.CUSTOMER_ENDED,
        on(TALK, lambda h, s: arrival.customer_ends(s)),
    ),
    Writer(
        "arrival.elevate",
        K.ELEVATED,
        on(TALK, lambda h, s: arrival.elevate(s, Elevation.VOICE)),
    ),
    Writer(
        "arrival.resolve",
        K.RESOLVED,
        on(TALK, lambda h, s: arrival.resolve(s, by=SYSTEM), channel=C.RECORD),
    ),
    Writer(
        "arrival.bot_writes",
        K.SENT,
        on(
            S.WITH_BOT,
            lambda h, s: arrival.bot_writes(s, "I am a bot."),
            text="Hello",
        ),
    ),
    Writer(
        "arrival.bot_escalates",
        K.BOT_ESCALATED,
        on(S.WITH_BOT, lambda h, s: arrival.bot_escalates(s)),
    ),
    Writer(
        "arrival.bot_ends",
        K.BOT_ENDED,
        on(S.WITH_BOT, lambda h, s: arrival.bot_ends(s)),
    ),
)

HANDLING = (
    Writer(
        "handling.pick",
        K.PICKED,
        on(OPEN, lambda h, s: handling.pick(s, s.agents[h.agent.pk], by=w.by_agent(h))),
    ),
    Writer(
        "handling.release",
        K.RELEASED,
        on(TALK, lambda h, s: handling.release(s, by=w.by_agent(h))),
    ),
    Writer(
        "handling.release with a transfer out",
        K.RELEASED,
        on(S.TRANSFER_PENDING, lambda h, s: handling.release(s, by=w.by_agent(h))),
    ),
    Writer(
        "handling.wait",
        K.WAITED,
        on(TALK, lambda h, s: handling.wait(s, by=w.by_agent(h)), **SMS),
    ),
    Writer(
        "handling.revive",
        K.REVIVED,
        on(S.WAITING, lambda h, s: handling.revive(s, by=w.by_agent(h))),
    ),
    Writer(
        "handling.finish",
        K.FINISHED,
        on(TALK, lambda h, s: handling.finish(s, by=w.by_agent(h))),
    ),
    Writer(
        "handling.close",
        K.CLOSED,
        on(S.WRAP_UP, lambda h, s: handling.close(s, by=w.by_agent(h))),
    ),
    Writer(
        "handling.write",
        K.SENT,
        on(TALK, lambda h, s: w.say(h, s, Visibility.PUBLIC)),
    ),
    Writer(
        "handling.write internal",
        K.SENT,
        on(TALK, lambda h, s: w.say(h, s, Visibility.INTERNAL)),
        silent=True,
    ),
    Writer("handling.write whisper", K.WHISPERED, on(TALK, w.whisper), silent=True),
)

OFFERING = (
    Writer(
        "offering.offer_work",
        K.OFFERED,
        on(
            OPEN,
            lambda h, s: offering.offer_work(s, s.agents[h.agent.pk], by=SYSTEM),
        ),
    ),
    Writer(
        "offering.offer_transfer",
        K.TRANSFERRED,
        on(
            TALK,
            lambda h, s: offering.offer_transfer(
                s, s.agents[h.second.pk], by=Actor.supervisor(h.boss)
            ),
        ),
    ),
    Writer(
        "offering.accept",
        K.ACCEPTED,
        on(
            S.AWAITING_ACCEPTANCE,
            lambda h, s: offering.accept(s, w.offer_of(s), by=w.by_agent(h)),
        ),
    ),
    Writer(
        "offering.accept transfer",
        K.ACCEPTED,
        on(
            S.TRANSFER_PENDING,
            lambda h, s: offering.accept(s, w.offer_of(s), by=w.by_agent(h)),
        ),
    ),
    Writer(
        "offering.decline",
        K.DECLINED,
        on(
            S.AWAITING_ACCEPTANCE,
            lambda h, s: offering.decline(s, w.offer_of(s), by=w.by_agent(h)),
        ),
    ),
    Writer(
        "offering.decline transfer",
        K.DECLINED,
        on(
            S.TRANSFER_PENDING,
            lambda h, s: offering.decline(s, w.offer_of(s), by=w.by_agent(h)),
        ),
    ),
    Writer("offering.time_out", K.TIMED_OUT, w.an_offer_times_out),
)

STAFFING = (
    Writer(
        "staffing.set_presence",
        K.PRESENCE_CHANGED,
        of_agent(lambda s: staffing.set_presence(s, Presence.AWAY, by=SYSTEM)),
    ),
    Writer(
        "staffing.set_capacity",
        K.CAPACITY_CHANGED,
        of_agent(lambda s: staffing.set_capacity(s, 77, by=SYSTEM)),
    ),
    Writer(
        "staffing.set_skills",
        K.SKILLS_CHANGED,
        of_agent(lambda s: staffing.set_skills(s, {"Danish": 7}, by=SYSTEM)),
    ),
    Writer("staffing.add_agent", K.AGENT_ADDED, w.an_agent_comes, silent=True),
    Writer(
        "staffing.rename_agent",
        K.AGENT_RENAMED,
        of_agent(lambda s: staffing.rename_agent(s, "Nora", by=SYSTEM)),
    ),
    Writer("staffing.disconnect", K.DISCONNECTED, of_agent(staffing.disconnect)),
    Writer(
        "staffing.reconnect",
        K.RECONNECTED,
        of_agent(staffing.reconnect, staffing.disconnect),
    ),
    Writer(
        "staffing.vanish", K.VANISHED, of_agent(staffing.vanish, staffing.disconnect)
    ),
    Writer(
        "staffing.lose_agent",
        K.AGENT_LOST,
        on(TALK, lambda h, s: staffing.lose_agent(s, h.agent.pk)),
    ),
    Writer(
        "staffing.lose_agent with a transfer out",
        K.AGENT_LOST,
        on(S.TRANSFER_PENDING, lambda h, s: staffing.lose_agent(s, h.agent.pk)),
    ),
)

CONFIGURING = (
    Writer("configuring.save_settings", K.SETTINGS_CHANGED, w.settings_change),
    Writer("configuring.add_queue", K.QUEUE_CHANGED, w.a_queue_comes, silent=True),
    Writer("configuring.save_queue name", K.QUEUE_CHANGED, w.a_queue_is_renamed),
    Writer("configuring.save_queue agents", K.QUEUE_CHANGED, w.a_queue_loses_members),
    Writer(
        "configuring.save_queue supervisors",
        K.SUPERVISORS_CHANGED,
        w.a_colleague_supervises,
        silent=True,
    ),
    Writer(
        "configuring.save_workstream",
        K.WORKSTREAM_CHANGED,
        w.a_workstream_changes,
        silent=True,
    ),
)

SUPERVISING = (
    Writer(
        "supervising.assign_to_queue",
        K.ASSIGNED_TO_QUEUE,
        on(OPEN, lambda h, s: supervising.assign_to_queue(s, h.other, by=SYSTEM)),
    ),
    Writer(
        "supervising.force_close",
        K.FORCE_CLOSED,
        on(
            S.TRANSFER_PENDING,
            lambda h, s: supervising.force_close(s, by=Actor.supervisor(h.boss)),
        ),
    ),
    Writer(
        "supervising.start_monitoring",
        K.MONITORING_STARTED,
        w.watched(w.start),
        silent=True,
    ),
    Writer("supervising.join", K.JOINED, w.watched(w.join), silent=True),
    Writer("supervising.leave", K.LEFT, w.watched(w.leave, w.join), silent=True),
    Writer(
        "supervising.stop_watching",
        K.MONITORING_ENDED,
        w.watched(w.stop, w.join),
        silent=True,
    ),
)

COMMANDS = (
    Writer(
        "commands.assign_to_agent",
        K.ASSIGNED,
        by_boss(OPEN, commands.assign_to_agent, agent=lambda h: h.agent.pk),
    ),
    Writer(
        "commands.assign_to_queue",
        K.ASSIGNED_TO_QUEUE,
        by_boss(OPEN, commands.assign_to_queue, queue=lambda h: h.other.pk),
    ),
    Writer(
        "commands.transfer",
        K.TRANSFERRED,
        by_boss(TALK, commands.transfer, agent=lambda h: h.second.pk),
    ),
    Writer("commands.force_close", K.FORCE_CLOSED, by_boss(TALK, commands.force_close)),
    Writer(
        "commands.monitor",
        K.MONITORING_STARTED,
        by_boss(TALK, commands.monitor),
        silent=True,
    ),
    Writer("commands.join", K.JOINED, by_boss(TALK, commands.join), silent=True),
    Writer(
        "commands.stop_monitoring",
        K.MONITORING_ENDED,
        as_watcher(commands.stop_monitoring),
        silent=True,
    ),
    Writer(
        "commands.leave", K.LEFT, as_watcher(commands.leave, joined=True), silent=True
    ),
    Writer(
        "commands.write whisper",
        K.WHISPERED,
        as_watcher(
            commands.write, text="Offer a refund.", visibility=Visibility.INTERNAL
        ),
        silent=True,
    ),
    Writer(
        "commands.write",
        K.SENT,
        as_watcher(
            commands.write, joined=True, text="Hello.", visibility=Visibility.PUBLIC
        ),
    ),
    Writer("agents.change_agent units", K.CAPACITY_CHANGED, w.she_sets_capacity),
    Writer("agents.change_agent presence", K.PRESENCE_CHANGED, w.she_sets_presence),
)

CLOCK = (
    Writer("clock.offer", K.TIMED_OUT, due(S.AWAITING_ACCEPTANCE, C.LIVE_CHAT, 121)),
    Writer(
        "clock.open", K.AUTO_CLOSED, due(OPEN, C.LIVE_CHAT, 61, open_close_seconds=60)
    ),
    Writer(
        "clock.active",
        K.AUTO_CLOSED,
        due(TALK, C.LIVE_CHAT, 61, active_close_seconds=60),
    ),
    Writer(
        "clock.active of a call",
        K.CALL_TIMED_OUT,
        due(TALK, C.VOICE, 61, active_close_seconds=60),
    ),
    Writer(
        "clock.waiting", K.AUTO_CLOSED, due(S.WAITING, C.PERSISTENT_CHAT, 28 * 86_401)
    ),
    Writer("clock.wrap_up", K.AUTO_CLOSED, due(S.WRAP_UP, C.LIVE_CHAT, 901)),
    Writer(
        "clock.wrap_up_units",
        K.UNITS_FREED,
        due(S.WRAP_UP, C.LIVE_CHAT, 61, wrap_up_block=WrapUpBlock.TIMED),
    ),
    Writer("clock.agent_grace", K.AGENT_LOST, w.grace_ends),
    Writer("router.route_all", K.OFFERED, w.routing_offers),
    Writer(
        "sweep.end_orphaned_watching",
        K.MONITORING_ENDED,
        w.an_orphan_is_swept,
        silent=True,
    ),
)

WRITERS = (
    *ARRIVING,
    *HANDLING,
    *OFFERING,
    *STAFFING,
    *CONFIGURING,
    *SUPERVISING,
    *COMMANDS,
    *CLOCK,
    *AT_THE_DOORS,
    *PLACES,
)

/**
 * The shapes that travel between server and browser, as JSDoc types. Nothing runs here.
 */

/** @typedef {number} Id */
/** @typedef {{id: Id, version: number}} Versioned */

/**
 * @typedef {"very_negative" | "negative" | "slightly_negative" | "neutral"
 *   | "slightly_positive" | "positive" | "very_positive" | "unknown"} SentimentLevel
 */
/**
 * @typedef {object} Sentiment
 * @property {SentimentLevel} level
 * @property {number | null} score
 * @property {"falling" | "rising" | "steady"} trend
 * @property {number[]} points oldest first, -1..1
 */
/** @typedef {{id: Id, kind: string, agent: Id, expires_at: string}} Offer */
/** @typedef {{reason: string, weight: number, since: string}} Attention */
/** @typedef {{kind: string, at: string}} Closes when it ends by itself, and why */
/** @typedef {{since: string, text: string}} Hand its agent asks for help */

/**
 * One conversation as the floor shows it.
 * @typedef {object} Row
 * @property {Id} id
 * @property {number} version
 * @property {number} state_version
 * @property {string} subject
 * @property {string} channel
 * @property {"messaging" | "voice" | "record"} channel_kind
 * @property {"voice" | "video" | null} elevated
 * @property {"open" | "active" | "waiting" | "wrap_up" | "closed"} state
 * @property {"awaiting_acceptance" | "in_conversation" | "with_bot"
 *   | "transfer_pending" | null} phase
 * @property {string} status_reason
 * @property {Id} queue
 * @property {Id | null} agent
 * @property {{name: string}} customer
 * @property {number} priority
 * @property {string} opened_at
 * @property {string | null} queued_at
 * @property {string} state_since
 * @property {string | null} accepted_at
 * @property {string | null} last_customer_message_at
 * @property {string | null} last_agent_message_at
 * @property {string | null} unanswered_since
 * @property {number} transfer_count
 * @property {Sentiment} sentiment
 * @property {Offer | null} offer
 * @property {Attention[]} attention
 * @property {number} units
 * @property {string} language
 * @property {boolean} consent_recorded
 * @property {string} workstream
 * @property {string | null} wait_since
 * @property {number | null} waited_seconds
 * @property {string} bot_name
 * @property {{name: string, proficiency: number}[]} skills
 * @property {Closes | null} closes
 * @property {Hand | null} hand
 */

/**
 * @typedef {object} Agent
 * @property {Id} id
 * @property {number} version
 * @property {number} state_version
 * @property {Id} user
 * @property {string} name
 * @property {string} presence
 * @property {string} presence_label
 * @property {string} presence_since
 * @property {string} presence_set_by
 * @property {string} presence_reason
 * @property {number} used_units
 * @property {number} total_units
 * @property {{name: string, proficiency: number}[]} skills
 */

/**
 * @typedef {object} Queue
 * @property {Id} id
 * @property {number} version
 * @property {string} name
 * @property {"messaging" | "voice" | "record"} type
 * @property {number} priority
 * @property {boolean} open
 * @property {string} method
 * @property {number} service_level_seconds
 * @property {Id[]} agents its members
 */

/**
 * @typedef {object} Settings
 * @property {number} version
 * @property {boolean} supervisor_monitor
 * @property {boolean} supervisor_assign
 * @property {boolean} supervisor_transfer
 * @property {boolean} force_close
 * @property {boolean} sentiment
 * @property {boolean} reason_mandatory
 * @property {"none" | "notice" | "consent"} consent_mode
 */

/**
 * @typedef {object} Me
 * @property {Id} id
 * @property {string} name
 * @property {string} username
 * @property {string[]} roles
 * @property {Id | null} agent
 * @property {Id[]} queues
 */

/**
 * @typedef {object} Tiles
 * @property {number} ongoing
 * @property {number} open
 * @property {number} active
 * @property {number} waiting
 * @property {number} wrap_up
 * @property {number} waiting_for_agent
 * @property {string | null} longest_wait_since
 * @property {number | null} longest_wait_target_seconds
 * @property {number} agents_available
 * @property {number} agents_on
 * @property {number} agents_total
 * @property {number} units_used
 * @property {number} units_total
 * @property {number | null} service_level
 * @property {number | null} abandon_rate
 * @property {number} accepted_today
 * @property {number} abandoned_today
 */

/** @typedef {{id: Id, version: number, reason: string, by?: string}} Gone */

/**
 * @typedef {object} Snapshot
 * @property {string} server_time
 * @property {string} compared_at
 * @property {string} hub
 * @property {number} tick
 * @property {string} digest
 * @property {Row[]} conversations
 * @property {Agent[]} agents
 * @property {Queue[]} queues
 * @property {Settings} settings
 * @property {Me} me
 * @property {Tiles} [metrics]
 */

/** @typedef {{type: "snapshot"} & Snapshot} SnapshotFrame */
/**
 * @typedef {object} HelloFrame
 * @property {"hello"} type
 * @property {number} protocol
 * @property {string} server_time
 * @property {number} pulse_seconds
 * @property {string} hub
 * @property {number} tick
 */
/**
 * @typedef {object} RowsFrame
 * @property {"rows"} type
 * @property {number} tick
 * @property {Row[]} [conversations]
 * @property {Agent[]} [agents]
 * @property {Queue[]} [queues]
 */
/**
 * @typedef {object} GoneFrame
 * @property {"gone"} type
 * @property {number} tick
 * @property {Gone[]} [conversations]
 * @property {Gone[]} [agents]
 * @property {Gone[]} [queues]
 */
/** @typedef {{type: "settings", tick: number, settings: Settings}} SettingsFrame */
/** @typedef {{type: "metrics", tick: number, tiles: Tiles}} MetricsFrame */
/**
 * @typedef {object} AlertFrame
 * @property {"alert"} type
 * @property {string | number} id
 * @property {"info" | "warning" | "critical"} level
 * @property {string} kind
 * @property {string} text
 * @property {Id | null} conversation
 * @property {Record<string, unknown>} params
 */
/**
 * @typedef {object} PulseFrame
 * @property {"pulse"} type
 * @property {string} server_time
 * @property {string} compared_at
 * @property {number} [steady_now] seconds on the hub's own clock
 * @property {number} [steady_compared] when its last comparison began, on that clock
 * @property {string} hub
 * @property {number} tick
 * @property {string} digest
 * @property {number} count
 * @property {number} settings_version
 */
/** @typedef {{type: "resync", reason: string}} ResyncFrame */
/** @typedef {{type: "bye", retry_ms: [number, number]}} ByeFrame */
/** @typedef {RowsFrame | GoneFrame | SettingsFrame | MetricsFrame} ChangeFrame */
/**
 * @typedef {ChangeFrame | SnapshotFrame | HelloFrame | AlertFrame | PulseFrame
 *   | ResyncFrame | ByeFrame} Frame
 */

/** @typedef {"ok" | "ahead" | "stale"} Verdict */

/**
 * What one frame did to the store.
 * @typedef {object} Change
 * @property {boolean} snapshot everything may be different
 * @property {Set<Id>} conversations changed, added or confirmed
 * @property {Departure[]} gone
 * @property {Set<Id>} agents changed, added or removed
 * @property {Set<Id>} queues changed, added or removed
 * @property {boolean} settings
 * @property {boolean} metrics
 */
/** @typedef {{id: Id, reason: string, by: string, row: Row}} Departure */

/**
 * @typedef {{kind: "live", age: number} | {kind: "catching_up"}
 *   | {kind: "reconnecting", asOf: string | null}
 *   | {kind: "polling", asOf: string | null}} Freshness
 */

/** @typedef {unknown} TimerHandle */
/**
 * The world outside, handed in so that tests own time and chance.
 * @typedef {object} Timers
 * @property {(run: () => void, ms: number) => TimerHandle} setTimeout
 * @property {(handle: TimerHandle) => void} clearTimeout
 * @property {() => number} now milliseconds
 * @property {() => number} random 0..1
 */

export {};

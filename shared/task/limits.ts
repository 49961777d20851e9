/** Every limit of the service, with its reason. Sizes are in bytes of UTF-8, times in milliseconds unless named otherwise. */

const KIB = 1024;
const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
/** A day. */
export const DAY_MS = 24 * HOUR_MS;

/** One input, as JSON. A DynamoDB item holds 400 KB, so a payload row of this size always fits beside its key. */
export const MAX_INPUT_BYTES = 256 * KIB;
/** One output, as JSON; for the same reason. */
export const MAX_OUTPUT_BYTES = 256 * KIB;
/** A request body: the largest input, escaped generously, and the members around it. API Gateway would take 10 MB. */
export const MAX_BODY_BYTES = 1024 * KIB;
/** An output in the event of a task's end; a bus takes 1 MB, but bills each 64 KB as an event of its own. */
export const MAX_EVENT_OUTPUT_BYTES = 64 * KIB;
/** Nesting of an input or output. Recursion over JSON is safe to this depth in every runtime, and no record is deeper. */
export const MAX_JSON_DEPTH = 64;
/** A tenant: it stands in every key, of which DynamoDB takes 2,048 bytes, beside an id, a status or a shard. */
export const MAX_TENANT_BYTES = KIB;
/** Length of an action's name, which every row and log line carries. */
export const MAX_ACTION_NAME_LENGTH = 64;
/** Length of an Idempotency-Key, as the IETF draft's implementers agree on. */
export const MAX_IDEMPOTENCY_KEY_LENGTH = 255;
/** A stored error's message. Longer ones are cut: the whole text belongs in the log. */
export const MAX_ERROR_MESSAGE_BYTES = KIB;
/** A progress message: it stands in the task row, where every write is paid by the KB. */
export const MAX_PROGRESS_MESSAGE_BYTES = 128;

/** Tasks of one request to create many: what one invocation stores and sends well within its time. */
export const MAX_BATCH_TASKS = 100;
/** Tasks of one page of a list; each is at most 2 KB of JSON there. */
export const MAX_PAGE_TASKS = 100;
/** The same when the caller does not say. */
export const DEFAULT_PAGE_TASKS = 50;

/** The longest bounded wait: API Gateway cuts a request at 30 s, and an answer needs time to travel. */
export const MAX_WAIT_SECONDS = 20;

/** The first pause of a wait: shorter ones cost more reads than they save time. Later ones grow up to 20 times that. */
export const WAIT_SLEEP_MS = 50;

/** Attempts a task gets unless its action says otherwise. */
export const DEFAULT_MAX_ATTEMPTS = 3;
/** The most attempts an action may ask for: with 15 min between them, more would outlive the default deadline. */
export const MAX_ATTEMPTS = 100;
/** An action's time unless it says otherwise. */
export const DEFAULT_ACTION_TIMEOUT_MS = MINUTE_MS;
/** Lambda's own limit of 15 min. */
export const MAX_ACTION_TIMEOUT_MS = 15 * MINUTE_MS;

/** First pause before a retry, doubled for each further one, then drawn with full jitter. */
export const BACKOFF_BASE_MS = 5 * SECOND_MS;
/** The longest pause before a retry. */
export const BACKOFF_CAP_MS = 15 * MINUTE_MS;

/** A lease covers at most this much of an attempt before it must be renewed, so that a dead worker is noticed soon. */
export const LEASE_SPAN_MS = 90 * SECOND_MS;
/** What a lease adds to the work it covers: time to write the end, and for clocks that differ. */
export const LEASE_GRACE_MS = 30 * SECOND_MS;
/** Clocks of the functions may differ by this much before a promise that depends on time weakens. */
export const CLOCK_SKEW_MS = 5 * SECOND_MS;
/** What an attempt leaves of its Lambda's time: two writes, each retried, before the sandbox dies. */
export const STOP_MARGIN_MS = 5 * SECOND_MS;
/** With less time left than this an attempt is not begun: it would spend itself on nothing. */
export const MIN_ATTEMPT_MS = SECOND_MS;

/** A task ends by its deadline: a day after it was created, unless it says otherwise. */
export const DEFAULT_DEADLINE_MS = 24 * HOUR_MS;
/** The latest deadline after a task's start: its message must outlive it, and a queue keeps one for 14 days. */
export const MAX_DEADLINE_MS = 13 * DAY_MS;
/** The furthest start: a year, with a day for leap years. */
export const MAX_START_AHEAD_MS = 366 * DAY_MS;
/** How long an ended task stays readable. */
export const DEFAULT_RETENTION_MS = 7 * DAY_MS;
/** Payload rows outlive their task row by this much, so that a readable task never misses its input. */
export const PAYLOAD_EXTRA_RETENTION_MS = 24 * HOUR_MS;
/** When somebody must look at a new task: by then its message was delivered, or lost. */
export const FIRST_LOOK_MS = 2 * MINUTE_MS;

/** How often the clock looks for open tasks whose time has come. */
export const RECONCILER_INTERVAL_MS = MINUTE_MS;
/** An open task that should have been looked at so long ago tells that nobody looks: the clock misses a minute or two, and the index lags, when all is well. */
export const OVERDUE_LOOK_MS = 10 * MINUTE_MS;
/** The gap between two looks at a task doubles up to this. */
export const MAX_LOOK_GAP_MS = 15 * MINUTE_MS;
/** The same for a task that waits in a backlog: its message is probably there, and each one sent again makes the queue longer. */
export const MAX_BACKLOG_LOOK_GAP_MS = 4 * HOUR_MS;
/** A delayed task is sent when its start is this near, and looked at then: the longest delay that SQS takes. */
export const MAX_QUEUE_DELAY_MS = 15 * MINUTE_MS;
/** A dead letter's task that was sent this often more is given up: something in its way does not go away. */
export const MAX_DISPATCHES = 10;

/** The task row's size up to which input and output stay in it: DynamoDB bills a write per KB of the whole row. */
export const MAX_INLINE_ROW_BYTES = KIB;
/** Kept free in a new row for what a claim and the end add to it, so that these writes stay within one unit. */
export const ROW_RESERVE_BYTES = 256;
/** Shards of the indexes: one partition takes 1,000 writes a second, a task costs one or two. It may grow, never shrink. */
export const INDEX_SHARDS = 8;

/** Index entries that one page of a list reads, as a rule: those of open tasks are of all tenants, and a page must be short of a second. */
export const MAX_LISTED_ENTRIES = 1000;
/** Task rows that one page of a list reads: a filter by action may drop most of them, and each costs half a read unit or more. */
export const MAX_LISTED_ROWS = 400;

/** Messages a worker takes at once. */
export const WORKER_BATCH_SIZE = 10;
/** A worker's time by default. */
export const WORKER_TIMEOUT_SECONDS = 300;
/** The least time that a worker may have: the margin at its end, and as much again for an attempt to begin with. */
export const MIN_WORKER_TIMEOUT_SECONDS = 10;
/** Lambda's own limit. */
export const MAX_WORKER_TIMEOUT_SECONDS = 900;
/** The reconciler's time: it is done before the clock's next minute. */
export const RECONCILER_TIMEOUT_SECONDS = 50;
/** AWS's advice for a queue that feeds a function: its visibility timeout is six function timeouts. */
export const VISIBILITY_TIMEOUTS = 6;
/** Deliveries before a message goes to the dead letters; throttles count too, so AWS advises at least 5. */
export const MAX_RECEIVE_COUNT = 5;
/** A message lives as long as SQS allows, longer than any deadline. */
export const QUEUE_RETENTION_DAYS = 14;

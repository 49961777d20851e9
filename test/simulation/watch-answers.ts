import { MAX_WAIT_SECONDS } from '../../shared/task/limits.ts';
import { isExpired } from '../../shared/task/task-row.ts';
import { claimIdOf } from '../../shared/task/identity.ts';
import { readCompletionToken } from '../../shared/task/completion-token.ts';
import type { KnownTask, RowWatcher } from './watch-rows.ts';
import { identityOf } from './request.ts';
import type { Request } from './request.ts';
import type { Universe } from './sim-process.ts';

/** What a caller was told of a task. */
interface Answer {
  readonly id: string;
  /** By true time. */
  readonly askedAt: number;
  readonly waitSeconds: number;
  readonly isDisturbed: boolean;
  readonly status: number | undefined;
  readonly body: string;
  readonly etag: string | undefined;
}

/** What is looked at in the answer of a fetch. */
interface Shown {
  readonly createdAt: string;
  readonly finalStatus: string | null;
  readonly input: unknown;
  readonly output?: unknown;
}

/** Checks what callers are told. */
export interface AnswerWatcher {
  /** A fetch or a wait was answered. */
  onFetched(answer: Answer): void;
  /** A create was answered with a task. */
  onCreated(request: Request, id: string, createdAt: number): void;
  /** A process has answered that it could not create a task, and whether the task is stored all the same. */
  onUncreated(process: string, taskCreated: boolean | undefined): void;
  /** The processes that answered that no task is stored. */
  readonly denied: ReadonlySet<string>;
  /** Anything that leaves the service where nobody may read secrets: a line of a log, a problem. */
  onPublished(text: string): void;
  /** A secret that must not get there. */
  onSecret(secret: string): void;
}

/** The marker of all secrets in inputs, outputs and keys. */
const SECRET = 'SECRET';

/** The last read of a wait, and its payloads, take no longer where nothing is slow. */
const CONFIRMED_MS = 200;

/** Makes one. */
export function watchAnswers(
  { engine, faults, recorder }: Universe,
  watcher: RowWatcher,
  writers: ReadonlySet<string>,
): AnswerWatcher {
  const seen = new Map<string, { readonly finalStatus: string; readonly at: number }>();
  const ids = new Map<string, string>();
  /** The representations of each task, by their ETags. */
  const bodiesOf = new Map<string, Map<string, string>>();
  const requests = new Map<string, Request>();
  const tokens = new Set<string>();
  const denied = new Set<string>();
  const skew = faults.skewBoundMs;
  const nameOf = (id: string, createdAt: number) => `${id} ${createdAt}`;

  function onFetched(answer: Answer): void {
    const { id, status, body, askedAt, waitSeconds, isDisturbed } = answer;
    const tookMs = engine.now() - askedAt;
    const boundMs = (isDisturbed ? MAX_WAIT_SECONDS + 9 : waitSeconds + 1) * 1000;
    recorder.check('I12', tookMs <= boundMs, id, () => `a wait of ${waitSeconds} s took ${tookMs} ms`);
    if (status === 404) return absent(id, askedAt);
    const isBroken = status !== 200 && !isDisturbed;
    recorder.check('I11', !isBroken, id, () => `nothing failed, and a fetch was answered with ${status}`);
    if (status !== 200) return onPublished(body);
    const shown: Shown = JSON.parse(body);
    checkInput(id, shown);
    const task = find(id, Date.parse(shown.createdAt));
    recorder.check('I17', task !== undefined, id, () => 'a task was shown that was never created');
    if (!isDisturbed && shown.finalStatus === null) checkOpen(answer, task?.final?.at);
    if (task === undefined) return;
    present(task, shown, askedAt);
    checkEtag(task.nonce, answer);
  }

  function checkEtag(nonce: string, { id, body, etag = '' }: Answer): void {
    const bodies = bodiesOf.get(nonce) ?? new Map<string, string>();
    bodiesOf.set(nonce, bodies);
    const isNew = ![...bodies.values()].includes(body);
    recorder.check(
      'I3',
      isNew !== bodies.has(etag),
      id,
      () => `the ETag ${etag} stands for two representations, or none`,
    );
    bodies.set(etag, body);
  }

  /** Where nothing is slow, who is told that a task is open has waited as long as asked, and it was open until just now. */
  function checkOpen({ id, askedAt, waitSeconds }: Answer, endedAt: number | undefined): void {
    const now = engine.now();
    const isPatient = now - askedAt >= waitSeconds * 1000;
    recorder.check(
      'I12',
      isPatient,
      id,
      () => `a wait of ${waitSeconds} s gave up after ${now - askedAt} ms`,
    );
    const isTrue = (endedAt ?? now) >= now - CONFIRMED_MS;
    recorder.check('I11', isTrue, id, () => 'an ended task was shown as open');
  }

  function present({ nonce, key: { id, tenant }, final }: KnownTask, shown: Shown, askedAt: number): void {
    recorder.check('I9', tenant === 'default', id, () => 'a task of another tenant was shown');
    const before = seen.get(nonce);
    const isLess = before !== undefined && before.at < askedAt && shown.finalStatus !== before.finalStatus;
    recorder.check(
      'I11',
      !isLess,
      id,
      () => `${before?.finalStatus} was shown, and then ${shown.finalStatus}`,
    );
    if (shown.finalStatus === null) return;
    recorder.check(
      'I11',
      shown.finalStatus === final?.status,
      id,
      () => `${shown.finalStatus} was shown of a task that is ${final?.status}`,
    );
    if (final === undefined) return;
    recorder.check('I17', !isExpired(final.row, askedAt - skew), id, () => 'an expired task was shown');
    const output = shown.output === undefined ? undefined : JSON.stringify(shown.output);
    recorder.check('I2', output === final.output, id, () => 'a reader got another output than was stored');
    if (before === undefined) seen.set(nonce, { finalStatus: shown.finalStatus, at: engine.now() });
  }

  /** A task that was accepted has the input of its request, whoever else has asked with the same key. */
  function checkInput(id: string, { createdAt, input }: Shown): void {
    const request = requests.get(nameOf(id, Date.parse(createdAt)));
    if (request === undefined) return;
    const isSame = JSON.stringify(request.input) === JSON.stringify(input);
    recorder.check('I2', isSame, id, () => 'a reader got another input than was asked for');
  }

  /** Absent is a task that was never stored, or has expired by the reader's clock. */
  function absent(id: string, askedAt: number): void {
    const known = [...watcher.tasks.values()].filter(
      (task) => task.key.id === id && task.key.tenant === 'default',
    );
    const lost = known.find(
      ({ bornAt, final }) => bornAt < askedAt && !(final && isExpired(final.row, engine.now() + skew)),
    );
    recorder.check('I11', lost === undefined, id, () => 'a task that is there was not found');
  }

  function find(id: string, createdAt: number): KnownTask | undefined {
    return [...watcher.tasks.values()].find((task) => task.key.id === id && task.createdAt === createdAt);
  }

  function onPublished(text: string): void {
    const isSafe = !text.includes(SECRET) && ![...tokens].some((token) => text.includes(token));
    recorder.check('I16', isSafe, '', () => `published: ${text}`);
  }

  return {
    onFetched,
    onCreated(request, id, createdAt) {
      const identity = identityOf(request);
      const first = ids.get(identity) ?? id;
      ids.set(identity, first);
      recorder.check('I8', first === id, id, () => `a request made ${first} before`);
      const task = nameOf(id, createdAt);
      const owner = requests.get(task) ?? request;
      requests.set(task, owner);
      recorder.check(
        'I8',
        identityOf(owner) === identity,
        id,
        () => 'two different requests were answered with one task',
      );
      recorder.check(
        'I4',
        find(id, createdAt) !== undefined,
        id,
        () => 'a task was accepted that is not stored',
      );
    },
    onUncreated(process, taskCreated) {
      if (taskCreated === false) denied.add(process);
      if (taskCreated === true)
        recorder.check('I4', writers.has(process), '', () => `${process} claims to have stored a task`);
    },
    denied,
    onPublished,
    onSecret: (token) => {
      const secret = readCompletionToken(token)?.secret ?? token;
      tokens.add(secret);
      tokens.add(claimIdOf(secret));
    },
  };
}

import { marshall } from '@aws-sdk/util-dynamodb';
import { createEvents } from '../../functions/events/events.ts';
import { itemOf } from '../../shared/aws/row-attributes.ts';
import type { BusEvent, EventBus, PutOutcome } from '../../shared/task/event-bus.ts';
import type { TaskRow } from '../../shared/task/task-row.ts';
import { invoke } from './invoke.ts';
import type { SimProcess, Universe } from './sim-process.ts';
import type { Table } from './table.ts';

/** The table's stream, the function that it feeds, and the bus behind it. */
export interface EventStream {
  /** A write has left the row as it is. */
  onImage(row: TaskRow): void;
  /** The ids of the events that the bus has taken, by the task that they tell of and the moment of its end. */
  readonly accepted: readonly { readonly id: string; readonly subject: string; readonly type: string }[];
  /** What was kept as unsent. */
  readonly unsent: readonly string[];
}

const BATCH = 100;
const TIMEOUT_MS = 60_000;
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;

/** Starts a stream, which brings a batch again until it is told that it was dealt with. */
export function startEventStream(universe: Universe, table: Table): EventStream {
  const { engine, chance, faults, recorder } = universe;
  const records: { readonly sequence: number; readonly image: unknown }[] = [];
  const accepted: { id: string; subject: string; type: string }[] = [];
  const unsent: string[] = [];
  let position = 0;
  let isBusy = false;
  let pauseMs = FIRST_PAUSE_MS;

  function busFor(process: SimProcess): EventBus {
    const put = (events: readonly BusEvent[]) => {
      const apply = async () => events.map(take);
      const call = { service: 'bus', step: 'put events', reads: false, about: '', apply } as const;
      const failed: PutOutcome = { kind: 'failed', code: 'Unavailable', message: 'The bus is away.' };
      return process.call(call).catch(() => events.map(() => failed));
    };
    return { put };
  }

  function take({ type, detail }: BusEvent): PutOutcome {
    if (faults.ofCall('bus', false) === 'throttled')
      return { kind: 'failed', code: 'ThrottlingException', message: 'The bus is busy.' };
    const { id, subject }: { id: string; subject: string } = JSON.parse(detail);
    accepted.push({ id, subject, type });
    return { kind: 'accepted' };
  }

  function pump(): void {
    const away = faults.awayUntil('stream mapping');
    if (away !== undefined) return void engine.at(away, pump);
    const batch = records.slice(position, position + BATCH);
    if (isBusy || batch.length === 0) return;
    isBusy = true;
    recorder.watch(deliver(batch));
  }

  async function deliver(batch: typeof records): Promise<void> {
    const Records = batch.map(({ sequence, image }) => ({
      dynamodb: { SequenceNumber: String(sequence), NewImage: image },
    }));
    const invocation = await invoke(universe, 'events', TIMEOUT_MS, (process, context) =>
      createEvents({
        storage: table.storageFor(process),
        bus: busFor(process),
        unsent: { keep: async (body) => void unsent.push(body) },
        clock: process.clock,
        logger: process.logger,
        source: 'urn:task-system:simulation',
        apiUrl: 'https://example.com/v1',
      })({ Records }, context),
    );
    const failure =
      invocation.kind === 'answered'
        ? invocation.value.batchItemFailures[0]?.itemIdentifier
        : String(batch[0]?.sequence);
    isBusy = false;
    if (failure === undefined) {
      if (!faults.happens('record delivered twice')) position += batch.length;
      pauseMs = FIRST_PAUSE_MS;
      engine.at(engine.now(), pump);
      return;
    }
    position = records.findIndex(({ sequence }) => String(sequence) === failure);
    pauseMs = Math.min(LONGEST_PAUSE_MS, 2 * pauseMs);
    engine.at(engine.now() + pauseMs, pump);
  }

  return {
    accepted,
    unsent,
    onImage(row) {
      // The mapping's filter: https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html
      if (row.finalStatus === undefined) return;
      records.push({ sequence: records.length + 1, image: marshall(itemOf(row)) });
      engine.at(engine.now() + chance.between(50, 1000), pump);
    },
  };
}

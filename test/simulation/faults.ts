import type { Chance } from './chance.ts';
import type { Engine } from './engine.ts';

/** What may go wrong with one call of a port. */
export const callFaults = [
  'crash before',
  'crash after',
  'throttled',
  'answer lost',
  'applied late',
  'applied twice',
  'slow',
] as const;

/** One of {@link callFaults}, or none. */
export type CallFault = 'none' | (typeof callFaults)[number];

/** What may go wrong beside calls. */
type WorldFault =
  | 'sudden death'
  | 'cut off'
  | 'delivered twice'
  | 'delivered after deletion'
  | 'invocation throttled'
  | 'response lost'
  | 'index lags'
  | 'read lags'
  | 'two reconcilers'
  | 'record delivered twice'
  | 'old receipt deletes';

/** What can be away for a while. */
type Service = 'storage' | 'queue' | 'bus' | 'worker mapping' | 'clock' | 'stream mapping';

/**
 * What a world is like. In a calm one nothing fails, and every clock is right; in a slow one attempts are long, deadlines near, and workers die
 * often; in a parking one tasks are parked, and many of them cancelled before. What happens there is rare in a mixed one.
 */
const moods = [
  'calm',
  'slow',
  'parking',
  'mixed',
  'mixed',
  'mixed',
  'mixed',
  'mixed',
  'mixed',
  'mixed',
] as const;

/** See {@link moods}. */
export type Mood = (typeof moods)[number];

/** The faults of one world. */
export interface Faults {
  /** No fault happens from this moment on; clocks stay as they are. */
  readonly calmFrom: number;
  readonly mood: Mood;
  /** The most by which a clock is wrong, in milliseconds. */
  readonly skewBoundMs: number;
  ofCall(service: 'storage' | 'queue' | 'bus', reads: boolean): CallFault;
  happens(fault: WorldFault): boolean;
  /** Whether a service is there now; if not, when it will be. */
  awayUntil(service: Service): number | undefined;
}

const MINUTE_MS = 60_000;
const services: readonly Service[] = ['storage', 'queue', 'bus', 'worker mapping', 'clock', 'stream mapping'];
/** Twice the half is the margin of 5 s within which two clocks may differ. */
const WITHIN_MARGIN_MS = 2500;
const FAR_BEYOND_MS = 5 * MINUTE_MS;

/** Draws the faults of a world: which kinds there are, how frequent they are, and what is away when. Worlds that have few kinds find other paths than those that have all. */
export function drawFaults(engine: Engine, chance: Chance): Faults {
  const start = engine.now();
  const mood = chance.pick(moods);
  const isCalm = mood === 'calm';
  const calmFrom = isCalm
    ? start
    : start +
      chance.pick([chance.between(2, 40), chance.between(2, 40), chance.between(60, 120)]) * MINUTE_MS;
  const skewBoundMs = isCalm ? 0 : chance.pick([0, WITHIN_MARGIN_MS, WITHIN_MARGIN_MS, FAR_BEYOND_MS]);
  const kinds = callFaults.filter(() => chance.happens(0.5));
  const rate = kinds.length === 0 ? 0 : chance.pick([0, 0.02, 0.06, 0.15, 0.25]);
  const worldRate = mood === 'slow' ? 0.4 : chance.pick([0, 0.05, 0.2, 0.4]);
  const rates = new Map<WorldFault, number>(
    mood === 'slow'
      ? [
          ['sudden death', 0.4],
          ['cut off', 0.3],
        ]
      : [],
  );
  const outages = services.flatMap((service) => {
    if (isCalm || !chance.happens(0.15)) return [];
    const from = start + chance.between(0, 30 * MINUTE_MS);
    return [{ service, from, until: Math.min(calmFrom, from + chance.between(1, 90) * MINUTE_MS) }];
  });

  function rateOf(fault: WorldFault): number {
    const drawn = rates.get(fault) ?? (chance.happens(0.6) ? worldRate : 0);
    rates.set(fault, drawn);
    return drawn;
  }

  function awayUntil(service: Service): number | undefined {
    const now = engine.now();
    return outages.find((outage) => outage.service === service && outage.from <= now && now < outage.until)
      ?.until;
  }

  const isOver = () => isCalm || engine.now() >= calmFrom;
  return {
    calmFrom,
    mood,
    skewBoundMs,
    awayUntil,
    happens: (fault) => !isOver() && chance.happens(rateOf(fault)),
    ofCall(service, reads) {
      if (isOver()) return 'none';
      if (awayUntil(service) !== undefined) return 'throttled';
      if (!chance.happens(rate)) return 'none';
      const kind = kinds[chance.between(0, kinds.length - 1)] ?? 'none';
      // A read has nothing to apply.
      return reads && (kind === 'applied late' || kind === 'applied twice') ? 'answer lost' : kind;
    },
  };
}

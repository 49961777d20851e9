/** Something that will happen at a moment; cancelled, it does not. */
export interface Planned {
  readonly at: number;
  cancelled: boolean;
}

interface Entry extends Planned {
  readonly order: number;
  readonly run: () => void;
}

/** The time of a simulated world: what is planned happens one after the other, and time jumps from one to the next. */
export interface Engine {
  /** True time, in milliseconds since 1970, which no clock in the world need agree with. */
  now(): number;
  /** Plans `run` for a moment, at the earliest now, in whole milliseconds. What is planned for the same moment happens in the order of planning. */
  at(time: number, run: () => void): Planned;
  /** Lets everything happen until nothing is planned before `until`; answers how many steps that took. */
  run(until: number): Promise<number>;
}

/** Makes an engine whose time begins at `start`. */
export function createEngine(start: number): Engine {
  const heap: Entry[] = [];
  let now = start;
  let planned = 0;

  function isBefore(a: Entry, b: Entry): boolean {
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  function push(entry: Entry): void {
    let index = heap.length;
    heap.push(entry);
    while (index > 0) {
      const parent = (index - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !isBefore(entry, above)) break;
      heap[index] = above;
      index = parent;
    }
    heap[index] = entry;
  }

  function pop(): Entry | undefined {
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      const left = heap[2 * index + 1];
      const right = heap[2 * index + 2];
      const isRight = right !== undefined && left !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (child === undefined || !isBefore(child, last)) break;
      heap[index] = child;
      index = 2 * index + (isRight ? 2 : 1);
    }
    heap[index] = last;
    return first;
  }

  return {
    now: () => now,
    at(time, run) {
      planned += 1;
      const entry = { at: Math.max(now, Math.ceil(time)), order: planned, run, cancelled: false };
      push(entry);
      return entry;
    },
    async run(until) {
      let steps = 0;
      for (;;) {
        const [next] = heap;
        if (next === undefined || next.at > until) return steps;
        pop();
        if (next.cancelled) continue;
        now = next.at;
        next.run();
        steps += 1;
        await settle();
      }
    },
  };
}

/** Lets everything go on that waits for nothing but promises; only the engine lets anything else happen. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

import path from 'node:path';
import { Worker } from 'node:worker_threads';

/** What the thread is asked for. */
export interface SynthesisRequest {
  /** Directory of the cloud assembly. */
  readonly outdir: string;
  /** The file that lists the actions. */
  readonly actions: string;
}

/** What it answers: a fault is one sentence. */
export type SynthesisAnswer = Assembly | { readonly fault: string };

/** A cloud assembly, and what it was made of. */
export interface Assembly {
  readonly directory: string;
  /** The files that the bundles are made of, packages aside. */
  readonly sources: readonly string[];
}

/** Synthesizes the app again and again, each time into a directory of its own. */
export interface Synthesizer {
  /** @throws Error with one sentence when the actions or the app cannot be synthesized. One at a time. */
  synthesize(): Promise<Assembly>;
}

/**
 * Starts the thread that synthesizes, below `directory`. It keeps CDK loaded, so that every time after the first takes well under a second,
 * and leaves this thread free for the services that run on it.
 */
export function startSynthesizer(directory: string, actions: string): Synthesizer {
  const worker = new Worker(new URL('./synthesis-thread.ts', import.meta.url), {
    // Its validation takes 2 s; tests and deployments keep it.
    env: { ...process.env, CDK_VALIDATION: 'false' },
  });
  worker.unref();
  let times = 0;
  return {
    async synthesize() {
      times += 1;
      worker.ref();
      try {
        const request: SynthesisRequest = { outdir: path.join(directory, String(times)), actions };
        const answered = nextAnswer(worker);
        worker.postMessage(request);
        const answer = await answered;
        if ('fault' in answer) throw new Error(answer.fault);
        return answer;
      } finally {
        worker.unref();
      }
    },
  };
}

function nextAnswer(worker: Worker): Promise<SynthesisAnswer> {
  return new Promise((resolve, reject) => {
    worker.once('message', (answer: SynthesisAnswer) => {
      worker.off('error', reject);
      resolve(answer);
    });
    worker.once('error', reject);
  });
}

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
  /** The files of the app itself, which describe the template, packages aside. */
  readonly appFiles: readonly string[];
}

/** Synthesizes the app again and again, each time into a directory of its own. */
export interface Synthesizer {
  /**
   * One at a time. `changed` are files that have changed since the last time.
   *
   * @throws Error with one sentence when the actions or the app cannot be synthesized.
   */
  synthesize(changed?: readonly string[]): Promise<Assembly>;
}

/**
 * Starts the thread that synthesizes, below `directory`. It keeps CDK loaded, so that every time after the first takes well under a second,
 * and leaves this thread free for the services that run on it.
 */
export function startSynthesizer(directory: string, actions: string): Synthesizer {
  let worker: Worker | undefined;
  /** What the thread holds, and reads only once. */
  let appFiles: readonly string[] = [];
  let times = 0;
  const start = (): Worker => {
    const started = new Worker(new URL('./synthesis-thread.ts', import.meta.url), {
      // Its validation takes 2 s; tests and deployments keep it.
      env: { ...process.env, CDK_VALIDATION: 'false' },
    });
    // What the actions' modules throw later ends the thread, and must not end this one; the next synthesis starts another.
    started.on('error', () => {});
    started.on('exit', () => {
      if (worker === started) worker = undefined;
    });
    return started;
  };
  return {
    async synthesize(changed = []) {
      times += 1;
      if (changed.some((file) => appFiles.includes(file))) {
        await worker?.terminate();
        worker = undefined;
      }
      const own = (worker ??= start());
      own.ref();
      const request: SynthesisRequest = { outdir: path.join(directory, String(times)), actions };
      const answered = nextAnswer(own);
      own.postMessage(request);
      const answer = await answered;
      own.unref();
      if ('fault' in answer) throw new Error(answer.fault);
      appFiles = answer.appFiles;
      return answer;
    },
  };
}

function nextAnswer(worker: Worker): Promise<SynthesisAnswer> {
  return new Promise((resolve) => {
    const finish = (answer: SynthesisAnswer): void => {
      worker.off('message', finish).off('error', fail).off('exit', end);
      resolve(answer);
    };
    const fail = (error: Error): void => finish({ fault: error.message });
    const end = (): void =>
      finish({
        fault: 'The actions end the process that loads them; take process.exit out of their modules.',
      });
    worker.on('message', finish).on('error', fail).on('exit', end);
  });
}

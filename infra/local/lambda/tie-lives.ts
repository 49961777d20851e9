import { spawn } from 'node:child_process';

/**
 * Ties the life of a process group to this process: when this one is gone, by whatever death, the group is killed. A handler that never
 * yields cannot see to that itself, and a watching thread in it would take 18 MB; a shell waits for the end of its input in 1 MB.
 * Returns what unties them: call it when the group has ended, before its id means somebody else.
 */
export function tieLives(groupId: number): () => void {
  const guard = spawn('/bin/sh', ['-c', 'read -r line; kill -s KILL -- "-$0"', String(groupId)], {
    // Ctrl-C at the terminal must not reach it.
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell, only a handler that never yields outlives this process: any other sees its Runtime API close.
  guard.on('error', () => {});
  guard.unref();
  return () => guard.kill('SIGKILL');
}

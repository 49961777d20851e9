/**
 * What `context.waitForCompletion()` gives. An action that returns it from `run` has handed its completion token to somebody
 * outside: the task is parked until the token completes it, or until its deadline.
 */
export class PendingCompletion {
  readonly kind = 'pending completion';
}

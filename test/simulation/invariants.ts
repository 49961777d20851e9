/** What must hold in every history, whatever fails. Those of the design that a history cannot show, I15, are tested elsewhere. */
export const invariants = [
  ['I1', 'a final status never changes, nor anything else of an ended task'],
  ['I2', 'only the result of the newest claim is stored, and it is what every reader gets'],
  ['I3', 'the number of attempts never falls, and the ETag changes if and only if the representation does'],
  ['I4', 'every accepted task ends by its deadline and a bound once faults stop'],
  ['I5', 'at most one lease is live, and only its holder extends it'],
  ['I6', 'nobody ends a task under the live lease of another'],
  [
    'I7',
    'no attempt starts after the final status, once a cancel was requested, or while the task is parked',
  ],
  ['I8', 'the same tenant, key and request give one id'],
  ['I9', 'nothing of a tenant is visible to another'],
  ['I10', 'a message is deleted only when its task is final, parked or gone'],
  ['I11', 'who saw a final status never sees less later'],
  ['I12', 'a wait of N seconds answers by N + 1 seconds'],
  ['I13', 'a stale completion token changes nothing, and a repeated completion writes nothing'],
  [
    'I14',
    'every final status yields at least one event, always with the same id, and nothing else yields one',
  ],
  ['I16', 'no input, output, token or key is in logs and problems'],
  ['I17', 'expired means absent: nothing is read, changed or made of what is not there'],
  ['I18', 'attempts, dispatches and delays are bounded, and no task fails before its bound'],
  [
    'I19',
    'who follows the cursors of a list to its end sees every ended task of the tenant once, and nothing that is not so',
  ],
] as const;

/** The number of an invariant in the design. */
export type Invariant = (typeof invariants)[number][0];

/** What an invariant says, by its number. */
export const sentences: ReadonlyMap<string, string> = new Map(invariants);

import { expect, inject, test } from 'vitest';
import { describeApi } from '../../../shared/http/openapi/describe-api.ts';
import { answersOf } from '../../fakes/answers-of.ts';
import { readRecords } from '../answer-record.ts';
import { actions } from '../registry.ts';

/** Answers of every call's that what no call takes shares with them: it asks for no tenant, and has nothing that could fail. */
const NEVER = new Set(['elsewhere 403 tenant-missing', 'elsewhere 500 internal-error']);

/** It runs after the whole suite on the local stack: of a deployment some tests are skipped, and would be missed. */
test.runIf(process.env['ACCEPTANCE_URL'] === undefined)(
  'every status and problem of ours that the document describes was seen by the acceptance suite',
  () => {
    const described = answersOf(describeApi(actions)).map((answer) => answer.join(' '));
    const seen = readRecords(inject('acceptanceRecords'));
    expect(described.filter((kind) => !seen.has(kind) && !NEVER.has(kind))).toEqual([]);
  },
);

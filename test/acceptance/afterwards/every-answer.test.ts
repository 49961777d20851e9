import { expect, inject, test } from 'vitest';
import { describeApi } from '../../../shared/http/openapi/describe-api.ts';
import { answersOf } from '../../fakes/answers-of.ts';
import { readRecords } from '../answer-record.ts';
import { actions } from '../registry.ts';

/** Answers of every call's that what no call takes shares with them: it asks for no tenant, and has nothing that could fail. */
const NEVER = new Set(['elsewhere 403 tenant-missing', 'elsewhere 500 internal-error']);

/** It runs after the acceptance suite; after a part of it, it would miss what the rest shows. */
test.runIf(process.env['ACCEPTANCE_PART'] === undefined)(
  'every status and problem of ours that the document describes was seen by the acceptance suite',
  () => {
    const described = answersOf(describeApi(actions)).map((answer) => answer.join(' '));
    const seen = readRecords(inject('acceptanceRecords'));
    expect(described.filter((kind) => !seen.has(kind) && !NEVER.has(kind))).toEqual([]);
  },
);

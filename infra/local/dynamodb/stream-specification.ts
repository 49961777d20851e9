import { localStreamArn, STREAM_LABEL } from '../assembly/local-account.ts';
import type { StreamView } from './change-log.ts';
import type { Tables } from './tables.ts';
import { contentOf, refusal } from './wire-content.ts';
import type { StreamSpecification } from './wire-content.ts';
import { withContent, type WireAnswer, type WireRequest } from '../wire/wire-message.ts';

const VIEWS: readonly StreamView[] = ['KEYS_ONLY', 'NEW_IMAGE', 'OLD_IMAGE', 'NEW_AND_OLD_IMAGES'];

/** The view that a request wants; nothing for a stream that is off. A refusal when it is malformed. */
export function wantedView(
  specification: StreamSpecification | undefined,
): { readonly view: StreamView | undefined } | WireAnswer {
  const { StreamEnabled, StreamViewType } = specification ?? { StreamEnabled: false };
  const view = VIEWS.find((one) => one === StreamViewType);
  if (StreamEnabled === true && view !== undefined) return { view };
  if (StreamEnabled === false && StreamViewType === undefined) return { view: undefined };
  return refusal(
    'ValidationException',
    `StreamSpecification needs StreamEnabled, and a StreamViewType of ${VIEWS.join(', ')} only when that is true`,
  );
}

/** Answers UpdateTable, which switches a table's stream on or off here, and changes nothing else. */
export async function updateTable(tables: Tables, request: WireRequest): Promise<WireAnswer> {
  const { TableName = '', StreamSpecification, ...others } = contentOf(request);
  const [other] = Object.keys(others);
  if (StreamSpecification === undefined || other !== undefined) {
    return refusal(
      'ValidationException',
      `The local DynamoDB's UpdateTable takes a StreamSpecification, not ${other ?? 'nothing'}: create ${TableName} as it should be.`,
    );
  }
  return tables.inTurn([TableName], async () => {
    const described = await tables.engine.call('DescribeTable', { TableName });
    const { Table } = contentOf(described);
    if (Table === undefined) return described;
    const wanted = wantedView(StreamSpecification);
    if (!('view' in wanted)) return wanted;
    const isOn = tables.streams.ofWritten(TableName) !== undefined;
    if (isOn === (wanted.view !== undefined)) {
      const state = isOn ? 'already has an enabled stream' : 'has no enabled stream';
      return refusal('ValidationException', `Table ${state}: TableName: ${TableName}`);
    }
    tables.streams.switchTo(TableName, wanted.view);
    return withStream(tables, withContent(described, { TableDescription: Table }));
  });
}

/** The answer with the stream of the table that it describes; the same where there is none. */
export function withStream(tables: Tables, answer: WireAnswer): WireAnswer {
  const content = contentOf(answer);
  const member = content.Table === undefined ? 'TableDescription' : 'Table';
  const table = content[member];
  const view = table && tables.streams.ofWritten(table.TableName)?.view;
  if (table === undefined || view === undefined) return answer;
  const stream = {
    StreamSpecification: { StreamEnabled: true, StreamViewType: view },
    LatestStreamArn: localStreamArn(table.TableName),
    LatestStreamLabel: STREAM_LABEL,
  };
  return withContent(answer, { ...content, [member]: { ...table, ...stream } });
}

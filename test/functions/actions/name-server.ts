import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const TYPES = new Map([
  [1, 'A'],
  [5, 'CNAME'],
  [28, 'AAAA'],
]);
const NO_SUCH_NAME = 3;

/** One record: its type, and an address (IPv6 with all of its digits) or the name that an alias stands for. */
type ResourceRecord = readonly [type: 'A' | 'AAAA' | 'CNAME', value: string];

/** Records by name. A name without any is never answered, one that is missing does not exist. */
export type Zone = Readonly<Record<string, readonly ResourceRecord[]>>;

/** A name server of a test's own, on loopback. */
export interface NameServer extends AsyncDisposable {
  /** Host and port, as a resolver takes them. */
  readonly address: string;
  /** What was asked, in order: `A one.test`. */
  readonly questions: readonly string[];
}

/** Starts a name server (RFC 1035, over UDP) that follows aliases within its zone, as resolvers do. */
export async function startNameServer(zone: Zone): Promise<NameServer> {
  const questions: string[] = [];
  const socket = createSocket('udp4', (query, sender) => {
    const { name, type, end } = readQuestion(query);
    questions.push(`${type} ${name}`);
    if (zone[name]?.length === 0) return;
    const records = recordsOf(zone, name, type);
    const status = zone[name] === undefined ? NO_SUCH_NAME : 0;
    const head = Buffer.from([0x81, 0x80 | status, 0, 1, 0, records.length, 0, 0, 0, 0]);
    const answer = Buffer.concat([query.subarray(0, 2), head, query.subarray(12, end), ...records]);
    socket.send(answer, sender.port, sender.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    [Symbol.asyncDispose]: async () => {
      socket.close();
      await once(socket, 'close');
    },
  };
}

function recordsOf(zone: Zone, name: string, type: string): Buffer[] {
  const records: Buffer[] = [];
  for (const record of zone[name] ?? []) {
    const [kind, value] = record;
    if (kind === type || kind === 'CNAME') records.push(recordBytes(name, record));
    if (kind === 'CNAME') records.push(...recordsOf(zone, value, type));
  }
  return records;
}

function recordBytes(name: string, [type, value]: ResourceRecord): Buffer {
  const code = [...TYPES].find(([, known]) => known === type)?.[0] ?? 0;
  const data = dataBytes(type, value);
  return Buffer.concat([nameBytes(name), Buffer.from([0, code, 0, 1, 0, 0, 0, 0, 0, data.length]), data]);
}

function dataBytes(type: string, value: string): Buffer {
  if (type === 'CNAME') return nameBytes(value);
  return type === 'A'
    ? Buffer.from(value.split('.').map(Number))
    : Buffer.from(value.replaceAll(':', ''), 'hex');
}

function nameBytes(name: string): Buffer {
  const labels = [...name.split('.'), ''];
  return Buffer.concat(labels.map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`)));
}

function readQuestion(query: Buffer): { readonly name: string; readonly type: string; readonly end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  const code = query.readUInt16BE(at + 1);
  return { name: labels.join('.').toLowerCase(), type: TYPES.get(code) ?? String(code), end: at + 5 };
}

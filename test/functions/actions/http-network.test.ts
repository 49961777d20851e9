import { describe, expect, test } from 'vitest';
import { publicNetwork, resolveBy } from '../../../functions/actions/http-network.ts';
import { requestOverHttp } from '../../../functions/actions/http-request.run.ts';
import { attemptContext } from './attempt-context.ts';
import { inputOf } from './loopback-network.ts';
import { startNameServer } from './name-server.ts';
import type { Zone } from './name-server.ts';

const LOOPBACK = '0000:0000:0000:0000:0000:0000:0000:0001';
const ELSEWHERE = '2606:4700:4700:0000:0000:0000:0000:1111';
const ZONE: Zone = {
  'two.test': [
    ['A', '93.184.215.14'],
    ['A', '93.184.215.15'],
  ],
  'both.test': [
    ['AAAA', ELSEWHERE],
    ['A', '93.184.215.14'],
  ],
  'six.test': [['AAAA', ELSEWHERE]],
  'alias.test': [['CNAME', 'second.test']],
  'second.test': [['CNAME', 'two.test']],
  'private.test': [['A', '10.0.0.1']],
  'alias-of-private.test': [['CNAME', 'private.test']],
  'public-and-loopback.test': [
    ['A', '93.184.215.14'],
    ['AAAA', LOOPBACK],
  ],
  'silent.test': [],
};

describe('the resolver of http-request', () => {
  test.each([
    ['two.test', ['93.184.215.14', '93.184.215.15']],
    ['both.test', ['93.184.215.14', '2606:4700:4700::1111']],
    ['six.test', ['2606:4700:4700::1111']],
    ['alias.test', ['93.184.215.14', '93.184.215.15']],
  ])('finds all addresses of %s, IPv4 first', async (name, addresses) => {
    await using server = await startNameServer(ZONE);
    const found = await resolveBy([server.address])(name, new AbortController().signal);
    expect(found).toEqual(addresses);
    expect(server.questions.toSorted()).toEqual([`A ${name}`, `AAAA ${name}`]);
  });

  test('rejects with the code of a name that does not exist', async () => {
    await using server = await startNameServer(ZONE);
    await expect(
      resolveBy([server.address])('gone.test', new AbortController().signal),
    ).rejects.toMatchObject({
      code: 'ENOTFOUND',
    });
  });

  test('gives a name server up that does not answer when the signal aborts', async () => {
    await using server = await startNameServer(ZONE);
    const controller = new AbortController();
    const reason = new Error('Out of time.');
    const resolving = resolveBy([server.address])('silent.test', controller.signal);
    await expect.poll(() => server.questions.length).toBeGreaterThan(0);
    controller.abort(reason);
    await expect(resolving).rejects.toBe(reason);
  });

  test('asks nobody under a signal that has aborted', async () => {
    await using server = await startNameServer(ZONE);
    const reason = new Error('Out of time.');
    await expect(resolveBy([server.address])('two.test', AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(server.questions).toEqual([]);
  });

  test.each(['private.test', 'alias-of-private.test', 'public-and-loopback.test'])(
    'shows where %s leads, and the request is refused',
    async (name) => {
      await using server = await startNameServer(ZONE);
      const network = { ...publicNetwork, resolve: resolveBy([server.address]) };
      const asking = requestOverHttp(inputOf(`https://${name}/`), attemptContext(), 3, network);
      await expect(asking).rejects.toMatchObject({ name: 'PermanentError', code: 'address-refused' });
    },
  );
});

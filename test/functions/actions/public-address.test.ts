import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isPublicAddress } from '../../../functions/actions/public-address.ts';

/** IANA's special-purpose registries of 2026, as far as not globally reachable, and multicast. */
const SPECIAL_IPV4 =
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4 255.255.255.255/32';
const SPECIAL_IPV6 =
  '::/128 ::1/128 ::/96 ::ffff:0:0/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001::/32 2001:2::/48 2001:10::/28 2001:db8::/32 2002::/16 3fff::/20 5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8 4000::/3 8000::/1 ::ffff:0:0:0/96';

const specialIpv4 = SPECIAL_IPV4.split(' ').map(rangeOfIpv4);
const specialIpv6 = SPECIAL_IPV6.split(' ').map(rangeOfIpv6);
const anyIpv4 = fc.bigInt({ min: 0n, max: 2n ** 32n - 1n });

describe('isPublicAddress', () => {
  test.each([
    '1.1.1.1',
    '8.8.8.8',
    '9.255.255.255',
    '11.0.0.0',
    '100.63.255.255',
    '100.128.0.0',
    '126.255.255.255',
    '128.0.0.0',
    '169.253.255.255',
    '169.255.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '191.255.255.255',
    '192.0.1.0',
    '192.0.3.0',
    '192.88.98.255',
    '192.88.100.0',
    '192.167.255.255',
    '192.169.0.0',
    '198.17.255.255',
    '198.20.0.0',
    '198.51.99.255',
    '198.51.101.0',
    '203.0.112.255',
    '203.0.114.0',
    '223.255.255.255',
    '168.63.129.15',
    '168.63.129.17',
    '2000::',
    '2001:200::',
    '2001:db7:ffff::',
    '2001:db9::',
    '2001:ffff::',
    '2003::',
    '2606:4700:4700::1111',
    '3ffe::1',
    '3fff:1000::',
    '64:ff9b::8.8.8.8',
    '64:FF9B::808:808',
  ])('takes %s, one beside a block or a well-known one', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test.each([
    '168.63.129.16',
    'fd00:ec2::254',
    'fd20:ce::254',
    '::ffff:169.254.169.254',
    '::ffff:8.8.8.8',
    '::8.8.8.8',
    '64:ff9b::169.254.169.254',
    '64:ff9b::7f00:1',
    '64:ff9b:1::8.8.8.8',
    '2002:7f00:1::',
    '2002:808:808::1',
    '2001:0:7f00:1::',
    'fe80::1%eth0',
    '::1',
    '::',
    '',
    'localhost',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '256.1.1.1',
    '08.8.8.8',
    '0x8.8.8.8',
    '8.8.8.8 ',
    '8.8.8.8/32',
    '[2606:4700::1]',
    '2606:4700',
    ':::',
    '2606:4700::1::2',
  ])('refuses %j', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test('refuses every IPv4 address of a special block, and as NAT64 writes it', () => {
    fc.assert(
      fc.property(within(specialIpv4), (number) => {
        const address = ipv4(number);
        expect(
          [address, `64:ff9b::${address}`, `::ffff:${address}`, `::${address}`].filter(isPublicAddress),
        ).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('refuses every IPv6 address of a special block, however it is written', () => {
    fc.assert(
      fc.property(within(specialIpv6), (number) => {
        expect(spellingsOf(number).filter(isPublicAddress)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
  });

  test('takes every other IPv4 address, and what NAT64 makes of it', () => {
    fc.assert(
      fc.property(anyIpv4, (number) => {
        fc.pre(!specialIpv4.some(({ min, max }) => number >= min && number <= max));
        expect(isPublicAddress(ipv4(number))).toBe(true);
        expect(isPublicAddress(`64:ff9b::${ipv4(number)}`)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('takes every other IPv6 address, however it is written', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0x2n << 124n, max: (0x4n << 124n) - 1n }), (number) => {
        fc.pre(!specialIpv6.some(({ min, max }) => number >= min && number <= max));
        expect(spellingsOf(number).filter(isPublicAddress)).toHaveLength(4);
      }),
      { numRuns: 1000 },
    );
  });
});

interface Range {
  readonly min: bigint;
  readonly max: bigint;
}

function within(ranges: readonly Range[]): fc.Arbitrary<bigint> {
  return fc.constantFrom(...ranges).chain(({ min, max }) => fc.bigInt({ min, max }));
}

function rangeOfIpv4(block: string): Range {
  const [address = '', bits] = block.split('/');
  const min = address.split('.').reduce((number, byte) => (number << 8n) | BigInt(byte), 0n);
  return { min, max: min + 2n ** BigInt(32 - Number(bits)) - 1n };
}

function rangeOfIpv6(block: string): Range {
  const [address = '', bits] = block.split('/');
  const [head = [], tail = []] = address.split('::').map((part) => part.split(':').filter(Boolean));
  const gap = Array.from({ length: 8 - head.length - tail.length }, () => '0');
  const min = [...head, ...gap, ...tail].reduce(
    (number, group) => (number << 16n) | BigInt(`0x${group}`),
    0n,
  );
  return { min, max: min + 2n ** BigInt(128 - Number(bits)) - 1n };
}

function ipv4(number: bigint): string {
  return [24n, 16n, 8n, 0n].map((shift) => (number >> shift) & 255n).join('.');
}

/** An IPv6 address in full, in capitals, shortened, and with its end as IPv4 has it. */
function spellingsOf(number: bigint): string[] {
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((number >> BigInt(16 * (7 - index))) & 0xffffn).toString(16).padStart(4, '0'),
  );
  const full = groups.join(':');
  const short = new URL(`http://[${full}]`).hostname.slice(1, -1);
  return [full, full.toUpperCase(), short, `${groups.slice(0, 6).join(':')}:${ipv4(number & 0xffffffffn)}`];
}

import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * The blocks that IANA lists as not globally reachable, those inside which only some services are, multicast, and one that is public by its
 * number only. https://www.iana.org/assignments/iana-ipv4-special-registry
 */
const REFUSED_IPV4 = [
  '0.0.0.0/8', // this network
  '10.0.0.0/8',
  '100.64.0.0/10', // behind carriers' NAT
  '127.0.0.0/8',
  '168.63.129.16/32', // Azure's platform, for every machine in it
  '169.254.0.0/16', // link-local, with the clouds' metadata
  '172.16.0.0/12',
  '192.0.0.0/24', // protocol assignments
  '192.0.2.0/24', // documentation
  '192.88.99.0/24', // relays of 6to4
  '192.168.0.0/16',
  '198.18.0.0/15', // benchmarks
  '198.51.100.0/24', // documentation
  '203.0.113.0/24', // documentation
  '224.0.0.0/4', // multicast
  '240.0.0.0/4', // reserved, with broadcast
];
/** The same inside 2000::/3. https://www.iana.org/assignments/iana-ipv6-special-registry */
const REFUSED_IPV6 = [
  '2001::/23', // protocol assignments, with Teredo, which wraps an IPv4 address
  '2001:db8::/32', // documentation
  '2002::/16', // 6to4, which wraps an IPv4 address
  '3fff::/20', // documentation
];
/** The only part of IPv6 whose addresses are given out; loopback, private, link-local, multicast and mapped ones are outside. */
const GLOBAL_UNICAST = '2000::/3';
/** NAT64 (RFC 6052): an IPv4 address in its last 32 bits, where the request goes. Networks with DNS64 answer so for IPv4 hosts. */
const NAT64 = '64:ff9b::';
const NAT64_BITS = 96;

const refusedIpv4 = blockList('ipv4', REFUSED_IPV4);
const givenOutIpv6 = blockList('ipv6', [GLOBAL_UNICAST, `${NAT64}/${NAT64_BITS}`]);
const refusedIpv6 = blockList('ipv6', [
  ...REFUSED_IPV6,
  ...REFUSED_IPV4.map((block) => {
    const [address, bits] = block.split('/');
    return `${NAT64}${address}/${NAT64_BITS + Number(bits)}`;
  }),
]);

/** Whether `address`, as a look-up gives it, is one of the public internet. False for what is no address at all. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !refusedIpv4.check(address);
  return isIPv6(address) && givenOutIpv6.check(address, 'ipv6') && !refusedIpv6.check(address, 'ipv6');
}

function blockList(family: 'ipv4' | 'ipv6', blocks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const block of blocks) {
    const [address = '', bits] = block.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}

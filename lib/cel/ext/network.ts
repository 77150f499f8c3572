import { CelError } from '../cel-error';
import { BOOL, INT, opaque, STRING } from '../cel-type';
import { type FunctionRow, fn, method } from '../function-table';
import { type CelResult, Opaque } from '../value';

/** An address of IPv4 or IPv6, as Go's netip reads it: no zones, no IPv4 inside IPv6, no leading zeros. */
export class Ip extends Opaque {
  readonly type = 'net.IP';

  constructor(
    readonly bits: bigint,
    readonly family: 4 | 6,
  ) {
    super();
  }

  equals(other: Opaque): boolean {
    return other instanceof Ip && other.family === this.family && other.bits === this.bits;
  }
}

export class Cidr extends Opaque {
  readonly type = 'net.CIDR';

  constructor(
    readonly ip: Ip,
    readonly prefix: number,
  ) {
    super();
  }

  equals(other: Opaque): boolean {
    return other instanceof Cidr && other.prefix === this.prefix && other.ip.equals(this.ip);
  }
}

const BYTE = /^(?:0|[1-9][0-9]{0,2})$/;
const GROUP = /^[0-9a-fA-F]{1,4}$/;
const LONGEST = 45;

export function parseIp(text: string): Ip | undefined {
  if (text.length > LONGEST) return undefined;
  return text.includes(':') ? parseIpv6(text) : parseIpv4(text);
}

function parseIpv4(text: string): Ip | undefined {
  const bytes = text.split('.');
  if (bytes.length !== 4 || !bytes.every((byte) => BYTE.test(byte) && Number(byte) < 256))
    return undefined;
  return new Ip(joined(bytes.map(BigInt), 8n), 4);
}

function parseIpv6(text: string): Ip | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const given = [...head, ...(tail ?? [])];
  const missing = 8 - given.length;
  if (!given.every((group) => GROUP.test(group)) || (tail ? missing < 1 : missing !== 0))
    return undefined;
  const groups = [...head, ...Array<string>(tail ? missing : 0).fill('0'), ...(tail ?? [])];
  const bits = joined(
    groups.map((group) => BigInt(`0x${group}`)),
    16n,
  );
  return bits >> 32n === 0xffffn ? undefined : new Ip(bits, 6);
}

function joined(parts: readonly bigint[], width: bigint): bigint {
  return parts.reduce((bits, part) => (bits << width) | part, 0n);
}

/** The one way to write an address: RFC 5952. */
export function showIp({ bits, family }: Ip): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((by) => (bits >> by) & 0xffn).join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((bits >> BigInt(112 - 16 * index)) & 0xffffn).toString(16),
  );
  const { start, length } = longestZeros(groups);
  if (length < 2) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}

function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let length = 0;
  groups.forEach((group, index) => {
    length = group === '0' ? length + 1 : 0;
    if (length > best.length) best = { start: index - length + 1, length };
  });
  return best;
}

export function parseCidr(text: string): Cidr | undefined {
  const [, address, length] = /^([^/]+)\/(0|[1-9][0-9]{0,2})$/.exec(text) ?? [];
  const ip = address === undefined ? undefined : parseIp(address);
  const prefix = Number(length);
  return ip && prefix <= widthOf(ip) ? new Cidr(ip, prefix) : undefined;
}

function widthOf({ family }: Ip): number {
  return family === 4 ? 32 : 128;
}

function masked({ ip, prefix }: Cidr): bigint {
  const host = BigInt(widthOf(ip) - prefix);
  return (ip.bits >> host) << host;
}

function containsIp(range: Cidr, ip: Ip): boolean {
  return ip.family === range.ip.family && masked(new Cidr(ip, range.prefix)) === masked(range);
}

function containsCidr(range: Cidr, other: Cidr): boolean {
  return other.prefix >= range.prefix && containsIp(range, other.ip);
}

function within(text: string): (ip: Ip) => boolean {
  const range = parseCidr(text)!;
  return (ip) => containsIp(range, ip);
}

function anyOf(...ranges: readonly string[]): (ip: Ip) => boolean {
  const tests = ranges.map(within);
  return (ip) => tests.some((test) => test(ip));
}

const isUnspecified = (ip: Ip): boolean => ip.bits === 0n;
const isLoopback = anyOf('127.0.0.0/8', '::1/128');
const isLinkLocalMulticast = anyOf('224.0.0.0/24', 'ff02::/16');
const isLinkLocalUnicast = anyOf('169.254.0.0/16', 'fe80::/10');
const isMulticast = anyOf('224.0.0.0/4', 'ff00::/8');
const isBroadcast = anyOf('255.255.255.255/32');

function isGlobalUnicast(ip: Ip): boolean {
  const others = [isUnspecified, isLoopback, isMulticast, isLinkLocalUnicast, isBroadcast];
  return !others.some((is) => is(ip));
}

function ip(text: string): CelResult {
  return parseIp(text) ?? new CelError(`${JSON.stringify(text.slice(0, 50))} is no IP address`);
}

function cidr(text: string): CelResult {
  const message = `${JSON.stringify(text.slice(0, 60))} is no CIDR; write it like 10.0.0.0/8`;
  return parseCidr(text) ?? new CelError(message);
}

function isCanonical(text: string): CelResult {
  const parsed = ip(text);
  return parsed instanceof Ip ? showIp(parsed) === text : parsed;
}

function read<T extends Opaque>(
  parse: (text: string) => CelResult,
  then: (range: Cidr, other: T) => boolean,
): (range: Cidr, text: string) => CelResult {
  return (range, text) => {
    const other = parse(text);
    return other instanceof CelError ? other : then(range, other as T);
  };
}

const IP = opaque<Ip>('net.IP');
const CIDR = opaque<Cidr>('net.CIDR');

export const NETWORK: readonly FunctionRow[] = [
  fn('ip', [STRING], IP, ip, 'the address written'),
  fn('isIP', [STRING], BOOL, (text) => !!parseIp(text), 'whether it is an address'),
  fn('ip.isCanonical', [STRING], BOOL, isCanonical, 'whether it is written the one right way'),
  fn('string', [IP], STRING, showIp, 'the address, written the one right way'),
  method('family', [IP], INT, ({ family }) => family, '4 or 6'),
  method('isUnspecified', [IP], BOOL, isUnspecified, 'whether it is 0.0.0.0 or ::'),
  method('isLoopback', [IP], BOOL, isLoopback, 'whether it is of this machine'),
  method('isLinkLocalMulticast', [IP], BOOL, isLinkLocalMulticast, 'of the link, to many'),
  method('isLinkLocalUnicast', [IP], BOOL, isLinkLocalUnicast, 'of the link, to one'),
  method('isGlobalUnicast', [IP], BOOL, isGlobalUnicast, 'of any network, to one'),

  fn('cidr', [STRING], CIDR, cidr, 'the range written like 10.0.0.0/8'),
  fn('isCIDR', [STRING], BOOL, (text) => !!parseCidr(text), 'whether it is a range'),
  fn('string', [CIDR], STRING, (range) => `${showIp(range.ip)}/${range.prefix}`, 'the range'),
  method('containsIP', [CIDR, IP], BOOL, containsIp, 'whether the address is in the range'),
  method('containsIP', [CIDR, STRING], BOOL, read(ip, containsIp), 'whether it is in the range'),
  method('containsCIDR', [CIDR, CIDR], BOOL, containsCidr, 'whether all of it is in the range'),
  method('containsCIDR', [CIDR, STRING], BOOL, read(cidr, containsCidr), 'whether all of it is'),
  method('ip', [CIDR], IP, (range) => range.ip, 'its address'),
  method(
    'masked',
    [CIDR],
    CIDR,
    (range) => new Cidr(new Ip(masked(range), range.ip.family), range.prefix),
    'the range with its first address',
  ),
  method('prefixLength', [CIDR], INT, ({ prefix }) => prefix, '8 of 10.0.0.0/8'),
];

import { describe, expect, it } from 'vitest';
import { parseDuration } from '../../lib/standalone/duration';
import { parseHost } from '../../lib/standalone/host';

describe('a duration', () => {
  it.each([
    ['250ms', 250],
    ['10s', 10_000],
    ['1h2m3.5s', 3_723_500],
    ['1m30s', 90_000],
    ['0', 0],
    ['0s', 0],
    ['.5s', 500],
    ['1.s', 1000],
    ['1500us', 1.5],
    ['1500µs', 1.5],
  ])('%s is %d ms', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds);
  });

  it.each([
    '',
    '10',
    '-1s',
    '+1s',
    '1 s',
    's',
    '1d',
    '1S',
    '1h ',
    '.s',
    '1e3s',
    `${'1s'.repeat(50)}`,
  ])('%j is none', (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });
});

describe('a host', () => {
  it.each([
    ['localhost:8080', { host: 'localhost', port: 8080 }],
    ['10.0.0.1:80', { host: '10.0.0.1', port: 80 }],
    ['a_b.c.svc.cluster.local:1', { host: 'a_b.c.svc.cluster.local', port: 1 }],
    ['unix:/run/a b.sock', { unix: '/run/a b.sock' }],
  ])('%s is read', (text, target) => {
    expect(parseHost(text)).toEqual(target);
  });

  it.each([
    ['localhost', 'has no port'],
    ['', 'has no port'],
    [':80', 'not a host name'],
    ['a b:80', 'not a host name'],
    ['localhost:', 'not a port'],
    ['localhost:0', 'not a port'],
    ['localhost:65536', 'not a port'],
    ['localhost:80x', 'not a port'],
    ['localhost:-1', 'not a port'],
    ['http://localhost:80', 'is a URL'],
    ['[::1]:80', 'IPv6'],
    ['2001:db8::1', 'IPv6'],
    ['unix:', 'has no path'],
  ])('%j is refused: it %s', (text, problem) => {
    const target = parseHost(text);
    expect('problem' in target && target.problem).toContain(problem);
  });
});

import { describe, expect, it } from 'vitest';
import { type AccessRecord, accessLog, timestamps } from '../../lib/telemetry/access-log';

const RECORD: AccessRecord = {
  finishedAt: Date.UTC(2026, 10, 21, 3, 4, 5) + 678.125,
  durationMs: 4.9,
  gateway: 'agentgateway-system/agentgateway-proxy',
  listener: 'http',
  route: 'httpbin/httpbin',
  endpoint: '10.244.0.7:8080',
  source: '127.0.0.1:51234',
  method: 'GET',
  host: 'www.example.com',
  path: '/headers?x=1',
  version: 'HTTP/1.1',
  status: 200,
  protocol: 'http',
};

describe('a line of text', () => {
  it('has the fields in their order, and leaves out what is absent', () => {
    expect(accessLog()(RECORD)).toBe(
      '2026-11-21T03:04:05.678125Z\tinfo\trequest gateway=agentgateway-system/agentgateway-proxy ' +
        'listener=http route=httpbin/httpbin endpoint=10.244.0.7:8080 src.addr=127.0.0.1:51234 ' +
        'http.method=GET http.host=www.example.com http.path=/headers?x=1 http.version=HTTP/1.1 ' +
        'http.status=200 protocol=http duration=4ms',
    );
  });

  it.each([
    ['a space', '/x reason=Allowed'],
    ['a quote', '/x"y'],
    ['a line break', '/x\nforged'],
    ['a tab', '/x\ty'],
    ['a backslash', '/x\\y'],
    ['a carriage return', '/x\ry'],
    ['a next-line character', '/x\u0085y'],
    ['a line separator', '/x\u2028y'],
    ['an escape sequence', '/x\u001b[31m'],
    ['a C1 control', '/x\u009b31m'],
    ['nothing at all', ''],
  ])('quotes a value with %s, so that it forges no field', (_, path) => {
    const line = accessLog()({ ...RECORD, path });
    const value = / http\.path=("(?:[^"\\]|\\.)*") http\.version=/.exec(line)?.[1];
    expect(JSON.parse(value ?? 'null')).toBe(path);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there.
    expect(line.replace(/\t/g, '')).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u2029]/);
  });

  it('always quotes errors', () => {
    expect(accessLog()({ ...RECORD, error: 'short' })).toContain(' error="short" ');
  });

  it('leaves out the fields that the configuration removes', () => {
    const line = accessLog({ remove: ['http.path', 'src.addr'] })(RECORD);
    expect(line).not.toMatch(/http\.path|src\.addr/);
    expect(line).toContain('http.host=www.example.com http.version=HTTP/1.1');
  });
});

describe('a line of JSON', () => {
  it('has the same fields, with numbers as numbers', () => {
    const line = accessLog({ format: 'json' })({ ...RECORD, path: '/a b\n' });
    expect(JSON.parse(line)).toMatchObject({
      level: 'info',
      time: '2026-11-21T03:04:05.678125Z',
      scope: 'request',
      'http.path': '/a b\n',
      'http.status': 200,
      duration: '4ms',
    });
    expect(line).not.toContain('\n');
    expect(line).not.toContain('reason');
  });
});

describe('timestamps', () => {
  it('pad microseconds and follow the clock over seconds, also backwards', () => {
    const timestamp = timestamps();
    const second = Date.UTC(2026, 0, 1);
    expect([second + 0.125, second + 999.875, second + 1000, second - 1].map(timestamp)).toEqual([
      '2026-01-01T00:00:00.000125Z',
      '2026-01-01T00:00:00.999875Z',
      '2026-01-01T00:00:01.000000Z',
      '2025-12-31T23:59:59.999000Z',
    ]);
  });
});

import { describe, expect, it } from 'vitest';
import type { Effects } from '../../lib/effects';
import { compile } from '../../lib/gateway/compile';
import type {
  RouteBackendEntry,
  RouteEntry,
  StandaloneDocument,
} from '../../lib/standalone/document';
import { normalizeStandalone } from '../../lib/standalone/normalize';

const EFFECTS: Effects = {
  now: () => 0,
  random: () => 0,
  readFile: () => new Uint8Array(),
  upstreams: {
    open: () => {
      throw new Error('a refused configuration opens nothing');
    },
  },
  writeLog: () => {},
  fetch: () => Promise.reject(new Error('nothing is fetched here')),
};

/** What is found wrong with a route, as path and message. */
function refused(route: RouteEntry): string[] {
  const document: StandaloneDocument = {
    binds: [{ port: 80, listeners: [{ routes: [{ backends: [], ...route }] }] }],
  };
  const normal = normalizeStandalone(document);
  const { gateway, diagnostics } = compile(normal.document!, EFFECTS);
  expect(gateway === undefined).toBe(diagnostics.length > 0);
  return diagnostics.map(
    ({ path, message }) => `${path.replace(/^.*routes\[0\]\./, '')}: ${message}`,
  );
}

describe('what would break messages apart is refused when it is loaded', () => {
  it.each<[string, RouteEntry, string]>([
    [
      'a line break in a value',
      { policies: { responseHeaderModifier: { set: { 'x-a': 'a\r\nset-cookie: b' } } } },
      'policies.responseHeaderModifier: the value of `x-a` has characters that no header field may have',
    ],
    [
      'a name with a blank',
      { policies: { requestHeaderModifier: { add: { 'x a': '1' } } } },
      'policies.requestHeaderModifier: "x a" is no name of a header field',
    ],
    [
      'a name to remove that is none',
      { policies: { requestHeaderModifier: { remove: ['x:'] } } },
      'policies.requestHeaderModifier: "x:" is no name of a header field',
    ],
    [
      'a line break in an authority',
      { policies: { urlRewrite: { authority: { full: 'a.test\r\nx: y' } } } },
      'policies.urlRewrite.authority: "a.test\\r\\nx: y" is no host',
    ],
    [
      'a path without its slash',
      { policies: { requestRedirect: { path: { full: 'x' } } } },
      'policies.requestRedirect.path: "x" is no path',
    ],
    [
      'a blank in a path',
      { policies: { urlRewrite: { path: { prefix: '/a b' } } } },
      'policies.urlRewrite.path: "/a b" is no path',
    ],
  ])('%s', (_, route, finding) => {
    expect(refused(route)).toEqual([finding]);
  });

  it('at a backend as well', () => {
    const policies = { requestHeaderModifier: { set: { 'x-a': '\0' } } };
    expect(refused({ backends: [{ host: 'a.test:80', policies }] })).toEqual([
      expect.stringContaining('backends[0].policies.requestHeaderModifier'),
    ]);
  });

  it('a prefix may give way to nothing', () => {
    expect(refused({ policies: { urlRewrite: { path: { prefix: '' } } } })).toEqual([]);
  });
});

describe('regular expressions that agentgateway does not take', () => {
  it.each<[string, RouteEntry]>([
    ['matches[0].path.regex', { matches: [{ path: { regex: '(?=a)' } }] }],
    [
      'matches[0].headers[0].value.regex',
      { matches: [{ headers: [{ name: 'x', value: { regex: '(' } }] }] },
    ],
    [
      'matches[0].query[0].value.regex',
      { matches: [{ query: [{ name: 'x', value: { regex: '\\1' } }] }] },
    ],
  ])('%s', (path, route) => {
    expect(refused(route)).toEqual([expect.stringContaining(`${path}: `)]);
  });
});

describe('language models', () => {
  it('are refused where they are asked with the identity of a machine', () => {
    const backend: RouteBackendEntry = {
      ai: {
        name: 'backend',
        provider: { azure: { resourceName: 'res', resourceType: 'openAI' } },
      },
    };
    expect(refused({ backends: [backend] })).toEqual([
      expect.stringContaining('backends[0].ai.provider.azure: without `backendAuth`'),
    ]);
  });
});

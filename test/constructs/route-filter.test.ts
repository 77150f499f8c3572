import { Duration } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import { PathRewrite } from '../../lib/constructs/path-rewrite';
import { RouteFilter } from '../../lib/constructs/route-filter';
import { chart, service } from './trees';

const rendered = (filter: RouteFilter): unknown =>
  JSON.parse(JSON.stringify(filter._toKube('shop')));

describe('a filter', () => {
  it.each([
    [
      RouteFilter.requestHeaders({ add: { 'x-a': '1' }, set: { 'x-b': '2' }, remove: ['x-c'] }),
      {
        type: 'RequestHeaderModifier',
        requestHeaderModifier: {
          add: [{ name: 'x-a', value: '1' }],
          set: [{ name: 'x-b', value: '2' }],
          remove: ['x-c'],
        },
      },
    ],
    [
      RouteFilter.responseHeaders({ set: { 'x-b': '2' } }),
      {
        type: 'ResponseHeaderModifier',
        responseHeaderModifier: { set: [{ name: 'x-b', value: '2' }] },
      },
    ],
    [
      RouteFilter.rewrite({ hostname: 'in.example', path: PathRewrite.full('/x') }),
      {
        type: 'URLRewrite',
        urlRewrite: {
          hostname: 'in.example',
          path: { type: 'ReplaceFullPath', replaceFullPath: '/x' },
        },
      },
    ],
    [
      RouteFilter.mirror(service(chart(), 'copy', 'audit')),
      {
        type: 'RequestMirror',
        requestMirror: {
          backendRef: { group: '', kind: 'Service', name: 'copy', namespace: 'audit', port: 80 },
        },
      },
    ],
    [
      RouteFilter.cors({
        allowOrigins: ['https://*.example.com', 'http://localhost:3000'],
        allowMethods: ['GET'],
        allowHeaders: ['authorization'],
        exposeHeaders: ['x-a'],
        allowCredentials: true,
        maxAge: Duration.hours(1),
      }),
      {
        type: 'CORS',
        cors: {
          allowOrigins: ['https://*.example.com', 'http://localhost:3000'],
          allowMethods: ['GET'],
          allowHeaders: ['authorization'],
          exposeHeaders: ['x-a'],
          allowCredentials: true,
          maxAge: 3600,
        },
      },
    ],
  ])('renders what it changes: %#', (filter, expected) => {
    expect(rendered(filter)).toEqual(expected);
  });

  it.each([
    [() => RouteFilter.requestHeaders({}), 'a header filter that changes nothing'],
    [
      () => RouteFilter.requestHeaders({ set: { 'a:b': '1' } }),
      'set of a header filter: "a:b" is not a valid name',
    ],
    [
      () => RouteFilter.requestHeaders({ remove: ['X-A', 'x-a'] }),
      'remove of a header filter names one header twice',
    ],
    [
      () => RouteFilter.responseHeaders({ set: { 'x-a': 'FAKE\r\nset-cookie: a=b' } }),
      'value of header "x-a" must have 1 to 4096 characters on one line',
    ],
    [() => RouteFilter.rewrite({}), 'a rewrite that changes nothing'],
    [() => RouteFilter.rewrite({ path: PathRewrite.full('x') }), 'path "x" must start with "/"'],
    [
      () => RouteFilter.mirror(service(chart()), { percent: 101 }),
      'percent of a mirror must be a whole number from 0 to 100, got 101',
    ],
    [
      () => RouteFilter.cors({ allowOrigins: ['*', 'https://a.example'] }),
      'allowOrigins of a CORS filter mixes "*" with others; write "*" alone',
    ],
    [
      () => RouteFilter.cors({ allowOrigins: ['https://a.example/'] }),
      '"https://a.example/" in allowOrigins is not an origin; write scheme and host without a path',
    ],
    [
      () => RouteFilter.cors({ maxAge: Duration.millis(1500) }),
      'maxAge of a CORS filter must be whole seconds and at least one, got 1500ms',
    ],
  ])('refuses what it cannot mean: %#', (build, message) => {
    expect(build).toThrow(message);
  });

  it('does not repeat header values in errors, since they may be secrets', () => {
    const build = () => RouteFilter.requestHeaders({ set: { authorization: 'FAKE-token\n' } });
    expect(build).toThrow(/^(?!.*FAKE-token)/s);
  });
});

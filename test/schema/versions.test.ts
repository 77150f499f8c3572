import { describe, expect, it } from 'vitest';
import type { Channel } from '../../lib/schema/channel';
import { KINDS } from '../../lib/schema/kinds';
import { validate } from '../../lib/schema/validate';
import { told } from './verdict';

const BACKENDS = { backendRefs: [{ name: 'db', port: 5432 }] };

function verdict(version: string, kind: string, spec: unknown, channel?: Channel): string[] {
  const apiVersion = `gateway.networking.k8s.io/${version}`;
  return told(validate({ apiVersion, kind, metadata: { name: 'a' }, spec }, { channel }));
}

describe('versions of Gateway API', () => {
  it.each([
    ['GatewayClass', { controllerName: 'agentgateway.dev/agentgateway' }],
    ['Gateway', { gatewayClassName: 'a', listeners: [{ name: 'a', port: 1, protocol: 'HTTP' }] }],
    ['HTTPRoute', {}],
    ['ReferenceGrant', { from: [], to: [] }],
  ])('v1 and v1beta1 of %s say the same', (kind, spec) => {
    expect(verdict('v1beta1', kind, spec)).toEqual(verdict('v1', kind, spec));
    const misspelt = verdict('v1beta1', kind, { ...spec, unheardOf: 1 });
    expect(misspelt).toEqual(verdict('v1', kind, { ...spec, unheardOf: 1 }));
    expect(misspelt.join()).toContain('unheardOf');
  });

  it.each([
    ['v1alpha2', 'TCPRoute'],
    ['v1alpha2', 'TLSRoute'],
    ['v1alpha3', 'TLSRoute'],
    ['v1alpha3', 'BackendTLSPolicy'],
  ])('%s of %s is no longer served, and v1 is', (version, kind) => {
    expect(verdict(version, kind, {})[0]).toBe(
      `UnknownKind apiVersion: \`gateway.networking.k8s.io/${version}\` has no ${kind} any more (write apiVersion: gateway.networking.k8s.io/v1; only the experimental channel still serves it)`,
    );
  });

  it.each([
    ['v1beta1', 'GRPCRoute'],
    ['v1alpha2', 'ReferenceGrant'],
    ['v2', 'Gateway'],
    ['v1/v1', 'Gateway'],
    ['', 'Gateway'],
  ])('%j of %s never was', (version, kind) => {
    expect(verdict(version, kind, {})[0]).toBe(
      `UnknownKind apiVersion: \`gateway.networking.k8s.io/${version}\` has no ${kind} (write apiVersion: gateway.networking.k8s.io/v1)`,
    );
  });

  it('that only the experimental channel serves are deprecated, with what they allowed', () => {
    const twoRules = { rules: [BACKENDS, BACKENDS] };
    expect(verdict('v1alpha2', 'TCPRoute', twoRules, 'experimental')).toEqual([
      'warning Deprecated apiVersion: `gateway.networking.k8s.io/v1alpha2` of TCPRoute is deprecated (write apiVersion: gateway.networking.k8s.io/v1)',
    ]);
    expect(verdict('v1', 'TCPRoute', twoRules, 'experimental')).toEqual([
      'TooMany spec.rules: has 2 entries; 1 fit here',
    ]);
    expect(verdict('v1alpha2', 'TLSRoute', twoRules, 'experimental')).toHaveLength(1);
    expect(verdict('v1alpha3', 'TLSRoute', { rules: [BACKENDS] }, 'experimental')).toEqual([
      expect.stringContaining('Deprecated apiVersion'),
      'Required spec.hostnames: `hostnames` is required here',
    ]);
  });

  it('are mended by writing the one that is served', () => {
    const apiVersion = 'gateway.networking.k8s.io/v1alpha2';
    for (const channel of ['standard', 'experimental'] as const) {
      const [finding] = validate(
        { apiVersion, kind: 'TLSRoute', metadata: { name: 'a' } },
        { channel },
      );
      expect(finding!.fix).toEqual([
        { op: 'replace', path: 'apiVersion', value: 'gateway.networking.k8s.io/v1' },
      ]);
    }
  });
});

describe('the channels of Gateway API', () => {
  const header = (value: string) => ({
    type: 'RequestHeaderModifier',
    requestHeaderModifier: { set: [{ name: 'a', value }] },
  });
  const hint = '(the experimental channel has it: --gateway-api-channel experimental)';

  it('differ in fields, at any depth', () => {
    const spec = {
      useDefaultGateways: 'All',
      rules: [
        { retry: { attempts: 0, codes: [503, 503] }, sessionPersistence: { type: 'Cookie' } },
      ],
    };
    expect(verdict('v1', 'HTTPRoute', spec)).toEqual(
      ['spec.useDefaultGateways', 'spec.rules[0].retry', 'spec.rules[0].sessionPersistence'].map(
        (path) =>
          `UnknownField ${path}: unknown field \`${path.split('.').at(-1)}\` in the standard channel of Gateway API ${hint}`,
      ),
    );
    expect(verdict('v1', 'HTTPRoute', spec, 'experimental')).toEqual([
      'Invalid spec.rules[0].retry.attempts: must be at least 1, not 0',
      'Duplicate spec.rules[0].retry.codes[1]: has the same value as entry [0]; each may stand only once',
      'Required spec.rules[0].sessionPersistence.cookie: `cookie` is required when `type` is `Cookie`',
    ]);
  });

  it('differ in values', () => {
    const filter = {
      type: 'ExternalAuth',
      externalAuth: { protocol: 'GRPC', backendRef: { name: 'auth', port: 1 }, grpc: {} },
    };
    const spec = { rules: [{ filters: [filter] }] };
    expect(verdict('v1', 'HTTPRoute', spec)).toEqual([
      `NotSupported spec.rules[0].filters[0].type: \`ExternalAuth\` is not one of \`RequestHeaderModifier\`, \`ResponseHeaderModifier\`, \`RequestMirror\`, \`RequestRedirect\`, \`URLRewrite\`, \`ExtensionRef\` or \`CORS\` ${hint}`,
      expect.stringContaining('UnknownField spec.rules[0].filters[0].externalAuth'),
    ]);
    expect(verdict('v1', 'HTTPRoute', spec, 'experimental')).toEqual([]);
  });

  it('differ in bounds and rules', () => {
    const rules = [{ name: 'a', filters: [header('a\u0001b')] }, { name: 'a' }];
    const parentRefs = [{ name: 'edge', port: 1 }, { name: 'edge' }];
    expect(verdict('v1', 'HTTPRoute', { rules })).toEqual([]);
    expect(verdict('v1', 'HTTPRoute', { rules }, 'experimental')).toEqual([
      'Invalid spec.rules[0].filters[0].requestHeaderModifier.set[0].value: the value must be printable ASCII, with single spaces between words',
      'Duplicate spec.rules[1]: has the same name as entry [0]; each may stand only once',
    ]);
    expect(verdict('v1', 'GRPCRoute', { parentRefs })).toEqual([
      'Duplicate spec.parentRefs[1]: has the same parent and sectionName as entry [0]; each may stand only once',
    ]);
    expect(verdict('v1', 'GRPCRoute', { parentRefs }, 'experimental')).toEqual([
      'Required spec.parentRefs[1].port: `port` is required, since another entry names a port of the same parent',
    ]);
  });

  it('differ in nothing for other groups', () => {
    const spec = {
      targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'a' }],
      traffic: { headerModifiers: { request: { set: [{ name: 'a', value: 'a\u0001b' }] } } },
    };
    for (const channel of ['standard', 'experimental'] as const) {
      const object = { metadata: { name: 'a' }, spec };
      const [apiVersion, kind] = ['agentgateway.dev/v1alpha1', 'AgentgatewayPolicy'];
      expect(validate({ apiVersion, kind, ...object }, { channel })).toEqual([]);
    }
  });

  it('are known of every kind', () => {
    for (const { group, kind, versions } of KINDS) {
      const object = { apiVersion: `${group}/${versions[0]}`, kind, metadata: { name: 'a' } };
      for (const channel of ['standard', 'experimental'] as const) {
        expect(told(validate(object, { channel }))).toEqual([
          'Required spec: `spec` is required here',
        ]);
      }
    }
  });
});

import { describe, expect, it } from 'vitest';
import { formatDiagnostic } from '../../lib/diagnostic';
import type { NormalDocument } from '../../lib/standalone/normal-document';
import { normalizeStandalone } from '../../lib/standalone/normalize';
import { readStandalone } from '../../lib/standalone/read';

const MODELS = '{ai: {name: a, provider: {openAI: {}}}}';
const HOST = '{host: "a:1"}';

interface Scene {
  /** Of the only route. */
  readonly limits?: string;
  readonly backend?: string;
  /** Entries of `policies`. */
  readonly targeted?: string;
}

function load({ limits, backend = HOST, targeted = '[]' }: Scene) {
  const policies = limits === undefined ? '{}' : `{localRateLimit: ${limits}}`;
  const text = `binds:
- {port: 80, listeners: [{name: http, routes: [{name: r, policies: ${policies}, backends: [${backend}]}]}]}
- {port: 81, listeners: [{name: other, routes: [{name: s, backends: [${MODELS}]}]}]}
policies: ${targeted}
`;
  const read = readStandalone(text, { variables: () => undefined });
  const normal = read.document && normalizeStandalone(read.document);
  const diagnostics = [...read.diagnostics, ...(normal?.diagnostics ?? [])];
  return { document: normal?.document, findings: diagnostics.map(formatDiagnostic) };
}

function limitsOf(document: NormalDocument | undefined) {
  return document?.binds[0].listeners[0].routes[0].policies.localRateLimit;
}

describe('local rate limits', () => {
  it('are written out in milliseconds, with what the file leaves out', () => {
    const { document, findings } = load({
      limits: `[{maxTokens: 5, tokensPerFill: 2, fillInterval: 1m30s}, {maxTokens: 9, tokensPerFill: 9, fillInterval: 250ms, type: tokens}]`,
      backend: MODELS,
    });
    expect(findings).toEqual([]);
    const path = 'binds[0].listeners[0].routes[0].policies.localRateLimit';
    expect(limitsOf(document)).toEqual([
      {
        path: `${path}[0]`,
        maxTokens: 5,
        tokensPerFill: 2,
        fillIntervalMs: 90_000,
        type: 'requests',
      },
      { path: `${path}[1]`, maxTokens: 9, tokensPerFill: 9, fillIntervalMs: 250, type: 'tokens' },
    ]);
  });

  it.each([
    ['{maxTokens: 1, tokensPerFill: 1, fillInterval: 1s}', []],
    [
      '{fillInterval: 1s}',
      [
        'warning LimitOfNothing PATH.maxTokens: the bucket holds nothing, so everything is answered 429\n  write `maxTokens` with how many may pass in each `fillInterval`',
      ],
    ],
    [
      '{maxTokens: 3, fillInterval: 1s}',
      [
        'warning LimitOfNothing PATH.tokensPerFill: the bucket is never filled again, so everything after the first 3 is answered 429\n  write `tokensPerFill` with how many may pass in each `fillInterval`',
      ],
    ],
    [
      '{maxTokens: 1, tokensPerFill: 2, fillInterval: 1s}',
      [
        'error Invalid PATH.tokensPerFill: 2 are put into a bucket that holds 1, which agentgateway refuses\n  write `maxTokens: 2` or more',
      ],
    ],
    [
      '{tokensPerFill: 1, fillInterval: 0s, maxTokens: 1}',
      [
        'error Invalid PATH.fillInterval: must be longer than nothing, not `0s`\n  write `1s`, `1m` or `1h`',
      ],
    ],
    [
      '{tokensPerFill: 1, fillInterval: 0.5ns, maxTokens: 1}',
      [
        'error Invalid PATH.fillInterval: must be longer than nothing, not `0.5ns`\n  write `1s`, `1m` or `1h`',
      ],
    ],
  ])('say of %s what is wrong with it', (limit, expected) => {
    const path = 'binds[0].listeners[0].routes[0].policies.localRateLimit[0]';
    const { findings } = load({ limits: `[${limit}]` });
    expect(findings.map((finding) => finding.replace(path, 'PATH'))).toEqual(expected);
  });

  it('are refused where they depend on conditions', () => {
    const { document, findings } = load({
      limits: '{conditional: [{maxTokens: 1, tokensPerFill: 1, fillInterval: 1s}]}',
    });
    expect(document).toBeUndefined();
    expect(findings.join('\n')).toContain('error Unsupported');
    expect(findings.join('\n')).toContain('localRateLimit.conditional');
  });
});

describe('a limit of tokens that covers no call of a model', () => {
  const TOKENS = '{maxTokens: 9, tokensPerFill: 9, fillInterval: 1m, type: tokens}';
  const targeted = (target: string) =>
    `[{name: {name: a, namespace: b}, target: ${target}, policy: {localRateLimit: [${TOKENS}]}}]`;
  const gateway = (more = '') =>
    `{gateway: {gatewayName: default, gatewayNamespace: default${more}}}`;

  it.each([
    ['on a route', { limits: `[${TOKENS}]` }, 1],
    ['on a route to models', { limits: `[${TOKENS}]`, backend: MODELS }, 0],
    [
      'on a route of which nothing is known',
      { limits: `[${TOKENS}]`, backend: '{invalid: null}' },
      0,
    ],
    ['twice', { limits: `[${TOKENS}, ${TOKENS}]` }, 2],
    ['of requests', { limits: `[${TOKENS.replace('tokens}', 'requests}')}]` }, 0],
    ['for a route', { targeted: targeted('{route: {name: r, namespace: default}}') }, 1],
    ['for a route to models', { targeted: targeted('{route: {name: s, namespace: default}}') }, 0],
    ['for the gateway', { targeted: targeted(gateway()) }, 0],
    ['for a listener', { targeted: targeted(gateway(', listenerName: http')) }, 1],
    ['for a listener with models', { targeted: targeted(gateway(', listenerName: other')) }, 0],
    ['for a port', { targeted: targeted(gateway(', port: 80')) }, 1],
    ['for a port with models', { targeted: targeted(gateway(', port: 81')) }, 0],
  ] as const)('%s is said to count nothing where that is so', (_, scene, count) => {
    const { document, findings } = load(scene);
    expect(document).toBeDefined();
    const idle = findings.filter((finding) => finding.includes('so it limits nothing'));
    expect(idle).toHaveLength(count);
    for (const finding of idle)
      expect(finding).toMatch(/^warning NoEffect .*localRateLimit\[\d\]\.type/);
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { formatDiagnostic, hasErrors } from '../../lib/diagnostic';
import { validateStandalone } from '../../lib/schema/validate-standalone';
import { normalizeStandalone } from '../../lib/standalone/normalize';
import { expandVariables } from '../../lib/standalone/variables';
import { writeStandalone } from '../../lib/standalone/write';
import { translate } from '../../lib/translator/translate';
import { random } from '../support/random';

const FOLDER = join(__dirname, 'testdata');
const INPUTS = readdirSync(FOLDER).map((file) => {
  const [input = ''] = readFileSync(join(FOLDER, file), 'utf8').split('\n---\n# Output\n');
  return parseAllDocuments(input).map((document) => document.toJS() as unknown);
});

const ODD: unknown[] = [
  ...[null, '', 'x', 0, -1, 1.5, 1e300, true, [], {}, [[]], [null], [1], ['x'], { a: 1 }],
  ...['*', '*.', '$HOME', '__proto__', 'a'.repeat(300), '\0', '{', '{"key": 1}', '../../x'],
];

/** Replaces, removes or doubles one part somewhere in the value. */
function mutate(value: unknown, next: () => number): unknown {
  const odd = () => ODD[Math.floor(next() * ODD.length)];
  if (Array.isArray(value) && value.length > 0 && next() < 0.85) {
    const at = Math.floor(next() * value.length);
    if (next() < 0.1) return value.filter((_, index) => index !== at);
    if (next() < 0.1) return [...value, value[at]];
    return value.map((entry, index) => (index === at ? mutate(entry, next) : entry));
  }
  if (typeof value === 'object' && value !== null && next() < 0.9) {
    const entries = Object.entries(value);
    if (entries.length === 0) return { [String(odd())]: odd() };
    const at = Math.floor(next() * entries.length);
    if (next() < 0.1) return Object.fromEntries(entries.filter((_, index) => index !== at));
    return Object.fromEntries(
      entries.map(([name, member], index) => [name, index === at ? mutate(member, next) : member]),
    );
  }
  return odd();
}

describe('translating', () => {
  it('never throws, and never gives a document without errors that does not load', () => {
    for (let seed = 1; seed <= 3000; seed++) {
      const next = random(seed);
      let objects: unknown = INPUTS[seed % INPUTS.length];
      for (let times = 1 + Math.floor(next() * 4); times > 0; times--)
        objects = mutate(objects, next);
      const { gateways, diagnostics } = translate(Array.isArray(objects) ? objects : [objects]);
      for (const { document } of gateways) {
        writeStandalone(document);
        if (hasErrors(diagnostics)) continue;
        const expanded = expandVariables(document, () => 'demo').document;
        const findings = validateStandalone(expanded);
        if (findings.length === 0) findings.push(...normalizeStandalone(expanded).diagnostics);
        const errors = findings.filter(
          ({ severity, code }) => severity === 'error' && code !== 'Unsupported',
        );
        expect(errors.map(formatDiagnostic), `seed ${seed}`).toEqual([]);
      }
    }
  });

  it.each([[], [null], [1], ['x'], [[]], [{}], [{ apiVersion: 1, kind: [] }]])(
    'takes %j for what it is',
    (...objects) => {
      expect(translate(objects).gateways).toEqual([]);
    },
  );

  it('takes time in proportion to the routes and policies, and not to their square', () => {
    const small = shortest(8, fleet(1000));
    const large = shortest(3, fleet(10_000));
    expect(large / small).toBeLessThan(30);
  });

  it('gives each of many routes its policy', () => {
    const { gateways, diagnostics } = translate(fleet(300));
    const routes = gateways[0]!.document.binds![0]!.listeners[0]!.routes!;
    expect(diagnostics).toEqual([]);
    expect(routes.map(({ policies }) => policies?.apiKey?.keys)).toEqual(
      routes.map(({ name }) => [{ key: `demo-key-${name}` }]),
    );
  });
});

/** The shortest of several runs, in milliseconds: others may be using the machine. */
function shortest(runs: number, objects: unknown[]): number {
  const times = Array.from({ length: runs }, () => {
    const start = performance.now();
    translate(objects);
    return performance.now() - start;
  });
  return Math.min(...times);
}

function fleet(size: number): unknown[] {
  const gateway = {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name: 'edge', namespace: 'shop' },
    spec: {
      gatewayClassName: 'agentgateway',
      listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
    },
  };
  const perRoute = Array.from({ length: size }, (_, index) => {
    const name = `route-${index}`;
    const metadata = { name, namespace: 'shop', labels: { app: name } };
    return [
      {
        apiVersion: 'gateway.networking.k8s.io/v1',
        kind: 'HTTPRoute',
        metadata,
        spec: {
          parentRefs: [{ name: 'edge' }],
          hostnames: [`${name}.example.com`],
          rules: [{ backendRefs: [{ name, port: 80 }] }],
        },
      },
      { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { key: `demo-key-${name}` } },
      {
        apiVersion: 'agentgateway.dev/v1alpha1',
        kind: 'AgentgatewayPolicy',
        metadata,
        spec: {
          targetSelectors: [
            {
              group: 'gateway.networking.k8s.io',
              kind: 'HTTPRoute',
              matchLabels: { app: name },
            },
          ],
          traffic: { apiKeyAuthentication: { secretRef: { name } } },
        },
      },
    ];
  });
  return [gateway, ...perRoute.flat()];
}

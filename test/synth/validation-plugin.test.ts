import { describe, expect, it } from 'vitest';
import { AgentgatewayValidation, type ValidationViolation } from '../../lib/index';

const GATEWAY = {
  apiVersion: 'gateway.networking.k8s.io/v1',
  kind: 'Gateway',
  metadata: { name: 'edge', namespace: 'shop' },
  spec: {
    gatewayClassName: 'agentgateway',
    listeners: [{ name: 'http', port: 80, protocol: 'HTTP' }],
  },
};

function route(spec: object, name = 'cart') {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'shop' },
    spec: { parentRefs: [{ name: 'edge' }], ...spec },
  };
}

interface Outcome {
  readonly status: string;
  readonly metadata: unknown;
  readonly violations: readonly ValidationViolation[];
}

/** What the plugin reports about documents, one file each. */
async function report(documents: readonly unknown[], props = {}): Promise<Outcome> {
  const violations: ValidationViolation[] = [];
  let outcome: Outcome | undefined;
  const files = new Map(documents.map((document, index) => [`dist/${index}.yaml`, [document]]));
  await new AgentgatewayValidation(props).validate({
    manifests: [...files.keys()],
    parseManifest: (path) => files.get(path)!,
    report: {
      addViolation: (violation) => violations.push(violation),
      submit: (status, metadata) => {
        outcome = { status, metadata, violations };
      },
    },
  });
  return outcome!;
}

const told = ({ violations }: Outcome) =>
  violations.map(({ ruleName, recommendation, fix, violatingResources }) => ({
    says: `${ruleName}: ${recommendation} (${fix})`,
    at: violatingResources.flatMap(({ manifestPath, resourceName, locations }) =>
      locations.map((location) => `${manifestPath} ${resourceName} ${location}`),
    ),
  }));

describe('the validation plugin', () => {
  it('says nothing about what an API server accepts, and counts it', async () => {
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: {} };
    expect(await report([GATEWAY, route({}), configMap, null])).toEqual({
      status: 'success',
      metadata: { objects: '3', errors: '0', warnings: '0' },
      violations: [],
    });
  });

  it('reports each finding with its rule, its places and the next step', async () => {
    const misspelt = { matchs: [] };
    const outcome = await report([
      GATEWAY,
      route({ rules: [misspelt] }, 'cart'),
      route({ rules: [misspelt, { backendRefs: [{ name: 'a', port: 0 }] }] }, 'search'),
    ]);
    expect(outcome.status).toBe('failure');
    expect(told(outcome)).toEqual([
      {
        says: expect.stringMatching(/^UnknownField: unknown field `matchs`; did you mean/),
        at: [
          'dist/1.yaml cart HTTPRoute spec.rules[0].matchs',
          'dist/2.yaml search HTTPRoute spec.rules[0].matchs',
        ],
      },
      {
        says: 'Invalid: must be between 1 and 65535, not 0 (`agw check --explain Invalid` says more)',
        at: ['dist/2.yaml search HTTPRoute spec.rules[1].backendRefs[0].port'],
      },
    ]);
  });

  it('reads the entries of a List as objects', async () => {
    const list = { apiVersion: 'v1', kind: 'List', items: [GATEWAY, route({ rule: [] })] };
    expect(told(await report([list]))[0]?.at).toEqual(['dist/0.yaml cart HTTPRoute spec.rule']);
  });

  it('refuses a reference that leads nowhere inside the app', async () => {
    const outcome = await report([
      GATEWAY,
      route({ parentRefs: [{ name: 'edge', sectionName: 'https' }] }),
    ]);
    expect(outcome.status).toBe('failure');
    expect(outcome.violations.map(({ ruleName }) => ruleName)).toEqual(['NoMatchingParent']);
  });

  it('only warns of what another app may have', async () => {
    const outcome = await report([route({ parentRefs: [{ name: 'elsewhere' }] })]);
    expect(outcome.status).toBe('success');
    expect(outcome.metadata).toEqual({ objects: '1', errors: '0', warnings: '1' });
    expect(outcome.violations[0]?.ruleName).toBe('NoMatchingParent (warning)');
  });

  it.each([
    ['Deny', 'jtw.sub == "mallory"', 'failure', /^InvalidExpression: .*did you mean `jwt`\?/],
    [
      'Deny',
      'request.headers["x"] == "a"',
      'success',
      /^NoEffect \(warning\): this rule denies nobody/,
    ],
  ])(
    'reports what the gateway makes of the rule %s %s',
    async (action, expression, status, says) => {
      const authorization = { action, policy: { matchExpressions: [expression] } };
      const policy = {
        apiVersion: 'agentgateway.dev/v1alpha1',
        kind: 'AgentgatewayPolicy',
        metadata: { name: 'banned', namespace: 'shop' },
        spec: {
          targetRefs: [{ group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'edge' }],
          traffic: { authorization },
        },
      };
      const outcome = await report([GATEWAY, policy]);
      expect(outcome.status).toBe(status);
      const at = 'spec.traffic.authorization.policy.matchExpressions[0]';
      expect(told(outcome)).toEqual([
        { says: expect.stringMatching(says), at: [`dist/1.yaml banned AgentgatewayPolicy ${at}`] },
      ]);
      expect((await report([GATEWAY, policy], { verdict: true })).violations).toEqual([]);
    },
  );

  it('leaves it at the verdict of an API server where that is asked for', async () => {
    const documents = [route({ parentRefs: [{ name: 'elsewhere' }] })];
    expect((await report(documents, { verdict: true })).violations).toEqual([]);
  });

  it('knows the fields of the channel that the cluster has', async () => {
    const documents = [GATEWAY, route({ rules: [{ name: 'a', retry: { attempts: 2 } }] })];
    const { violations } = await report(documents);
    expect(violations.map(({ ruleName }) => ruleName)).toEqual(['UnknownField']);
    const experimental = await report(documents, { gatewayApiChannel: 'experimental' });
    expect(experimental.status).toBe('success');
  });

  it.each([
    [{ verdicts: true }, 'no property `verdicts`; did you mean `verdict`?'],
    [{ color: true }, 'no property `color`; it has'],
    [{ gatewayApiChannel: 'beta' }, 'is `beta`; write `standard` or `experimental`'],
    [
      { verdict: 'yes' },
      'property `verdict` of AgentgatewayValidation is `yes`; write `true` or `false`',
    ],
  ])('refuses the properties %j', (props, message) => {
    expect(() => new AgentgatewayValidation(props as object)).toThrow(message);
  });

  it('says so where a file holds no object', async () => {
    const outcome = await report(['text', [1], 7]);
    expect(outcome.status).toBe('failure');
    expect(outcome.violations).toHaveLength(1);
    expect(outcome.violations[0]?.violatingResources).toHaveLength(3);
  });
});

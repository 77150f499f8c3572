import { describe, expect, it } from 'vitest';
import { normalizeStandalone } from '../../lib/standalone/normalize';
import { readStandalone } from '../../lib/standalone/read';

const CHECK = "extAuthz: {host: 'a:1', protocol: {grpc: {}}}";
const ROUTE = 'binds[0].listeners[0].routes[0].policies.extAuthz';

interface Written {
  readonly route?: string;
  readonly listener?: string;
  readonly entries?: readonly string[];
}

/** `where in place of what` for each check that takes the place of another. */
function replaced({ route = '', listener = '', entries = [] }: Written): string[] {
  const text = `binds:
- port: 80
  listeners:
  - name: http
    policies: {${listener}}
    routes:
    - {name: shop, namespace: a, policies: {${route}}, backends: [{host: 'a:1'}]}
    - {name: open, namespace: a, backends: [{host: 'a:1'}]}
policies:
${entries.map((entry, i) => `- {name: {name: p${i}, namespace: a}, ${entry}}`).join('\n')}
`;
  const read = readStandalone(entries.length > 0 ? text : text.replace('policies:\n\n', ''), {
    variables: () => undefined,
  });
  expect(read.diagnostics).toEqual([]);
  return normalizeStandalone(read.document!)
    .diagnostics.filter(({ code }) => code === 'ReplacesCheck')
    .map(({ path, message }) => `${path} in place of ${/`(.*)`/.exec(message)![1]}`);
}

const entry = (target: string, more = '') => `target: {${target}}, ${more}policy: {${CHECK}}`;
const gateway = (more = '') => `gateway: {gatewayName: default, gatewayNamespace: default${more}}`;
const BEFORE = 'phase: gateway, ';

describe('the check of a route', () => {
  it('is made in place of one for the gateway', () => {
    expect(replaced({ route: CHECK, entries: [entry(gateway())] })).toEqual([
      `${ROUTE} in place of policies[0].policy.extAuthz`,
    ]);
  });

  it('is made in place of one for its listener or port', () => {
    for (const more of [', listenerName: http', ', port: 80']) {
      expect(replaced({ route: CHECK, entries: [entry(gateway(more))] })).toHaveLength(1);
    }
  });

  it('may be attached by an entry as well', () => {
    const entries = [entry(gateway()), entry('route: {name: shop, namespace: a}')];
    expect(replaced({ entries })).toEqual([
      'policies[1].policy.extAuthz in place of policies[0].policy.extAuthz',
    ]);
  });

  it('is made in addition to one before routing', () => {
    expect(replaced({ route: CHECK, entries: [entry(gateway(), BEFORE)] })).toEqual([]);
    expect(replaced({ route: CHECK, listener: CHECK })).toEqual([]);
  });

  it('alone replaces nothing', () => {
    expect(replaced({ route: CHECK })).toEqual([]);
    expect(replaced({ entries: [entry(gateway())] })).toEqual([]);
  });
});

describe('the check of a listener', () => {
  it('is made in place of one for the gateway in the same phase', () => {
    expect(replaced({ listener: CHECK, entries: [entry(gateway(), BEFORE)] })).toEqual([
      'binds[0].listeners[0].policies.extAuthz in place of policies[0].policy.extAuthz',
    ]);
    expect(replaced({ listener: CHECK, entries: [entry(gateway())] })).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { unusedOptions } from '../../lib/cli/unused-options';
import { parseResolution } from '../../lib/server/resolve';
import { normalizeStandalone } from '../../lib/standalone/normalize';
import { readStandalone } from '../../lib/standalone/read';

const TEXT = `
binds:
- port: 8080
  listeners:
  - policies:
      extAuthz: {host: authorizer.test:9000, protocol: {http: {}}}
    routes:
    - policies:
        jwtAuth:
          mode: strict
          providers:
          - {issuer: a, audiences: [b], jwks: {url: 'https://issuer.test/jwks'}}
          - {issuer: c, audiences: [b], jwks: {url: 'http://[2001:db8::1]:8000/jwks'}}
        requestMirror: {backend: {host: 'mirror.test:80'}, percentage: 1}
      backends: [{host: 'backend.test:80'}]
`;

function unused(resolve: string): string[] {
  const { document } = readStandalone(TEXT, { variables: () => undefined });
  const normal = normalizeStandalone(document!);
  const resolutions = [parseResolution(`${resolve}=http://127.0.0.1:1`)];
  const options = { ports: new Map<number, number>(), resolutions };
  return unusedOptions([normal.document!], options).map(({ message }) => message);
}

describe('a mapping', () => {
  it.each([
    ...['backend.test:80', 'mirror.test', 'authorizer.test:9000', 'issuer.test'],
    ...['issuer.test:443', '2001:db8::1:8000'],
  ])('of %s is used', (name) => {
    expect(unused(name)).toEqual([]);
  });

  it.each(['issuer.test:80', 'authorizer.test:80', 'other.test'])('of %s is not', (name) => {
    expect(unused(name)).toEqual([expect.stringContaining(`no configuration names upstream`)]);
  });
});

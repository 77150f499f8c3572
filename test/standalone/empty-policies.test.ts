import { describe, expect, it } from 'vitest';
import { readStandalone } from '../../lib/standalone/read';

/** `severity code path line` of all that is said. */
function found(policies: string): string[] {
  const text = `binds:
- port: 80
  listeners:
  - routes:
    - policies: ${policies}
      backends: [{host: 'a:1'}]
`;
  const { document, diagnostics } = readStandalone(text, { variables: () => undefined });
  expect(document).toBeDefined();
  return diagnostics.map(({ severity, code, path, line }) => `${severity} ${code} ${path} ${line}`);
}

const AT = 'binds[0].listeners[0].routes[0].policies';

describe('a guard of which only the name is written', () => {
  it.each(['extAuthz', 'jwtAuth', 'apiKey', 'basicAuth', 'authorization'])(
    'is warned of, as it keeps nobody out: %s',
    (name) => {
      expect(found(`{${name}: }`)).toEqual([`warning NoEffect ${AT}.${name} 5`]);
    },
  );

  it('is none where something stands there, or where nobody is meant to be kept out', () => {
    expect(found("{extAuthz: {host: 'a:1', protocol: {grpc: {}}}}")).toEqual([]);
    expect(found('{cors: }')).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { StaticBackend, type StaticBackendProps } from '../../../lib/constructs/backends/static';
import { chart, spec } from '../trees';

describe('a StaticBackend', () => {
  it.each([{ host: 'api.example.com', port: 443 }, { unixPath: '/run/app.sock' }])(
    'is %o',
    (props) => {
      const scope = chart();
      new StaticBackend(scope, 'Api', props);
      expect(spec(scope, 'AgentgatewayBackend')).toEqual({ static: props });
    },
  );

  it.each<[StaticBackendProps, string]>([
    [{}, 'StaticBackend test/Api needs `host` and `port`, or `unixPath`'],
    [{ host: 'a.example' }, 'needs `host` and `port`, or `unixPath`'],
    [{ host: 'a.example', port: 70_000 }, 'port must be a whole number from 1 to 65535, got 70000'],
    [{ host: 'https://a.example', port: 443 }, 'leave out the scheme, and put the port in `port`'],
    [{ host: 'a.example:443', port: 443 }, 'put the port in `port`'],
    [{ host: '::1', port: 443 }, 'agentgateway takes no IPv6 literals here'],
    [{ host: 'a/b', port: 443 }, 'write it without scheme, port and path'],
    [{ unixPath: 'app.sock' }, 'unixPath "app.sock" must be absolute, like "/run/app.sock"'],
    [{ unixPath: '/a.sock', port: 1 }, 'has `unixPath` beside `host` or `port`; keep one way'],
  ])('refuses %o', (props, message) => {
    expect(() => new StaticBackend(chart(), 'Api', props)).toThrow(message);
  });
});

import { TestGateway, type TestGatewayOptions } from '../../lib/testing';

/** A gateway of one route, with these policies on it, and an upstream that answers `passed`. */
export function policyGateway(
  policies: object,
  options: TestGatewayOptions & { readonly listener?: object } = {},
): TestGateway {
  const { listener = {}, ...others } = options;
  const document = {
    binds: [
      {
        port: 3000,
        listeners: [
          { policies: listener, routes: [{ policies, backends: [{ host: 'echo.test:80' }] }] },
        ],
      },
    ],
  };
  return TestGateway.fromStandalone(JSON.stringify(document).replaceAll('$', '$$$$'), {
    upstreams: { 'echo.test:80': () => ({ body: 'passed' }) },
    ...others,
  });
}

export function bearer(token: string) {
  return { url: 'http://a.test/', headers: { authorization: `Bearer ${token}` } };
}

import type { Tutorial } from '../demo/tutorial';

const host = 'www.example.com';
const DENIED = 'denied by ext_authz for not found header `x-ext-authz: allow` in the request';

export const extAuth: Tutorial = {
  name: 'ext-auth',
  title: 'External authorization: a service of yours decides',
  standalone: 'ext-auth.gateway.yaml',
  listenerPort: 80,
  upstreams: [
    { address: 'httpbin.ext-auth:8000', name: 'httpbin' },
    { address: 'ext-authz.ext-auth:4444', name: 'ext-authz' },
  ],
  calls: [
    {
      caller: 'nobody',
      path: '/headers',
      headers: { host },
      expected: { status: 403, body: DENIED },
      why: 'the service wants a header that the request has not',
    },
    {
      caller: 'mallory',
      path: '/headers',
      headers: { host, 'x-ext-authz': 'please' },
      expected: { status: 403, body: DENIED },
      why: 'the service knows one value of the header',
    },
    {
      caller: 'mallory',
      path: '/headers',
      headers: { host: 'other.example.com' },
      expected: { status: 403, body: DENIED },
      why: 'it is asked before a route is chosen, for every host',
    },
    {
      caller: 'alice',
      path: '/headers',
      headers: { host, 'x-ext-authz': 'allow' },
      expected: { status: 200, body: '"x-ext-authz-check-result": "allowed"' },
      why: 'the service lets it pass; what it adds reaches httpbin',
    },
  ],
};

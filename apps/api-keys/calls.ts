import type { Tutorial } from '../demo/tutorial';
import { DEMO_KEY } from './demo-key';

const host = 'www.example.com';

export const apiKeys: Tutorial = {
  name: 'api-keys',
  title: 'API keys: only callers with a key get through',
  standalone: 'api-keys.gateway.yaml',
  listenerPort: 80,
  upstreams: [{ address: 'httpbin.httpbin:8000', name: 'httpbin' }],
  calls: [
    {
      caller: 'nobody',
      path: '/headers',
      headers: { host },
      expected: { status: 401, body: 'api key authentication failure: no API Key found' },
      why: 'no key was sent',
    },
    {
      caller: 'mallory',
      path: '/headers',
      headers: { host, authorization: 'Bearer guessed-key' },
      expected: { status: 401, body: 'api key authentication failure: invalid credentials' },
      why: 'the key is not in the Secret',
    },
    {
      caller: 'carol',
      path: '/headers',
      headers: { host, 'x-api-key': DEMO_KEY },
      expected: { status: 401, body: 'api key authentication failure: no API Key found' },
      why: 'a key counts only in the Authorization header',
    },
    {
      caller: 'alice',
      path: '/headers',
      headers: { host, authorization: `Bearer ${DEMO_KEY}` },
      expected: { status: 200, body: '"headers"', bodyWithout: DEMO_KEY },
      why: 'the key is in the Secret; the upstream never sees it',
    },
    {
      caller: 'alice',
      path: '/headers',
      headers: { host: 'other.example.com', authorization: `Bearer ${DEMO_KEY}` },
      expected: { status: 404, body: 'route not found' },
      why: 'no route serves this host',
    },
  ],
};

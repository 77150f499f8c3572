import type { Call, Tutorial } from '../demo/tutorial';
import { type Claims, demoToken } from './demo-token';

const question = {
  model: 'gpt-4.1-nano',
  messages: [{ role: 'user', content: 'What is a JWT?' }],
};
const ask: Pick<Call, 'method' | 'path' | 'body'> = {
  method: 'POST',
  path: '/v1/chat/completions',
  body: question,
};

const signed = (claims: Claims) => () => demoToken(claims);
const answered = { status: 200, body: 'You said: What is a JWT?' };

export const jwt: Tutorial = {
  name: 'jwt',
  title: 'JWT: a language model for the callers whom the rules name',
  standalone: 'jwt.gateway.yaml',
  listenerPort: 80,
  upstreams: [{ address: 'api.openai.com', name: 'openai' }],
  environment: { OPENAI_AUTHORIZATION: 'demo-provider-key-not-a-secret' },
  calls: [
    {
      ...ask,
      caller: 'nobody',
      expected: { status: 401, body: 'authentication failure: no bearer token found' },
      why: 'no token was sent',
    },
    {
      ...ask,
      caller: 'eve',
      bearer: signed({ sub: 'alice', aud: 'another-service' }),
      expected: { status: 401, body: 'InvalidAudience' },
      why: 'the token of alice was made for another service',
    },
    {
      ...ask,
      caller: 'mallory',
      bearer: signed({ sub: 'mallory', email: 'mallory@example.org', roles: ['guest'] }),
      expected: { status: 403, body: 'authorization failed' },
      why: 'the token is good, and no rule names its bearer',
    },
    {
      ...ask,
      caller: 'alice',
      bearer: signed({ sub: 'alice' }),
      expected: answered,
      why: 'a rule names this subject',
    },
    {
      ...ask,
      caller: 'bob',
      body: { ...question, stream: true },
      bearer: signed({ sub: 'bob', email: 'bob@example.com' }),
      expected: { status: 200, body: 'data: [DONE]' },
      why: 'a rule names the domain of this mail address; the answer is a stream',
    },
    {
      ...ask,
      caller: 'carol',
      bearer: signed({ sub: 'carol', roles: ['admin'] }),
      expected: answered,
      why: 'a rule names this role',
    },
  ],
};

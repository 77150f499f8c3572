import { describe, expect, it } from 'vitest';
import { hasOwnCredentials } from '../../lib/standalone/own-credentials';

const KEY = { backendAuth: { key: 'demo-key' } };
const PASSED_ON = { backendAuth: { passthrough: {} } };
const HOST = { host: 'models:80' };

function models(provider: object, policies?: object): object {
  return { ai: { name: 'models', provider, ...(policies && { policies }) } };
}

const OWN: readonly (readonly [what: string, backend: object])[] = [
  ['a key', { ...HOST, policies: KEY }],
  ['a key in a file', { ...HOST, policies: { backendAuth: { key: { file: 'key' } } } }],
  [
    'a further credential',
    { ...HOST, policies: { backendAuth: { passthrough: {}, credentials: [{ key: 'demo-key' }] } } },
  ],
  ['a role of AWS', { ...HOST, policies: { backendAuth: { aws: {} } } }],
  ['a login at Copilot', { ...HOST, policies: { backendAuth: 'copilot' } }],
  ['the key of a provider', models({ openAI: {} }, KEY)],
  ['the key of all providers', { ...models({ openAI: {} }), policies: KEY }],
  ['the identity of Bedrock', models({ bedrock: {} })],
  ['the identity of Vertex AI', models({ vertex: {} })],
  ['the identity of Azure', models({ azure: {} })],
  [
    'one provider of several',
    {
      ai: {
        groups: [
          { providers: [{ name: 'free', provider: { openAI: {} } }] },
          { providers: [{ name: 'paid', provider: { openAI: {} }, policies: KEY }] },
        ],
      },
    },
  ],
  ['an MCP server', { mcp: { targets: [{ name: 'a' }, { name: 'b', policies: KEY }] } }],
];

const NOT_OWN: readonly (readonly [what: string, backend: unknown])[] = [
  ['nothing', HOST],
  ['nothing at a provider', models({ openAI: {} })],
  ["the caller's own", { ...HOST, policies: PASSED_ON }],
  ["the caller's own in place of an identity", models({ bedrock: {} }, PASSED_ON)],
  ["the caller's own in place of a key", { ...models({ openAI: {} }, PASSED_ON), policies: KEY }],
  [
    'what the token is exchanged for',
    { ...HOST, policies: { backendAuth: { oauthTokenExchange: {} } } },
  ],
  ['no field of that kind', { ...HOST, policies: { backendAuth: {} } }],
  ['no backend', null],
  ['a text', 'key'],
];

describe('credentials of the gateway', () => {
  it.each(OWN)('are %s', (_, backend) => {
    expect(hasOwnCredentials(backend)).toBe(true);
  });

  it.each(NOT_OWN)('are not %s', (_, backend) => {
    expect(hasOwnCredentials(backend)).toBe(false);
  });

  it('are taken from around it, unless it has its own', () => {
    expect(hasOwnCredentials(HOST, [KEY])).toBe(true);
    expect(hasOwnCredentials(HOST, [PASSED_ON, KEY])).toBe(true);
    expect(hasOwnCredentials(HOST, [KEY, PASSED_ON])).toBe(false);
    expect(hasOwnCredentials({ ...HOST, policies: PASSED_ON }, [KEY])).toBe(false);
  });
});

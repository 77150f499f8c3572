import { describe, expect, it } from 'vitest';
import { didYouMean } from '../../lib/schema/did-you-mean';

const POLICIES = ['apiKeyAuthentication', 'basicAuthentication', 'jwtAuthentication', 'cors'];

describe('didYouMean', () => {
  it.each([
    ['apiKeyAuthentcation', POLICIES, 'apiKeyAuthentication'],
    ['APIKeyAuthentication', POLICIES, 'apiKeyAuthentication'],
    ['apiKeyAuth', POLICIES, 'apiKeyAuthentication'],
    ['post', ['port', 'path', 'name'], 'port'],
    ['tpye', ['type', 'name'], 'type'],
    ['strict', ['Optional', 'Strict'], 'Strict'],
    ['hostname', ['hostnames', 'rules'], 'hostnames'],
    ['controler', ['controllerName', 'description'], 'controllerName'],
    ['prefix', ['exact', 'pathPrefix', 'regex'], 'pathPrefix'],
    ['apiKeyAuthentication', ['apiKey', 'cors'], 'apiKey'],
  ])('takes %j among %j for %j', (word, candidates, meant) => {
    expect(didYouMean(word, candidates)).toBe(meant);
  });

  it.each([
    ['colour', ['port', 'name']],
    ['namespace', ['group', 'kind', 'name']],
    ['auth', POLICIES],
    ['a', ['b']],
    ['ip', ['id']],
    ['', ['port']],
    ['x'.repeat(100_000), ['x'.repeat(64)]],
  ])('has no guess for %.20j among %j', (word, candidates) => {
    expect(didYouMean(word, candidates)).toBeUndefined();
  });

  it('takes the nearest of several', () => {
    expect(didYouMean('ports', ['post', 'port', 'sport'])).toBe('port');
  });
});

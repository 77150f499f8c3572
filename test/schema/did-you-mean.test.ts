import { describe, expect, it } from 'vitest';
import { certainlyMeant, didYouMean } from '../../lib/schema/did-you-mean';

const POLICIES = ['apiKeyAuthentication', 'basicAuthentication', 'jwtAuthentication', 'cors'];

describe('didYouMean', () => {
  it.each([
    ['apiKeyAuthentcation', POLICIES, 'apiKeyAuthentication'],
    ['APIKeyAuthentication', POLICIES, 'apiKeyAuthentication'],
    ['apiKeyAuth', POLICIES, 'apiKeyAuthentication'],
    ['post', ['port', 'path', 'name'], 'port'],
    ['tpye', ['type', 'name'], 'type'],
    ['ky', ['key', 'gcp', 'aws'], 'key'],
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

describe('what is meant for certain', () => {
  it.each([
    ['jwt_authentication', POLICIES, 'jwtAuthentication'],
    ['JWTAuthentication', POLICIES, 'jwtAuthentication'],
    ['post', ['port', 'path', 'name'], 'port'],
    ['ROUTE', ['route', 'routes'], 'route'],
    ['match', ['matches', 'filters'], 'matches'],
    ['ky', ['key', 'gcp', 'aws'], 'key'],
    ['backendsRefs', ['backendRefs', 'matches'], 'backendRefs'],
  ])('is for %j among %j %j', (word, candidates, meant) => {
    expect(certainlyMeant(word, candidates)).toBe(meant);
  });

  it.each([
    ['several are near', 'post', ['port', 'host']],
    ['three letters are wrong', 'authentication', POLICIES],
    ['a word only begins like another', 'apiKeyAuth', POLICIES],
    ['two differ in case alone', 'ab-c', ['abC', 'aBc']],
    ['two have one more letter', 'rule', ['ruler', 'rules']],
    ['nothing is written', '', ['port']],
  ])('is nothing where %s', (_, word, candidates) => {
    expect(certainlyMeant(word, candidates)).toBeUndefined();
  });
});

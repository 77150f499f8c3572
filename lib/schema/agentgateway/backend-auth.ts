import { listed } from '../json';
import { atLeastOneOf, atMostOneOf, cel, exactlyOneOf, type Rule } from '../rule';
import type { Definitions, Schema } from '../schema';
import { AWS_AUTH_DEFINITIONS } from './aws-auth';
import { AZURE_AUTH_DEFINITIONS } from './azure-auth';
import { CROSS_APP_ACCESS_DEFINITIONS } from './cross-app-access';
import { GCP_AUTH_DEFINITIONS } from './gcp-auth';
import { JWT_SIGN_DEFINITIONS } from './jwt-sign';
import { OAUTH_CLIENT_DEFINITIONS } from './oauth-client';
import { OAUTH_TOKEN_EXCHANGE_DEFINITIONS } from './oauth-token-exchange';

/** A key that every request gets, in place or in a Secret, and where it goes. */
const KEY: Readonly<Record<string, Schema>> = {
  key: {
    type: 'string',
    description:
      'The key itself. Whoever may read this object reads it; write `secretRef` unless it is no secret.',
    maxLength: 2048,
    sensitive: true,
  },
  secretRef: {
    $ref: '#/$defs/SecretKeyReference',
    description:
      'The key in a Secret, in the entry `Authorization` unless `key` says so; a `Bearer ` in front of it is dropped there.',
  },
  location: {
    $ref: '#/$defs/CredentialPlace',
    description:
      'Where the key is put. @default - the Authorization header, after `Bearer `, or where the LLM provider wants it',
  },
};

/** How one call to a backend proves who calls, in the ways that any backend takes. */
const WAYS: Readonly<Record<string, Schema>> = {
  ...KEY,
  passthrough: {
    type: 'object',
    description:
      'Sends on the credential that the caller was let in with, which the gateway takes out of the request otherwise: write `{}`.',
  },
  aws: { $ref: '#/$defs/AWSAuth' },
  azure: { $ref: '#/$defs/AzureAuth' },
  gcp: { $ref: '#/$defs/GCPAuth' },
  oauthTokenExchange: { $ref: '#/$defs/OAuthTokenExchange' },
  credentials: {
    type: 'array',
    description:
      'Further credentials from Secrets, each at its place, for backends that want several at once.',
    items: { $ref: '#/$defs/PlacedCredential' },
    minItems: 1,
    maxItems: 8,
    'x-kubernetes-list-type': 'atomic',
  },
};

const EXCLUSIVE = ['key', 'secretRef', 'passthrough', 'aws', 'azure', 'gcp', 'oauthTokenExchange'];
const ELSEWHERE = ['crossAppAccess', 'jwtSign'];

function onlyWith(...fields: string[]): Rule {
  const wanted = fields.map((name) => `has(self.${name})`).join(' || ');
  const named = listed(fields, 'or');
  return cel(`!has(self.location) || ${wanted}`, {
    path: 'location',
    message: `\`location\` says where ${named} is put, and there is none`,
    hint: `remove \`location\`, or write ${named}`,
    code: 'Forbidden',
  });
}

function rules(exclusive: readonly string[]): readonly Rule[] {
  return [
    atLeastOneOf('credentials', ...exclusive),
    onlyWith('key', 'secretRef', 'passthrough'),
    atMostOneOf(...exclusive),
  ];
}

export const BACKEND_AUTH_DEFINITIONS: Definitions = {
  ...AWS_AUTH_DEFINITIONS,
  ...AZURE_AUTH_DEFINITIONS,
  ...CROSS_APP_ACCESS_DEFINITIONS,
  ...GCP_AUTH_DEFINITIONS,
  ...JWT_SIGN_DEFINITIONS,
  ...OAUTH_CLIENT_DEFINITIONS,
  ...OAUTH_TOKEN_EXCHANGE_DEFINITIONS,
  PlacedCredential: {
    type: 'object',
    description: 'A credential and its place in the request.',
    properties: {
      secretRef: {
        $ref: '#/$defs/SecretKeyReference',
        description: 'The credential, in the entry `Authorization` unless `key` says so.',
      },
      location: { $ref: '#/$defs/CredentialPlace' },
    },
    required: ['location', 'secretRef'],
  },
  BackendAuth: {
    type: 'object',
    description:
      'How the gateway proves to the backend who calls. What it writes replaces what the client sent there.',
    properties: {
      ...WAYS,
      crossAppAccess: { $ref: '#/$defs/CrossAppAccess' },
      jwtSign: { $ref: '#/$defs/JWTSign' },
    },
    rules: rules([...EXCLUSIVE, ...ELSEWHERE]),
  },
  ModelAuth: {
    type: 'object',
    description: 'How the gateway proves to the provider who calls.',
    properties: WAYS,
    rules: rules(EXCLUSIVE),
  },
  KeyAuth: {
    type: 'object',
    description: 'A key for the service.',
    properties: KEY,
    rules: [exactlyOneOf('key', 'secretRef')],
  },
  KeyOrAWSAuth: {
    type: 'object',
    description: 'A key for the service, or a signature as AWS asks.',
    properties: { ...KEY, aws: { $ref: '#/$defs/AWSAuth' } },
    rules: [onlyWith('key', 'secretRef'), exactlyOneOf('key', 'secretRef', 'aws')],
  },
  OnlyGCPAuth: {
    type: 'object',
    description: 'A token from Google.',
    properties: { gcp: { $ref: '#/$defs/GCPAuth' } },
    rules: [exactlyOneOf('gcp')],
  },
};

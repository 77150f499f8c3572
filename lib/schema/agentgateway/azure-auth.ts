import { atMostOneOf } from '../rule';
import type { Definitions } from '../schema';

export const AZURE_AUTH_DEFINITIONS: Definitions = {
  AzureAuth: {
    type: 'object',
    description:
      'Gets tokens from Entra. An empty one takes the credentials of the environment that the gateway runs in.',
    properties: {
      secretRef: {
        $ref: '#/$defs/SecretReference',
        description:
          'A service principal in a Secret, in the entries `clientID`, `tenantID` and `clientSecret`.',
      },
      managedIdentity: {
        $ref: '#/$defs/AzureManagedIdentity',
        description: 'An identity that Azure gives to the machine.',
      },
      workloadIdentity: {
        type: 'object',
        description:
          'The identity of the service account, by workload identity federation: write `{}`.',
      },
    },
    rules: [atMostOneOf('secretRef', 'managedIdentity', 'workloadIdentity')],
  },
  AzureManagedIdentity: {
    type: 'object',
    description: 'Which identity, where the machine has several. @default - that of the machine',
    properties: {
      clientId: { type: 'string', description: 'By its client (application) ID.' },
      objectId: { type: 'string', description: 'By its object (principal) ID.' },
      resourceId: { type: 'string', description: 'By its path in Azure, `/subscriptions/…`.' },
    },
    rules: [atMostOneOf('clientId', 'objectId', 'resourceId')],
  },
};

import { exactlyOneOf } from '../rule';
import type { Definitions } from '../schema';
import { empty, name, object, optional, secret } from './shared';

export const AZURE_AUTH: Definitions = {
  AzureAuth: object(
    'Tokens of Microsoft Entra for Azure.',
    {
      explicitConfig: object(
        'With exactly this identity.',
        {
          clientSecret: object(
            'A registered application; these keys have underscores.',
            {
              tenant_id: name('Its tenant.'),
              client_id: name('Its ID.'),
              client_secret: { ...secret('Its secret.'), nullable: false },
            },
            { required: ['tenant_id', 'client_id', 'client_secret'] },
          ),
          managedIdentity: object('The identity of the machine.', {
            userAssignedIdentity: optional('AzureIdentity'),
          }),
          workloadIdentity: empty('The identity of the pod.'),
        },
        { rules: [exactlyOneOf('clientSecret', 'managedIdentity', 'workloadIdentity')] },
      ),
      developerImplicit: empty('With what the developer is signed in with.'),
      implicit: empty('With what the environment offers.'),
    },
    { rules: [exactlyOneOf('explicitConfig', 'developerImplicit', 'implicit')] },
  ),
  AzureIdentity: object(
    'One of several identities of the machine. @default - its own',
    {
      clientId: name('By its client ID.'),
      objectId: name('By its object ID.'),
      resourceId: name('By its resource ID.'),
    },
    { rules: [exactlyOneOf('clientId', 'objectId', 'resourceId')] },
  ),
};

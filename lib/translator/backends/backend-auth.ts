import type { AuthorizationLocation, BackendAuthEntry } from '../../standalone/document';
import type { Context } from '../context';
import type { Fields } from '../fields';
import type { KubeObject } from '../objects';
import { translateLocation } from '../policies/api-key';
import { isElsewhere, optionalSecretValue, secretValue } from './secret-value';

const HINT = 'remove it, or run this with agentgateway';

/** Where the key is unless the reference names another entry; there alone a `Bearer ` in front is dropped. */
const KEY_ENTRY = 'Authorization';
const BEARER = /^bearer\s+/i;

type Translate = (
  settings: Fields,
  backend: KubeObject,
  context: Context,
) => BackendAuthEntry | undefined;

const WAYS: Readonly<Record<string, Translate>> = {
  aws: translateAws,
  azure: translateAzure,
  gcp: translateGcp,
};

/** How a provider is told who calls; nothing where a credential cannot be had, so that the backend must not be called. */
export function translateBackendAuth(
  auth: Fields,
  backend: KubeObject,
  context: Context,
): BackendAuthEntry | undefined {
  auth.refuseOthers(
    ['key', 'secretRef', 'location', 'passthrough', 'credentials', ...Object.keys(WAYS)],
    'authentication at a backend',
    HINT,
  );
  const way = oneWay(auth, backend, context);
  if (!way || !auth.has('credentials')) return way;
  const credentials = auth
    .entries('credentials')
    .map((credential) => placed(credential, backend, context));
  const complete = credentials.flatMap((credential) => credential ?? []);
  return complete.length === credentials.length ? { ...way, credentials: complete } : undefined;
}

function oneWay(auth: Fields, backend: KubeObject, context: Context): BackendAuthEntry | undefined {
  const location = translateLocation(auth.fields('location'));
  const key = auth.text('key');
  if (key !== undefined) return keyAuth(key, location);
  const reference = auth.fields('secretRef');
  if (reference) {
    const value = keyOf(reference, backend, context);
    return value ? keyAuth(value, location) : undefined;
  }
  if (auth.fields('passthrough')) return { passthrough: { ...(location && { location }) } };
  for (const [name, translate] of Object.entries(WAYS)) {
    const settings = auth.fields(name);
    if (settings) return translate(settings, backend, context);
  }
  return {};
}

function keyAuth(
  value: NonNullable<ReturnType<typeof keyOf>>,
  location: AuthorizationLocation | undefined,
): BackendAuthEntry {
  return { key: location ? { value, location } : value };
}

function keyOf(reference: Fields, backend: KubeObject, context: Context) {
  const entry = reference.text('key') ?? KEY_ENTRY;
  const value = secretValue(reference, entry, backend, context);
  if (typeof value !== 'string' || entry !== KEY_ENTRY) return value;
  return value.replace(BEARER, '');
}

function placed(credential: Fields, backend: KubeObject, context: Context) {
  const location = translateLocation(credential.fields('location'));
  const reference = credential.fields('secretRef');
  const key = reference && keyOf(reference, backend, context);
  return location && key ? { location, key } : undefined;
}

// ---------------------------------------------------------------- clouds

function translateAws(
  aws: Fields,
  backend: KubeObject,
  context: Context,
): BackendAuthEntry | undefined {
  aws.refuseOthers(['secretRef', 'assumeRole', 'region', 'serviceName'], 'AWS credentials', HINT);
  const place = present({ region: aws.text('region'), serviceName: aws.text('serviceName') });
  const role = aws.fields('assumeRole');
  if (role) return { aws: { assumeRole: translateRole(role), ...place } };
  const reference = aws.fields('secretRef');
  if (!reference) return { aws: place };
  const accessKeyId = secretValue(reference, 'accessKey', backend, context);
  const secretAccessKey = secretValue(reference, 'secretKey', backend, context);
  if (!accessKeyId || !secretAccessKey) return undefined;
  if (isElsewhere(reference, backend, context)) {
    reference.findings.warning(
      'SecretNotFound',
      reference.path,
      'the Secret is not in the input, so it is taken to hold no `sessionToken`',
      'add the Secret to the input where its credentials are temporary',
    );
  }
  const sessionToken = optionalSecretValue(reference, 'sessionToken', backend, context);
  return { aws: { accessKeyId, secretAccessKey, ...present({ sessionToken }), ...place } };
}

function translateRole(role: Fields): object {
  role.refuseOthers(
    ['roleArn', 'sessionName', 'sessionNameExpression', 'tags'],
    'a role of AWS',
    HINT,
  );
  const expression = role.text('sessionNameExpression');
  const tags = role.entries('tags').map((tag) =>
    present({
      key: tag.text('key'),
      value: tag.text('value'),
      expression: tag.text('expression'),
    }),
  );
  return present({
    roleArn: role.text('roleArn'),
    sessionName: expression === undefined ? role.text('sessionName') : { expression },
    tags: tags.length > 0 ? tags : undefined,
  });
}

function translateAzure(
  azure: Fields,
  backend: KubeObject,
  context: Context,
): BackendAuthEntry | undefined {
  azure.refuseOthers(
    ['secretRef', 'managedIdentity', 'workloadIdentity'],
    'Azure credentials',
    HINT,
  );
  const reference = azure.fields('secretRef');
  if (reference) {
    const tenant = secretValue(reference, 'tenantID', backend, context);
    const client = secretValue(reference, 'clientID', backend, context);
    const secret = secretValue(reference, 'clientSecret', backend, context);
    if (!tenant || !client || !secret) return undefined;
    const clientSecret = { tenant_id: tenant, client_id: client, client_secret: secret };
    return { azure: { explicitConfig: { clientSecret } } };
  }
  const identity = azure.fields('managedIdentity');
  if (identity) {
    const userAssignedIdentity = present({
      clientId: identity.text('clientId'),
      objectId: identity.text('objectId'),
      resourceId: identity.text('resourceId'),
    });
    const own = Object.keys(userAssignedIdentity).length === 0;
    const managedIdentity = own ? {} : { userAssignedIdentity };
    return { azure: { explicitConfig: { managedIdentity } } };
  }
  if (azure.fields('workloadIdentity')) {
    return { azure: { explicitConfig: { workloadIdentity: {} } } };
  }
  return { azure: { implicit: {} } };
}

function translateGcp(
  gcp: Fields,
  backend: KubeObject,
  context: Context,
): BackendAuthEntry | undefined {
  gcp.refuseOthers(['type', 'audience', 'secretRef'], 'Google credentials', HINT);
  const type = gcp.choice('type', ['AccessToken', 'IdToken']) ?? 'AccessToken';
  const settings = {
    type: type === 'IdToken' ? 'idToken' : 'accessToken',
    ...present({ audience: gcp.text('audience') }),
  };
  const reference = gcp.fields('secretRef');
  if (!reference) return { gcp: settings };
  const entry = reference.text('key') ?? 'credentials.json';
  const credential = secretValue(reference, entry, backend, context);
  return credential ? { gcp: { ...settings, credential } } : undefined;
}

function present(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

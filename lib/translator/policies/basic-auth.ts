import { htpasswdLineProblem } from '../../schema/htpasswd-line';
import { quoted } from '../../schema/json';
import type { BasicAuthPolicy } from '../../standalone/document';
import type { Context } from '../context';
import type { Fields } from '../fields';
import { CORE, type KubeObject, nameOf } from '../objects';
import { secretText } from '../secrets';
import { translateLocation } from './api-key';

const MODES = { Strict: 'strict', Optional: 'optional' } as const;
const DEFAULT_ENTRY = '.htaccess';

/** Nobody: every name and password is refused. */
const NOBODY = '';

/** Names become a path, so nothing else may pass. */
const PATH_PART = /^[-._a-zA-Z0-9]+$/;

/** Users come from the policy, or from one entry of a Secret. The mode is always written: the defaults are opposite. */
export function translateBasicAuth(
  authentication: Fields,
  policy: KubeObject,
  context: Context,
): BasicAuthPolicy {
  authentication.refuseOthers(
    ['mode', 'users', 'secretRef', 'realm', 'location'],
    'basic authentication',
    'remove it, or run this with agentgateway',
  );
  const mode = authentication.choice('mode', ['Strict', 'Optional']) ?? 'Strict';
  const realm = authentication.text('realm');
  const location = translateLocation(authentication.fields('location'));
  return {
    mode: MODES[mode],
    ...(realm !== undefined && { realm }),
    ...(location && { authorizationLocation: location }),
    htpasswd: translateUsers(authentication, policy, context),
  };
}

function translateUsers(
  authentication: Fields,
  policy: KubeObject,
  context: Context,
): BasicAuthPolicy['htpasswd'] {
  const reference = authentication.fields('secretRef');
  if (reference) return usersOfSecret(reference, policy, context);
  const users = authentication.texts('users', (line, path) => {
    reportUser(line, path, authentication);
    return line;
  });
  if (users.length === 0) {
    authentication.findings.error(
      'Required',
      authentication.path,
      'the policy does not say who its users are',
      'write `secretRef` or `users`',
    );
  }
  return users.join('\n');
}

/** Shows nothing of the line: what should be a hash may be a password. */
function reportUser(line: string, path: string, { findings }: Fields): void {
  const problem = htpasswdLineProblem(line);
  if (problem === undefined) return;
  findings.warning(
    'InvalidKey',
    path,
    `this line ${problem}, so nobody can log in with it`,
    'write what `htpasswd -nB alice` prints',
  );
}

function usersOfSecret(
  reference: Fields,
  policy: KubeObject,
  { objects }: Context,
): BasicAuthPolicy['htpasswd'] {
  const name = reference.text('name') ?? '';
  const entry = reference.text('key') ?? DEFAULT_ENTRY;
  const group = reference.text('group') ?? CORE;
  const kind = reference.text('kind') ?? 'Secret';
  if (group !== CORE || kind !== 'Secret') {
    reference.findings.error(
      'InvalidKind',
      reference.path,
      `agentgateway reads users from a Secret, not from ${quoted(`${group}/${kind}`)}`,
      'write the name of a Secret',
    );
    return NOBODY;
  }
  const { namespace } = policy.key;
  const secret = objects.find(CORE, 'Secret', namespace, name);
  if (!secret) return usersOfFile(reference, namespace, name, entry);
  const text = secretText(secret, entry)?.trim();
  if (text) return text;
  reference.findings.warning(
    'NoKeys',
    reference.path,
    `Secret ${quoted(nameOf(secret.key))} has no users in its entry ${quoted(entry)}, so it lets nobody in`,
    'write lines of `htpasswd` into it, or name another entry in `key`',
  );
  return NOBODY;
}

/** Several lines are no value for a variable of the environment. */
function usersOfFile(
  reference: Fields,
  namespace: string,
  name: string,
  entry: string,
): BasicAuthPolicy['htpasswd'] {
  if (![namespace, name, entry].every((part) => PATH_PART.test(part))) {
    reference.findings.error(
      'Invalid',
      reference.path,
      `${quoted(name)} and ${quoted(entry)} do not name an entry of a Secret`,
    );
    return NOBODY;
  }
  const own = entry === DEFAULT_ENTRY ? '' : `.${entry}`;
  const file = `htpasswd/${namespace}.${name}${own}`;
  reference.findings.warning(
    'SecretNotFound',
    reference.path,
    `Secret ${quoted(`${namespace}/${name}`)} is not in the input, so its users are read from the file \`${file}\``,
    `add the Secret, or write its entry \`${entry}\` to that file`,
  );
  return { file };
}

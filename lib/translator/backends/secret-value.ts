import { quoted } from '../../schema/json';
import type { Text } from '../../standalone/document';
import type { Variable } from '../../standalone/variables';
import type { Context } from '../context';
import type { Fields } from '../fields';
import { CORE, type KubeObject, nameOf } from '../objects';
import { secretEntries, secretText } from '../secrets';

/**
 * The value of an entry of a Secret, trimmed as a cluster trims it; a variable of the environment where the Secret is not
 * in the input. Nothing where the Secret is there and lacks it, which is then a finding.
 */
export function secretValue(
  reference: Fields,
  entry: string,
  backend: KubeObject,
  context: Context,
): Text | undefined {
  const secret = secretOf(reference, backend, context);
  if (secret === 'elsewhere') return variable(reference, entry, backend, context);
  if (!secret) return undefined;
  const text = secretText(secret, entry)?.trim();
  if (text) return text;
  const near = secretEntries(secret).map(({ name }) => quoted(name));
  reference.findings.warning(
    'InvalidSecret',
    reference.path,
    `Secret ${quoted(nameOf(secret.key))} has no text in entry ${quoted(entry)}, so requests are answered 500`,
    near.length > 0 ? `it has ${near.join(', ')}; name one with \`key\`` : 'add the entry',
  );
  return undefined;
}

/** As above, for an entry that may be left out: a Secret that is not in the input is taken not to have it. */
export function optionalSecretValue(
  reference: Fields,
  entry: string,
  backend: KubeObject,
  context: Context,
): string | undefined {
  const secret = secretOf(reference, backend, context);
  if (!secret || secret === 'elsewhere') return undefined;
  return secretText(secret, entry)?.trim() || undefined;
}

export function isElsewhere(reference: Fields, backend: KubeObject, context: Context): boolean {
  return secretOf(reference, backend, context) === 'elsewhere';
}

function secretOf(
  reference: Fields,
  { key }: KubeObject,
  { objects }: Context,
): KubeObject | 'elsewhere' | undefined {
  const group = reference.text('group') ?? CORE;
  const kind = reference.text('kind') ?? 'Secret';
  if (group === CORE && (kind === 'Secret' || kind === '')) {
    return objects.find(CORE, 'Secret', key.namespace, reference.text('name') ?? '') ?? 'elsewhere';
  }
  reference.findings.error(
    'InvalidKind',
    reference.path,
    `agentgateway reads credentials from Secrets, not from ${quoted(`${group}/${kind}`)}`,
    'write the name of a Secret',
  );
  return undefined;
}

function variable(
  reference: Fields,
  entry: string,
  { key: { namespace } }: KubeObject,
  { variables }: Context,
): Variable {
  return variables.variable({ namespace, secret: reference.text('name') ?? '', entry });
}

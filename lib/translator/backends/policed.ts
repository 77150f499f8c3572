import { quoted } from '../../schema/json';
import type { Context } from '../context';
import type { Fields } from '../fields';
import { nameOf } from '../objects';

/** Whether policies say how it is called, which a file can say of the backends of routes only. */
export function isPoliced(reference: Fields, from: string, { policed }: Context): boolean {
  const kind = reference.text('kind') ?? 'Service';
  const namespace = reference.text('namespace') ?? from;
  const name = reference.text('name') ?? '';
  const policy = policed.policyOf(kind, namespace, name);
  if (!policy) return false;
  reference.findings.error(
    'Unsupported',
    reference.at('name'),
    `${policy.key.kind} ${quoted(nameOf(policy.key))} says how ${kind} ${quoted(`${namespace}/${name}`)} is called, which a standalone file can say of backends of routes only`,
    'write it in `policies` of a static AgentgatewayBackend, and refer to that',
  );
  return true;
}

import { quoted } from '../schema/json';
import type { ServerTlsEntry } from '../standalone/document';
import type { Context } from './context';
import type { Fields } from './fields';
import { CORE, type KubeObject, nameOf } from './objects';
import { secretText } from './secrets';

export interface Certificate {
  readonly tls: ServerTlsEntry;
  /** Path to content; empty where the Secret is not in the input. */
  readonly files: ReadonlyMap<string, string>;
}

/** Names become paths of files, so nothing else may pass. */
export const OBJECT_NAME = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;
const NOTHING: Certificate = { tls: {}, files: new Map() };

/** The certificate of an HTTPS listener: standalone takes it as files. */
export function translateCertificate(
  gateway: KubeObject,
  tls: Fields,
  { objects, grants }: Context,
): Certificate {
  const references = tls.entries('certificateRefs');
  const [reference] = references;
  const path = `${tls.at('certificateRefs')}[0]`;
  if (!reference || references.length > 1) {
    gateway.findings.error(
      'InvalidCertificateRef',
      tls.at('certificateRefs'),
      `an HTTPS listener needs exactly one certificate, not ${references.length}`,
      'write one Secret of type `kubernetes.io/tls`',
    );
    if (!reference) return NOTHING;
  }
  const group = reference.text('group') ?? CORE;
  const kind = reference.text('kind') ?? 'Secret';
  if (group !== CORE || kind !== 'Secret') {
    gateway.findings.error(
      'InvalidCertificateRef',
      path,
      `a certificate is a Secret, not ${quoted(`${group}/${kind}`)}`,
    );
    return NOTHING;
  }
  const namespace = reference.text('namespace') ?? gateway.key.namespace;
  const name = reference.text('name') ?? '';
  if (![namespace, name].every((part) => OBJECT_NAME.test(part))) {
    gateway.findings.error('Invalid', path, `${quoted(name)} is not the name of a Secret`);
    return NOTHING;
  }
  const paths = certificatePaths(namespace, name);
  const permitted = grants.permits(gateway, { group, kind, namespace, name }, path);
  const secret = permitted ? objects.find(CORE, 'Secret', namespace, name) : undefined;
  if (permitted && !secret) {
    gateway.findings.warning(
      'InvalidCertificateRef',
      path,
      `Secret ${quoted(`${namespace}/${name}`)} is not in the input, so no connection to this listener succeeds until its files exist`,
      `add the Secret, or put its certificate and key at \`${paths.cert}\` and \`${paths.key}\``,
    );
  }
  return { tls: paths, files: secret ? certificateFiles(secret, paths) : new Map() };
}

/** Where the certificate of a Secret of type `kubernetes.io/tls` is written. */
export function certificatePaths(namespace: string, name: string): { cert: string; key: string } {
  return { cert: `tls/${namespace}.${name}.crt`, key: `tls/${namespace}.${name}.key` };
}

function certificateFiles(
  secret: KubeObject,
  paths: { cert: string; key: string },
): Map<string, string> {
  const files = new Map<string, string>();
  for (const [entry, path] of [
    ['tls.crt', paths.cert],
    ['tls.key', paths.key],
  ] as const) {
    const text = secretText(secret, entry);
    if (text) files.set(path, text);
    else {
      secret.findings.warning(
        'InvalidCertificateRef',
        `data[${JSON.stringify(entry)}]`,
        `Secret ${quoted(nameOf(secret.key))} has no ${quoted(entry)}, so no connection to the listeners that use it succeeds`,
        'write a Secret of type `kubernetes.io/tls`',
      );
    }
  }
  return files;
}

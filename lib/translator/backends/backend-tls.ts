import { listed, quoted } from '../../schema/json';
import type { BackendTlsEntry } from '../../standalone/document';
import { certificatePaths, OBJECT_NAME } from '../certificates';
import type { Context } from '../context';
import type { Fields } from '../fields';
import { CORE, type KubeObject, nameOf } from '../objects';
import { configMapEntries, secretText } from '../secrets';

const HINT = 'remove it, or run this with agentgateway';
const AUTHORITIES = 'ca.crt';

/**
 * TLS to a backend. Certificates become files of their own; nothing where one is not what it should be, so that the
 * backend must not be called at all.
 */
export function translateBackendTls(
  tls: Fields,
  owner: KubeObject,
  context: Context,
): BackendTlsEntry | undefined {
  tls.refuseOthers(
    [
      ...['certificateSource', 'insecureSkipVerify', 'sni', 'verifySubjectAltNames'],
      ...['alpnProtocols', 'keyExchangeGroups', 'caCertificateRefs', 'mtlsCertificateRef'],
    ],
    'TLS to a backend',
    HINT,
  );
  const material = new TlsMaterial(owner, context);
  const [own] = tls.entries('mtlsCertificateRef');
  const [authorities] = tls.entries('caCertificateRefs');
  const shown = own && material.certificate(own);
  const trusted = authorities ? material.authorities(authorities) : own && material.ownRoot(own);
  if (!material.isComplete) return undefined;
  return {
    ...shown,
    ...(trusted !== undefined && { root: trusted }),
    ...checks(tls),
    ...texts(tls, 'alpnProtocols', 'alpn'),
    ...texts(tls, 'keyExchangeGroups', 'keyExchangeGroups'),
  };
}

function checks(tls: Fields): BackendTlsEntry {
  const skip = tls.choice('insecureSkipVerify', ['All', 'Hostname']);
  const sni = tls.text('sni');
  const source = tls.choice('certificateSource', ['Inline', 'SPIFFE']);
  if (skip) reportUnchecked(tls, skip);
  return {
    ...(sni !== undefined && { hostname: sni }),
    ...(skip === 'All' && { insecure: true }),
    ...(skip === 'Hostname' && { insecureHost: true }),
    ...texts(tls, 'verifySubjectAltNames', 'subjectAltNames'),
    ...(source === 'SPIFFE' && { spiffe: {} }),
  };
}

/** Valid, and said by the reader of a standalone file as well: here of the object that it stands in. */
function reportUnchecked(tls: Fields, skip: 'All' | 'Hostname'): void {
  tls.findings.warning(
    'CertificateUnchecked',
    tls.at('insecureSkipVerify'),
    skip === 'All'
      ? 'any certificate is taken, so whoever sits in between reads and changes everything'
      : 'a certificate for any name is taken, so whoever has one of a trusted authority may answer',
    'name the authority in `caCertificateRefs`, and the name that the certificate bears in `sni`',
  );
}

function texts(fields: Fields, name: string, written: string): Record<string, string[]> {
  const values = fields.texts(name);
  return values.length > 0 ? { [written]: values } : {};
}

// ---------------------------------------------------------------- files

/** Certificates that are referred to, as files. */
export class TlsMaterial {
  /** Whether all of them can be had. */
  isComplete = true;

  constructor(
    private readonly owner: KubeObject,
    private readonly context: Context,
  ) {}

  /** A Secret with a certificate and its key. */
  certificate(reference: Fields): { cert: string; key: string } {
    this.#checkKind(reference);
    const name = this.#nameOf(reference, 'Secret');
    const paths = certificatePaths(this.owner.key.namespace, name);
    this.#write(reference, 'Secret', { 'tls.crt': paths.cert, 'tls.key': paths.key });
    return paths;
  }

  /** A ConfigMap, or a Secret, with authorities. */
  authorities(reference: Fields): string {
    const kind = reference.choice('kind', ['ConfigMap', 'Secret']) ?? 'ConfigMap';
    const name = this.#nameOf(reference, kind);
    const path = authoritiesPath(kind, this.owner.key.namespace, name);
    this.#write(reference, kind, { [AUTHORITIES]: path });
    return path;
  }

  /** The authorities beside a certificate, where its Secret has some. */
  ownRoot(reference: Fields): string | undefined {
    const name = reference.text('name') ?? '';
    const secret = this.#find('Secret', name);
    if (!secret) {
      reference.findings.warning(
        'SecretNotFound',
        reference.path,
        'the Secret is not in the input, so it is taken to hold no `ca.crt`, and public authorities are trusted',
        'add the Secret to the input, or name the authorities in `caCertificateRefs`',
      );
      return undefined;
    }
    if (secretText(secret, AUTHORITIES) === undefined) return undefined;
    const path = authoritiesPath('Secret', this.owner.key.namespace, name);
    this.#write(reference, 'Secret', { [AUTHORITIES]: path });
    return path;
  }

  #checkKind(reference: Fields): void {
    const group = reference.text('group') ?? CORE;
    const kind = reference.text('kind') ?? 'Secret';
    if (group === CORE && (kind === 'Secret' || kind === '')) return;
    this.isComplete = false;
    reference.findings.error(
      'InvalidKind',
      reference.path,
      `agentgateway reads certificates from Secrets, not from ${quoted(`${group}/${kind}`)}`,
      'write the name of a Secret of type `kubernetes.io/tls`',
    );
  }

  #nameOf(reference: Fields, kind: string): string {
    const name = reference.text('name') ?? '';
    if (OBJECT_NAME.test(name)) return name;
    this.isComplete = false;
    const message = `${quoted(name)} is not the name of a ${kind}`;
    reference.findings.error('Invalid', reference.at('name'), message);
    return name;
  }

  #find(kind: 'ConfigMap' | 'Secret', name: string): KubeObject | undefined {
    return this.context.objects.find(CORE, kind, this.owner.key.namespace, name);
  }

  /** Entries of an object, each at its path. */
  #write(
    reference: Fields,
    kind: 'ConfigMap' | 'Secret',
    paths: Readonly<Record<string, string>>,
  ): void {
    const object = this.#find(kind, reference.text('name') ?? '');
    if (!object) return this.#reportElsewhere(reference, kind, Object.values(paths));
    for (const [entry, path] of Object.entries(paths)) {
      const text = entryOf(object, entry);
      if (text?.trim()) this.context.files.set(path, text);
      else this.#reportEntry(reference, object, entry);
    }
  }

  #reportElsewhere(reference: Fields, kind: string, paths: readonly string[]): void {
    const shown = `${this.owner.key.namespace}/${reference.text('name') ?? ''}`;
    reference.findings.warning(
      'InvalidCertificateRef',
      reference.path,
      `${kind} ${quoted(shown)} is not in the input, so the gateway does not start until there is ${listed(paths)}`,
      `add the ${kind} to the input, or write what it holds to where the gateway is started`,
    );
  }

  #reportEntry(reference: Fields, { key }: KubeObject, entry: string): void {
    this.isComplete = false;
    reference.findings.warning(
      'InvalidCertificateRef',
      reference.path,
      `${key.kind} ${quoted(nameOf(key))} has no ${quoted(entry)}, so requests to the backend are answered 500`,
      'add the entry, in PEM',
    );
  }
}

function entryOf(object: KubeObject, entry: string): string | undefined {
  if (object.key.kind === 'Secret') return secretText(object, entry);
  return configMapEntries(object).find(({ name }) => name === entry)?.text;
}

/** A namespace has no dots, so that no two objects share a path. */
function authoritiesPath(kind: string, namespace: string, name: string): string {
  return `ca/${kind.toLowerCase()}.${namespace}.${name}.crt`;
}

import { compare, type KubeObject } from './objects';

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** One entry of a Secret or ConfigMap; nothing where it is not text, which is then a finding. */
export interface DataEntry {
  readonly name: string;
  readonly text: string;
  readonly path: string;
}

/** The entries of a Secret by name, decoded; `stringData` wins over `data`, as in the API server. */
export function secretEntries(secret: KubeObject): DataEntry[] {
  const entries = new Map<string, DataEntry>();
  const data = secret.root.fields('data');
  for (const name of data?.names() ?? []) {
    const encoded = data!.text(name);
    const path = data!.at(name);
    if (encoded === undefined) continue;
    const text = decoded(encoded);
    if (text !== undefined) entries.set(name, { name, text, path });
    else reportUndecodable(secret, path);
  }
  const written = secret.root.fields('stringData');
  for (const name of written?.names() ?? []) {
    const text = written!.text(name);
    if (text !== undefined) entries.set(name, { name, text, path: written!.at(name) });
  }
  return [...entries.values()].sort((a, b) => compare(a.name, b.name));
}

export function configMapEntries(configMap: KubeObject): DataEntry[] {
  const data = configMap.root.fields('data');
  return (data?.names() ?? []).sort(compare).flatMap((name) => {
    const text = data!.text(name);
    return text === undefined ? [] : [{ name, text, path: data!.at(name) }];
  });
}

export function secretText(secret: KubeObject, entry: string): string | undefined {
  return secretEntries(secret).find(({ name }) => name === entry)?.text;
}

function decoded(encoded: string): string | undefined {
  const compact = encoded.replace(/\s+/g, '');
  if (!BASE64.test(compact)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
      Buffer.from(compact, 'base64'),
    );
  } catch {
    return undefined;
  }
}

function reportUndecodable(secret: KubeObject, path: string): void {
  secret.findings.warning(
    'InvalidSecret',
    path,
    'the value is not text in Base64, so it is left out',
    'encode it, or write it as it is under `stringData`',
  );
}

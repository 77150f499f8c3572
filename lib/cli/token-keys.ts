import type { JsonWebKey } from 'node:crypto';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { loadThumbprint } from '../gateway/jose';
import { jsonText, printableLine } from './printable';
import { SIGNING_ALGORITHMS } from './token-algorithms';
import { EXIT, UsageError } from './usage-error';

export interface TokenKeysOptions {
  readonly alg: string;
  /** @default - the thumbprint of the key (RFC 7638) */
  readonly kid?: string;
  /** The directory that the files are written into. */
  readonly output: string;
  /** Of the files, without what tells them apart. */
  readonly name: string;
  readonly format: 'text' | 'json';
}

const DEVELOPMENT_ONLY =
  'for development only: in production an identity provider signs tokens, and a gateway needs none but its public keys';

/**
 * `agw token keys`: a key pair to try a gateway with. The files do not end in `.json`: a directory of configurations may
 * hold them.
 */
export async function tokenKeysCommand(options: TokenKeysOptions): Promise<number> {
  const { alg, kid: wanted, output, name, format } = options;
  if (wanted === '') throw new UsageError('--kid is empty; leave it out, and the key names itself');
  if (!/^[\w.-]+$/.test(name) || /^\.+$/.test(name)) {
    throw new UsageError(
      `--name ${JSON.stringify(name)} is no name of a file; write letters, digits, \`.\`, \`_\` and \`-\``,
    );
  }
  const privatePath = join(output, `${name}.jwk`);
  const publicPath = join(output, `${name}.jwks`);
  for (const path of [privatePath, publicPath]) if (existsSync(path)) throw isThere(path);
  const { publicKey, privateKey } = SIGNING_ALGORITHMS[alg].generate();
  const published = publicKey.export({ format: 'jwk' });
  const kid = wanted ?? (await thumbprint(published));
  const described = { kid, alg, use: 'sig' };
  makeDirectory(output);
  writeKey(privatePath, { ...privateKey.export({ format: 'jwk' }), ...described }, 0o600);
  try {
    writeKey(publicPath, { keys: [{ ...published, ...described }] }, 0o644);
  } catch (error) {
    rmSync(privatePath);
    throw error;
  }
  note(`wrote ${privatePath}: the private key. Who reads it can sign tokens; keep it out of git`);
  note(`wrote ${publicPath}: the public keys, for \`jwks: {file: ${publicPath}}\``);
  note(DEVELOPMENT_ONLY);
  if (format === 'json')
    process.stdout.write(jsonText({ kid, alg, privateKey: privatePath, jwks: publicPath }));
  return EXIT.ok;
}

async function thumbprint(key: JsonWebKey): Promise<string> {
  const calculate = await loadThumbprint();
  return calculate(key as Parameters<typeof calculate>[0]);
}

function note(text: string): void {
  process.stderr.write(`${printableLine(text)}\n`);
}

/** @throws UsageError */
function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true });
  } catch (error) {
    throw cannotWrite(path, error);
  }
}

/** @throws UsageError where the file is there already, or cannot be written */
function writeKey(path: string, key: object, mode: number): void {
  try {
    writeFileSync(path, `${JSON.stringify(key, null, 2)}\n`, { mode, flag: 'wx' });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw code === 'EEXIST' ? isThere(path) : cannotWrite(path, error);
  }
}

function cannotWrite(path: string, error: unknown): UsageError {
  const { code = '' } = error as NodeJS.ErrnoException;
  return new UsageError(`cannot write ${path}: ${REASONS[code] ?? code}`);
}

function isThere(path: string): UsageError {
  return new UsageError(
    `${path} is there already, and keys are not overwritten: give others a name with --name, or remove it`,
  );
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'this file system is read-only',
  EEXIST: 'a part of it is a file',
  ENOTDIR: 'a part of it is a file',
  ENOSPC: 'there is no room left',
};

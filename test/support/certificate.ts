import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A certificate and its key, made for a test and trusted by nobody. */
export interface TestCertificate {
  /** PEM. */
  readonly cert: string;
  /** PEM. */
  readonly key: string;
}

export interface TestCertificateOptions {
  /** Who signs it. @default - itself */
  readonly issuer?: { readonly name: string; readonly key: KeyObject };
  /** URIs and IPv4 addresses that it is made out to, beside its name. */
  readonly uris?: readonly string[];
  readonly addresses?: readonly string[];
  /** Whether it bears its name as a host, and not only as a subject. @default true */
  readonly isHost?: boolean;
  /** Whether its time is over. @default false */
  readonly expired?: boolean;
}

/** Signs a certificate for a host name with its own key, or with that of `issuer`. */
export function testCertificate(
  name: string,
  issuerOrOptions: TestCertificateOptions | NonNullable<TestCertificateOptions['issuer']> = {},
): TestCertificate & { readonly privateKey: KeyObject } {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const options = 'key' in issuerOrOptions ? { issuer: issuerOrOptions } : issuerOrOptions;
  const { issuer, uris = [], addresses = [], isHost = true, expired = false } = options;
  const signer = issuer ?? { name, key: privateKey };
  const names = [
    ...(isHost ? [tagged(0x82, Buffer.from(name))] : []),
    ...uris.map((uri) => tagged(0x86, Buffer.from(uri))),
    ...addresses.map((address) => tagged(0x87, Buffer.from(address.split('.').map(Number)))),
  ];
  const body = sequence(
    explicit(0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(8)])),
    ECDSA_WITH_SHA256,
    distinguishedName(signer.name),
    sequence(
      generalizedTime('20200101000000Z'),
      generalizedTime(expired ? '20200102000000Z' : '20991231000000Z'),
    ),
    distinguishedName(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    explicit(
      3,
      sequence(
        ...(issuer ? [] : [CERTIFICATE_AUTHORITY]),
        ...(names.length > 0 ? [alternativeNames(names)] : []),
      ),
    ),
  );
  const signature = sign('sha256', body, signer.key);
  const der = sequence(body, ECDSA_WITH_SHA256, tagged(0x03, Buffer.of(0), signature));
  const lines = der
    .toString('base64')
    .match(/.{1,64}/g)
    ?.join('\n');
  return {
    cert: `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`,
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    privateKey,
  };
}

// ------------------------------------------------------------ DER (X.690)

function tagged(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  const size =
    length < 128 ? [length] : length < 256 ? [0x81, length] : [0x82, length >> 8, length & 255];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return tagged(0x30, ...parts);
}

function explicit(number: number, content: Uint8Array): Buffer {
  return tagged(0xa0 + number, content);
}

function integer(value: Uint8Array): Buffer {
  return tagged(0x02, value);
}

function objectIdentifier(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'));
}

function generalizedTime(text: string): Buffer {
  return tagged(0x18, Buffer.from(text));
}

/** 1.2.840.10045.4.3.2 */
const ECDSA_WITH_SHA256 = sequence(objectIdentifier('2a8648ce3d040302'));
/** 2.5.29.19, critical: an authority. */
const CERTIFICATE_AUTHORITY = sequence(
  objectIdentifier('551d13'),
  tagged(0x01, Buffer.of(0xff)),
  tagged(0x04, sequence(tagged(0x01, Buffer.of(0xff)))),
);

/** 2.5.4.3 */
function distinguishedName(name: string): Buffer {
  const text = tagged(0x0c, Buffer.from(name));
  return sequence(tagged(0x31, sequence(objectIdentifier('550403'), text)));
}

/** 2.5.29.17 */
function alternativeNames(names: readonly Buffer[]): Buffer {
  return sequence(objectIdentifier('551d11'), tagged(0x04, sequence(...names)));
}

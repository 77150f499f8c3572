import { atMostOneOf, type Rule } from '../rule';
import type { Definitions, Schema } from '../schema';
import { cel } from './null-safe-rules';
import { choice, empty, notRun, object, optional, ref, text, texts } from './shared';

function required(field: string): Rule {
  return cel(
    `has(self.${field}) || has(self.spiffe) || (has(self.mode) && self.mode == 'dynamicCa')`,
    { path: field, message: `\`${field}\` is required here`, code: 'Required' },
  );
}

function alias(of: string, description: string): Schema {
  return notRun(optional('TlsVersion', { description }), `write \`${of}\`, which means the same`);
}

const PROTOCOLS = ['HTTP', 'HTTPS', 'TCP', 'TLS'];

/** What is spoken on a listener; `HBONE` on those of `binds` only. */
export function protocol(further: readonly string[] = []): Schema {
  return {
    type: 'string',
    description:
      'What is spoken: `HTTP`, `HTTPS`, or `TCP` and `TLS` for connections that are passed on unread. @default - HTTP',
    enum: [...PROTOCOLS, ...further],
    notRunValues: ['TCP', 'TLS', ...further],
  };
}

export const SERVER_TLS: Definitions = {
  TlsVersion: choice('A version of TLS.', ['TLS_V1_0', 'TLS_V1_1', 'TLS_V1_2', 'TLS_V1_3']),
  ServerTls: object(
    'TLS on a listener; paths of files, relative to the working directory.',
    {
      cert: text('The certificate with its chain, as PEM.'),
      key: text('The private key, as PEM.'),
      root: text('Authorities that sign certificates of clients; clients must then have one.'),
      minTLSVersion: optional('TlsVersion', { description: 'The oldest version that is spoken.' }),
      maxTLSVersion: optional('TlsVersion', { description: 'The newest version that is spoken.' }),
      minTlsVersion: alias('minTLSVersion', 'The oldest version that is spoken.'),
      maxTlsVersion: alias('maxTLSVersion', 'The newest version that is spoken.'),
      cipherSuites: { ...texts('Cipher suites that are allowed.'), nullable: true },
      mode: notRun(
        choice(
          'Whether the files are a certificate, or an authority that makes one per name.',
          ['static', 'dynamicCa'],
          'static',
        ),
      ),
      spiffe: notRun({
        ...empty('Shows and checks SPIFFE identities from the workload API instead of files.'),
        nullable: true,
      }),
      keyExchangeGroups: notRun({
        ...texts('Groups that are allowed for the key exchange.'),
        nullable: true,
      }),
    },
    {
      rules: [
        required('cert'),
        required('key'),
        atMostOneOf('minTLSVersion', 'minTlsVersion'),
        atMostOneOf('maxTLSVersion', 'maxTlsVersion'),
      ],
    },
  ),
};

export const SERVER_TLS_OR_NONE = ref('ServerTls', { nullable: true });

const HTTPS = "has(self.protocol) && self.protocol == 'HTTPS'";

/** HTTPS needs a certificate; a gateway with listeners has them there. */
export const TLS_WITH_HTTPS: Rule = cel(`!(${HTTPS}) || has(self.tls) || has(self.listeners)`, {
  path: 'tls',
  message: '`tls` is required for protocol HTTPS',
  hint: 'write `tls` with the paths `cert` and `key`',
  code: 'Required',
});

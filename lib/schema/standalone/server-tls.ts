import { field, has } from '../json';
import { type Rule, violated } from '../rule';
import type { Schema } from '../schema';
import { notRun, text, texts } from './shared';

export const TLS_VERSION: Schema = {
  type: 'string',
  description: 'A version of TLS.',
  enum: ['TLS_V1_0', 'TLS_V1_1', 'TLS_V1_2', 'TLS_V1_3'],
  nullable: true,
};

export const SERVER_TLS: Schema = {
  type: 'object',
  description: 'TLS on a listener; paths of files, relative to the working directory.',
  nullable: true,
  properties: {
    cert: text('The certificate with its chain, as PEM.'),
    key: text('The private key, as PEM.'),
    root: text('Authorities that sign certificates of clients; clients must then have one.'),
    minTLSVersion: TLS_VERSION,
    maxTLSVersion: TLS_VERSION,
    cipherSuites: { ...texts('Cipher suites that are allowed.'), nullable: true },
  },
  unsupported: {
    ...notRun('mode', 'spiffe', 'keyExchangeGroups'),
    minTlsVersion: 'write `minTLSVersion`, which means the same',
    maxTlsVersion: 'write `maxTLSVersion`, which means the same',
  },
  rules: [
    {
      form: 'certificateAndKey',
      check: (self) =>
        (['cert', 'key'] as const)
          .filter((name) => !has(self, name) && !has(self, 'mode') && !has(self, 'spiffe'))
          .flatMap((name) =>
            violated({ path: name, message: `\`${name}\` is required here`, code: 'Required' }),
          ),
    },
  ],
};

/** HTTPS needs a certificate, and nothing else can use one. */
export const TLS_WITH_HTTPS: Rule = {
  form: 'tlsWithHttps',
  check: (self: unknown) => {
    const protocol = field(self, 'protocol');
    if (protocol === 'HTTPS' && !has(self, 'tls')) {
      return violated({
        path: 'tls',
        message: '`tls` is required for protocol HTTPS',
        hint: 'write `tls` with the paths `cert` and `key`',
        code: 'Required',
      });
    }
    return [];
  },
};

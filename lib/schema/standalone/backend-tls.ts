import type { Definitions } from '../schema';
import { choice, empty, flag, list, notRun, object, text, texts } from './shared';

export const BACKEND_TLS: Definitions = {
  BackendTls: object('TLS towards a backend; paths of files, relative to the working directory.', {
    cert: text('A certificate that the gateway shows, as PEM.'),
    key: text('Its private key, as PEM.'),
    root: text("Authorities that may sign the backend's certificate. @default - the system's"),
    hostname: text('The name to ask for (SNI) and to find in the certificate. @default - the host'),
    insecure: flag('Whether any certificate will do. Never in production.', false),
    insecureHost: flag('Whether a certificate for another name will do.', false),
    alpn: { ...texts('Protocols to offer, such as `h2`.'), nullable: true },
    subjectAltNames: {
      ...texts('Names of which the certificate must have one, in place of the host.'),
      nullable: true,
    },
    keyExchangeGroups: notRun({
      ...list(
        'Groups to offer for the key exchange.',
        choice('A group.', ['X25519', 'P-256', 'P-384', 'X25519_MLKEM768']),
      ),
      nullable: true,
    }),
    spiffe: notRun({
      ...empty('Shows and checks SPIFFE identities from the workload API instead of files.'),
      nullable: true,
    }),
  }),
};

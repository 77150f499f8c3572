import { createServer } from 'node:net';
import { describe, expect, it } from 'vitest';
import { parseResolution } from '../../lib/server/resolve';
import { normalizeStandalone } from '../../lib/standalone/normalize';
import { readStandalone } from '../../lib/standalone/read';
import { testCertificate } from '../support/certificate';
import { httpsUpstream, listen, type SecureUpstream } from '../support/https-upstream';
import { rawExchange } from '../support/raw-client';
import { RunningGateway, runGateway } from '../support/running-gateway';

const AUTHORITY = testCertificate('authority.test');
const ISSUER = { name: 'authority.test', key: AUTHORITY.privateKey };
const UPSTREAM = testCertificate('api.test', { issuer: ISSUER });
const CLIENT = testCertificate('gateway.test', { issuer: ISSUER });
const FILES = {
  'authority.crt': AUTHORITY.cert,
  'other.crt': testCertificate('other.test').cert,
  'client.crt': CLIENT.cert,
  'client.key': CLIENT.key,
  'other.key': UPSTREAM.key,
  'empty.crt': '# nobody yet\n',
};

/** One route to `api.test`, with `policies` of its backend in flow style. */
function routeTo(policies: string, host = 'api.test:443'): string {
  return `
binds:
- port: 3000
  listeners:
  - name: http
    routes:
    - backends:
      - host: ${host}
        policies: ${policies}
`;
}

async function ask(upstream: SecureUpstream, policies: string) {
  const resolutions = [parseResolution(`api.test:443=https://127.0.0.1:${upstream.port}`)];
  const gateway = await runGateway(routeTo(policies), { files: FILES, resolutions });
  const request = 'GET /cart HTTP/1.1\r\nhost: a.test\r\nconnection: close\r\n\r\n';
  const received = await rawExchange(gateway.port(), request);
  const [line] = await gateway.logged(1);
  return { status: received.slice(9, 12), body: received.split('\r\n\r\n')[1], line };
}

describe('a backend with `backendTLS`', () => {
  it('is called over TLS by its own name, and logged by where it is', async () => {
    const upstream = await httpsUpstream(UPSTREAM);
    const { status, body, line } = await ask(upstream, '{backendTLS: {root: authority.crt}}');
    expect([status, body]).toEqual(['200', 'hello']);
    expect(upstream.requests).toEqual(['GET api.test /cart']);
    expect(upstream.handshakes).toMatchObject([{ servername: 'api.test' }]);
    expect(line).toContain(` endpoint=127.0.0.1:${upstream.port} `);
  });

  it.each([
    ['of an authority that Node does not trust', '{}', 'signed by no authority that is trusted'],
    ['of another authority', '{root: other.crt}', 'signed by no authority that is trusted'],
    ['of another name', '{root: authority.crt, hostname: b.test}', 'for another name'],
    [
      'of none of the names',
      '{root: authority.crt, subjectAltNames: [b.test]}',
      'for another name',
    ],
  ])(
    'and a certificate %s is answered 503, with the reason in the log',
    async (_case, tls, reason) => {
      const upstream = await httpsUpstream(UPSTREAM);
      const { status, line } = await ask(upstream, `{backendTLS: ${tls}}`);
      expect(status).toBe('503');
      expect(line).toContain(`the certificate of the upstream is ${reason}`);
      expect(line).toMatch(/ reason=UpstreamFailure$/);
      expect(upstream.requests).toEqual([]);
    },
  );

  it.each([
    ['insecure: true', testCertificate('anybody.test')],
    ['root: authority.crt, insecureHost: true', testCertificate('b.test', { issuer: ISSUER })],
  ])('and `%s` is called all the same, with a warning', async (tls, certificate) => {
    const upstream = await httpsUpstream(certificate);
    const policies = `{backendTLS: {${tls}}}`;
    expect((await ask(upstream, policies)).status).toBe('200');
    const { document } = readStandalone(routeTo(policies), { variables: () => undefined });
    const { diagnostics } = normalizeStandalone(document!);
    expect(diagnostics).toMatchObject([{ severity: 'warning', code: 'CertificateUnchecked' }]);
  });

  it('is shown the certificate of the gateway', async () => {
    const demands = { requestCert: true, rejectUnauthorized: true, ca: AUTHORITY.cert };
    const upstream = await httpsUpstream(UPSTREAM, demands);
    const tls = '{root: authority.crt, cert: client.crt, key: client.key}';
    expect((await ask(upstream, `{backendTLS: ${tls}}`)).status).toBe('200');
    expect(upstream.handshakes[0].getPeerCertificate().subject.CN).toBe('gateway.test');
    expect((await ask(upstream, '{backendTLS: {root: authority.crt}}')).status).toBe('503');
  });

  it.each([
    ['{root: missing.crt}', 'Unreadable', 'root', 'the file "missing.crt" is not there'],
    [
      '{root: empty.crt}',
      'InvalidCertificateRef',
      'root',
      'the file holds no certificate of an authority',
    ],
    ['{cert: client.crt}', 'InvalidCertificateRef', 'cert', '`cert` is of no use without `key`'],
    ['{key: client.key}', 'InvalidCertificateRef', 'key', '`key` is of no use without `cert`'],
    [
      '{cert: empty.crt, key: client.key}',
      'InvalidCertificateRef',
      'cert',
      'the file holds no certificate',
    ],
    [
      '{cert: client.crt, key: client.crt}',
      'InvalidCertificateRef',
      'key',
      'the file holds no private key',
    ],
    [
      '{cert: client.crt, key: other.key}',
      'InvalidCertificateRef',
      'key',
      'the private key is that of another certificate',
    ],
    ['{spiffe: {}}', 'Unsupported', 'spiffe', expect.stringContaining('spiffe')],
    [
      '{keyExchangeGroups: [X25519]}',
      'Unsupported',
      'keyExchangeGroups',
      expect.stringContaining('keyExchangeGroups'),
    ],
  ])('that cannot be kept is refused at load: %s', async (tls, code, field, message) => {
    const gateway = new RunningGateway([3000], FILES, []);
    const found = await gateway.apply(routeTo(`{backendTLS: ${tls}}`));
    const path = `binds[0].listeners[0].routes[0].backends[0].policies.backendTLS.${field}`;
    expect(found).toMatchObject([{ severity: 'error', code, path, message }]);
    expect(gateway.runtime.ports).toEqual([]);
  });
});

describe('a backend with `tcp`', () => {
  it('is given up when connecting takes longer, a handshake included', async () => {
    const port = await listen(createServer(() => {}));
    const resolutions = [parseResolution(`api.test:443=https://127.0.0.1:${port}`)];
    const tcp = '{connectTimeout: 200ms, keepalives: {enabled: true, time: 30s}}';
    const gateway = await runGateway(routeTo(`{backendTLS: {}, tcp: ${tcp}}`), { resolutions });
    const received = await rawExchange(
      gateway.port(),
      'GET / HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n',
    );
    expect(received).toMatch(/^HTTP\/1\.1 503 /);
    expect(received).toContain('the TLS handshake timed out');
  });
});

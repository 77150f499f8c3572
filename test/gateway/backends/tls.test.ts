import { describe, expect, it } from 'vitest';
import { testCertificate } from '../../support/certificate';
import { compiled, completes, llmGateway } from './llm-gateway';

const HELLO = { model: 'm', messages: [] };
const HOST = { name: 'p', provider: { openAI: {} }, hostOverride: 'models.test:8443' };

async function addressOf(ai: object, policies: object = {}, files = {}) {
  const bench = llmGateway({ ai, policies, files, script: [completes()] });
  await bench.ask(HELLO);
  return bench.tries[0].address;
}

describe('how providers are called', () => {
  it.each([
    ['openAI', {}, 'api.openai.com'],
    ['anthropic', {}, 'api.anthropic.com'],
    ['gemini', {}, 'generativelanguage.googleapis.com'],
    ['azure', { resourceName: 'res', resourceType: 'openAI' }, 'res.openai.azure.com'],
  ])('%s over TLS at its own host', async (kind, settings, host) => {
    const policies = { backendAuth: { key: 'sk-demo-not-a-key' } };
    expect(await addressOf({ name: 'p', provider: { [kind]: settings } }, policies)).toMatchObject({
      host,
      port: 443,
      tls: {},
    });
  });

  it('at another host without TLS', async () => {
    expect(await addressOf(HOST)).toEqual({
      host: 'models.test',
      port: 8443,
      httpVersion: 'HTTP/1.1',
    });
  });

  it('at another host with TLS as the configuration says, its files read', async () => {
    const backendTLS = {
      root: '/ca.pem',
      cert: '/cert.pem',
      key: '/key.pem',
      hostname: 'models.example.com',
      subjectAltNames: ['spiffe://cluster.local/ns/models/sa/models'],
    };
    const { cert, key } = testCertificate('models.test');
    const files = { '/ca.pem': cert, '/cert.pem': cert, '/key.pem': key };
    expect((await addressOf(HOST, { backendTLS }, files)).tls).toMatchObject({
      serverName: 'models.example.com',
      roots: cert,
      cert,
      key,
      subjectAltNames: ['spiffe://cluster.local/ns/models/sa/models'],
    });
  });

  it('not at all where a file is missing', () => {
    const { diagnostics } = compiled({ ai: HOST, policies: { backendTLS: { root: '/no.pem' } } });
    expect(diagnostics).toMatchObject([
      { severity: 'error', code: 'Unreadable', path: expect.stringContaining('backendTLS.root') },
    ]);
  });

  it('within the time that the configuration gives for connecting', async () => {
    const bench = llmGateway({
      policies: { tcp: { connectTimeout: '2s', keepalives: {} } },
      ai: HOST,
    });
    await bench.ask(HELLO);
    expect(bench.tries[0].address).toMatchObject({ connectTimeoutMs: 2000 });
  });
});

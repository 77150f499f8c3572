import { appendFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createExtAuthz } from '../../apps/upstreams/ext-authz';
import { createOpenai } from '../../apps/upstreams/llm-openai';
import type { SeenRequest } from '../../apps/upstreams/llm-options';
import type { Upstream } from '../../apps/upstreams/upstream';
import { untilAnswered } from './until-answered';
import { freePort, ROOT, type Running, serviceAddresses, Workspace } from './workspace';

const AGW = join(ROOT, 'build', 'lib', 'cli', 'main.js');
const FILE = 'apps/ext-auth/tutorial.yaml';
const KEY = 'demo-provider-key-not-a-secret';
const BODY = JSON.stringify({
  model: 'gpt-3.5-turbo',
  messages: [{ role: 'user', content: 'Write 5 sentences.' }],
});

/** As the tutorial goes on, for the route: the two stand in one phase, so that only this one is asked. */
const OF_THE_ROUTE = `---
apiVersion: agentgateway.dev/v1alpha1
kind: AgentgatewayPolicy
metadata: {namespace: agentgateway-system, name: route-ext-auth-policy}
spec:
  targetRefs: [{group: gateway.networking.k8s.io, kind: HTTPRoute, name: openai}]
  traffic: {extAuth: {backendRef: {name: ext-authz, port: 4444}, grpc: {}}}
`;

async function listening(server: Upstream): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the published tutorial of external authorization', { timeout: 60_000 }, () => {
  const seen: SeenRequest[] = [];
  const servers: Upstream[] = [
    createExtAuthz(),
    createOpenai({ key: KEY, onRequest: (request) => seen.push(request) }),
  ];
  let workspace: Workspace;
  let gateway: Running;
  let url = '';

  beforeAll(async () => {
    workspace = Workspace.create();
    const [authz, openai] = await Promise.all(servers.map(listening));
    const port = await freePort();
    url = `http://127.0.0.1:${port}/openai`;
    const resolves = [`ext-authz.agentgateway-system:4444=${authz}`, `api.openai.com=${openai}`];
    gateway = workspace.start(
      process.execPath,
      [
        ...[AGW, 'run', FILE, '--port', `80:${port}`],
        ...resolves.flatMap((one) => ['--resolve', one]),
      ],
      { OPENAI_SECRET_AUTHORIZATION: KEY, ...(await serviceAddresses()) },
    );
    await untilAnswered(() => ask({}));
  }, 60_000);
  afterAll(() => {
    workspace.remove();
    for (const server of servers) {
      server.close();
      server.closeAllConnections();
    }
  });

  async function ask(headers: Record<string, string>) {
    const answer = await fetch(url, { method: 'POST', body: BODY, headers });
    const { status } = answer;
    const shown = ['content-type', 'x-ext-authz-check-result'].map((name) => [
      name,
      answer.headers.get(name),
    ]);
    return { status, headers: Object.fromEntries(shown), body: await answer.text() };
  }

  it('refuses with the answer of the service, to the letter', async () => {
    expect(await ask({})).toEqual({
      status: 403,
      headers: { 'content-type': 'text/plain', 'x-ext-authz-check-result': 'denied' },
      body: 'denied by ext_authz for not found header `x-ext-authz: allow` in the request',
    });
    expect(seen).toEqual([]);
    await gateway.printed(/http\.status=403 .*reason=DirectResponse/);
  });

  it('lets pass what the service allows, with what it adds', async () => {
    const { status, body } = await ask({ 'x-ext-authz': 'allow' });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ object: 'chat.completion' });
    expect(seen).toMatchObject([{ headers: { 'x-ext-authz-check-result': 'allowed' } }]);
  });

  it('is as agw check wants it, but for a check of the route in place of the other', async () => {
    const check = async () => {
      const { stdout } = await workspace.run(process.execPath, [AGW, 'check', FILE]);
      return {
        stdout,
        codes: [...stdout.matchAll(/(?:error|warning) ([A-Z]\w+)/g)].map(([, code]) => code),
      };
    };
    // The provider's key is left to the environment.
    expect((await check()).codes).toEqual(['SecretNotFound']);
    appendFileSync(join(workspace.folder, FILE), OF_THE_ROUTE);
    const { stdout, codes } = await check();
    expect(codes).toEqual(['SecretNotFound', 'ReplacesCheck']);
    expect(stdout).toContain(
      'in place of the service of AgentgatewayPolicy agentgateway-system/gateway-ext-auth-policy',
    );
  });
});

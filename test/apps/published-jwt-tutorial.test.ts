import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demoToken } from '../../apps/jwt/demo-token';
import { createOpenai } from '../../apps/upstreams/llm-openai';
import type { SeenRequest } from '../../apps/upstreams/llm-options';
import { untilAnswered } from './until-answered';
import { freePort, ROOT, serviceAddresses, Workspace } from './workspace';

const AGW = join(ROOT, 'build', 'lib', 'cli', 'main.js');
const FILE = 'apps/jwt/tutorial.yaml';
const KEY = 'demo-provider-key-not-a-secret';
const BODY = JSON.stringify({
  model: 'gpt-4.1-nano',
  messages: [{ role: 'user', content: 'Hello! What is JWT?' }],
});

describe('the published JWT tutorial’s own manifests', { timeout: 60_000 }, () => {
  let workspace: Workspace;
  let openai: Server;
  let url: string;
  const seen: SeenRequest[] = [];

  const agw = (...args: string[]) =>
    workspace.run(process.execPath, [AGW, ...args], { OPENAI_SECRET_AUTHORIZATION: KEY });

  beforeAll(async () => {
    workspace = Workspace.create();
    openai = createOpenai({ key: KEY, onRequest: (request) => seen.push(request) });
    await new Promise<void>((resolve) => openai.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => {
    workspace.remove();
    openai.close();
    openai.closeAllConnections();
  });

  async function ask(headers: Record<string, string>) {
    const answer = await fetch(url, { method: 'POST', body: BODY, headers });
    return { status: answer.status, body: await answer.text() };
  }

  const bearer = (sub: string) => ({ authorization: `Bearer ${demoToken({ sub })}` });

  it('do not start as they are, for what is wrong with the policy', async () => {
    const { code, stderr } = await agw('run', FILE, '--port', '80:0');
    expect(code).toBe(1);
    expect(stderr).toContain('it is called AgentgatewayPolicy now');
    expect(stderr).toContain('it belongs at `spec.traffic.authorization`');
  });

  it('run once they are repaired, and let in alice alone', async () => {
    expect((await agw('check', '--fix', FILE)).code).toBe(0);
    const port = await freePort();
    url = `http://127.0.0.1:${port}/v1/chat/completions`;
    const upstream = `http://127.0.0.1:${(openai.address() as AddressInfo).port}`;
    const gateway = workspace.start(
      process.execPath,
      [AGW, 'run', FILE, '--port', `80:${port}`, '--resolve', `api.openai.com=${upstream}`],
      { OPENAI_SECRET_AUTHORIZATION: KEY, ...(await serviceAddresses()) },
    );
    await untilAnswered(() => ask({}));

    expect(await ask({})).toEqual({
      status: 401,
      body: 'authentication failure: no bearer token found',
    });
    expect(await ask(bearer('mallory'))).toEqual({ status: 403, body: 'authorization failed' });
    expect(seen).toEqual([]);

    const { status, body } = await ask(bearer('alice'));
    expect(status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({
      choices: [{ message: { content: 'You said: Hello! What is JWT?' } }],
    });
    expect(seen).toMatchObject([{ headers: { authorization: `Bearer ${KEY}` } }]);

    const log = await gateway.printed(/http\.status=200 jwt\.sub=alice .*gen_ai\.usage/);
    expect(log).not.toContain(KEY);
    expect(log).not.toMatch(/eyJ/);
  });
});

import { describe, expect, it } from 'vitest';
import { answers, type Behaviour, completes, fails, llmGateway, streams } from './llm-gateway';

const HELLO = { model: 'm', messages: [{ role: 'user', content: 'hello' }] };
const RETRY = { retry: { attempts: 2, codes: [429, 500, 503] } };

function provider(name: string, policies: object = {}) {
  return { name, provider: { openAI: {} }, hostOverride: `${name}.test:80`, policies };
}

/** One provider a group, the preferred one first. */
function groups(health: object | undefined, ...names: string[]) {
  const policies = health ? { health } : {};
  return { groups: names.map((name) => ({ providers: [provider(name, policies)] })) };
}

async function asked(
  script: readonly Behaviour[],
  health: object | undefined,
  requests = 1,
  route: object = RETRY,
) {
  const bench = llmGateway({ ai: groups(health, 'first', 'second'), route, script });
  const statuses: number[] = [];
  for (let i = 0; i < requests; i++) statuses.push((await bench.ask(HELLO)).status);
  return { bench, statuses, hosts: bench.tries.map(({ address }) => address.host.split('.')[0]) };
}

const EVICTS = { eviction: { duration: '10s' } };

describe('groups of providers', () => {
  it('ask the preferred one as long as it is well', async () => {
    const { hosts } = await asked([completes()], EVICTS, 3);
    expect(hosts).toEqual(['first', 'first', 'first']);
  });

  it.each<[name: string, behaviour: Behaviour]>([
    ['answers 503', answers(503, 'busy')],
    ['has no answer', fails('connect')],
  ])('go on with the next in the same request when it %s', async (_name, behaviour) => {
    const { hosts, statuses, bench } = await asked([behaviour, completes()], EVICTS, 2);
    expect([statuses, hosts]).toEqual([
      [200, 200],
      ['first', 'second', 'second'],
    ]);
    expect(bench.log[0]).toContain('endpoint=second.test:80');
    expect(bench.log[0]).toContain('retry.attempt=1');
    expect(bench.tries[1].request.fields['x-retry-attempt']).toBe('1');
  });

  it('ask the preferred one again when its time is over', async () => {
    const { bench } = await asked([answers(503, 'busy'), completes()], EVICTS);
    bench.clock = 9_999;
    await bench.ask(HELLO);
    bench.clock = 10_000;
    await bench.ask(HELLO);
    expect(bench.tries.map(({ address }) => address.host)).toEqual([
      ...['first.test', 'second.test', 'second.test', 'first.test'],
    ]);
  });

  it('leave a provider out as long as it asks for', async () => {
    const busy = answers(503, 'busy', ['retry-after', '2']);
    const { bench } = await asked([busy, completes()], { eviction: {} });
    bench.clock = 1_999;
    await bench.ask(HELLO);
    bench.clock = 2_000;
    await bench.ask(HELLO);
    expect(bench.tries.map(({ address }) => address.host)).toEqual([
      ...['first.test', 'second.test', 'second.test', 'first.test'],
    ]);
  });

  it('leave nobody out without a policy that says so', async () => {
    const { hosts, statuses } = await asked([answers(503, 'busy'), completes()], undefined);
    expect([statuses, hosts]).toEqual([[200], ['first', 'first']]);
  });

  it('fail over for the next request only, where the route does not retry', async () => {
    const script = [answers(503, 'busy'), completes()];
    const { hosts, statuses } = await asked(script, EVICTS, 2, {});
    expect([statuses, hosts]).toEqual([
      [503, 200],
      ['first', 'second'],
    ]);
  });

  it('hold it against a provider that a request has waited for in vain', async () => {
    const silent: Behaviour = (handler) => handler.onStart(() => {});
    const route = { timeout: { requestTimeout: '20ms' } };
    const { hosts, statuses } = await asked([silent, completes()], EVICTS, 2, route);
    expect([statuses, hosts]).toEqual([
      [504, 200],
      ['first', 'second'],
    ]);
  });

  it('judge answers by an expression', async () => {
    const health = {
      unhealthyExpression: 'response.code == 429 || response.headers["x-tired"] == "yes"',
      ...EVICTS,
    };
    const tired = answers(200, '{}', ['x-tired', 'yes']);
    const script = [tired, answers(500, 'broken'), completes()];
    const { hosts, statuses } = await asked(script, health, 2);
    expect(statuses).toEqual([200, 200]);
    // The answer of 500 is retried, and held against nobody.
    expect(hosts).toEqual(['first', 'second', 'second']);
  });

  it('ask nobody again once the client has a part of the answer', async () => {
    const upstream = streams();
    const bench = llmGateway({
      ai: groups(EVICTS, 'first', 'second'),
      route: RETRY,
      script: [upstream.behaviour, completes()],
    });
    const answer = bench.ask({ ...HELLO, stream: true });
    await upstream.started;
    upstream.send('data: {}\n\n');
    upstream.break();
    expect((await answer).aborted).toBe(true);
    await bench.ask(HELLO);
    expect(bench.tries.map(({ address }) => address.host)).toEqual(['first.test', 'second.test']);
  });

  it('ask the next where an answer breaks off before the client has any of it', async () => {
    const breaks: Behaviour = (handler) => {
      handler.onStart(() => {});
      handler.onHeaders(200, ['content-type', 'application/json'], () => {});
      handler.onData(Buffer.from('{"id":'));
      handler.onError({ kind: 'reset', message: 'connection closed' });
    };
    const { hosts, statuses } = await asked([breaks, completes()], EVICTS);
    expect([statuses, hosts]).toEqual([[200], ['first', 'second']]);
  });

  it('give each provider a request of its own', async () => {
    const ai = {
      groups: [
        { providers: [{ ...provider('first', EVICTS_OF), provider: { openAI: { model: 'a' } } }] },
        { providers: [{ ...provider('second'), provider: { anthropic: { model: 'b' } } }] },
      ],
    };
    const bench = llmGateway({ ai, route: RETRY, script: [answers(500, ''), answers(404, '{}')] });
    await bench.ask(HELLO);
    expect(bench.tries.map(({ request }) => request.json)).toMatchObject([
      { model: 'a' },
      { model: 'b' },
    ]);
    expect(bench.tries[0].request.fields.authorization).toBe('Bearer sk-demo-not-a-key');
    expect(bench.tries[1].request.fields['x-api-key']).toBe('sk-demo-not-a-key');
    expect(bench.tries[1].request.fields.authorization).toBeUndefined();
  });

  it('without a provider answer that there is none', async () => {
    const bench = llmGateway({ ai: { groups: [{ providers: [] }] } });
    const answer = await bench.ask(HELLO);
    expect([answer.status, answer.text]).toEqual([500, 'no valid backends']);
  });
});

const EVICTS_OF = { health: EVICTS };

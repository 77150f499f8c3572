import { describe, expect, it } from 'vitest';
import { fetch } from '../support/fetch';
import { routeTo, runGateway } from '../support/running-gateway';

function answering(text: string, maxTokens = 2): string {
  return routeTo(
    9,
    `{localRateLimit: [{maxTokens: ${maxTokens}, tokensPerFill: 1, fillInterval: 1h}], directResponse: {status: 200, body: ${text}}}`,
  );
}

describe('what is left of a limit', () => {
  it('outlives a reload, also one that failed', async () => {
    const gateway = await runGateway(answering('one'));
    const ask = async () => (await fetch(gateway.port(), '/')).body;
    expect(await ask()).toBe('one');
    expect(await gateway.apply(answering('bad').replace('1h', '0s'))).toHaveLength(1);
    expect(await gateway.apply(answering('two'))).toEqual([]);
    expect([await ask(), await ask()]).toEqual(['two', 'rate limit exceeded']);
  });

  it('is forgotten with the limit, and full again where the limit is another', async () => {
    const gateway = await runGateway(answering('one', 1));
    const ask = async () => (await fetch(gateway.port(), '/')).status;
    expect([await ask(), await ask()]).toEqual([200, 429]);
    await gateway.apply(answering('two', 2));
    expect([await ask(), await ask(), await ask()]).toEqual([200, 200, 429]);
    await gateway.apply(answering('three', 1));
    expect([await ask(), await ask()]).toEqual([200, 429]);
  });
});

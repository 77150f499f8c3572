import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FetchedDocument } from '../../lib/effects';
import { type KeySetState, RemoteKeySets } from '../../lib/gateway/remote-key-sets';
import { Issuer } from '../support/tokens';

const URL = 'https://user:demo-password@issuer.test/jwks?key=demo';
const SHOWN = 'https://issuer.test/jwks';
const SECOND = 1000;
const first = new Issuer('first');
const second = new Issuer('second');

type Answer = Partial<FetchedDocument> | Error;

/** An issuer that answers what the test says, and the set that is fetched from it. */
class World {
  answer: Answer = document(first);
  asked = 0;
  readonly told: KeySetState[] = [];
  readonly sets = new RemoteKeySets({
    now: () => Date.now(),
    changed: (state) => this.told.push(state),
    fetch: async () => {
      this.asked++;
      const { answer } = this;
      await new Promise((resolve) => setTimeout(resolve, SECOND));
      if (answer instanceof Error) throw answer;
      return { status: 200, headers: [], body: new Uint8Array(), ...answer };
    },
  });
  readonly set = this.sets.open(URL);

  get kids(): string[] {
    return [...(this.set.keys?.keys() ?? [])];
  }

  async started(): Promise<this> {
    this.sets.keep([URL]);
    await vi.advanceTimersByTimeAsync(SECOND);
    return this;
  }
}

function document(issuer: Issuer, headers: string[] = []): Partial<FetchedDocument> {
  return { body: Buffer.from(issuer.jwks()), headers };
}

/** How long after an answer with these fields the next one is asked for. */
async function ageOf(headers: string[]): Promise<number> {
  const world = new World();
  world.answer = document(first, headers);
  await world.started();
  let seconds = 0;
  while (world.asked === 1 && seconds < 100_000) {
    await vi.advanceTimersByTimeAsync(SECOND);
    seconds++;
  }
  return seconds;
}

describe('a key set that is fetched', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('is there once it has been fetched, and that is told', async () => {
    const world = new World();
    expect(world.sets.unavailable).toEqual([]);
    world.sets.keep([URL]);
    expect(world.sets.unavailable).toEqual([SHOWN]);
    await vi.advanceTimersByTimeAsync(SECOND);
    expect(world.kids).toEqual(['first']);
    expect(world.sets.unavailable).toEqual([]);
    expect(world.told).toEqual([{ url: SHOWN, available: true }]);
  });

  it('is fetched once for all who wait for it', async () => {
    const world = new World();
    const waiting = [1, 2, 3].map(() => world.set.refreshForUnknownKey());
    await vi.advanceTimersByTimeAsync(SECOND);
    await Promise.all(waiting);
    expect(world.asked).toBe(1);
  });

  it.each([
    [15 * 60, []],
    [300, ['cache-control', 'public, max-age=300']],
    [300, ['cache-control', 'max-age="300"']],
    [60, ['cache-control', 'max-age=1']],
    [60, ['cache-control', 'max-age=0, no-cache']],
    [24 * 60 * 60, ['cache-control', 'max-age=99999999999']],
    [15 * 60, ['cache-control', 's-maxage=300']],
    [15 * 60, ['expires', 'never']],
  ])('is fetched again after %d s where the answer says %j', async (seconds, headers) => {
    expect(await ageOf(headers)).toBe(seconds);
  });

  it('is fetched again when `Expires` says so', async () => {
    const world = new World();
    const expires = new Date(Date.now() + 600 * SECOND).toUTCString();
    world.answer = document(first, ['expires', expires]);
    await world.started();
    await vi.advanceTimersByTimeAsync(590 * SECOND);
    expect(world.asked).toBe(1);
    await vi.advanceTimersByTimeAsync(20 * SECOND);
    expect(world.asked).toBe(2);
  });

  it('counts changes of its keys only', async () => {
    const world = await new World().started();
    await vi.advanceTimersByTimeAsync(3600 * SECOND);
    expect(world.asked).toBeGreaterThan(3);
    expect(world.set.version).toBe(1);
    world.answer = document(second);
    await vi.advanceTimersByTimeAsync(3600 * SECOND);
    expect([world.set.version, world.kids]).toEqual([2, ['second']]);
  });

  it('is fetched for an unknown key, but not again and again', async () => {
    const world = await new World().started();
    await vi.advanceTimersByTimeAsync(40 * SECOND);
    world.answer = document(second);
    for (let i = 0; i < 100; i++) {
      void world.set.refreshForUnknownKey();
      await vi.advanceTimersByTimeAsync(SECOND / 10);
    }
    expect([world.asked, world.kids]).toEqual([2, ['second']]);
  });

  const failures: [string, Answer, string][] = [
    ['nothing answers', new Error('connect ECONNREFUSED'), 'connect ECONNREFUSED'],
    ['the status is 500', { ...document(second), status: 500 }, 'the answer has the status 500'],
    ['it is a redirect', { ...document(second), status: 302 }, 'the answer has the status 302'],
    [
      'it is a web page',
      { body: Buffer.from('<html>') },
      'the key set is no JSON: it cannot be parsed',
    ],
    [
      'it holds a key that is of no use',
      { body: Buffer.from('{"keys":[{"kid":"a","kty":"oct"}]}') },
      '`keys[0]` is of the kind `oct`',
    ],
  ];

  it.each(failures)(
    'keeps its keys when %s, says so once, and tries on',
    async (_, failure, why) => {
      const world = await new World().started();
      world.answer = failure;
      await vi.advanceTimersByTimeAsync((15 * 60 + 40) * SECOND);
      expect(world.kids).toEqual(['first']);
      expect(world.asked).toBeGreaterThan(4);
      expect(world.told.slice(1)).toEqual([
        { url: SHOWN, available: true, problem: expect.stringContaining(why) },
      ]);
      world.answer = document(second);
      await vi.advanceTimersByTimeAsync(17 * SECOND);
      expect(world.kids).toEqual(['second']);
      expect(world.told.at(-1)).toEqual({ url: SHOWN, available: true });
    },
  );

  it('is tried often at first where it was never there, and later every 15 s', async () => {
    const world = new World();
    world.answer = new Error('connect ECONNREFUSED');
    await world.started();
    const asked: number[] = [];
    for (const seconds of [10, 30, 160]) {
      const before = world.asked;
      await vi.advanceTimersByTimeAsync(seconds * SECOND);
      asked.push(world.asked - before);
    }
    expect(asked).toEqual([3, 2, 10]);
    expect(world.sets.unavailable).toEqual([SHOWN]);
    expect(world.told).toHaveLength(1);
  });

  it('is forgotten when no configuration needs it, and asked no more', async () => {
    const world = await new World().started();
    world.sets.keep([]);
    await vi.advanceTimersByTimeAsync(3600 * SECOND);
    expect(world.asked).toBe(1);
    expect(world.sets.open(URL)).not.toBe(world.set);
  });

  it('survives a reload that still needs it', async () => {
    const world = await new World().started();
    world.sets.keep([URL, 'https://other.test/jwks']);
    expect(world.sets.open(URL)).toBe(world.set);
    expect(world.kids).toEqual(['first']);
  });
});

import type { LlmOptions } from './llm-options';

/** How a stand-in for a provider may misbehave, and the numbers that each takes. */
const BOUNDS: Readonly<
  Record<
    keyof Pick<LlmOptions, 'failWith' | 'eventDelayMs' | 'cutAfterEvents' | 'failAfterEvents'>,
    readonly [number, number]
  >
> = {
  failWith: [400, 599],
  eventDelayMs: [0, 60_000],
  cutAfterEvents: [0, 100_000],
  failAfterEvents: [0, 100_000],
};

/**
 * Reads `failWith=503` and the like.
 *
 * @throws Error that names what is no setting
 */
export function readSettings(settings: readonly string[]): LlmOptions {
  return Object.fromEntries(settings.map(readSetting));
}

function readSetting(setting: string): [string, number] {
  const [, name = '', digits = ''] = /^(\w+)=(\d{1,6})$/.exec(setting) ?? [];
  const [least, most] = Object.hasOwn(BOUNDS, name)
    ? BOUNDS[name as keyof typeof BOUNDS]
    : [Number.NaN, Number.NaN];
  const value = Number(digits);
  if (value >= least && value <= most) return [name, value];
  const known = Object.entries(BOUNDS).map(([key, [from, to]]) => `${key}=${from}…${to}`);
  throw new Error(`no setting: ${setting}; write one of ${known.join(', ')}`);
}

import { UsageError } from './usage-error';

/**
 * Reads `--port 80:8080`: what a configuration names, and what is opened for it.
 *
 * @throws UsageError
 */
export function parsePorts(texts: readonly string[]): ReadonlyMap<number, number> {
  return new Map(texts.map(parsePort));
}

function parsePort(text: string): [number, number] {
  const match = /^(\d{1,5}):(\d{1,5})$/.exec(text);
  const [from, to] = [Number(match?.[1]), Number(match?.[2])];
  if (!match || from < 1 || from > 65_535 || to > 65_535) {
    throw new UsageError(
      `\`${text}\` maps no port: write \`80:8080\` to open 8080 for the configured 80, or \`80:0\` for a free one`,
    );
  }
  return [from, to];
}

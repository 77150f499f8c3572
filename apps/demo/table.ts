import { inspect } from 'node:util';
import type { Outcome } from './call';

export type Paint = (style: 'green' | 'red' | 'yellow' | 'bold' | 'dim', text: string) => string;

/** Colour only where a person looks at it, and not where NO_COLOR asks for none (no-color.org). */
export function paintFor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv): Paint {
  return stream.isTTY && !env.NO_COLOR ? colour : (_style, text) => text;
}

function colour(style: string, text: string): string {
  const [on, off] = inspect.colors[style] ?? [0, 0];
  return `\u001b[${on}m${text}\u001b[${off}m`;
}

const HEADINGS = ['caller', 'request', 'answer', 'verdict'];

/** One row per call: who asked for what, what came back, and why. */
export function formatTable(outcomes: readonly Outcome[], paint: Paint): string {
  const rows = outcomes.map(cells);
  const widths = HEADINGS.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column].length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, column) => (column === row.length - 1 ? cell : cell.padEnd(widths[column])))
      .join('   ');
  return [
    paint('dim', line(HEADINGS)),
    ...outcomes.map((outcome, index) => paint(styleOf(outcome), line(rows[index]))),
  ].join('\n');
}

function cells({ call, answer, surprise }: Outcome): string[] {
  const { method = 'GET', path, headers } = call;
  const request = `${method} ${headers?.host ?? ''}${path}`;
  const verdict = `${isAllowed(answer.status) ? 'allowed' : 'refused'}: ${call.why}`;
  return [
    call.caller,
    request,
    String(answer.status),
    surprise ? `UNEXPECTED, ${surprise} (${call.why})` : verdict,
  ];
}

function styleOf({ answer, surprise }: Outcome): 'green' | 'red' | 'yellow' {
  if (surprise) return 'yellow';
  return isAllowed(answer.status) ? 'green' : 'red';
}

function isAllowed(status: number): boolean {
  return status < 400;
}

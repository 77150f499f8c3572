export type Bench = (report: Report) => Promise<void>;

export interface Goal {
  readonly title: string;
  readonly value: number;
  readonly unit?: string;
  readonly limit: number;
  readonly direction: 'at least' | 'at most' | 'below';
}

/** Prints as it goes, and gathers the verdicts for the end. */
export class Report {
  private readonly verdicts: string[] = [];

  /** @param quick - measure briefly: a smoke test of the bench, not a measurement */
  constructor(readonly quick: boolean) {}

  heading(text: string): void {
    this.line(`\n${text}\n${'─'.repeat(text.length)}`);
  }

  line(text = ''): void {
    process.stdout.write(`${text}\n`);
  }

  table(headings: readonly string[], rows: readonly (readonly string[])[]): void {
    const widths = headings.map((heading, column) =>
      Math.max(heading.length, ...rows.map((row) => row[column].length)),
    );
    const format = (row: readonly string[]) =>
      row
        .map((cell, column) =>
          column === 0 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]),
        )
        .join('  ');
    for (const row of [headings, ...rows]) this.line(format(row));
  }

  goal({ title, value, unit = '', limit, direction }: Goal): void {
    const met = {
      'at least': value >= limit,
      'at most': value <= limit,
      below: value < limit,
    }[direction];
    const text = `${met ? 'met   ' : 'MISSED'}  ${title}: ${round(value)}${unit}, goal ${direction} ${limit}${unit}`;
    this.verdicts.push(text);
    this.line(text);
  }

  summarize(): void {
    this.heading(this.quick ? 'goals (quick run: not to judge by)' : 'goals');
    for (const verdict of this.verdicts) this.line(verdict);
  }
}

export function round(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en-US');
  return value >= 10 ? value.toFixed(1) : value.toFixed(3);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

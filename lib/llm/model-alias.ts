/** Tells the model that a name stands for. */
export type ModelAliases = (model: string) => string;

interface Pattern {
  /** The texts between the wildcards. */
  readonly pieces: readonly string[];
  readonly model: string;
}

/** An exact name wins, then the longest pattern with `*`; a name that none means stands for itself. */
export function modelAliases(aliases: Readonly<Record<string, string>> = {}): ModelAliases {
  const exact = new Map(Object.entries(aliases));
  const patterns: readonly Pattern[] = [...exact]
    .filter(([name]) => name.includes('*'))
    .sort(([a], [b]) => b.length - a.length)
    .map(([name, model]) => ({ pieces: name.split('*'), model }));
  return (model) =>
    exact.get(model) ?? patterns.find(({ pieces }) => fits(pieces, model))?.model ?? model;
}

/** The first place that fits is as good as any for the pieces in the middle, so no step is ever taken back. */
function fits(pieces: readonly string[], model: string): boolean {
  const first = pieces[0];
  const last = pieces[pieces.length - 1];
  if (model.length < first.length + last.length) return false;
  if (!model.startsWith(first) || !model.endsWith(last)) return false;
  const end = model.length - last.length;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = model.indexOf(piece, at);
    if (found < 0 || found + piece.length > end) return false;
    at = found + piece.length;
  }
  return true;
}

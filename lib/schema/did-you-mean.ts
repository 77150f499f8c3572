const LONGEST_WORD = 64;

/**
 * The candidate that somebody who wrote `word` most likely meant.
 *
 * @example
 * didYouMean('apiKeyAuthentcation', ['apiKeyAuthentication', 'basicAuthentication']) // 'apiKeyAuthentication'
 * didYouMean('strict', ['Optional', 'Strict'])                                       // 'Strict'
 * didYouMean('apiKeyAuth', ['apiKeyAuthentication', 'basicAuthentication'])          // 'apiKeyAuthentication'
 * didYouMean('apiKeyAuthentication', ['apiKey', 'cors'])                              // 'apiKey'
 * didYouMean('colour', ['port', 'name'])                                             // undefined
 */
export function didYouMean(word: string, candidates: Iterable<string>): string | undefined {
  if (word === '' || word.length > LONGEST_WORD) return undefined;
  const all = [...candidates];
  return nearWords(word, all)[0] ?? onlyCompletion(word.toLowerCase(), all);
}

/**
 * The candidate that was meant for certain: the only one that is near, or the only one that differs in nothing but
 * upper case, hyphens and underscores.
 *
 * @example
 * certainlyMeant('api_key_authentication', ['apiKeyAuthentication', 'cors']) // 'apiKeyAuthentication'
 * certainlyMeant('post', ['port', 'path'])                                   // 'port'
 * certainlyMeant('match', ['matches', 'filters'])                            // 'matches'
 * certainlyMeant('ky', ['key', 'gcp'])                                       // 'key'
 * certainlyMeant('post', ['port', 'host'])                                   // undefined
 */
export function certainlyMeant(word: string, candidates: Iterable<string>): string | undefined {
  if (word === '' || word.length > LONGEST_WORD) return undefined;
  const all = [...candidates];
  const plain = plainly(word);
  const same = all.filter((candidate) => plainly(candidate) === plain);
  if (same.length > 0) return same.length === 1 ? same[0] : undefined;
  const [nearest, ...others] = nearWords(word, all);
  if (nearest === undefined) return onlyEnding(word.toLowerCase(), all);
  if (others.length > 0) return undefined;
  return distance(word.toLowerCase(), nearest.toLowerCase()) <= MOST_CERTAIN ? nearest : undefined;
}

/** Three wrong letters may well be another word: `authentication` is not just `jwtAuthentication`. */
const MOST_CERTAIN = 2;

/** The one candidate that is the word with an ending of a letter or two, or without its own: `match` is `matches`. */
function onlyEnding(word: string, candidates: readonly string[]): string | undefined {
  const alike = candidates.filter((candidate) => {
    const lower = candidate.toLowerCase();
    const [short, long] = lower.length < word.length ? [lower, word] : [word, lower];
    return (
      short.length >= SHORTEST_BEGINNING &&
      long.length - short.length <= MOST_CERTAIN &&
      long.startsWith(short)
    );
  });
  return alike.length === 1 ? alike[0] : undefined;
}

function plainly(word: string): string {
  return word.replace(/[-_]/g, '').toLowerCase();
}

/** The candidates within tolerance, the nearest first. */
function nearWords(word: string, candidates: readonly string[]): string[] {
  const wanted = word.toLowerCase();
  return candidates
    .map((candidate) => ({ candidate, distance: distanceWithin(wanted, candidate) }))
    .filter((entry) => entry.distance !== undefined)
    .sort((a, b) => a.distance! - b.distance!)
    .map(({ candidate }) => candidate);
}

/** Nothing where the words are further apart than is tolerated, which their lengths often tell already. */
function distanceWithin(word: string, candidate: string): number | undefined {
  const most = tolerance(word, candidate);
  if (Math.abs(word.length - candidate.length) > most) return undefined;
  const edits = distance(word, candidate.toLowerCase());
  return edits <= most ? edits : undefined;
}

/**
 * A third of a word may be wrong, but not so much that any short word is near any other: of one with three letters one
 * may be missing.
 */
function tolerance(word: string, candidate: string): number {
  if (word.length === 2 && candidate.length === 3) return 1;
  const shorter = Math.min(word.length, candidate.length);
  if (shorter <= 3) return shorter === 3 ? 1 : 0;
  return Math.min(3, Math.floor(shorter / 3));
}

const SHORTEST_BEGINNING = 4;
const SHORTEST_STEM = 6;

/** The one candidate that begins or ends as the word does, or with which the word begins and then goes on. */
function onlyCompletion(word: string, candidates: readonly string[]): string | undefined {
  if (word.length < SHORTEST_BEGINNING) return undefined;
  const alike = candidates.filter((candidate) => {
    const lower = candidate.toLowerCase();
    if (lower.length >= SHORTEST_STEM && word.startsWith(lower)) return true;
    if (lower.endsWith(word)) return true;
    return [-1, 0, 1].some((more) => {
      const beginning = lower.slice(0, word.length + more);
      return distance(word, beginning) <= Math.max(0, tolerance(word, beginning) - 1);
    });
  });
  return alike.length === 1 ? alike[0] : undefined;
}

/** Edits between two words: insert, delete, replace a letter, or swap two neighbours (optimal string alignment). */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 3) return Number.POSITIVE_INFINITY;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      row[j] = Math.min(last[j]! + 1, row[j - 1]! + 1, last[j - 1]! + (same ? 0 : 1));
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j]!, beforeLast[j - 2]! + 1);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length]!;
}

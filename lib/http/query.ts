/**
 * The value of a query parameter: the last one where it is repeated, as agentgateway reads it. `query` is without its
 * question mark.
 */
export function queryValue(query: string, name: string): string | undefined {
  let value: string | undefined;
  for (const pair of query.split('&')) {
    const [key, text] = splitPair(pair);
    if (decode(key) === name) value = decode(text);
  }
  return value;
}

/** A query without a parameter; what stays keeps its order and spelling. */
export function withoutQueryParameter(query: string, name: string): string {
  return query
    .split('&')
    .filter((pair) => decode(splitPair(pair)[0]) !== name)
    .join('&');
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return at < 0 ? [pair, ''] : [pair.slice(0, at), pair.slice(at + 1)];
}

/** Percent-decoding as forms do it; what is malformed stays as it is written. */
function decode(text: string): string {
  const spaced = text.replaceAll('+', ' ');
  if (!spaced.includes('%')) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    return spaced;
  }
}

/** A query with a parameter in the place of all that bear its name; what stays keeps its order and spelling. */
export function withQueryParameter(query: string, name: string, value: string): string {
  const pair = `${encodeURIComponent(name)}=${encodeURIComponent(value)}`;
  const rest = withoutQueryParameter(query, name);
  return rest === '' ? pair : `${rest}&${pair}`;
}

/** What a path of a client means, as agentgateway's `routes` name it. */
export const ROUTE_TYPES = [
  'completions',
  'messages',
  'models',
  'passthrough',
  'detect',
  'responses',
  'embeddings',
  'realtime',
  'anthropicTokenCount',
  'generateContent',
  'geminiCountTokens',
  'rerank',
] as const;

export type RouteType = (typeof ROUTE_TYPES)[number];

/** A shape of requests that a provider may accept: the routes whose bodies are understood. */
export type LlmFormat = Exclude<RouteType, 'models' | 'passthrough' | 'detect'>;

export function isFormat(route: RouteType): route is LlmFormat {
  return route !== 'models' && route !== 'passthrough' && route !== 'detect';
}

/** Tells the route of a path, without its query. */
export type RouteFinder = (path: string) => RouteType;

/** Path suffixes of a model router (the standalone `llm` section). */
export const ROUTER_ROUTES: Readonly<Record<string, RouteType>> = {
  '/v1/chat/completions': 'completions',
  '/v1/messages': 'messages',
  '/v1/messages/count_tokens': 'anthropicTokenCount',
  ':rawPredict': 'messages',
  ':streamRawPredict': 'messages',
  ':generateContent': 'generateContent',
  ':streamGenerateContent': 'generateContent',
  ':countTokens': 'geminiCountTokens',
  '/v1/responses': 'responses',
  '/v1/responses/compact': 'detect',
  '/v1/images/generations': 'detect',
  '/v1/images/edits': 'detect',
  '/v1/images/variations': 'detect',
  '/v1/embeddings': 'embeddings',
  '/v1/rerank': 'rerank',
  '/v2/rerank': 'rerank',
  '/v1/models': 'models',
  '*': 'passthrough',
};

/**
 * The longest suffix wins and `*` comes last. A path that nothing matches is a chat completion, as every path is where
 * a backend has no map.
 */
export function routeFinder(routes: Readonly<Record<string, RouteType>> = {}): RouteFinder {
  const suffixes = Object.entries(routes)
    .filter(([suffix]) => suffix !== '*')
    .sort(([a], [b]) => b.length - a.length);
  const rest = Object.hasOwn(routes, '*') ? routes['*'] : 'completions';
  return (path) => suffixes.find(([suffix]) => path.endsWith(suffix))?.[1] ?? rest;
}

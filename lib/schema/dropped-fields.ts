/**
 * What a lenient reader makes of a file when it drops one of these fields because it stands where none is known. Only
 * fields whose loss opens something.
 */
const DROPPED: Readonly<Record<string, string>> = {
  authorization: 'everybody who is authenticated may do everything',
  mcpAuthorization: 'every tool is open to everybody who reaches the server',
  jwtAuthentication: 'requests need no token',
  jwtAuth: 'requests need no token',
  apiKeyAuthentication: 'requests need no key',
  apiKey: 'requests need no key',
  basicAuthentication: 'requests need no password',
  basicAuth: 'requests need no password',
  mcpAuthentication: 'requests need no token',
  extAuth: 'no service is asked for permission',
  extAuthz: 'no service is asked for permission',
  rateLimit: 'nothing is limited',
  localRateLimit: 'nothing is limited',
  remoteRateLimit: 'nothing is limited',
  csrf: 'other sites may send requests in the name of a user',
  promptGuard: 'prompts and answers pass unseen',
  matchExpressions: 'the rule has no conditions',
  audiences: 'tokens for other services are accepted',
  sectionName: 'the policy covers more than it says',
};

export function ifDropped(name: string): string | undefined {
  return Object.hasOwn(DROPPED, name) ? DROPPED[name] : undefined;
}

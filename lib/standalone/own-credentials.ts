import { entries, field, has } from '../schema/json';

/** Ways in which a backend is told who calls that need nothing of the caller. */
const OWN = ['key', 'aws', 'azure', 'gcp', 'jwtSign'];

/** Of these providers a gateway has an identity in the cloud where nothing is written. */
const IMPLICIT = ['azure', 'vertex', 'bedrock', 'copilot'];

/**
 * Whether a backend is called with credentials of the gateway, as against those of the caller.
 *
 * @param backend as a file writes it; of another shape than its own, nothing is found
 * @param levels policies of what is around it, from weak to strong, which its own replace
 */
export function hasOwnCredentials(backend: unknown, levels: readonly unknown[] = []): boolean {
  const auth = strongest([...levels, field(backend, 'policies')]);
  if (has(backend, 'ai')) return modelsHaveCredentials(field(backend, 'ai'), auth);
  const servers = entries(field(field(backend, 'mcp'), 'targets'));
  return (servers.length > 0 ? servers : [backend]).some((server) =>
    isOwn(strongest([{ backendAuth: auth }, field(server, 'policies')])),
  );
}

function modelsHaveCredentials(ai: unknown, shared: unknown): boolean {
  const groups = entries(field(ai, 'groups'));
  const providers = groups.flatMap((group) => entries(field(group, 'providers')));
  return (has(ai, 'groups') ? providers : [ai]).some((provider) => {
    const auth = strongest([{ backendAuth: shared }, field(provider, 'policies')]);
    return auth === undefined ? isImplicit(field(provider, 'provider')) : isOwn(auth);
  });
}

function isImplicit(provider: unknown): boolean {
  return IMPLICIT.some((kind) => has(provider, kind));
}

function strongest(levels: readonly unknown[]): unknown {
  return levels.map((policies) => field(policies, 'backendAuth')).findLast((auth) => auth != null);
}

function isOwn(auth: unknown): boolean {
  if (auth === COPILOT) return true;
  return OWN.some((way) => has(auth, way)) || entries(field(auth, 'credentials')).length > 0;
}

const COPILOT = 'copilot';

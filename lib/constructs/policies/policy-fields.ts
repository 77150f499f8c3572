/** The blocks of an AgentgatewayPolicy. */
interface Blocks {
  readonly traffic?: { readonly [field: string]: unknown };
  readonly frontend?: { readonly [field: string]: unknown };
  readonly backend?: { readonly [field: string]: unknown };
}

/** Fields of which several policies add up instead of replacing each other. */
const ACCUMULATING = new Set([
  'traffic.authorization',
  'frontend.networkAuthorization',
  'backend.authorization',
  'backend.mcp.authorization',
]);

/** Blocks that are merged one level deeper. */
const NESTED = new Set(['backend.ai', 'backend.mcp']);

/**
 * The fields in which two policies can be in each other's way. Traffic fields carry their phase, since both phases run.
 *
 * @example
 * { traffic: { retry: {…} }, backend: { mcp: { authentication: {…} } } }
 *   → ['traffic.retry (PostRouting)', 'backend.mcp.authentication']
 */
export function policyFields({ traffic, frontend, backend }: Blocks, phase: string): string[] {
  const { phase: _, ...ran } = traffic ?? {};
  return [
    ...fieldsOf('traffic', ran).map((field) => `${field} (${phase})`),
    ...fieldsOf('frontend', frontend),
    ...fieldsOf('backend', backend),
  ];
}

function fieldsOf(block: string, values: unknown): string[] {
  return Object.entries(values ?? {}).flatMap(([name, value]) => {
    const field = `${block}.${name}`;
    if (value === undefined || ACCUMULATING.has(field)) return [];
    return NESTED.has(field) ? fieldsOf(field, value) : [field];
  });
}

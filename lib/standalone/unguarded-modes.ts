import { entries, field, textField } from '../schema/json';
import { type Guard, isAuthenticated } from './authenticated';
import { asksWhoCalls } from './without-identity';

/** Policies that may let requests without credentials pass, and what is missing then. */
const CREDENTIALS = { jwtAuth: 'token', basicAuth: 'password', apiKey: 'key' } as const;

export interface UnguardedMode {
  readonly phase: Guard['phase'];
  readonly field: keyof typeof CREDENTIALS;
}

/** The policies of a route that check credentials and demand none, where no rule goes by what they find. */
export function unguardedModes(guards: readonly Guard[]): UnguardedMode[] {
  const lenient = guards.flatMap(({ phase, policies }) =>
    Object.keys(CREDENTIALS).flatMap((name) =>
      isLenient(field(policies, name)) ? [{ phase, field: name as UnguardedMode['field'] }] : [],
    ),
  );
  if (lenient.length === 0 || isAuthenticated(guards) || guards.some(asks)) return [];
  return lenient;
}

function isLenient(policy: unknown): boolean {
  return ['optional', 'permissive'].includes(textField(policy, 'mode'));
}

/** Rules about the items of MCP go by the caller as well. */
function asks({ phase, policies, rules }: Guard): boolean {
  const items = entries(field(field(policies, 'mcpAuthorization'), 'rules'));
  return items.length > 0 || rules.some(({ expression }) => asksWhoCalls(expression, phase));
}

/**
 * How a finding says it.
 *
 * @param mode as it is written
 * @param route where no rule asks
 */
export function unguardedMessage(mode: string, { field }: UnguardedMode, route: string): string {
  return `mode \`${mode}\` lets requests without a ${CREDENTIALS[field]} pass, and no authorization rule of ${route} asks who calls`;
}

/** @param strict how that mode is written */
export function unguardedHint(strict: string, { field }: UnguardedMode): string {
  return `write \`mode: ${strict}\`, or require what must hold of callers by a rule, such as \`${REQUIRED[field]}\``;
}

const REQUIRED = {
  jwtAuth: 'has(jwt.sub)',
  basicAuth: 'has(basicAuth.username)',
  apiKey: 'has(apiKey.key)',
} as const;

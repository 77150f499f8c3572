import { entries, field, has, isObject, quoted, textField } from '../json';
import { atMostOneOf, type Rule, type Violation, violated } from '../rule';
import type { Schema } from '../schema';

const GATEWAY_API_TARGETS = ['Gateway', 'HTTPRoute', 'GRPCRoute', 'ListenerSet'];

/** Which kinds a policy can target, and the group of each. */
const TARGET_GROUPS: Readonly<Record<string, string>> = {
  Service: '',
  AgentgatewayBackend: 'agentgateway.dev',
  InferencePool: 'inference.networking.k8s.io',
  ...Object.fromEntries(GATEWAY_API_TARGETS.map((kind) => [kind, 'gateway.networking.k8s.io'])),
};

const ALLOWED_TARGETS: Rule = {
  form: 'allowedTargets',
  check: (self) =>
    entries(self).flatMap((target, index) => {
      const kind = field(target, 'kind');
      const group = field(target, 'group');
      if (typeof kind !== 'string' || typeof group !== 'string') return [];
      const rightGroup = Object.hasOwn(TARGET_GROUPS, kind) ? TARGET_GROUPS[kind]! : undefined;
      if (rightGroup === group) return [];
      return violated(
        rightGroup === undefined
          ? {
              path: `[${index}].kind`,
              message: `a policy cannot target a ${quoted(kind)}`,
              hint: `it can target ${Object.keys(TARGET_GROUPS).join(', ')}`,
            }
          : {
              path: `[${index}].group`,
              message: `${quoted(group)} has no ${kind}`,
              hint: `write group: ${rightGroup || "''"}`,
            },
      );
    }),
};

const ONE_KIND: Rule = {
  form: 'sameKind',
  check: (self) => {
    const kinds = entries(self).map((target) => field(target, 'kind'));
    const other = kinds.findIndex((kind) => kind !== kinds[0]);
    if (other < 0) return [];
    return violated({
      path: `[${other}].kind`,
      message: 'all targets of a policy must be of one kind',
      hint: 'write a policy for each kind',
    });
  },
};

const COMMON: Readonly<Record<string, Schema>> = {
  group: {
    $ref: '#/$defs/Group',
    description: 'The API group of the target; empty for a Service.',
  },
  kind: { $ref: '#/$defs/KindName', description: 'The kind of the target.' },
  sectionName: {
    $ref: '#/$defs/DnsName',
    description:
      'A part of the target: the listener of a Gateway, the rule of a route, the port of a Service, the MCP target or LLM provider of a backend. @default - the whole',
  },
  port: {
    $ref: '#/$defs/Port',
    description: 'The listeners of a Gateway on this port; for policies with `frontend` alone.',
  },
};

export const TARGET_REFS: Schema = {
  type: 'array',
  description: 'What the policy applies to, by name; all in its own namespace and of one kind.',
  items: {
    type: 'object',
    description: 'A target by name.',
    properties: { ...COMMON, name: { $ref: '#/$defs/ObjectName' } },
    required: ['group', 'kind', 'name'],
    rules: [atMostOneOf('sectionName', 'port')],
  },
  minItems: 1,
  maxItems: 16,
  'x-kubernetes-list-type': 'atomic',
  rules: [ALLOWED_TARGETS, ONE_KIND],
};

export const TARGET_SELECTORS: Schema = {
  type: 'array',
  description: 'What the policy applies to, by labels; all in its own namespace and of one kind.',
  items: {
    type: 'object',
    description: 'Targets by their labels.',
    properties: { ...COMMON, matchLabels: { $ref: '#/$defs/LabelMap' } },
    required: ['group', 'kind', 'matchLabels'],
    rules: [atMostOneOf('sectionName', 'port')],
  },
  minItems: 1,
  maxItems: 16,
  rules: [ALLOWED_TARGETS, ONE_KIND],
};

/** Where `when` holds of a policy, `holds` must be true of each of its targets. */
export function everyTarget(
  form: string,
  when: (spec: unknown) => boolean,
  holds: (target: unknown) => boolean,
  violation: Violation,
): Rule {
  return {
    form,
    check: (spec) =>
      when(spec)
        ? ['targetRefs', 'targetSelectors'].flatMap((list) =>
            entries(field(spec, list)).flatMap((target, index) =>
              !isObject(target) || holds(target)
                ? []
                : [{ ...violation, path: `${list}[${index}].${violation.path}` }],
            ),
          )
        : [],
  };
}

export function isOfKind(...kinds: string[]): (target: unknown) => boolean {
  return (target) => kinds.includes(textField(target, 'kind'));
}

/** The section of a Service is one of its ports. */
export function hasPortAsSection(target: unknown): boolean {
  if (field(target, 'kind') !== 'Service' || !has(target, 'sectionName')) return true;
  const section = textField(target, 'sectionName');
  const port = /^[0-9]+$/.test(section) ? Number(section) : 0;
  return port >= 1 && port <= 65535;
}

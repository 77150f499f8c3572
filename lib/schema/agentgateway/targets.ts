import { certainlyMeant, didYouMean } from '../did-you-mean';
import { entries, field, isObject, quoted } from '../json';
import { atMostOneOf, cel, evaluated, type Rule, said, type Violation, violated } from '../rule';
import type { Schema } from '../schema';

const GATEWAY_API_TARGETS = ['Gateway', 'HTTPRoute', 'GRPCRoute', 'ListenerSet'];

/** Which kinds a policy can target, and the group of each. */
const TARGET_GROUPS: Readonly<Record<string, string>> = {
  Service: '',
  AgentgatewayBackend: 'agentgateway.dev',
  InferencePool: 'inference.networking.k8s.io',
  ...Object.fromEntries(GATEWAY_API_TARGETS.map((kind) => [kind, 'gateway.networking.k8s.io'])),
};

const TARGET_KINDS = Object.keys(TARGET_GROUPS);

const ALLOWED_KIND: Rule = {
  form: 'targetKind',
  message: `a policy can target ${TARGET_KINDS.join(', ')}`,
  cel: isOfKind(...TARGET_KINDS)('self'),
  check: (self) => {
    const kind = field(self, 'kind');
    if (typeof kind !== 'string' || TARGET_KINDS.includes(kind)) return [];
    const near = didYouMean(kind, TARGET_KINDS);
    const meant = certainlyMeant(kind, TARGET_KINDS);
    return violated({
      path: 'kind',
      message: `a policy cannot target objects of kind ${quoted(kind)}${near ? `; did you mean ${quoted(near)}?` : ''}`,
      hint: `it can target ${TARGET_KINDS.join(', ')}`,
      ...(meant && { meant }),
    });
  },
};

const GROUP_OF_KIND: Rule = {
  form: 'targetGroup',
  message: 'the group of a target must be that of its kind',
  cel: TARGET_KINDS.map(
    (kind) => `(self.kind != '${kind}' || self.group == '${TARGET_GROUPS[kind]}')`,
  ).join(' && '),
  check: (self) => {
    const kind = field(self, 'kind');
    const group = field(self, 'group');
    if (typeof kind !== 'string' || typeof group !== 'string') return [];
    if (!Object.hasOwn(TARGET_GROUPS, kind) || TARGET_GROUPS[kind] === group) return [];
    return violated({
      path: 'group',
      message: `${quoted(group)} has no ${kind}`,
      hint: `write group: ${TARGET_GROUPS[kind] || "''"}`,
      meant: TARGET_GROUPS[kind],
    });
  },
};

const ALL_OF_ONE_KIND = 'all targets of a policy must be of one kind';

const ONE_KIND: Rule = {
  form: 'sameKind',
  message: ALL_OF_ONE_KIND,
  cel: 'self.all(target, target.kind == self[0].kind)',
  check: (self) => {
    const kinds = entries(self).map((target) => field(target, 'kind'));
    const other = kinds.findIndex((kind) => kind !== kinds[0]);
    if (other < 0) return [];
    return violated({
      path: `[${other}].kind`,
      message: ALL_OF_ONE_KIND,
      hint: 'write a policy for each kind',
    });
  },
};

/** The section of a Service is one of its ports. */
const PORT_AS_SECTION: Rule = cel(
  "self.kind != 'Service' || !has(self.sectionName) || (self.sectionName.matches('^0*[1-9][0-9]{0,4}$') && int(self.sectionName) <= 65535)",
  {
    path: 'sectionName',
    message: 'the section of a Service is one of its ports, a number from 1 to 65535',
    hint: "write the number in quotes, such as sectionName: '8080'",
  },
);

const TARGET_RULES: readonly Rule[] = [
  ALLOWED_KIND,
  GROUP_OF_KIND,
  atMostOneOf('sectionName', 'port'),
  PORT_AS_SECTION,
];

const COMMON: Readonly<Record<string, Schema>> = {
  group: {
    $ref: '#/$defs/Group',
    description:
      "The API group of the target: `gateway.networking.k8s.io` for Gateways and routes, `agentgateway.dev` for AgentgatewayBackends, `''` for a Service. There is no default.",
  },
  kind: {
    $ref: '#/$defs/KindName',
    description:
      'The kind of the target. `traffic` goes on Gateways, ListenerSets and routes, `frontend` on Gateways, `backend` on any of them and on Services and AgentgatewayBackends.',
  },
  sectionName: {
    $ref: '#/$defs/DnsName',
    description:
      'A part of the target: the listener of a Gateway, the rule of a route, the port of a Service, the MCP target or LLM provider of a backend. A name that the target does not have protects nothing. @default - the whole',
  },
  port: {
    $ref: '#/$defs/Port',
    description:
      'The listeners of a Gateway on this port; for policies with `frontend` and nothing else. @default - all ports',
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
    rules: TARGET_RULES,
  },
  minItems: 1,
  maxItems: 16,
  'x-kubernetes-list-type': 'atomic',
  rules: [ONE_KIND],
};

export const TARGET_SELECTORS: Schema = {
  type: 'array',
  description:
    'What the policy applies to, by labels, now and later; all in its own namespace and of one kind.',
  items: {
    type: 'object',
    description: 'Targets by their labels.',
    properties: {
      ...COMMON,
      matchLabels: {
        $ref: '#/$defs/LabelMap',
        description: 'Labels that a target must carry, with these values; `{}` is every object.',
      },
    },
    required: ['group', 'kind', 'matchLabels'],
    rules: TARGET_RULES,
  },
  minItems: 1,
  maxItems: 16,
  rules: [ONE_KIND],
};

/** What a CEL expression says about the value of this name. */
type About = (name: string) => string;

/** Where the CEL expression `when` holds of a policy, `holds` must be true of each of its targets. */
export function everyTarget(form: string, when: string, holds: About, violation: Violation): Rule {
  const about = holds('self');
  return {
    form,
    message: said(violation),
    cel: `!(${when}) || (${LISTS.map((list) => allOf(list, holds)).join(' && ')})`,
    check: (spec) =>
      evaluated(when, spec) === true
        ? LISTS.flatMap((list) =>
            entries(field(spec, list)).flatMap((target, index) =>
              isObject(target) && evaluated(about, target) === false
                ? [{ ...violation, path: `${list}[${index}].${violation.path}` }]
                : [],
            ),
          )
        : [],
  };
}

const LISTS = ['targetRefs', 'targetSelectors'];

function allOf(list: string, holds: About): string {
  return `(!has(self.${list}) || self.${list}.all(target, ${holds('target')}))`;
}

export function isOfKind(...kinds: string[]): About {
  return (name) => `${name}.kind in [${kinds.map((kind) => `'${kind}'`).join(', ')}]`;
}

export function isWhole(name: string): string {
  return `!has(${name}.sectionName)`;
}

/** Whether a field below `self` is written; `has` alone fails where its parent is not. */
export function isWritten(...path: string[]): string {
  return path.map((_, index) => `has(self.${path.slice(0, index + 1).join('.')})`).join(' && ');
}

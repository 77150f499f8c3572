import type { Use } from '../cel/gateway/check-expression';
import type { Phase } from '../cel/gateway/phase';
import { field, isObject, textField } from '../schema/json';
import { isSecretExpression } from './secret-expressions';

/** What an expression can read where it stands, and what it is for. */
export interface ExpressionPlace {
  readonly phase: Phase;
  readonly use: Use;
  /** Whether it may hold a credential, which no finding shows. @default false */
  readonly isSecret?: boolean;
  /** Whether the configuration has functions of its own, which nothing is known of. @default false */
  readonly hasOwnFunctions?: boolean;
}

/** Tells the place of an expression by its path, as findings have it. */
export type FindPlace = (path: string) => ExpressionPlace;

/** A row is for paths that match, without the numbers in them; of several the first counts. */
type Rows = readonly (readonly [matching: RegExp, phase: Phase])[];

/**
 * Settings that run at a time of their own, wherever they stand, in either dialect. Of those that may run at two times it
 * is the later, which has more to read.
 */
const OWN_TIME: Rows = [
  [/\bmcp(\.authorization|Authorization|\.guardrails|Guardrails)\b/, 'mcp-authorization'],
  [/\bnetwork(Authorization|ExtAuthz)\b/, 'network'],
  [/\btracing\.(random|client)Sampling$/, 'gateway'],
  [/^(spec\.)?frontend(Policies)?\.|^config\./, 'log'],
  [/\bassumeRole\b|\bbackendAuth\b|\bauth\.|\bsessionAffinity\b/, 'backend'],
  [/\bdescriptors\[\]\./, 'llm-usage'],
  [/\bpromptGuard\.response\b|\bguardrails\.response\b/, 'response'],
  [/\b(promptGuard|guardrails)\b|\bvirtualModels?\b/, 'llm-request'],
  [/\bai\.(transformations|finalTransformations)\b/, 'llm-request'],
  [/^llm\.(models|providers)\[\].*\.(transformation|finalTransformation)\./, 'llm-request'],
  [/\btransformations?(\.conditional\[\](\.policy)?)?\.response\./, 'response'],
  [/\bresponse(Metadata|Attributes)\.|\bhttp\.metadata\.|\bmetadataContext\./, 'response'],
  [/\bunhealthy(Condition|Expression)$|\bretry\.condition$|\bcache\.ttl$/, 'response'],
];

const KUBERNETES: Readonly<Record<string, Phase>> = {
  AgentgatewayBackend: 'backend',
  AgentgatewayModel: 'llm-request',
};

/** Where policies of a standalone file stand. */
const STANDALONE: Rows = [
  [/^gateways\.|^binds\[\]\.listeners\[\]\.policies\b/, 'gateway'],
  [/\bbackends\[\]|^llm\.providers\[\]/, 'backend'],
  [/^llm\.models\[\]/, 'llm-request'],
];

/** Expressions of an object of a cluster. */
export function placesInObject(object: unknown): FindPlace {
  const kind = textField(object, 'kind');
  const traffic = field(field(object, 'spec'), 'traffic');
  const ofTraffic = textField(traffic, 'phase') === 'PreRouting' ? 'gateway' : 'route';
  return (path) => {
    const matched = withoutNumbers(path);
    const ofPolicy = matched.startsWith('spec.backend.') ? 'backend' : ofTraffic;
    return {
      phase: phaseIn(OWN_TIME, matched) ?? KUBERNETES[kind] ?? ofPolicy,
      use: matched.endsWith(RULES) ? actionAt(object, path) : 'value',
      isSecret: isSecretExpression(path),
    };
  };
}

/** Expressions of a standalone file. */
export function placesInFile(document: unknown): FindPlace {
  const policies = field(document, 'policies');
  const hasOwnFunctions = textField(field(document, 'config'), 'customFunctions') !== '';
  return (path) => {
    const matched = withoutNumbers(path);
    const targeted = /^policies\[(\d+)\]/.exec(path)?.[1];
    const entry = targeted && Array.isArray(policies) ? policies[Number(targeted)] : undefined;
    return {
      phase: phaseIn(OWN_TIME, matched) ?? phaseIn(STANDALONE, matched) ?? phaseOfEntry(entry),
      use: useOfRule(matched),
      isSecret: isSecretExpression(path),
      hasOwnFunctions,
    };
  };
}

function phaseOfEntry(entry: unknown): Phase {
  if (textField(entry, 'phase') === 'gateway') return 'gateway';
  return isObject(field(field(entry, 'target'), 'backend')) ? 'backend' : 'route';
}

function phaseIn(rows: Rows, path: string): Phase | undefined {
  return rows.find(([matching]) => matching.test(path))?.[1];
}

const RULES = '.policy.matchExpressions[]';

const ACTIONS: Readonly<Record<string, Use>> = {
  Allow: 'allow',
  Deny: 'deny',
  Require: 'require',
};

/** `spec.traffic.authorization.policy.matchExpressions[0]` is for what `spec.traffic.authorization.action` says. */
function actionAt(object: unknown, path: string): Use {
  const [steps] = path.split('.policy.matchExpressions');
  const authorization = steps!.split('.').reduce(field, object);
  return ACTIONS[textField(authorization, 'action')] ?? 'allow';
}

/** A bare expression allows. */
function useOfRule(path: string): Use {
  const [, action] = /uthorization\.rules\[\](?:\.(allow|deny|require))?$/.exec(path) ?? [path];
  if (action) return action as Use;
  return path.endsWith('uthorization.rules[]') ? 'allow' : 'value';
}

function withoutNumbers(path: string): string {
  return path.replace(/\[\d+\]/g, '[]');
}

import type { ObjectKey } from '../diagnostic';
import { didYouMean } from '../schema/did-you-mean';
import { listed, quoted } from '../schema/json';
import { translateBackendTlsPolicies } from './backend-tls-policies';
import { translateBackendPolicies, WHOLE_POLICIES } from './backends/backend-policies';
import { type CallField, type CallLevel, callPath } from './backends/call-policies';
import type { Context } from './context';
import type { Fields } from './fields';
import type { Gateway } from './gateways';
import { accumulates, type Level, type Setting } from './levels';
import { AGENTGATEWAY, CORE, GATEWAY_API, getOrAdd, type KubeObject, nameOf } from './objects';
import { translateCheck } from './policies/ext-auth';
import { type Phase, type TrafficField, translateTraffic } from './traffic';

/** What policies may target, and its API group. */
const GROUPS = {
  Gateway: GATEWAY_API,
  HTTPRoute: GATEWAY_API,
  Service: CORE,
  AgentgatewayBackend: AGENTGATEWAY,
} as const;

type TargetKind = keyof typeof GROUPS;

/** Those that a policy may target that says how backends are called, and nothing else. */
const BACKENDS: readonly string[] = ['Service', 'AgentgatewayBackend'];

interface Target {
  readonly key: ObjectKey;
  readonly section: string | undefined;
  readonly path: string;
}

/** What the policies of the input set, by the place that they target. */
export class AttachedPolicies {
  readonly #levels = new Map<string, Map<TrafficField, readonly Setting[]>>();
  readonly #calls = new Map<string, Map<CallField, readonly Setting[]>>();
  readonly #gateways: ReadonlyMap<string, Gateway>;

  constructor(
    private readonly context: Context,
    gateways: readonly Gateway[],
  ) {
    this.#gateways = new Map(gateways.map((gateway) => [nameOf(gateway.object.key), gateway]));
    for (const policy of context.objects.all(AGENTGATEWAY, 'AgentgatewayPolicy')) this.#add(policy);
    for (const { policy, target, section, path, tls } of translateBackendTlsPolicies(context)) {
      const setting = { value: tls, object: policy, path, override: false };
      this.#setCall({ key: target, section, path }, tls ? 'backendTLS' : 'unknown', setting);
    }
  }

  /** What targets the object, or one section of it: a listener of a Gateway, a rule of a route. */
  level(object: KubeObject, phase: Phase, section?: string): Level | undefined {
    return this.#levels.get(levelKey(object.key, phase, section));
  }

  /** What they say of how backends are called; the section of a Service is the number of a port. */
  callLevel(key: ObjectKey, section?: string): CallLevel | undefined {
    return this.#calls.get(levelKey(key, 'backend', section));
  }

  #add(policy: KubeObject): void {
    const { spec } = policy;
    const hint = 'remove it, or run this with agentgateway';
    spec.refuseOthers(
      ['targetRefs', 'targetSelectors', 'traffic', 'backend', 'strategy'],
      'a policy',
      hint,
    );
    const traffic = spec.fields('traffic');
    const backend = spec.fields('backend');
    const inheritance = spec.fields('strategy')?.choice('inheritance', ['Default', 'Override']);
    const targets = this.#targets(policy);
    if (backend) this.#addCalls(backend, policy, targets);
    if (!traffic) return;
    const written = traffic.choice('phase', ['PreRouting', 'PostRouting']);
    const phase = written === 'PreRouting' ? 'gateway' : 'route';
    const settings = translateTraffic(traffic, phase, policy, this.context);
    for (const target of targets) {
      this.#checkPhase(target, phase, traffic);
      for (const { field, value, path } of settings) {
        const setting = { value, object: policy, path, override: inheritance === 'Override' };
        this.#set(target, phase, field, setting);
      }
    }
  }

  #addCalls(backend: Fields, policy: KubeObject, targets: readonly Target[]): void {
    const { context } = this;
    const calls = translateBackendPolicies(backend, policy, context, WHOLE_POLICIES);
    const extAuth = backend.fields('extAuth');
    const check = extAuth && { extAuthz: translateCheck(extAuth, policy, context) };
    const said = calls ? { ...calls, ...check } : { unknown: undefined };
    const settings = Object.entries(said).map(([name, value]) => {
      const field = name as CallField;
      return { field, value, object: policy, path: callPath(backend, field), override: false };
    });
    for (const target of targets) {
      for (const setting of settings) this.#setCall(target, setting.field, setting);
    }
  }

  #setCall({ key, section, path }: Target, field: CallField, setting: Setting): void {
    const level = getOrAdd(this.#calls, levelKey(key, 'backend', section), () => new Map());
    const [first] = level.get(field) ?? [];
    if (!first) level.set(field, [setting]);
    else if (first.object !== setting.object) this.#reportTie(key, section, first, setting, path);
  }

  #checkPhase({ key }: Target, phase: Phase, traffic: Fields): void {
    if (phase === 'route' || key.kind === 'Gateway') return;
    traffic.findings.error(
      'Invalid',
      traffic.at('phase'),
      `in phase PreRouting no route is chosen yet, so a policy of ${key.kind} ${quoted(key.name)} never runs`,
      'remove `phase`, or target the Gateway',
    );
  }

  #set({ key, section, path }: Target, phase: Phase, field: TrafficField, setting: Setting) {
    const level = getOrAdd(this.#levels, levelKey(key, phase, section), () => new Map());
    const here: readonly Setting[] = level.get(field) ?? [];
    if (here.some(({ object: owner }) => owner === setting.object)) return;
    const [first] = here;
    // One that locks the field leaves open whether the other still counts.
    const locked = setting.override || first?.override;
    if (!first || (accumulates(field) && !locked)) {
      level.set(field, [...here, setting]);
      return;
    }
    this.#reportTie(key, section, first, setting, path);
  }

  #reportTie(
    key: ObjectKey,
    section: string | undefined,
    first: Setting,
    setting: Setting,
    path: string,
  ): void {
    const target = `${key.kind} ${nameOf(key)}${section ? ` section ${section}` : ''}`;
    setting.object.findings.error(
      'Conflicted',
      path,
      `${shown(first)} and ${shown(setting)} both set \`${setting.path}\` for ${target}, and agentgateway leaves open which of them wins`,
      'remove it from one of them',
    );
  }

  // ---------------------------------------------------------------- targets

  #targets(policy: KubeObject): Target[] {
    const { spec, findings } = policy;
    const references = spec.entries('targetRefs');
    const selectors = spec.entries('targetSelectors');
    if (references.length === 0 && selectors.length === 0) {
      findings.error(
        'TargetNotFound',
        'spec.targetRefs',
        'the policy protects nothing: it has no target',
        'write `targetRefs` with a Gateway or an HTTPRoute',
      );
    }
    return [
      ...references.flatMap((reference) => this.#referenced(reference, policy)),
      ...selectors.flatMap((selector) => this.#selected(selector, policy)),
    ];
  }

  #referenced(reference: Fields, policy: KubeObject): Target[] {
    const kind = this.#targetKind(reference, policy);
    if (!kind) return [];
    const name = reference.text('name') ?? '';
    const { namespace } = policy.key;
    const object = this.context.objects.find(GROUPS[kind], kind, namespace, name);
    // Services often live in other repositories than policies.
    if (!object && kind === 'Service') {
      return this.#sectionOf({ kind, namespace, name }, undefined, reference);
    }
    if (!object) {
      this.#reportMissing(reference, kind, namespace, name);
      return [];
    }
    return this.#sectionOf(object.key, object, reference);
  }

  #reportMissing(reference: Fields, kind: TargetKind, namespace: string, name: string): void {
    const { objects } = this.context;
    const near = didYouMean(name, objects.someNames(GROUPS[kind], kind, namespace));
    const elsewhere = objects.all(GROUPS[kind], kind).find(({ key }) => key.name === name);
    const hint = elsewhere
      ? `a policy reaches its own namespace only: move it to ${quoted(elsewhere.key.namespace)}`
      : near && `did you mean ${quoted(near)}?`;
    reference.findings.error(
      'TargetNotFound',
      reference.at('name'),
      `the policy protects nothing: namespace ${quoted(namespace)} of the input has no ${kind} ${quoted(name)}`,
      hint || `add the ${kind} to the input, or correct the name`,
    );
  }

  #selected(selector: Fields, policy: KubeObject): Target[] {
    const kind = this.#targetKind(selector, policy);
    if (!kind) return [];
    const { namespace } = policy.key;
    const found = this.context.objects.selected(GROUPS[kind], kind, namespace, selector);
    if (found.length === 0) {
      selector.findings.error(
        'TargetNotFound',
        selector.at('matchLabels'),
        `the policy protects nothing: no ${kind} of namespace ${quoted(namespace)} in the input has these labels`,
        'label what it protects, or name it in `targetRefs`',
      );
    }
    return found.flatMap((object) => this.#sectionOf(object.key, object, selector));
  }

  #targetKind(target: Fields, { spec }: KubeObject): TargetKind | undefined {
    const group = target.text('group') ?? '';
    const kind = target.text('kind') ?? '';
    const isOfCalls = spec.has('backend') && !spec.has('traffic');
    const known = Object.keys(GROUPS).find((name): name is TargetKind => name === kind);
    if (known && GROUPS[known] === group && (isOfCalls || !BACKENDS.includes(known))) return known;
    target.findings.error(
      'Unsupported',
      target.at('kind'),
      `policies for ${quoted(group ? `${group}/${kind}` : kind)} are not translated yet, so this one would protect nothing`,
      'target a Gateway or an HTTPRoute of `gateway.networking.k8s.io`, or run this with agentgateway',
    );
    return undefined;
  }

  #sectionOf(key: ObjectKey, object: KubeObject | undefined, target: Fields): Target[] {
    if (target.has('port')) {
      target.findings.error(
        'Unsupported',
        target.at('port'),
        'targeting a port is for frontend policies only',
        'write `sectionName` with the name of a listener',
      );
      return [];
    }
    const gateway = key.kind === 'Gateway' ? this.#gateways.get(nameOf(key)) : undefined;
    if (key.kind === 'Gateway' && !gateway) {
      target.findings.error(
        'TargetNotFound',
        target.path,
        `the policy protects nothing: agentgateway does not run Gateway ${quoted(key.name)}`,
        'give the Gateway the class `agentgateway`, or remove the policy',
      );
      return [];
    }
    const section = target.text('sectionName');
    if (section !== undefined && BACKENDS.includes(key.kind)) {
      return this.#portOf(key, section, target);
    }
    if (section !== undefined && object && !this.#hasSection(object, gateway, section, target)) {
      return [];
    }
    return [{ key, section, path: target.path }];
  }

  #portOf(key: ObjectKey, section: string, target: Fields): Target[] {
    if (key.kind === 'Service' && PORT.test(section)) return [{ key, section, path: target.path }];
    target.findings.error(
      'Unsupported',
      target.at('sectionName'),
      `policies for section ${quoted(section)} of ${key.kind} ${quoted(key.name)} are not translated yet`,
      key.kind === 'Service'
        ? 'write the number of a port'
        : 'write them as `policies` of the provider in the backend',
    );
    return [];
  }

  #hasSection(
    object: KubeObject,
    gateway: Gateway | undefined,
    section: string,
    target: Fields,
  ): boolean {
    const isGateway = object.key.kind === 'Gateway';
    const sections = isGateway
      ? [...(gateway?.declared ?? [])]
      : object.spec.entries('rules').flatMap((rule) => rule.text('name') ?? []);
    if (sections.includes(section)) return true;
    const what = isGateway ? 'listener' : 'rule';
    const near = didYouMean(section, sections);
    const named = sections.length > 0 ? `its ${what}s are ${listed(sections)}` : undefined;
    target.findings.error(
      'TargetNotFound',
      target.at('sectionName'),
      `the policy protects nothing: ${object.key.kind} ${quoted(object.key.name)} has no ${what} named ${quoted(section)}`,
      near ? `did you mean ${quoted(near)}?` : (named ?? `give a ${what} this name`),
    );
    return false;
  }
}

const PORT = /^[1-9]\d{0,4}$/;

/** `AgentgatewayPolicy shop/cart`, as findings name the policies that set something. */
function shown({ object: { key } }: Setting): string {
  return `${key.kind} ${nameOf(key)}`;
}

function levelKey(key: ObjectKey, phase: Phase | 'backend', section: string | undefined): string {
  const place = `${phase} ${key.kind} ${key.namespace}/${key.name}`;
  return section === undefined ? place : `${place}#${section}`;
}

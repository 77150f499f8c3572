import { didYouMean } from '../schema/did-you-mean';
import { listed, quoted } from '../schema/json';
import type { Context } from './context';
import type { Fields } from './fields';
import type { Gateway } from './gateways';
import { accumulates, type Level, type Setting } from './levels';
import { AGENTGATEWAY, GATEWAY_API, getOrAdd, type KubeObject, nameOf } from './objects';
import { type Phase, type TrafficField, translateTraffic } from './traffic';

type TargetKind = 'Gateway' | 'HTTPRoute';

interface Target {
  readonly object: KubeObject;
  readonly section: string | undefined;
  readonly path: string;
}

/** What the policies of the input set, by the place that they target. */
export class AttachedPolicies {
  readonly #levels = new Map<string, Map<TrafficField, readonly Setting[]>>();
  readonly #gateways: ReadonlyMap<string, Gateway>;

  constructor(
    private readonly context: Context,
    gateways: readonly Gateway[],
  ) {
    this.#gateways = new Map(gateways.map((gateway) => [nameOf(gateway.object.key), gateway]));
    for (const policy of context.objects.all(AGENTGATEWAY, 'AgentgatewayPolicy')) this.#add(policy);
  }

  /** What targets the object, or one section of it: a listener of a Gateway, a rule of a route. */
  level(object: KubeObject, phase: Phase, section?: string): Level | undefined {
    return this.#levels.get(levelKey(object, phase, section));
  }

  #add(policy: KubeObject): void {
    const { spec } = policy;
    const hint = 'remove it, or run this with agentgateway';
    spec.refuseOthers(['targetRefs', 'targetSelectors', 'traffic', 'strategy'], 'a policy', hint);
    const traffic = spec.fields('traffic');
    const inheritance = spec.fields('strategy')?.choice('inheritance', ['Default', 'Override']);
    const targets = this.#targets(policy);
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

  #checkPhase({ object }: Target, phase: Phase, traffic: Fields): void {
    if (phase === 'route' || object.key.kind === 'Gateway') return;
    traffic.findings.error(
      'Invalid',
      traffic.at('phase'),
      `in phase PreRouting no route is chosen yet, so a policy of ${object.key.kind} ${quoted(object.key.name)} never runs`,
      'remove `phase`, or target the Gateway',
    );
  }

  #set({ object, section, path }: Target, phase: Phase, field: TrafficField, setting: Setting) {
    const level = getOrAdd(this.#levels, levelKey(object, phase, section), () => new Map());
    const here: readonly Setting[] = level.get(field) ?? [];
    if (here.some(({ object: owner }) => owner === setting.object)) return;
    const [first] = here;
    // One that locks the field leaves open whether the other still counts.
    const locked = setting.override || first?.override;
    if (!first || (accumulates(field) && !locked)) {
      level.set(field, [...here, setting]);
      return;
    }
    const target = `${object.key.kind} ${nameOf(object.key)}${section ? ` section ${section}` : ''}`;
    setting.object.findings.error(
      'Conflicted',
      path,
      `AgentgatewayPolicy ${nameOf(first.object.key)} and AgentgatewayPolicy ${nameOf(setting.object.key)} both set \`${setting.path}\` for ${target}, and agentgateway leaves open which of them wins`,
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
    const kind = this.#targetKind(reference);
    if (!kind) return [];
    const name = reference.text('name') ?? '';
    const { namespace } = policy.key;
    const object = this.context.objects.find(GATEWAY_API, kind, namespace, name);
    if (!object) {
      this.#reportMissing(reference, kind, namespace, name);
      return [];
    }
    return this.#sectionOf(object, reference);
  }

  #reportMissing(reference: Fields, kind: TargetKind, namespace: string, name: string): void {
    const { objects } = this.context;
    const near = didYouMean(name, objects.someNames(GATEWAY_API, kind, namespace));
    const elsewhere = objects.all(GATEWAY_API, kind).find(({ key }) => key.name === name);
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
    const kind = this.#targetKind(selector);
    if (!kind) return [];
    const { namespace } = policy.key;
    const found = this.context.objects.selected(GATEWAY_API, kind, namespace, selector);
    if (found.length === 0) {
      selector.findings.error(
        'TargetNotFound',
        selector.at('matchLabels'),
        `the policy protects nothing: no ${kind} of namespace ${quoted(namespace)} in the input has these labels`,
        'label what it protects, or name it in `targetRefs`',
      );
    }
    return found.flatMap((object) => this.#sectionOf(object, selector));
  }

  #targetKind(target: Fields): TargetKind | undefined {
    const group = target.text('group') ?? '';
    const kind = target.text('kind') ?? '';
    if (group === GATEWAY_API && (kind === 'Gateway' || kind === 'HTTPRoute')) return kind;
    target.findings.error(
      'Unsupported',
      target.at('kind'),
      `policies for ${quoted(group ? `${group}/${kind}` : kind)} are not translated yet, so this one would protect nothing`,
      'target a Gateway or an HTTPRoute of `gateway.networking.k8s.io`, or run this with agentgateway',
    );
    return undefined;
  }

  #sectionOf(object: KubeObject, target: Fields): Target[] {
    if (target.has('port')) {
      target.findings.error(
        'Unsupported',
        target.at('port'),
        'targeting a port is for frontend policies only',
        'write `sectionName` with the name of a listener',
      );
      return [];
    }
    const gateway = this.#gateways.get(nameOf(object.key));
    if (object.key.kind === 'Gateway' && !gateway) {
      target.findings.error(
        'TargetNotFound',
        target.path,
        `the policy protects nothing: agentgateway does not run Gateway ${quoted(object.key.name)}`,
        'give the Gateway the class `agentgateway`, or remove the policy',
      );
      return [];
    }
    const section = target.text('sectionName');
    if (section !== undefined && !this.#hasSection(object, gateway, section, target)) return [];
    return [{ object, section, path: target.path }];
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

function levelKey({ key }: KubeObject, phase: Phase, section: string | undefined): string {
  const place = `${phase} ${key.kind} ${key.namespace}/${key.name}`;
  return section === undefined ? place : `${place}#${section}`;
}

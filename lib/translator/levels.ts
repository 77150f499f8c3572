import type { AuthorizationPolicy } from '../standalone/document';
import { type KubeObject, nameOf } from './objects';
import type { TrafficField } from './traffic';

/** What one object sets at one level. */
export interface Setting {
  readonly value: unknown;
  readonly object: KubeObject;
  /** In the object. */
  readonly path: string;
  /** Whether stronger levels may not replace it. */
  readonly override: boolean;
}

/**
 * Everything that is set at one place: a Gateway, a listener, a route, a rule, or what the rule itself says. A field has
 * several settings only where it adds up.
 */
export type Level = ReadonlyMap<TrafficField, readonly Setting[]>;

export interface Effective {
  readonly setting: Setting;
  /** The index of the level that it comes from. */
  readonly level: number;
}

type Combine = (values: readonly unknown[]) => unknown;

/** Fields of which all levels count, and what they are together. Of others the strongest level wins. */
const ACCUMULATING: Partial<Record<TrafficField, Combine>> = {
  authorization: (policies) => ({
    rules: (policies as AuthorizationPolicy[]).flatMap(({ rules }) => rules),
  }),
};

export function accumulates(field: TrafficField): boolean {
  return ACCUMULATING[field] !== undefined;
}

/** What several settings of a field are together. */
export function combined(field: TrafficField, settings: readonly Setting[]): unknown {
  const values = settings.map(({ value }) => value);
  const combine = ACCUMULATING[field];
  return combine && values.length > 1 ? combine(values) : values.at(-1);
}

/**
 * Field by field, the strongest level wins, or adds to the weaker ones where the field accumulates, unless a weaker one
 * locks the field by `inheritance: Override`.
 *
 * @param levels from weak to strong
 */
export function fold(
  levels: readonly (Level | undefined)[],
  onOverridden?: (setting: Setting, lock: Setting) => void,
): Map<TrafficField, readonly Effective[]> {
  const effective = new Map<TrafficField, readonly Effective[]>();
  levels.forEach((fields, level) => {
    for (const [field, settings] of fields ?? []) {
      const below = effective.get(field) ?? [];
      const lock = below.find(({ setting }) => setting.override)?.setting;
      if (lock) {
        for (const setting of settings) onOverridden?.(setting, lock);
        continue;
      }
      const own = settings.map((setting) => ({ setting, level }));
      effective.set(field, accumulates(field) ? [...below, ...own] : own);
    }
  });
  return effective;
}

/** Tells the owner of a setting that a weaker level has locked its field. */
export function reportOverridden({ object, path }: Setting, lock: Setting): void {
  const { kind } = lock.object.key;
  object.findings.warning(
    'Overridden',
    path,
    `has no effect: ${kind} ${nameOf(lock.object.key)} sets the same for everything below it, with \`inheritance: Override\``,
    'remove it, or remove `strategy.inheritance` there',
  );
}

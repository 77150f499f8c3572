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

/** Everything that is set at one place: a Gateway, a listener, a route, a rule, or what the rule itself says. */
export type Level = ReadonlyMap<TrafficField, Setting>;

export interface Effective {
  readonly setting: Setting;
  /** The index of the level that won. */
  readonly level: number;
}

/**
 * Field by field, the strongest level wins, unless a weaker one locks the field by `inheritance: Override`.
 *
 * @param levels from weak to strong
 */
export function fold(
  levels: readonly (Level | undefined)[],
  onOverridden?: (setting: Setting, lock: Setting) => void,
): Map<TrafficField, Effective> {
  const effective = new Map<TrafficField, Effective>();
  levels.forEach((settings, level) => {
    for (const [field, setting] of settings ?? []) {
      const below = effective.get(field)?.setting;
      if (!below?.override) effective.set(field, { setting, level });
      else onOverridden?.(setting, below);
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

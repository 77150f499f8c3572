import { fieldPath, isObject, type JsonObject, jsonType, quoted } from '../schema/json';
import type { Findings } from '../standalone/findings';

/**
 * The fields of a part of an object, read with their types. What has another type is a finding and reads as absent, so
 * that translating is total and nothing is dropped in silence. A null is absent, as in Kubernetes.
 */
export class Fields {
  constructor(
    readonly value: JsonObject,
    readonly path: string,
    readonly findings: Findings,
  ) {}

  at(name: string): string {
    return fieldPath(this.path, name);
  }

  names(): string[] {
    return Object.keys(this.value).filter((name) => this.has(name));
  }

  has(name: string): boolean {
    return this.#own(name) !== undefined;
  }

  text(name: string): string | undefined {
    const value = this.#own(name);
    if (value === undefined || typeof value === 'string') return value;
    return this.#wrongType(name, 'a string', value);
  }

  /** A whole number within bounds, which are inclusive. */
  integer(name: string, minimum: number, maximum: number): number | undefined {
    const value = this.#own(name);
    if (value === undefined) return undefined;
    return this.#integer(this.at(name), value, minimum, maximum);
  }

  flag(name: string): boolean | undefined {
    const value = this.#own(name);
    if (value === undefined || typeof value === 'boolean') return value;
    return this.#wrongType(name, 'true or false', value);
  }

  fields(name: string): Fields | undefined {
    const value = this.#own(name);
    if (value === undefined) return undefined;
    if (isObject(value)) return new Fields(value, this.at(name), this.findings);
    return this.#wrongType(name, 'a map of fields', value);
  }

  /** The entries of a list of maps. */
  entries(name: string): Fields[] {
    return this.#list(name).flatMap((entry, index) => {
      const path = `${this.at(name)}[${index}]`;
      if (isObject(entry)) return [new Fields(entry, path, this.findings)];
      this.#report(path, 'a map of fields', entry);
      return [];
    });
  }

  /** The strings of a list, each as `read` makes it of its text and path. */
  texts(name: string, read = (text: string, _path: string) => text): string[] {
    return this.#list(name).flatMap((entry, index) => {
      const path = `${this.at(name)}[${index}]`;
      if (typeof entry === 'string') return [read(entry, path)];
      this.#report(path, 'a string', entry);
      return [];
    });
  }

  integers(name: string, minimum: number, maximum: number): number[] {
    return this.#list(name).flatMap(
      (entry, index) => this.#integer(`${this.at(name)}[${index}]`, entry, minimum, maximum) ?? [],
    );
  }

  /** A map of strings, such as labels. */
  textMap(name: string): ReadonlyMap<string, string> {
    const map = this.fields(name);
    const texts = new Map<string, string>();
    for (const key of map?.names() ?? []) {
      const text = map!.text(key);
      if (text !== undefined) texts.set(key, text);
    }
    return texts;
  }

  /** One of a closed set; a finding for any other value. */
  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const choice = choices.find((candidate) => candidate === value);
    if (!choice) {
      const wanted = choices.map(quoted).join(', ');
      this.findings.error('Invalid', this.at(name), `${quoted(value)} is not one of ${wanted}`);
    }
    return choice;
  }

  /** Refuses every field that is not listed: what is not translated must not be dropped in silence. */
  refuseOthers(known: readonly string[], what: string, hint: string): void {
    for (const name of this.names()) {
      if (known.includes(name)) continue;
      this.findings.error(
        'Unsupported',
        this.at(name),
        `${quoted(name)} of ${what} is not translated yet, and leaving it out could open what it closes`,
        hint,
      );
    }
  }

  #integer(path: string, value: unknown, minimum: number, maximum: number): number | undefined {
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      this.#report(path, 'a whole number', value);
      return undefined;
    }
    if (value >= minimum && value <= maximum) return value;
    this.findings.error('Invalid', path, `must be between ${minimum} and ${maximum}, not ${value}`);
    return undefined;
  }

  #list(name: string): readonly unknown[] {
    const value = this.#own(name);
    if (value === undefined) return [];
    return Array.isArray(value) ? value : (this.#wrongType(name, 'a list', value) ?? []);
  }

  #own(name: string): unknown {
    const value = Object.hasOwn(this.value, name) ? this.value[name] : undefined;
    return value === null ? undefined : value;
  }

  #wrongType(name: string, wanted: string, value: unknown): undefined {
    this.#report(this.at(name), wanted, value);
    return undefined;
  }

  #report(path: string, wanted: string, value: unknown): void {
    const given = jsonType(value) ?? typeof value;
    this.findings.error('TypeInvalid', path, `must be ${wanted}, not of type ${given}`);
  }
}

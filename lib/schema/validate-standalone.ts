import type { Diagnostic } from '../diagnostic';
import { alternativeOf } from './alternative';
import { check } from './check';
import { didYouMean } from './did-you-mean';
import { fieldPath, isObject, type JsonObject, listed, quoted } from './json';
import { resolver, type Schema } from './schema';
import { STANDALONE } from './standalone/document';
import { mixedGateways, portConflicts } from './standalone-ports';

/**
 * The verdict on a standalone file, once its YAML is parsed and its `$NAME` are expanded, as agentgateway's own parser
 * would give it: unknown keys, missing keys and wrong values, all findings.
 */
export function validateStandalone(document: unknown): Diagnostic[] {
  return [
    ...check(STANDALONE.document, document, resolveStandalone),
    ...portConflicts(document),
    ...mixedGateways(document),
  ];
}

/**
 * What is written in a valid file and the reference gateway does not run (`Unsupported`), or what agentgateway would
 * ignore: nothing that a file says may be left undone in silence.
 */
export function unsupportedIn(document: unknown): Diagnostic[] {
  const search = new Search();
  search.visit(STANDALONE.document, document, '', 0);
  return search.findings;
}

export const resolveStandalone = resolver(STANDALONE.definitions);

/** Where the verdict itself stops reading. */
const MOST_PARTS = 2_000_000;
const DEEPEST = 200;

class Search {
  readonly findings: Diagnostic[] = [];
  private parts = 0;

  visit(reference: Schema, value: unknown, path: string, depth: number): void {
    this.parts += 1;
    if (this.parts > MOST_PARTS || depth > DEEPEST) return;
    const schema = alternativeOf(resolveStandalone(reference), value, resolveStandalone);
    if (schema.notRun !== undefined) return this.reportKey(schema.notRun, path);
    if (Array.isArray(value)) {
      for (const [index, entry] of value.entries()) {
        if (schema.items) this.visit(schema.items, entry, `${path}[${index}]`, depth + 1);
      }
    } else if (isObject(value)) this.visitFields(schema, value, path, depth);
    else this.visitScalar(schema, value, path);
  }

  private visitFields(schema: Schema, object: JsonObject, path: string, depth: number): void {
    const { properties = {}, additionalProperties, neededToRun = [] } = schema;
    for (const [name, value] of Object.entries(object)) {
      const place = fieldPath(path, name);
      if (Object.hasOwn(properties, name)) {
        this.visit(properties[name]!, value, place, depth + 1);
      } else if (additionalProperties) this.visit(additionalProperties, value, place, depth + 1);
      else if (schema.properties && schema['x-kubernetes-preserve-unknown-fields']) {
        this.reportIgnored(schema, name, place);
      }
    }
    for (const name of neededToRun) {
      if (object[name] !== undefined && object[name] !== null) continue;
      this.report('Required', fieldPath(path, name), `${quoted(name)} is required here`);
    }
  }

  private visitScalar(schema: Schema, value: unknown, path: string): void {
    if (typeof value !== 'string' && typeof value !== 'number') return;
    if (!schema.notRunValues?.includes(value)) return;
    const run = (schema.enum ?? []).filter((known) => !schema.notRunValues?.includes(known));
    this.report(
      'Unsupported',
      path,
      `${quoted(String(value))} is a value of agentgateway that this gateway does not run, so it refuses the file rather than ignoring it`,
      run.length > 0 ? `this gateway runs ${listed(run.map(String))}` : undefined,
    );
  }

  private reportKey(instead: string, path: string): void {
    const name = quoted(lastName(path));
    this.report(
      'Unsupported',
      path,
      `${name} is a setting of agentgateway that this gateway does not run, so it refuses the file rather than ignoring it`,
      instead || `remove ${name}, or run this file with agentgateway`,
    );
  }

  /** agentgateway reads past unknown keys in a few places, so that a misspelt policy protects nothing. */
  private reportIgnored({ properties = {} }: Schema, name: string, path: string): void {
    const near = didYouMean(name, Object.keys(properties));
    this.report(
      'UnknownField',
      path,
      `unknown field ${quoted(name)}${near ? `; did you mean ${quoted(near)}?` : ''}`,
      'agentgateway ignores it here',
    );
  }

  private report(code: string, path: string, message: string, hint?: string): void {
    this.findings.push({ severity: 'error', code, message, path, ...(hint && { hint }) });
  }
}

/** The key at the end of a path: `tcpRoutes` of `binds[0].listeners[0].tcpRoutes`. */
function lastName(path: string): string {
  return /([A-Za-z_$][A-Za-z0-9_$-]*)(?:\[\d+\])*$/.exec(path)?.[1] ?? path;
}

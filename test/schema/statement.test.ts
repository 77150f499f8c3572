import { describe, expect, it } from 'vitest';
import { compile } from '../../lib/cel/compile';
import { KUBERNETES } from '../../lib/cel/kubernetes';
import { inChannel } from '../../lib/schema/channel';
import { check } from '../../lib/schema/check';
import { GATEWAY_API } from '../../lib/schema/gateway-api/shared';
import { KINDS } from '../../lib/schema/kinds';
import { type Definitions, resolver, type Schema } from '../../lib/schema/schema';
import { STANDALONE } from '../../lib/schema/standalone/document';

interface Node {
  readonly path: string;
  readonly schema: Schema;
  readonly isField: boolean;
}

/** Every node of a statement, with its references looked up; a statement may contain itself. */
function* nodes(
  root: Schema,
  resolve: (schema: Schema) => Schema,
  path: string,
  isField = false,
  seen: Set<Schema> = new Set(),
): Generator<Node> {
  if (seen.has(root)) return;
  seen.add(root);
  const schema = resolve(root);
  yield { path, schema, isField };
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    yield* nodes(property, resolve, `${path}.${name}`, true, seen);
  }
  if (schema.items) yield* nodes(schema.items, resolve, `${path}[]`, false, seen);
  if (schema.additionalProperties) {
    yield* nodes(schema.additionalProperties, resolve, `${path}.*`, false, seen);
  }
  for (const [index, part] of (schema.anyOf ?? []).entries()) {
    yield* nodes(part, resolve, `${path}|${index}`, false, seen);
  }
}

const STATEMENTS: readonly [string, Schema, Definitions][] = [
  ...KINDS.map((kind): [string, Schema, Definitions] => [kind.kind, kind.spec, kind.definitions]),
  ...KINDS.flatMap((stated) => {
    const { kind, formerVersions = [], definitions } = inChannel(stated, 'experimental');
    return formerVersions.flatMap(({ name, spec }): [string, Schema, Definitions][] =>
      spec ? [[`${name} of ${kind}`, spec, definitions]] : [],
    );
  }),
  ...KINDS.filter(({ group }) => group === GATEWAY_API).map(
    (stated): [string, Schema, Definitions] => {
      const { kind, spec, definitions } = inChannel(stated, 'experimental');
      return [`${kind} in the experimental channel`, spec, definitions];
    },
  ),
  ['the standalone file', STANDALONE.document, STANDALONE.definitions],
];

const compiled = new Map<string, readonly unknown[]>();

function problemsOf(rule: string): readonly unknown[] {
  const known = compiled.get(rule) ?? compile(rule, KUBERNETES).problems ?? [];
  compiled.set(rule, known);
  return known;
}

describe.each(STATEMENTS)('the statement of %s', (_, root, definitions) => {
  const resolve = resolver(definitions);
  const all = [...nodes(root, resolve, '')];

  it('describes every field', () => {
    const silent = all.filter(({ isField, schema }) => isField && !schema.description);
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it('has patterns that compile and are said in words', () => {
    for (const { schema, path } of all.filter((node) => node.schema.pattern)) {
      expect(() => new RegExp(schema.pattern!, 'u')).not.toThrow();
      expect(schema.patternMeans, path).toBeTruthy();
    }
  });

  it('has defaults that it accepts itself', () => {
    for (const { schema } of all.filter((node) => node.schema.default !== undefined)) {
      expect(check(schema, schema.default, resolve)).toEqual([]);
    }
  });

  it('requires only fields that it has, and identifies entries by fields that they have', () => {
    for (const { schema, path } of all) {
      const fields = Object.keys(schema.properties ?? {});
      expect(fields, path).toEqual(expect.arrayContaining([...(schema.required ?? [])]));
      const keys = schema['x-kubernetes-list-map-keys'] ?? [];
      const item = schema.items ? resolve(schema.items) : {};
      expect(Object.keys(item.properties ?? {}), path).toEqual(expect.arrayContaining([...keys]));
    }
  });

  it('has rules that compile, and none of them twice', () => {
    for (const { schema, path } of all) {
      const rules = schema.rules ?? [];
      for (const { cel } of rules) {
        const written = cel?.replaceAll('oldSelf', 'self');
        if (written) expect(problemsOf(written), `${path}: ${written}`).toEqual([]);
      }
      const forms = rules.map(({ form, cel }) => cel ?? form);
      expect(new Set(forms).size, path).toBe(forms.length);
    }
  });

  it('finds beside a pattern the type that makes it a regular expression', () => {
    for (const { schema, path } of all) {
      const byType = Object.values(schema.properties ?? {}).filter(
        (property) => resolve(property).regularExpression === 'byType',
      );
      if (byType.length === 0) continue;
      expect(resolve(schema.properties!.type!).enum, path).toContain('RegularExpression');
    }
  });

  it('marks only values and fields that it has as not run', () => {
    for (const { schema, path } of all) {
      expect(schema.enum ?? [], path).toEqual(
        expect.arrayContaining([...(schema.notRunValues ?? [])]),
      );
      const fields = Object.keys(schema.properties ?? {});
      expect(fields, path).toEqual(expect.arrayContaining([...(schema.neededToRun ?? [])]));
    }
  });
});

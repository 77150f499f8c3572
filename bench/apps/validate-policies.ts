import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

/**
 * Loads the validator, validates so many policies that differ from each other, and prints the milliseconds of both as
 * JSON: in a process of its own, so that nothing is compiled already.
 */
const ROOT = join(__dirname, '..', '..');
const VALIDATOR = join(ROOT, 'build', 'lib', 'schema', 'validate.js');
const [count] = process.argv.slice(2).map(Number);

interface Golden {
  readonly apiVersion: string;
  readonly kind: string;
  readonly cases: readonly { readonly spec: object; readonly findings?: readonly string[] }[];
}

/** The tested policies that an API server accepts, again and again under other names. */
function policies(): object[] {
  const file = join(ROOT, 'test', 'schema', 'testdata', 'agentgateway-policy.yaml');
  const { apiVersion, kind, cases }: Golden = parse(readFileSync(file, 'utf8'));
  const specs = cases.filter(({ findings }) => !findings).map(({ spec }) => spec);
  return Array.from({ length: count! }, (_, index) => ({
    apiVersion,
    kind,
    metadata: { name: `policy-${index}`, namespace: 'shop', labels: { app: `app-${index}` } },
    spec: structuredClone(specs[index % specs.length]),
  }));
}

const objects = policies();
const started = performance.now();
const { validate } = require(VALIDATOR) as { validate(object: unknown): readonly unknown[] };
const loaded = performance.now();
let findings = 0;
for (const object of objects) findings += validate(object).length;
const validated = performance.now();
process.stdout.write(
  JSON.stringify({ load: loaded - started, validate: validated - loaded, findings }),
);

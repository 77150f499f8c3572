// Holds `validate()` against the facts: for each rule, the project's verdict and that of the rule's own CEL agree on generated
// objects; and so do the verdicts on structure, on objects that are broken in every other way.
//
//   node .ci/rule-parity/main.mjs FACTS_DIR [--only KIND] [--seed N] [--most N] [--weak]
//
// --most: how many disagreements are shown. --weak: also the rules that never were the only one violated, and the places
// where a rule never was, which is where a disagreement could hide.
//
// Exit 1 where any verdict differs, where a rule was met by fewer than 50 objects, or where one of its verdicts never came up.
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isTransition, kindsOf, listedRules, placesOf } from './facts.mjs';
import { Objects, randomFrom, valueAt, withChange } from './objects.mjs';
import { violates, violations } from './oracle.mjs';
import { broken, complaint } from './structure.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const require = createRequire(join(root, 'package.json'));
require('ts-node/register/transpile-only');
const { validate } = require('./lib/schema/validate.ts');

const OBJECTS_PER_RULE = 50;
const OBJECTS_PER_PLACE = 4;
/** The same rules as elsewhere, in another channel or version. */
const OBJECTS_PER_RESTATED_PLACE = 2;
const TRIES_PER_PLACE = 600;
const ALONE_PER_PLACE = 1;
const ISOLATIONS = 40;
const OBJECTS_PER_KIND = 500;
const REPAIRS = 300;

/** Rules that the structure around them leaves no room to violate. */
const UNREACHABLE = new Map([
  ["self.type in ['Exact','PathPrefix'] || self.type == 'RegularExpression'", 'the enum has no other values'],
  [/^self\.all\(h, !?h\.contains\('\*'\)/, 'the pattern of the hostnames says as much'],
  ['[has(self.message),has(self.statusCode)].filter(x,x==true).size() >= 1', '`statusCode` has a default'],
]);

const args = process.argv.slice(2);
const option = (name, otherwise) => (args.includes(name) ? args.splice(args.indexOf(name), 2)[1] : otherwise);
const only = option('--only');
const seed = Number(option('--seed', '1'));
const most = Number(option('--most', '30'));
const facts = resolve(args[0] ?? '');
process.chdir(root);

const objects = new Objects(randomFrom(seed));
const started = performance.now();

// ---------------------------------------------------------------- both verdicts

function ours(kind, spec) {
  const object = { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name: 'a', namespace: 'b' }, spec };
  const options = kind.channel === 'gateway-api-experimental' ? { channel: 'experimental' } : {};
  return validate(object, options).filter(({ severity, code }) => severity === 'error' && code !== 'Unsupported');
}

const theirs = (kind, spec) => violations(kind.spec, spec);

/** Whether a finding tells of a violation: it stands at its place or below, or at an entry that misses what is asked for. */
const tells = (finding, { path }) => finding.path === path || finding.path.startsWith(`${path}.`) || finding.path.startsWith(`${path}[`);

class Report {
  objects = 0;
  differences = new Map();
  rules = new Map();

  rule(rule) {
    if (!this.rules.has(rule)) this.rules.set(rule, { kept: 0, violated: 0, alone: 0, placesKept: [] });
    return this.rules.get(rule);
  }

  differ(what, kind, example) {
    const key = `${kind.channel} ${kind.kind}: ${what}`;
    const known = this.differences.get(key);
    if (!known) this.differences.set(key, { count: 1, example });
    else known.count += 1;
  }
}

const report = new Report();

function compare(kind, spec, violated) {
  report.objects += 1;
  let findings;
  try {
    findings = ours(kind, spec);
  } catch (error) {
    return report.differ(`throws: ${error.message}`, kind, { spec, findings: [] });
  }
  const cutShort = findings.some(({ code, path }) => code === 'TooMany' && path === '');
  for (const violation of cutShort ? [] : violated) {
    if (findings.some((finding) => tells(finding, violation))) continue;
    report.differ(`not refused at ${general(violation.path)}: ${violation.rule}`, kind, { spec, findings });
  }
  for (const finding of findings) {
    if ((cutShort && finding.path === '') || violated.some((violation) => tells(finding, violation))) continue;
    report.differ(`refused at ${general(finding.path)}: ${finding.code} ${finding.message}`, kind, { spec, findings });
  }
}

const general = (path) => path.replace(/\[[0-9]+\]/g, '[]');

// ---------------------------------------------------------------- objects for a place

const bases = new Map();

/** A spec with something at the place that violates as little as can be. */
function base({ kind, steps }) {
  const key = `${kind.channel} ${kind.apiVersion} ${kind.kind} ${steps.join('.')}`;
  if (!bases.has(key)) bases.set(key, mended(kind, steps));
  return bases.get(key);
}

function mended(kind, steps) {
  const above = steps.length > 0 ? base({ kind, steps: steps.slice(0, -1) }) : undefined;
  objects.attend('');
  const spec = withChange(objects, kind.spec, above, steps, (value) => value);
  return mend(kind, spec, REPAIRS, { of: (violated) => violated, keeps: (next) => valueAt(next, steps) !== undefined }).spec;
}

/** Changes what is violated, one thing at a time, for as long as it gets no worse. */
function mend(kind, spec, most, { of, keeps }) {
  let best = spec;
  let left = of(theirs(kind, best));
  objects.mending = true;
  for (let tries = 0; left.length > 0 && tries < most; tries++) {
    const { rule, schema, path } = objects.random.pick(left);
    objects.attend(rule);
    const next = withChange(objects, kind.spec, best, stepsOf(path), (value) => objects.changed(schema, value));
    if (!keeps(next)) continue;
    const remaining = of(theirs(kind, next));
    if (remaining.length > left.length) continue;
    best = next;
    left = remaining;
  }
  objects.mending = false;
  return { spec: best, left };
}

/** `spec.rules[0].matches` as steps; entries other than the first are mended by way of their list. */
function stepsOf(path) {
  const steps = [...path.slice('spec'.length).matchAll(/\.([^.[]+)|\[([0-9]+)\]|\["((?:[^"\\]|\\.)*)"\]/g)].map(
    ([, name, index, key]) => name ?? (index === undefined ? { key } : { index }),
  );
  const list = steps.findIndex((step) => typeof step === 'object' && step.index !== '0');
  return (list < 0 ? steps : steps.slice(0, list)).map((step) => (typeof step === 'string' ? step : '[]'));
}

/** The place's value changed once or more, so that the rule is met from both sides. */
function variant(place, rule) {
  objects.attend(rule);
  let spec = base(place);
  if (objects.random.chance(0.1)) spec = withChange(objects, place.kind.spec, spec, place.steps, () => objects.least(place.schema));
  const times = 1 + objects.random.below(objects.numbers.some((number) => number > 100) ? 8 : 3);
  for (let time = 0; time < times; time++) {
    spec = withChange(objects, place.kind.spec, spec, place.steps, (value) => objects.changed(place.schema, value));
  }
  return spec;
}

/** Whether the rule is violated at the place itself, whatever else is wrong. */
const isViolated = ({ schema, steps }, rule, spec) =>
  violates(schema, valueAt(spec, steps), rule);

function tryRule(place, rule, wanted) {
  const counts = report.rule(rule);
  const met = { kept: 0, violated: 0, alone: 0 };
  const most = unreachable(rule) ? wanted : Math.max(TRIES_PER_PLACE, wanted * 40);
  for (let tries = 0; met.kept + met.violated < wanted && tries < most; tries++) {
    const spec = variant(place, rule);
    if (valueAt(spec, place.steps) === undefined) continue;
    const side = isViolated(place, rule, spec) ? 'violated' : 'kept';
    // Half of each, as far as they come up.
    if (met[side] >= Math.ceil(wanted / 2) && tries < most - wanted) continue;
    met[side] += 1;
    compare(place.kind, spec, theirs(place.kind, spec));
    if (side === 'violated' && met.alone < ALONE_PER_PLACE && compareAlone(place, rule, spec)) met.alone += 1;
  }
  counts.kept += met.kept;
  counts.violated += met.violated;
  counts.alone += met.alone;
  if (met.violated === 0) counts.placesKept.push(`${place.kind.kind} spec.${place.steps.join('.')}`);
}

/** With everything else mended the verdict hinges on this rule: nothing else can hide that it is missing. */
function compareAlone(place, rule, spec) {
  const { kind, schema, steps } = place;
  const of = (violated) => violated.filter((one) => one.rule !== rule || one.schema !== schema);
  const keeps = (next) => valueAt(next, steps) !== undefined && isViolated(place, rule, next);
  const { spec: best, left } = mend(kind, spec, ISOLATIONS, { of, keeps });
  if (left.length > 0) return false;
  compare(kind, best, theirs(kind, best));
  return true;
}

// ---------------------------------------------------------------- all of them

const kinds = kindsOf(facts).filter(({ kind }) => !only || kind === only);
const placesByRule = new Map();
for (const place of kinds.flatMap(placesOf)) {
  for (const rule of place.rules) placesByRule.set(rule, [...(placesByRule.get(rule) ?? []), place]);
}
for (const [rule, places] of placesByRule) {
  if (isTransition(rule)) continue;
  const own = places.filter(({ kind }) => !isRestated(kind));
  const each = Math.max(OBJECTS_PER_PLACE, Math.ceil(OBJECTS_PER_RULE / (own.length || places.length)));
  for (const place of places) tryRule(place, rule, own.length > 0 && isRestated(place.kind) ? OBJECTS_PER_RESTATED_PLACE : each);
}

// Structure: what stands at the places, broken. The verdict alone is compared, since words and places are the project's own.
let structures = 0;
for (const kind of kinds) {
  const specs = placesOf(kind).map(base);
  objects.attend('');
  for (let time = 0; time < OBJECTS_PER_KIND; time++) {
    const rich = objects.random.chance(0.3) || specs.length === 0;
    const candidate = broken(kind, rich ? objects.value(kind.spec, 0.5) : objects.random.pick(specs), objects.random);
    if (!candidate) continue;
    structures += 1;
    compareVerdicts(kind, candidate);
  }
}

function compareVerdicts(kind, { way, spec }) {
  const wrong = complaint(kind, spec);
  let findings;
  try {
    findings = ours(kind, spec);
  } catch (error) {
    return report.differ(`throws: ${error.message}`, kind, { spec, findings: [] });
  }
  const [finding] = findings;
  if (wrong && !finding) report.differ(`${way}: not refused: ${wrong.replace(/\/[0-9]+/g, '/0')}`, kind, { spec, findings });
  if (!wrong && finding) report.differ(`${way}: refused at ${general(finding.path)}: ${finding.code} ${finding.message}`, kind, { spec, findings });
}

function unreachable(rule) {
  return [...UNREACHABLE.keys()].some((key) => (typeof key === 'string' ? key === rule : key.test(rule)));
}

function isRestated({ channel, apiVersion }) {
  return channel === 'gateway-api-experimental' || apiVersion === 'gateway.networking.k8s.io/v1beta1';
}

const problems = [];
if (!only) {
  for (const rule of listedRules(facts)) {
    if (!placesByRule.has(rule)) problems.push(`listed, but nowhere in the definitions: ${rule}`);
  }
}
for (const [rule, { kept, violated }] of report.rules) {
  if (kept + violated < OBJECTS_PER_RULE) problems.push(`only ${kept + violated} objects: ${rule}`);
  if (unreachable(rule)) {
    if (violated > 0) problems.push(`violated after all: ${rule}`);
    continue;
  }
  if (kept === 0 || violated === 0) problems.push(`never ${kept === 0 ? 'kept' : 'violated'}: ${rule}`);
}
for (const problem of problems) console.log(problem);
if (args.includes('--weak')) {
  for (const [rule, { alone, placesKept }] of report.rules) {
    if (alone === 0) console.log(`never alone: ${rule}`);
    if (placesKept.length > 0) console.log(`never violated at ${placesKept.length} places: ${rule.slice(0, 120)}: ${placesKept.slice(0, 3).join(' ')}`);
  }
}
const sorted = [...report.differences].sort(([, one], [, other]) => other.count - one.count);
for (const [what, { count, example }] of sorted.slice(0, most)) {
  console.log(`${count} × ${what}`);
  console.log(`    ${JSON.stringify(example.spec).slice(0, 1000)}`);
  for (const { path, code, message } of example.findings.slice(0, 5)) console.log(`    ${code} ${path}: ${message}`);
}
const seconds = ((performance.now() - started) / 1000).toFixed(1);
console.log(`${report.rules.size} rules at ${[...placesByRule.values()].flat().length} places, ${report.objects + structures} objects, ${report.differences.size} disagreements (${seconds} s)`);
process.exit(report.differences.size + problems.length > 0 ? 1 : 0);

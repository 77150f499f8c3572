import { type CelInput, celEnv, parse, plan } from '@bufbuild/cel';
import { DYN } from '../lib/cel/cel-type';
import { compile } from '../lib/cel/compile';
import { extend } from '../lib/cel/environment';
import { STANDARD } from '../lib/cel/standard';
import { type Bench, median, type Report, round } from './harness/report';

interface Context {
  readonly jwt: Readonly<Record<string, CelInput>>;
  readonly mcp: Readonly<Record<string, CelInput>>;
}

type Evaluate = (context: Context) => unknown;
type Engine = (source: string) => Promise<Evaluate>;

const ENGINES: Readonly<Record<string, Engine>> = {
  async ours(source) {
    const environment = extend(STANDARD, { variables: { jwt: DYN, mcp: DYN } });
    const { program, problems } = compile(source, environment);
    if (!program) throw new Error(problems[0].message);
    return (context) => program.evaluate(context as unknown as Record<string, unknown>);
  },
  async '@marcbachmann/cel-js'(source) {
    const { Environment } = await import('@marcbachmann/cel-js');
    const environment = new Environment({ unlistedVariablesAreDyn: true });
    const program = environment.parse(source);
    return (context) => program(context as unknown as Record<string, unknown>);
  },
  async '@bufbuild/cel'(source) {
    const program = plan(celEnv(), parse(source));
    return (context) => program(context as unknown as Record<string, CelInput>);
  },
};

const EXPRESSIONS = [
  'jwt.sub == "test-user" && mcp.tool.name == "add"',
  '"admin" in jwt.roles',
  'jwt.email.endsWith("@company.com")',
];
/** Measured for comparison, without a goal. */
const FURTHER = ['jwt.roles.exists(r, r == "admin")', 'jwt.level > 3 && jwt.level < 9'];

const AT_LEAST = { '@marcbachmann/cel-js': 2, '@bufbuild/cel': 15 } as const;
const CONTEXTS = 64;
const ROUNDS = 7;
const BATCH = 10_000;

/** Evaluations per second beside other engines, over plain objects that change from one to the next. */
export const celBench: Bench = async (report) => {
  report.heading('cel: evaluations per second, in millions');
  const names = Object.keys(ENGINES);
  const rows = [];
  for (const source of [...EXPRESSIONS, ...FURTHER]) rows.push(await measured(report, source));
  report.table(
    ['expression', ...names],
    rows.map(({ source, rates }) => [
      source,
      ...names.map((name) => round(median(rates[name]) / 1e6)),
    ]),
  );
  report.line();
  for (const { source, rates } of rows.slice(0, EXPRESSIONS.length))
    for (const [peer, limit] of Object.entries(AT_LEAST))
      report.goal({
        title: `ours ÷ ${peer}, ${source}`,
        value: median(rates.ours.map((rate, index) => rate / rates[peer][index])),
        limit,
        direction: 'at least',
      });
};

async function measured(report: Report, source: string) {
  const contexts = Array.from({ length: CONTEXTS }, (_, index) => contextOf(index));
  const engines = await Promise.all(
    Object.entries(ENGINES).map(async ([name, make]) => ({ name, run: await make(source) })),
  );
  const duration = report.quick ? 20 : 200;
  const rates: Record<string, number[]> = Object.fromEntries(engines.map(({ name }) => [name, []]));
  for (const { run } of engines) rate(run, contexts, duration);
  for (let each = 0; each < ROUNDS; each++)
    for (const { name, run } of engines) rates[name].push(rate(run, contexts, duration));
  return { source, rates };
}

/** Evaluations per second of this process's own time, which others on the machine do not lengthen. */
function rate(run: Evaluate, contexts: readonly Context[], duration: number): number {
  const started = process.cpuUsage();
  let spent = 0;
  let count = 0;
  let truths = 0;
  while (spent < duration) {
    for (let each = 0; each < BATCH; each++)
      if (run(contexts[each % CONTEXTS]) === true) truths += 1;
    count += BATCH;
    const { user, system } = process.cpuUsage(started);
    spent = (user + system) / 1000;
  }
  if (truths === 0 || truths === count) throw new Error('the contexts should differ');
  return (count / spent) * 1000;
}

function contextOf(index: number): Context {
  return {
    jwt: {
      sub: index % 2 === 0 ? 'test-user' : `user-${index}`,
      roles: index % 3 === 0 ? ['reader', 'admin'] : ['reader', 'writer', `role-${index}`],
      email: index % 2 === 0 ? `user-${index}@company.com` : `user-${index}@elsewhere.org`,
      level: index % 10,
    },
    mcp: { tool: { name: index % 4 === 0 ? 'add' : 'subtract' } },
  };
}

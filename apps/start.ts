import { toCurl } from './demo/call';
import { Ports } from './demo/ports';
import { Stage } from './demo/stage';
import { synthesize } from './demo/synthesize';
import { formatTable, paintFor } from './demo/table';
import { tutorials } from './tutorials';

/** npm runs scripts in the root of the package. */
const ROOT = process.cwd();

const USAGE = `usage: npm start [-- --once]

Synthesizes every app, starts the reference gateway on the result with demo upstreams on this machine,
plays the calls of each tutorial, and then keeps serving until Ctrl-C.

  --once   end after the calls: 0 when every answer was the expected one, 1 when not
  --help   this text

No cluster, no network. Ports in use are avoided; the ones that were chosen are shown.
`;

const paint = paintFor(process.stdout, process.env);
const print = (text = '') => process.stdout.write(`${text}\n`);

/** Plays one tutorial and says whether every answer was the expected one. */
async function show(stage: Stage): Promise<boolean> {
  const { tutorial, gateway, port } = stage;
  print(`\n${paint('bold', tutorial.title)}`);
  print(paint('dim', `$ ${stage.command}`));
  print(
    paint(
      'dim',
      `dist/kubernetes/${tutorial.name}.k8s.yaml in place of the file runs the same gateway from the manifests`,
    ),
  );
  print(`listening on http://localhost:${port}, as port ${tutorial.listenerPort} of the gateway\n`);
  const outcomes = await stage.play();
  print(formatTable(outcomes, paint));
  print(`\n${paint('bold', 'what the gateway logged')}`);
  for (const line of await gateway.logged(outcomes.length)) print(line);
  return outcomes.every(({ surprise }) => surprise === undefined);
}

function invite(stages: readonly Stage[]): void {
  print(`\n${paint('bold', 'now try it yourself')} (Ctrl-C ends everything)\n`);
  for (const { tutorial, port, services, gateway } of stages) {
    print(paint('bold', tutorial.title));
    for (const call of tutorial.calls)
      print(
        `${paint('dim', `# ${call.caller}, ${call.expected.status}: ${call.why}`)}\n${toCurl(call, port)}`,
      );
    print(`\nmetrics    http://localhost:${services.STATS_ADDR}/metrics`);
    print(`readiness  http://localhost:${services.READINESS_ADDR}/healthz/ready`);
    print(`process    ${gateway.pid}`);
    print(`tutorial   apps/${tutorial.name}/README.md\n`);
  }
}

function untilSignal(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
      process.once(signal, () => resolve());
  });
}

/** While it serves, the log goes on where the person looks. */
async function serve(stages: readonly Stage[]): Promise<number> {
  invite(stages);
  for (const { gateway } of stages) gateway.follow(print);
  const ended = stages.map(({ gateway }) => gateway.ended.then(() => gateway));
  const gateway = await Promise.race([untilSignal(), ...ended]);
  if (!gateway) return 0;
  process.stderr.write(`the gateway has ended:\n${gateway.errorText()}\n`);
  return 1;
}

async function run(once: boolean): Promise<number> {
  print(paint('dim', '$ npx cdk8s synth'));
  synthesize(ROOT);
  print('wrote dist/kubernetes (for a cluster) and dist/standalone (for agentgateway without one)');
  const ports = new Ports();
  const stages: Stage[] = [];
  try {
    let asExpected = true;
    for (const tutorial of tutorials) {
      const stage = await Stage.open(tutorial, ports, ROOT);
      stages.push(stage);
      asExpected = (await show(stage)) && asExpected;
    }
    if (!asExpected) print(`\n${paint('yellow', 'an answer was not the expected one')}`);
    if (once) return asExpected ? 0 : 1;
    return await serve(stages);
  } finally {
    await Promise.all(stages.map((stage) => stage.close()));
  }
}

async function main(args: readonly string[]): Promise<number> {
  const unknown = args.find((arg) => !['--once', '--help', '-h'].includes(arg));
  if (unknown) {
    process.stderr.write(`unknown argument \`${unknown}\`\n\n${USAGE}`);
    return 2;
  }
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(USAGE);
    return 0;
  }
  return run(args.includes('--once'));
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  },
);

import { celBench } from './cel';
import { extAuthBench } from './ext-auth';
import { gatewayBench } from './gateway';
import { type Bench, Report } from './harness/report';
import { llmBench } from './llm';
import { loadBench } from './load';
import { synthBench } from './synth';
import { validateBench } from './validate';

const BENCHES: Readonly<Record<string, Bench>> = {
  gateway: gatewayBench,
  llm: llmBench,
  'ext-auth': extAuthBench,
  synth: synthBench,
  load: loadBench,
  cel: celBench,
  validate: validateBench,
};

const USAGE = `usage: npm run bench -- [NAME…] [--quick]

  gateway   requests per second, latency and CPU per request beside other proxies; 5,000 routes beside one
  llm       chat completions beside Portkey's gateway; what the gateway adds to an answer and to a stream
  ext-auth  what a check over gRPC adds to a request, beside the bare call; 100,000 checks and the heap
  synth     synthesis beside bare ApiObjects, up to 10,000 routes; the wall time of \`cdk8s synth\`
  load      what importing the package costs a cdk8s app under ts-node
  cel       evaluations of CEL per second beside other engines
  validate  1,000 policies held against the API; what loading the validator costs

Without a name all of them run. --quick measures briefly: enough to see that it works, not to judge by.
Peers and load generators are used when installed: \`apt-get install nginx wrk\`.
`;

async function main(args: readonly string[]): Promise<number> {
  const names = args.filter((arg) => !arg.startsWith('--'));
  const flags = args.filter((arg) => arg.startsWith('--'));
  const known = (name: string) => Object.hasOwn(BENCHES, name);
  if (flags.includes('--help')) {
    process.stdout.write(USAGE);
    return 0;
  }
  const wrong = [...names.filter((name) => !known(name)), ...flags.filter((f) => f !== '--quick')];
  if (wrong.length > 0) {
    process.stderr.write(`unknown argument \`${wrong[0]}\`\n\n${USAGE}`);
    return 2;
  }
  const report = new Report(flags.includes('--quick'));
  for (const name of names.length > 0 ? names : Object.keys(BENCHES)) await BENCHES[name](report);
  report.summarize();
  return 0;
}

main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`);
    process.exit(1);
  },
);

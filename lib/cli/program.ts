import { Command, Option } from 'commander';
import type { CheckCommandOptions } from './check';
import type { RunOptions } from './run';
import { addTokenCommand } from './token-program';
import type { TranslateOptions } from './translate';
import { version } from './version';

const CHECK_EXAMPLES = `
Examples:
  agw check dist/kubernetes                  all manifests below a directory, and what they say together
  agw check gateway.yaml                     a standalone file
  helm template . | agw check -              what another tool writes
  agw check --verdict routes.yaml            what an API server would refuse, and nothing else
  agw check --fix manifests/                 repairs misspelt and misplaced fields where only one is meant
  agw check --format github manifests/       findings beside the lines of a pull request
  agw check --explain RefNotPermitted        what a finding means

Findings are printed on standard output. Files that hold neither Kubernetes objects nor a standalone configuration are passed
with a note, unless they are named; objects of other kinds pass untouched. Nothing is sent anywhere, and no value of a Secret
is shown.

Exit codes: 0 clean, though there may be warnings; 1 errors; 2 wrong usage.`;

const RUN_EXAMPLES = `
Examples:
  agw run gateway.yaml                       a standalone configuration
  agw run dist/kubernetes --port 80:8080     Kubernetes objects; port 8080 is opened for port 80
  agw run dist/kubernetes --resolve httpbin.httpbin:8000=http://127.0.0.1:9000
                                             requests for that Service go to a local upstream
  agw run gateway.yaml --validate-only       says what is wrong, and starts nothing

Findings are printed on standard error, the access log on standard output. Files are watched: a changed configuration
is taken over while requests run, a bad one is reported and the former stays in force. SIGTERM lets running requests end.
STATS_ADDR and READINESS_ADDR move the process's own ports; LOG_FORMAT=json changes the access log.

Exit codes: 0 stopped, or valid; 1 refused: errors in the configuration, or a port in use; 2 wrong usage.`;

const TRANSLATE_EXAMPLES = `
Examples:
  agw translate dist/kubernetes              prints the standalone file
  agw translate manifests/ -o standalone     a file per Gateway, and its certificates; readable by you alone

Exit codes: 0 translated; 1 refused: errors in the objects; 2 wrong usage.`;

/** The command line of `agw`; `finish` gets the exit code of the verb that ran. */
export function createProgram(finish: (code: number) => void): Command {
  const program = new Command('agw')
    .description(
      'The reference gateway of cdk8s-agentgateway: runs Kubernetes objects and standalone files as agentgateway would.',
    )
    .version(version(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .showSuggestionAfterError()
    .showHelpAfterError('agw --help tells how it is used')
    .exitOverride()
    .addHelpText(
      'after',
      '\nagw check --help, agw run --help, agw translate --help and agw token --help show examples.',
    );
  program
    .command('check')
    .description(
      'find what is wrong with manifests and standalone files, for agentgateway v1.4 and Gateway API v1.6',
    )
    .argument('[files...]', 'files, or directories with all that is below; - is standard input')
    .addOption(
      new Option('--format <format>', 'how findings are written')
        .choices(['text', 'json', 'sarif', 'github'])
        .default('text'),
    )
    .option('--verdict', "only what an API server, or agentgateway's own parser, would refuse")
    .option('--fix', 'repair what is certain, and leave everything else byte for byte')
    .option('--dry-run', 'with --fix: print the repairs as a diff, and make none')
    .addOption(
      new Option('--gateway-api-channel <channel>', 'which fields and kinds the cluster knows')
        .choices(['standard', 'experimental'])
        .default('standard'),
    )
    .option('--explain <code>', 'print what a finding means')
    .option('--color', 'colour the findings')
    .option('--no-color', 'print them without colour')
    .addHelpText('after', CHECK_EXAMPLES)
    .action((files: string[], options: CheckCommandOptions) =>
      finish(checkVerb().checkCommand(files, options)),
    );
  program
    .command('run')
    .description('run a gateway')
    .argument(
      '<files...>',
      'manifests or standalone files, or directories of them; - is standard input',
    )
    .addOption(
      repeatable(
        '--resolve <host:port=url>',
        'send requests for an upstream elsewhere: http:// without TLS, https:// with',
      ),
    )
    .addOption(
      repeatable('--port <from:to>', 'open another port than the one configured; 0 is a free one'),
    )
    .option('--address <address>', 'the address to open ports on', '127.0.0.1')
    .option('--gateway <namespace/name>', 'run this one of several gateways')
    .option('--validate-only', 'check the configuration and exit')
    .addHelpText('after', RUN_EXAMPLES)
    .action(async (files: string[], options: RunOptions) =>
      finish(await runVerb().runCommand(files, options)),
    );
  program
    .command('translate')
    .description('write Kubernetes objects as standalone files')
    .argument('<files...>', 'manifests, or directories of them; - is standard input')
    .option('-o, --output <dir>', 'write files into this directory')
    .option('--gateway <namespace/name>', 'translate this one of several gateways')
    .addHelpText('after', TRANSLATE_EXAMPLES)
    .action((files: string[], options: TranslateOptions) =>
      finish(translateVerb().translateCommand(files, options)),
    );
  addTokenCommand(program, finish);
  return program;
}

function repeatable(flags: string, description: string): Option {
  return new Option(flags, `${description}; may be repeated`)
    .default([], 'none')
    .argParser((value: string, former: string[]) => [...former, value]);
}

/** A verb is loaded when it is called: none waits for what another needs. */
function checkVerb(): typeof import('./check') {
  return require('./check');
}

function runVerb(): typeof import('./run') {
  return require('./run');
}

function translateVerb(): typeof import('./translate') {
  return require('./translate');
}

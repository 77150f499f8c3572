import { type Command, Option } from 'commander';
import type { TokenExplainOptions } from './token-explain';
import type { TokenKeysOptions } from './token-keys';
import type { TokenSignOptions } from './token-sign';

const KEYS_EXAMPLES = `
Examples:
  agw token keys                             dev-key.jwk and dev-key.jwks, for ES256
  agw token keys --alg RS256 --name other    other.jwk and other.jwks, for RS256
  agw token keys -o keys --kid first         in a directory, with a name for the key

The .jwk file is the private key, which only you can read; it signs tokens. The .jwks file is the set of public keys that a
configuration names: jwks: {file: dev-key.jwks}. Files are never overwritten.

For development only: in production an identity provider signs tokens, and this command is never needed.

Exit codes: 0 written; 2 wrong usage, or a file that is there already or cannot be written.`;

const SIGN_EXAMPLES = `
Examples:
  agw token sign --iss https://issuer.example.com --sub alice --aud shop
  agw token sign --iss https://issuer.example.com --claim role=admin --claim 'groups=["a","b"]' --expires 10m
  agw token sign --claims claims.json        the claims of a file
  agw token sign --iss https://issuer.example.com --sub alice --expires -1h
                                             one that has expired, to see that a gateway refuses it
  agw token sign --iss https://other.example.com --kid unknown
                                             of another issuer, with a key that nobody has

  curl -H "authorization: Bearer $(agw token sign --iss https://issuer.example.com --sub alice)" localhost:8080

The value of --claim is JSON where it can be read as JSON, otherwise text. Times are 90m, -10m, 2030-01-01T00:00:00Z, or
seconds since 1970. Only the token is printed on standard output.

For development only: in production an identity provider signs tokens, and this command is never needed.

Exit codes: 0 signed; 2 wrong usage.`;

const EXPLAIN_EXAMPLES = `
Examples:
  agw token sign --iss https://issuer.example.com | agw token explain
  agw token explain --config gateway.yaml < token.txt
                                             which policies accept it and why not, and which rules hold
  agw token explain --config manifests/ --at 2h < token.txt
                                             the same, two hours from now

The policies are asked as the gateway asks them, key sets are fetched from where they say. Rules are judged as far as they read
the token alone. A token on the command line can be read in the list of processes; standard input cannot. The signature is
never shown.

Exit codes: 0 explained, and with --config accepted by a policy at least; 1 malformed, accepted by none, or errors in the
configuration; 2 wrong usage.`;

/** `agw token` and its verbs; each is loaded when it is called. */
export function addTokenCommand(program: Command, finish: (code: number) => void): void {
  const token = program
    .command('token')
    .description('make and explain tokens to try a gateway with; never needed in production')
    .addHelpText('after', '\nagw token keys --help, sign --help and explain --help show examples.');
  token
    .command('keys')
    .description('make a key pair for development, and its key set')
    .addOption(
      new Option('--alg <alg>', 'what the key is for').choices(ALGORITHMS).default(ALGORITHMS[0]),
    )
    .option('--kid <kid>', 'how tokens name the key (default: the thumbprint of the key)')
    .option('-o, --output <dir>', 'the directory to write into', '.')
    .option('--name <name>', 'of the files', 'dev-key')
    .addOption(format())
    .addHelpText('after', KEYS_EXAMPLES)
    .action(async (options: TokenKeysOptions) => finish(await keys().tokenKeysCommand(options)));
  token
    .command('sign')
    .description('sign a token with a development key')
    .option('--key <file>', 'the private key', 'dev-key.jwk')
    .option('--iss <issuer>', 'who says to have signed it')
    .option('--sub <subject>', 'whom it speaks of')
    .addOption(repeatable('--aud <audience>', 'whom it is for'))
    .addOption(repeatable('--claim <name=value>', 'another claim'))
    .option('--claims <file>', 'claims as a JSON object; - is standard input')
    .option('--expires <time>', 'when it expires, or never (default: 1h, unless --claims says)')
    .option('--not-before <time>', 'when it begins to be valid')
    .option('--kid <kid>', "the name of the key; '' for none (default: the key's own)")
    .addOption(
      new Option('--alg <alg>', "how it is signed (default: the key's own)").choices(ALGORITHMS),
    )
    .addHelpText('after', SIGN_EXAMPLES)
    .action(async (options: TokenSignOptions) => finish(await sign().tokenSignCommand(options)));
  token
    .command('explain')
    .description('show what a token says, and what the policies of a gateway make of it')
    .argument('[token]', 'the token; - or nothing is standard input')
    .addOption(
      new Option(
        '--config <files...>',
        'manifests or standalone files, or directories of them',
      ).default([], 'none'),
    )
    .option('--at <time>', 'judge for another time than now')
    .option('--gateway <namespace/name>', 'ask this one of several gateways')
    .addOption(
      repeatable(
        '--resolve <host:port=url>',
        'fetch key sets of a host elsewhere, over plain HTTP',
      ),
    )
    .addOption(format())
    .addHelpText('after', EXPLAIN_EXAMPLES)
    .action(async (argument: string | undefined, options: TokenExplainOptions) =>
      finish(await explain().tokenExplainCommand(argument, options)),
    );
}

/** Written out, so that help waits for no crypto. */
const ALGORITHMS = [
  ...['ES256', 'ES384', 'EdDSA'],
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
];

function format(): Option {
  return new Option('--format <format>', 'how it is written')
    .choices(['text', 'json'])
    .default('text');
}

function repeatable(flags: string, description: string): Option {
  return new Option(flags, `${description}; may be repeated`)
    .default([], 'none')
    .argParser((value: string, former: string[]) => [...former, value]);
}

function keys(): typeof import('./token-keys') {
  return require('./token-keys');
}

function sign(): typeof import('./token-sign') {
  return require('./token-sign');
}

function explain(): typeof import('./token-explain') {
  return require('./token-explain');
}

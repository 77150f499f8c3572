import { exactlyOneOf } from '../rule';
import { SCALARS } from '../scalars';
import type { Definitions, Schema } from '../schema';
import { cel, excludes } from './null-safe-rules';
import { choice, flag, list, map, name, object, optional, PORT, ref, texts } from './shared';

type Properties = Readonly<Record<string, Schema>>;

/** A URL alone, host with port and path, or a named backend. */
function address(description: string, further: Properties = {}, required: string[] = []): Schema {
  return object(
    description,
    {
      ...further,
      host: {
        ...name(
          'A URL such as `https://example.com/mcp`, whose scheme decides about TLS; or a host, with `port` and `path`.',
        ),
        minLength: 1,
      },
      port: { ...PORT, description: 'The port of `host`.' },
      path: { ...name('The path, such as `/mcp`.'), nullable: true },
      backend: name('A slash and the name of an entry of `backends`.'),
    },
    {
      required,
      rules: [
        exactlyOneOf('host', 'backend'),
        excludes('backend', ['port'], 'a named backend has a port of its own'),
        cel('has(self.backend) || has(self.port) == has(self.path)', {
          path: '',
          message: '`port` and `path` go together',
          hint: 'write both, or the whole address as a URL into `host`',
        }),
      ],
    },
  );
}

/** What an MCP backend consists of; the shorthand `mcp:` has the same keys. */
export const MCP_BACKEND_PROPERTIES: Properties = {
  targets: list('The servers; several are shown as one.', ref('McpTarget')),
  statefulMode: choice(
    'Whether the gateway keeps sessions.',
    ['stateless', 'stateful'],
    'stateful',
  ),
  prefixMode: {
    ...choice(
      'Whether names of tools begin with the target: only where there are several, always, or never.',
      ['conditional', 'always', 'never'],
    ),
    nullable: true,
  },
  failureMode: {
    ...choice(
      'What happens when a target cannot be reached: the session fails, or goes on without it.',
      ['failClosed', 'failOpen'],
    ),
    nullable: true,
  },
  dnsRebindingProtection: flag('Whether only requests for this very host are answered.'),
};

export const MCP_BACKEND: Definitions = {
  McpBackend: object('MCP servers behind one endpoint.', MCP_BACKEND_PROPERTIES, {
    required: ['targets'],
  }),
  McpTarget: object(
    'An MCP server.',
    {
      name: {
        ...SCALARS.DnsName,
        description: 'Its name; names of its tools may begin with it, and an underscore after it.',
      },
      policies: optional('TargetPolicies', { description: 'How it is called.' }),
      mcp: address('A server that speaks streamable HTTP.'),
      sse: address('A server that speaks the older HTTP with SSE.'),
      stdio: object(
        'A program that is started here and speaks over its standard input and output.',
        {
          cmd: name('The program.'),
          args: texts('Its arguments.'),
          env: map('Its environment, besides what it inherits.', {
            type: 'string',
            sensitive: true,
          }),
          clear_env: flag('Whether it inherits nothing; the key has an underscore.'),
        },
        { required: ['cmd'] },
      ),
      openapi: address(
        'An HTTP API whose operations are shown as tools.',
        { schema: ref('FileInlineOrRemote', { description: 'Its OpenAPI description.' }) },
        ['schema'],
      ),
    },
    { required: ['name'], rules: [exactlyOneOf('mcp', 'sse', 'stdio', 'openapi')] },
  ),
};

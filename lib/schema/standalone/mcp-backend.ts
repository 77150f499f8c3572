import { exactlyOneOf } from '../rule';
import type { Definitions, Schema } from '../schema';
import { choice, flag, list, map, name, object, optional, PORT, ref, text, texts } from './shared';

type Properties = Readonly<Record<string, Schema>>;

const HOST_ALONE =
  '`host: https://example.com/mcp` alone, or `host` with both `port` and `path`; or `backend`';

/** An address in one of its three forms. */
function address(description: string, further: Properties = {}, required: string[] = []): Schema {
  return {
    description: `${description} Write ${HOST_ALONE}.`,
    anyOf: [
      object(
        'Host, port and path apart.',
        {
          ...further,
          host: name('The host.'),
          port: { ...PORT, description: 'Its port.' },
          path: name('The path, such as `/mcp`.'),
        },
        { required: [...required, 'host', 'port', 'path'] },
      ),
      object(
        'A named backend.',
        {
          ...further,
          backend: name('A slash and the name of an entry of `backends`.'),
          path: text('The path. @default - /mcp, or /sse'),
        },
        { required: [...required, 'backend'] },
      ),
      object(
        'A URL.',
        {
          ...further,
          host: {
            ...name('A URL, or `host:port`; the scheme decides about TLS.'),
            minLength: 1,
          },
        },
        { required: [...required, 'host'] },
      ),
    ],
  };
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
      name: name('Its name; names of its tools may begin with it.'),
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

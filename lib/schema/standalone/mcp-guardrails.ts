import type { Definitions } from '../schema';
import { choice, expressions, list, map, object, optional, ref } from './shared';
import { calling } from './target';

export const MCP_GUARDRAILS: Definitions = {
  McpGuardrails: object(
    'Lets other services look at MCP messages.',
    { processors: list('The services, in order.', ref('McpProcessor')) },
    { required: ['processors'] },
  ),
  McpProcessor: calling(
    'A service that looks at MCP messages.',
    {
      kind: choice('How it is asked.', ['remote']),
      methods: map(
        'Which messages it gets, by method: `tools/call`, `tools/*`, `*`.',
        choice('What of them: nothing, the request, the answer, or both.', [
          ...['off', 'request', 'response', 'full'],
        ]),
      ),
      policies: optional('TargetPolicies', { description: 'How it is called.' }),
      failureMode: choice(
        'What happens when it fails: the message is refused, or passes.',
        ['failClosed', 'failOpen'],
        'failClosed',
      ),
      metadata: expressions('Values that it is told: names and expressions.'),
      requestHeaders: object('Headers of the request that it is told.', {
        allowed: list('Only these. @default - all', ref('HeaderOrPseudo')),
        disallowed: list('None of these.', ref('HeaderOrPseudo')),
      }),
    },
    { required: ['kind'], 'x-kubernetes-preserve-unknown-fields': true },
  ),
};

import type { Rule } from '../rule';
import type { Definitions, Schema } from '../schema';
import { cel } from './null-safe-rules';
import { exactlyOneWritten, name, notRun, object, POLICY_HOST, PORT, ref } from './shared';

type Properties = Readonly<Record<string, Schema>>;

/**
 * agentgateway's published schema describes a service as `service: {name, port}`; its parser reads `name` and `port`
 * beside the other keys. `host` is right in both.
 */
const NESTED_SERVICE = cel('!has(self.service)', {
  path: 'service',
  message:
    "agentgateway's parser does not read `service` here, although its published schema has it",
  hint: 'write `host: name:port`, or `name` and `port` in place of `service`',
});

const NAME_WITH_PORT = cel('has(self.name) == has(self.port)', {
  path: '',
  message: '`name` and `port` of a service go together',
  hint: 'write `host: name:port`',
});

const RULES: readonly Rule[] = [
  exactlyOneWritten(
    ['host', 'backend', 'name', 'service'],
    'says nobody to call',
    'write `host: name:port`, or `backend` with a slash and a name',
  ),
  NESTED_SERVICE,
  NAME_WITH_PORT,
];

/** The keys of whatever is called besides the backend: a service, an address or a named backend. */
function keys(): Properties {
  return {
    host: POLICY_HOST,
    service: notRun(ref('Service')),
    backend: notRun(name('A slash and the name of an entry of `backends`.')),
    name: notRun({
      ...ref('NamespacedHostname'),
      description: 'A service of `services`, with `port`.',
      parserOnly: true,
    }),
    port: notRun({ ...PORT, description: 'The port of the service `name`.', parserOnly: true }),
  };
}

/** A policy whose keys stand beside those of what it calls. */
export function calling(description: string, properties: Properties, beside: Schema = {}): Schema {
  const { rules = [], ...rest } = beside;
  return object(
    description,
    { ...keys(), ...properties },
    { rules: [...RULES, ...rules], ...rest },
  );
}

export const TARGETS: Definitions = {
  Target: calling('Who is called: an address, a named backend or a service.', {}),
};

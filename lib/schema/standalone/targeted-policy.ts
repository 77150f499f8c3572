import { field } from '../json';
import { exactlyOneOf, type Rule, unique } from '../rule';
import type { Definitions, Schema } from '../schema';
import { cel } from './null-safe-rules';
import { GATEWAY_POLICIES } from './policies';
import { choice, list, name, notRun, object, PORT, ref, text, whole } from './shared';

const NO_SUCH_ROUTE = 'remove it: routes of a file have none, so the target would match nothing';

/** Exactly one key of whatever may stand there. */
const EXACTLY_ONE_KEY: Rule = cel('self.size() == 1', {
  path: '',
  message: 'must have exactly one key',
  hint: 'write an entry for each',
});

const NAMES = Object.keys(GATEWAY_POLICIES);

/** The others have findings of their own. */
const GATEWAY_PHASE_POLICIES: Rule = cel(
  `!has(self.phase) || self.phase != 'gateway' || self.policy.all(key, key in ${JSON.stringify(NAMES)})`,
  {
    path: 'policy',
    message: 'this policy needs a route, so it cannot run in phase `gateway`',
    hint: `in that phase run ${NAMES.join(', ')}`,
  },
);

const SECTION = text('A part of it.');

export const TARGETED_POLICY: Definitions = {
  ResourceName: object(
    'A name in a namespace.',
    { name: name('The name.'), namespace: name('The namespace.') },
    { required: ['name', 'namespace'] },
  ),
  TargetedPolicy: object(
    'A policy and what it applies to.',
    {
      name: ref('ResourceName'),
      target: ref('PolicyTarget'),
      phase: choice('`gateway` runs before a route is chosen.', ['route', 'gateway'], 'route'),
      policy: ref('RoutePolicies', {
        description: 'The policy: one key.',
        rules: [EXACTLY_ONE_KEY],
      }),
    },
    { required: ['name', 'target', 'policy'], rules: [GATEWAY_PHASE_POLICIES] },
  ),
  PolicyTarget: object(
    'What it applies to: a gateway, a route or a backend.',
    {
      gateway: object(
        'A gateway, one of its listeners, or one of its ports.',
        {
          gatewayName: name('In a file always `default`.'),
          gatewayNamespace: name('In a file always `default`.'),
          listenerName: text('One listener.'),
          port: { ...PORT, nullable: true },
        },
        { required: ['gatewayName', 'gatewayNamespace'] },
      ),
      route: object(
        'A route by name.',
        {
          name: name('The name of the route.'),
          namespace: name('Its namespace.'),
          ruleName: notRun(text('The name of a rule.'), NO_SUCH_ROUTE),
          kind: notRun(text('The kind of the route.'), NO_SUCH_ROUTE),
        },
        { required: ['name', 'namespace'] },
      ),
      backend: notRun(ref('BackendTarget')),
      listenerSet: notRun(
        object(
          'A ListenerSet, of which a file has none.',
          { name: name('Its name.'), namespace: name('Its namespace.'), section: SECTION },
          { required: ['name', 'namespace'] },
        ),
      ),
    },
    { rules: [exactlyOneOf('gateway', 'route', 'backend', 'listenerSet')] },
  ),
  BackendTarget: {
    description: 'A backend by name.',
    anyOf: [
      object(
        'A backend by name.',
        {
          backend: object(
            'An entry of `backends`; its namespace is empty.',
            {
              name: name('Its name.'),
              namespace: name('Empty: `""`.'),
              section: SECTION,
            },
            { required: ['name', 'namespace'] },
          ),
          service: object(
            'An entry of `services`.',
            {
              hostname: name('Its host name.'),
              namespace: name('Its namespace.'),
              port: whole('One of its ports. @default - all', 16, { nullable: true }),
            },
            { required: ['hostname', 'namespace'] },
          ),
        },
        { rules: [exactlyOneOf('backend', 'service')] },
      ),
      {
        type: 'string',
        enum: ['invalid'],
        patternMeans: 'a map, such as `backend: {name, namespace}`',
      },
    ],
  },
};

export const TARGETED_POLICIES: Schema = list(
  'Policies with their targets.',
  ref('TargetedPolicy'),
  {
    rules: [
      unique('name', (entry) => {
        const written = field(entry, 'name');
        const both = [field(written, 'namespace'), field(written, 'name')];
        return both.every((part) => typeof part === 'string') ? both.join('/') : undefined;
      }),
    ],
  },
);

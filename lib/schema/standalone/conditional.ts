import type { Definitions, Schema } from '../schema';
import { fallbackLast } from './fallback-last';
import { expression, list, notRun, object, ref } from './shared';

/** More do not fit into one policy. */
const MOST_ENTRIES = 64;

/**
 * A policy that may also be written as several with conditions, of which the first whose condition holds is used.
 * `once` is what stands where there are none, for a policy that is a list of its own otherwise; `fewest` is 0 where an
 * empty list is no policy at all.
 */
export function conditional(
  policy: string,
  entry: Schema,
  once: Schema = ref(policy),
  fewest = 1,
): Definitions {
  const entries = notRun(entriesOf(policy, fewest), 'write one policy without conditions');
  return alternatives(policy, entry, { once, entries });
}

/** The same for a policy whose conditions are run. */
export function runConditional(policy: string, entry: Schema): Definitions {
  return alternatives(policy, entry, { once: ref(policy), entries: entriesOf(policy, 1) });
}

function entriesOf(policy: string, fewest: number): Schema {
  return list(
    'Policies with conditions, tried in order; the one without a condition comes last.',
    ref(`${policy}Entry`),
    { minItems: fewest, maxItems: MOST_ENTRIES, rules: [fallbackLast('condition')] },
  );
}

function alternatives(
  policy: string,
  entry: Schema,
  { once, entries }: { readonly once: Schema; readonly entries: Schema },
): Definitions {
  return {
    [`${policy}OrConditional`]: {
      description: entry.description!,
      anyOf: [
        object(
          'The first of these whose condition holds.',
          { conditional: entries },
          { required: ['conditional'] },
        ),
        once,
      ],
    },
    [`${policy}Entry`]: {
      ...entry,
      properties: {
        condition: expression('When this one is used. @default - always', { nullable: true }),
        ...entry.properties,
      },
      'x-kubernetes-preserve-unknown-fields': true,
    },
  };
}

import { type Environment, extend } from '../environment';
import { STANDARD } from '../standard';
import { ABSENCE } from './absence';
import { type Host, NO_HOST } from './host';
import type { Phase } from './phase';
import { typesIn } from './variables';

const made = new WeakMap<Host, Map<Phase, Environment>>();

/**
 * What expressions of a phase may name. Made when it is first asked for.
 *
 * @param host - @default - the expressions are only checked: those that ask the host fail when run
 */
export function environmentFor(phase: Phase, host: Host = NO_HOST): Environment {
  const ofHost = made.get(host) ?? new Map<Phase, Environment>();
  made.set(host, ofHost);
  const known = ofHost.get(phase);
  if (known) return known;
  const environment = extend(STANDARD, { variables: typesIn(phase), functions: ABSENCE });
  ofHost.set(phase, environment);
  return environment;
}

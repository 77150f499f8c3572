import { type Environment, extend } from '../environment';
import { chance } from './chance';
import { DIALECT } from './dialect';
import { FLATTEN } from './flatten';
import { type Host, NO_HOST } from './host';
import type { Phase } from './phase';
import { typesIn } from './variables';
import { variablesMacro } from './whole';

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
  const environment = make(phase, host);
  ofHost.set(phase, environment);
  return environment;
}

function make(phase: Phase, host: Host): Environment {
  const variables = typesIn(phase);
  return extend(DIALECT, {
    variables,
    functions: [...chance(host), ...(phase === 'log' ? FLATTEN : [])],
    macros: [variablesMacro(Object.keys(variables))],
  });
}

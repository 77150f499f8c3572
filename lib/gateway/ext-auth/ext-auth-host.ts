import type { Rule } from '../../cel/gateway/rule';
import type { BackendHost } from '../backends/backend-host';
import type { Expressions } from '../expressions';
import type { PolicyHost } from '../policy-host';

/** What external authorization needs to be compiled. */
export interface ExtAuthHost extends PolicyHost {
  /** Opens the service, as backends are opened. */
  readonly backends: BackendHost;
  /** Compiles expressions over a request and the service's answer to it. */
  readonly extAuthAnswers: Expressions;
  /** Counts a request that passed because the service, by `host:port`, could not be asked. */
  readonly failedOpen: (service: string) => void;
}

/** The same for one policy, all of whose expressions are known once it is compiled. */
export interface CheckHost extends Omit<ExtAuthHost, 'expressions' | 'extAuthAnswers'> {
  readonly expressions: WatchedExpressions;
  readonly extAuthAnswers: WatchedExpressions;
}

/** Compiles expressions and remembers what they read. */
export class WatchedExpressions {
  constructor(
    private readonly expressions: Expressions,
    private readonly reads: Set<string>,
  ) {}

  compile(path: string, source: string): Rule | undefined {
    const rule = this.expressions.compile(path, source);
    for (const name of rule?.reads ?? []) this.reads.add(name);
    return rule;
  }
}

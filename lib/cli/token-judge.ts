import type { Diagnostic } from '../diagnostic';
import type { Effects } from '../effects';
import { ERRORS } from '../gateway/errors';
import { variablesOf } from '../gateway/expression-variables';
import { Expressions } from '../gateway/expressions';
import { compileAuthorization } from '../gateway/policies/authorization';
import { compileJwt } from '../gateway/policies/jwt';
import { readHeader, TokenProblem, unknownKey } from '../gateway/policies/jwt-token';
import { type RemoteKeySets, shownUrl } from '../gateway/remote-key-sets';
import { RequestContext } from '../gateway/request-context';
import type {
  NormalAuthorizationPolicy,
  NormalAuthorizationRule,
  NormalJwtPolicy,
  NormalJwtProvider,
} from '../standalone/normal-document';
import type { TokenPhase, TokenPlace } from './token-places';

/** What one provider makes of the token. */
export interface ProviderVerdict {
  readonly provider: NormalJwtProvider;
  /** Why it does not take the token, in the gateway's words. @default - it does */
  readonly reason?: string;
  /** Whether the policy goes by this provider: it is the first that has the token's key. */
  readonly decides: boolean;
}

export interface PolicyVerdict {
  readonly policy: NormalJwtPolicy;
  /** Why the policy does not take the token, in the gateway's words. @default - it does */
  readonly reason?: string;
  readonly providers: readonly ProviderVerdict[];
  /** What keeps the gateway from running the policy at all. */
  readonly errors: readonly Diagnostic[];
}

export interface RuleVerdict {
  readonly rule: NormalAuthorizationRule;
  /** Nothing where more than the token decides. */
  readonly holds?: boolean;
  /** What it reads beside the token. */
  readonly reads: readonly string[];
  /** Why it decides nothing. @default - it does */
  readonly failure?: string;
}

export interface PhaseVerdict {
  readonly phase: TokenPhase['phase'];
  readonly jwt?: PolicyVerdict;
  /** Empty where the request does not get as far. */
  readonly rules: readonly RuleVerdict[];
}

/** What becomes of a request with this token and nothing else to show. */
export type Outcome =
  | { readonly kind: 'passes' }
  | { readonly kind: 'depends'; readonly reads: readonly string[] }
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly body: string;
      readonly by: string;
    };

export interface PlaceVerdict {
  readonly place: TokenPlace;
  readonly phases: readonly PhaseVerdict[];
  readonly outcome: Outcome;
}

export interface JudgeOptions {
  /** Milliseconds since 1970: when the request comes. */
  readonly at: number;
  readonly readFile: Effects['readFile'];
  /** Whose key sets have been fetched, as far as they could be. */
  readonly keySets: RemoteKeySets;
  /** Why a key set could not be fetched, by its URL as it may be shown. */
  readonly unfetched: ReadonlyMap<string, string>;
}

type Report = (finding: Diagnostic) => void;

/** A place that no expression has to find the token at: where one reads it is put to no test. */
const ANYWHERE: NormalJwtPolicy['location'] = { header: { name: 'x-token' } };

/** Asks the gateway's own policies what they make of a token. */
export class TokenJudge {
  constructor(
    private readonly token: string,
    private readonly options: JudgeOptions,
  ) {}

  async place(place: TokenPlace): Promise<PlaceVerdict> {
    const request = this.#request(place.phases.flatMap(({ jwtAuth }) => jwtAuth ?? []));
    const phases: PhaseVerdict[] = [];
    let outcome: Outcome = { kind: 'passes' };
    for (const phase of place.phases) {
      const jwt = phase.jwtAuth && (await this.#policy(phase.jwtAuth, phase.phase));
      let rules: readonly RuleVerdict[] = [];
      if (outcome.kind !== 'refused')
        outcome = combined(outcome, await this.#authenticate(phase, request));
      if (outcome.kind !== 'refused' && phase.authorization) {
        rules = phase.authorization.rules.map((rule) => this.#rule(rule, phase.phase, request));
        outcome = combined(outcome, await this.#authorize(rules, phase.phase, request));
      }
      if (jwt || rules.length > 0) phases.push({ phase: phase.phase, jwt, rules });
    }
    return { place, phases, outcome };
  }

  // ------------------------------------------------------------ tokens

  async #policy(policy: NormalJwtPolicy, phase: TokenPhase['phase']): Promise<PolicyVerdict> {
    const errors: Diagnostic[] = [];
    const report = (finding: Diagnostic) => {
      if (finding.severity === 'error') errors.push(finding);
    };
    const strict = { ...reachable(policy), mode: 'strict' as const };
    const reason = await this.#reason(strict, phase, report);
    const reasons = await Promise.all(
      policy.providers.map((provider) => this.#reason({ ...strict, providers: [provider] }, phase)),
    );
    const first = reasons.findIndex((text) => !this.#isUnknownKey(text));
    const providers = policy.providers.map((provider, index) => ({
      provider,
      reason: this.#unfetched(provider) ?? reasons[index],
      decides: index === first,
    }));
    return { policy, reason, providers, errors };
  }

  /** Why a strict policy refuses the token. */
  async #reason(
    policy: NormalJwtPolicy,
    phase: TokenPhase['phase'],
    report: Report = ignore,
  ): Promise<string | undefined> {
    const answer = await compileJwt(policy, this.#host(phase, report))(this.#request([policy]));
    return answer?.body.replace(`${ERRORS.jwtRefused.body}: `, '');
  }

  /** The token as the policies run, one behind the other: who takes it leaves nothing for the next. */
  async #authenticate({ jwtAuth, phase }: TokenPhase, request: RequestContext): Promise<Outcome> {
    if (!jwtAuth) return { kind: 'passes' };
    const answer = await compileJwt(reachable(jwtAuth), this.#host(phase))(request);
    if (!answer) return { kind: 'passes' };
    return { kind: 'refused', status: answer.status, body: answer.body, by: jwtAuth.path };
  }

  #isUnknownKey(reason: string | undefined): boolean {
    const header = readHeader(this.token);
    if (header instanceof TokenProblem || header.kid === undefined) return false;
    return reason === unknownKey(header.kid).text;
  }

  #unfetched({ jwks }: NormalJwtProvider): string | undefined {
    if (!('url' in jwks)) return undefined;
    const why = this.options.unfetched.get(shownUrl(jwks.url));
    return why && `the key set at ${shownUrl(jwks.url)} could not be fetched: ${why}`;
  }

  // ------------------------------------------------------------ rules

  #rule(
    rule: NormalAuthorizationRule,
    phase: TokenPhase['phase'],
    request: RequestContext,
  ): RuleVerdict {
    let isByChance = false;
    const random = () => {
      isByChance = true;
      return 0;
    };
    const compiled = new Expressions(phase, { random }, ignore).compile(
      rule.path,
      rule.expression,
      rule.action,
    );
    if (!compiled) return { rule, holds: false, reads: [], failure: 'the expression is wrong' };
    const reads = [...compiled.reads].filter((name) => name !== 'jwt' && !name.startsWith('jwt.'));
    if (reads.length > 0) return { rule, reads: fieldsOf(reads) };
    const variables = variablesOf(request);
    const failure = compiled.failure(variables)?.message;
    const holds = compiled.matches(variables);
    return isByChance ? { rule, reads: ['random()'] } : { rule, holds, reads: [], failure };
  }

  /** Asks the gateway's own decision twice: with what is unknown at its best for the caller, and at its worst. */
  async #authorize(
    rules: readonly RuleVerdict[],
    phase: TokenPhase['phase'],
    request: RequestContext,
  ): Promise<Outcome> {
    const ask = (isBest: boolean) =>
      compileAuthorization(settled(rules, isBest), this.#host(phase))(request);
    const [best, worst] = [await ask(true), await ask(false)];
    if (best) return { kind: 'refused', status: best.status, body: best.body, by: 'authorization' };
    if (!worst) return { kind: 'passes' };
    return { kind: 'depends', reads: [...new Set(rules.flatMap(({ reads }) => reads))] };
  }

  // ------------------------------------------------------------ what they run on

  #host(phase: TokenPhase['phase'], report: Report = ignore) {
    const { at, readFile, keySets } = this.options;
    const random = () => 0;
    return {
      now: () => at,
      readFile,
      keySets,
      expressions: new Expressions(phase, { random }, report),
      report,
    };
  }

  /** A request that brings the token wherever these policies read theirs. */
  #request(policies: readonly NormalJwtPolicy[]): RequestContext {
    const places = new Map(
      policies.map(reachable).map(({ location }) => [JSON.stringify(location), location]),
    );
    const [headers, query, cookies] = [[] as string[], [] as string[], [] as string[]];
    for (const location of places.values()) {
      if ('header' in location) {
        const { name, prefix = '' } = location.header;
        headers.push(name.toLowerCase(), `${prefix}${this.token}`);
      } else if ('queryParameter' in location) {
        query.push(
          `${encodeURIComponent(location.queryParameter.name)}=${encodeURIComponent(this.token)}`,
        );
      } else if ('cookie' in location) {
        cookies.push(`${location.cookie.name}=${this.token}`);
      }
    }
    if (cookies.length > 0) headers.push('cookie', cookies.join('; '));
    return new RequestContext(
      { port: 80, tls: false, source: '127.0.0.1:0' },
      'GET',
      'http',
      { host: 'localhost', port: undefined },
      '/',
      query.join('&'),
      headers,
      'HTTP/1.1',
      this.options.at,
      () => Promise.resolve(),
    );
  }
}

function ignore(): void {}

function reachable(policy: NormalJwtPolicy): NormalJwtPolicy {
  return 'expression' in policy.location ? { ...policy, location: ANYWHERE } : policy;
}

function combined(former: Outcome, next: Outcome): Outcome {
  if (next.kind === 'refused' || former.kind === 'passes') return next;
  if (next.kind === 'passes' || former.kind === 'refused') return former;
  return { kind: 'depends', reads: [...new Set([...former.reads, ...next.reads])] };
}

function settled(rules: readonly RuleVerdict[], isBest: boolean): NormalAuthorizationPolicy {
  return {
    rules: rules.map(({ rule, holds = rule.action === 'deny' ? !isBest : isBest }) => ({
      ...rule,
      expression: String(holds),
    })),
  };
}

/** `request.path` says enough: that it is of `request` goes without saying. */
function fieldsOf(reads: readonly string[]): string[] {
  return reads.filter((name) => !reads.some((other) => other.startsWith(`${name}.`)));
}

import { checkExpression, type Use } from '../cel/gateway/check-expression';
import type { Host } from '../cel/gateway/host';
import type { Phase } from '../cel/gateway/phase';
import { compileRule, type Rule } from '../cel/gateway/rule';
import type { Diagnostic } from '../diagnostic';
import { isSecretExpression, SECRET_FAULT } from '../standalone/secret-expressions';
import { notTold } from './expression-variables';

/** Expressions of one phase, compiled once each: a rule of a Gateway holds for all its routes. */
export class Expressions {
  readonly #compiled = new Map<string, Rule | undefined>();

  constructor(
    private readonly phase: Exclude<Phase, 'network' | 'mcp-authorization' | 'llm-usage' | 'log'>,
    private readonly host: Host,
    private readonly report: (finding: Diagnostic) => void,
    /** What is told here and not elsewhere in the phase. @default - nothing */
    private readonly told: readonly string[] = [],
  ) {}

  /** The expression at `path`; or nothing, and findings. */
  compile(path: string, source: string, use: Use = 'value'): Rule | undefined {
    if (!this.#compiled.has(path)) this.#compiled.set(path, this.#compile(path, source, use));
    return this.#compiled.get(path);
  }

  #compile(path: string, source: string, use: Use): Rule | undefined {
    const { rule } = compileRule(source, this.phase, this.host);
    for (const { severity, shown } of checkExpression(source, this.phase, use)) {
      const code = severity === 'error' ? 'InvalidExpression' : 'NoEffect';
      const said = isSecretExpression(path) ? SECRET_FAULT : { message: shown };
      this.report({ severity, code, path, ...said });
    }
    const untold = rule
      ? notTold(rule.reads, this.phase).filter((name) => !this.told.includes(name))
      : [];
    if (untold.length > 0) {
      this.report({
        severity: 'error',
        code: 'Unsupported',
        path,
        message: `this gateway does not tell expressions \`${untold.join('`, `')}\` yet, so the rule would decide otherwise here`,
        hint: 'rest the rule on what else is known of the request, or run it in agentgateway only',
      });
    }
    return rule;
  }
}

import { CelError } from '../../cel/cel-error';
import { jsonText } from '../../cel/gateway/json-text';
import type { Rule } from '../../cel/gateway/rule';
import type { FieldEdits } from '../../llm/request-policy';
import type { NormalComputedField } from '../../standalone/normal-document';
import { variablesOf } from '../expression-variables';
import type { Expressions } from '../expressions';
import type { RequestContext } from '../request-context';

/** Gives fields of the body of a request to a model, by expressions over that body. */
export type ComputeFields = (client: RequestContext, body: object) => FieldEdits;

/** Nothing where no field is computed. */
export function compileFields(
  fields: readonly NormalComputedField[],
  expressions: Expressions,
): ComputeFields | undefined {
  if (fields.length === 0) return undefined;
  const rules = fields.map(
    ({ field, path, expression }) => [field, expressions.compile(path, expression)] as const,
  );
  return function computeFields(client, body) {
    const variables = { ...variablesOf(client), llmRequest: body };
    return new Map(rules.map(([field, rule]) => [field, rule && jsonOf(rule, variables)]));
  };
}

/** As JSON has it; nothing where the expression fails, which takes the field away. */
function jsonOf(rule: Rule, variables: Parameters<Rule['evaluate']>[0]): unknown {
  const value = rule.evaluate(variables);
  if (value instanceof CelError) return undefined;
  try {
    return JSON.parse(jsonText(value, NO_BUDGET)) as unknown;
  } catch {
    return undefined;
  }
}

/** What is written was made by an expression that had a budget. */
const NO_BUDGET = { spend: () => {} };

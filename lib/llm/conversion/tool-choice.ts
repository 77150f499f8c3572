import { field, flag, type JsonRecord, text } from '../json';

/** `tool_choice` words of chat completions, and Claude's for the same. */
const TO_CLAUDE: Readonly<Record<string, string>> = { auto: 'auto', required: 'any', none: 'none' };
const FROM_CLAUDE: Readonly<Record<string, string>> = {
  auto: 'auto',
  any: 'required',
  none: 'none',
};

/** Claude's `tool_choice` of a chat completion. Whether calls may be parallel is part of it there. */
export function claudeToolChoice(request: JsonRecord, hasTools: boolean): JsonRecord | undefined {
  const choice = field(request, 'tool_choice');
  const parallel = flag(request, 'parallel_tool_calls');
  const disabled = parallel === undefined ? undefined : !parallel;
  const name = text(field(choice, 'function'), 'name');
  if (name !== undefined) return { type: 'tool', name, disable_parallel_tool_use: disabled };
  if (typeof choice === 'string' && Object.hasOwn(TO_CLAUDE, choice)) {
    const type = TO_CLAUDE[choice];
    return type === 'none' ? { type } : { type, disable_parallel_tool_use: disabled };
  }
  if (disabled === undefined || !hasTools) return undefined;
  return { type: 'auto', disable_parallel_tool_use: disabled };
}

/** What a chat completion says for Claude's `tool_choice`. */
export function completionsToolChoice(choice: unknown): {
  readonly tool_choice?: unknown;
  readonly parallel_tool_calls?: boolean;
} {
  const type = text(choice, 'type');
  if (type === undefined) return {};
  const disabled = flag(choice, 'disable_parallel_tool_use');
  const parallel_tool_calls = disabled === undefined || type === 'none' ? undefined : !disabled;
  const name = text(choice, 'name');
  if (type === 'tool' && name !== undefined) {
    return { tool_choice: { type: 'function', function: { name } }, parallel_tool_calls };
  }
  if (!Object.hasOwn(FROM_CLAUDE, type)) return {};
  return { tool_choice: FROM_CLAUDE[type], parallel_tool_calls };
}

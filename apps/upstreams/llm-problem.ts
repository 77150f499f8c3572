/** A refusal, before the provider puts it into its own shape. */
export class LlmProblem extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly details: ProblemDetails = {},
  ) {
    super(message);
  }
}

export interface ProblemDetails {
  /** OpenAI's word for what happened. @default - none */
  readonly code?: string;
  /** The field that is wrong. @default - none in particular */
  readonly param?: string;
}

export function invalid(message: string, param?: string): LlmProblem {
  return new LlmProblem(400, message, { param });
}

/** Why a request or a response of an LLM could not be processed. */
export interface LlmProblem {
  /** The status that the client gets. */
  readonly status: 400 | 404 | 413 | 415 | 500 | 502 | 503;
  /** What is wrong, without content of the message: it is logged. */
  readonly problem: string;
}

export function isProblem(value: object): value is LlmProblem {
  return 'problem' in value;
}

/** A mistake of the client. */
export function badRequest(problem: string): LlmProblem {
  return { status: 400, problem };
}

export function unsupportedConversion(detail: string): LlmProblem {
  return badRequest(`unsupported conversion: ${detail}`);
}

export function modelMissing(): LlmProblem {
  return badRequest('missing field: model not specified');
}

export function requestTooLarge(): LlmProblem {
  return { status: 413, problem: 'request was too large' };
}

/** A body that is packed, such as with gzip: it is not unpacked here. */
export function unsupportedEncoding(encoding: string): LlmProblem {
  return { status: 415, problem: `unsupported content encoding: ${encoding.slice(0, 64)}` };
}

/** An answer of the provider that cannot be read. */
export function badResponse(problem: string): LlmProblem {
  return { status: 503, problem };
}

/** The text that the client gets, and the log. */
export function requestProblemText({ problem }: LlmProblem): string {
  return `failed to process LLM request: ${problem}`;
}

/** @see requestProblemText */
export function responseProblemText({ problem }: LlmProblem): string {
  return `failed to process LLM response: ${problem}`;
}

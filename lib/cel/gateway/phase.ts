/** Where in a request's way an expression runs, which decides what it can read. */
export type Phase =
  | 'network'
  | 'gateway'
  | 'route'
  | 'backend'
  | 'mcp-authorization'
  | 'llm-request'
  | 'llm-usage'
  | 'response'
  | 'log';

/** The phases in the order in which a request meets them, as messages name them. */
export const PHASES: Readonly<Record<Phase, string>> = {
  network: 'rules for connections',
  gateway: 'policies of a gateway or listener that run before routing',
  route: 'policies of routes',
  backend: 'policies of backends',
  'mcp-authorization': 'authorization of MCP items',
  'llm-request': 'policies for LLM requests',
  'llm-usage': 'costs of token rate limits',
  response: 'changes of responses',
  log: 'access logs, metrics and traces',
};

export const ALL_PHASES = Object.keys(PHASES) as readonly Phase[];

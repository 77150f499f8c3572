import { describe, expect, it } from 'vitest';
import { Metrics } from '../../lib/telemetry/metrics';

const CALL = {
  operation: 'chat',
  provider: 'openai',
  requestModel: 'gpt-x',
  responseModel: 'gpt-x-2026',
  inputTokens: 9,
  outputTokens: 3,
  cacheReadTokens: undefined,
  cacheWriteTokens: undefined,
  seconds: 0.5,
  secondsToFirstToken: undefined,
  secondsPerOutputToken: undefined,
};

async function written(metrics: Metrics): Promise<string[]> {
  const lines = (await metrics.exposition()).split('\n');
  return lines.filter((line) => line.startsWith('agentgateway_gen_ai'));
}

describe('calls of models', () => {
  it('are histograms of tokens and of time, under the names of their models', async () => {
    const metrics = new Metrics('0');
    const count = metrics.genAiCalls({ bind: '3000', listener: 'http', route: 'default/r' });
    count(CALL);
    count({ ...CALL, inputTokens: 300, cacheReadTokens: 200, secondsToFirstToken: 0.02 });
    const lines = await written(metrics);
    const labels =
      'gen_ai_operation_name="chat",gen_ai_system="openai",gen_ai_request_model="gpt-x",' +
      'gen_ai_response_model="gpt-x-2026",bind="3000",gateway="unknown",listener="http",route="default/r",route_rule="unknown"';
    const usage = 'agentgateway_gen_ai_client_token_usage';
    expect(lines).toEqual(
      expect.arrayContaining([
        `${usage}_bucket{gen_ai_token_type="input",${labels},le="4"} 0`,
        `${usage}_bucket{gen_ai_token_type="input",${labels},le="16"} 1`,
        `${usage}_bucket{gen_ai_token_type="input",${labels},le="+Inf"} 2`,
        `${usage}_sum{gen_ai_token_type="input",${labels}} 309`,
        `${usage}_count{gen_ai_token_type="output",${labels}} 2`,
        `${usage}_sum{gen_ai_token_type="input_cache_read",${labels}} 200`,
        `agentgateway_gen_ai_server_request_duration_sum{${labels}} 1`,
        `agentgateway_gen_ai_server_time_to_first_token_count{${labels}} 1`,
      ]),
    );
    expect(lines.join()).not.toMatch(/input_cache_write|time_per_output_token/);
  });

  it('of models that clients make up share one name in the end', async () => {
    const metrics = new Metrics('0');
    const count = metrics.genAiCalls({ bind: '3000' });
    for (let i = 0; i < 2000; i++) count({ ...CALL, requestModel: `made-up-${i}` });
    const lines = await written(metrics);
    const models = new Set(lines.map((line) => /request_model="([^"]*)"/.exec(line)?.[1]));
    expect(models.size).toBe(501);
    expect(models).toContain('other');
  });
});

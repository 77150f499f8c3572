import { describe, expect, it } from 'vitest';
import { modelList } from '../../lib/llm/model-list';
import { modelsNotImplemented, routerError } from '../../lib/llm/router-error';

describe('what a router answers itself', () => {
  it('names the error as clients of OpenAI read it', () => {
    const { status, body } = routerError('model_not_found');
    expect(status).toBe(404);
    expect(JSON.parse(body)).toEqual({
      error: { message: 'Model not found', type: 'invalid_request_error', code: 'model_not_found' },
    });
  });

  it('refuses lists of models where there is no router', () => {
    expect(modelsNotImplemented()).toEqual({
      status: 501,
      body: `{"error":"Route 'Models' not implemented"}`,
    });
  });

  it('lists models in the shape of OpenAI', () => {
    expect(JSON.parse(modelList([{ id: 'a' }, { id: 'b', ownedBy: 'me' }], 7))).toEqual({
      object: 'list',
      data: [
        { id: 'a', object: 'model', created: 7, owned_by: 'agentgateway' },
        { id: 'b', object: 'model', created: 7, owned_by: 'me' },
      ],
    });
  });
});

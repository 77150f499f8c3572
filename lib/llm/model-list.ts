/** A model that callers may use. */
export interface ListedModel {
  readonly id: string;
  /** @default - 'agentgateway' */
  readonly ownedBy?: string;
}

/** The answer of a router to `GET /v1/models`, in OpenAI's shape. `created` is in seconds since the epoch. */
export function modelList(models: readonly ListedModel[], created: number): string {
  const data = models.map(({ id, ownedBy = 'agentgateway' }) => ({
    id,
    object: 'model',
    created,
    owned_by: ownedBy,
  }));
  return JSON.stringify({ object: 'list', data });
}

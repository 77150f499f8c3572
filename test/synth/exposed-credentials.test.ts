import { App, Chart } from 'cdk8s';
import { describe, expect, it } from 'vitest';
import {
  ApiKeyMode,
  ApiKeyPolicy,
  ApiKeys,
  Gateway,
  HttpRoute,
  Listener,
  LlmAuth,
  LlmBackend,
  LlmProvider,
  SecretReference,
  synthStandalone,
} from '../../lib/index';
import { normalizeStandalone } from '../../lib/standalone/normalize';
import { readStandalone } from '../../lib/standalone/read';

interface Scene {
  readonly scope: Chart;
  readonly gateway: Gateway;
  readonly route: HttpRoute;
}

/** Models behind a gateway, with a key of ours, and what keeps others away from it. */
function synthesized(protect: (scene: Scene) => void): string {
  const scope = new Chart(new App(), 'test', { namespace: 'shop' });
  const gateway = new Gateway(scope, 'Gateway', { listeners: [Listener.http()] });
  const route = new HttpRoute(scope, 'Route', { gateway });
  const models = new LlmBackend(scope, 'Models', {
    provider: LlmProvider.openAi(),
    auth: LlmAuth.fromSecret(SecretReference.fromSecretName('provider')),
  });
  route.addRule(models);
  protect({ scope, gateway, route });
  return Object.values(synthStandalone(scope)).join();
}

function keys(scope: Chart, mode?: ApiKeyMode, target?: Gateway | HttpRoute): void {
  new ApiKeyPolicy(scope, 'Keys', {
    target: target!,
    mode,
    keys: ApiKeys.fromSecret(SecretReference.fromSecretName('callers'), { entries: ['alice'] }),
  });
}

describe('an app that lets anybody use a credential', () => {
  it('is an error that names the route, and what to write', () => {
    const app = () => synthesized(() => {});
    expect(app).toThrow(
      /error ExposedCredentials test\/Route HTTPRoute shop\/\S+ spec\.rules\[0\]/,
    );
    expect(app).toThrow('allowAnonymous(');
  });

  it('is one where keys are optional', () => {
    expect(() =>
      synthesized(({ scope, route }) => keys(scope, ApiKeyMode.OPTIONAL, route)),
    ).toThrow('ExposedCredentials');
  });

  it.each<[what: string, protect: (scene: Scene) => void]>([
    ['a policy of its route', ({ scope, route }) => keys(scope, undefined, route)],
    ['a policy of its Gateway', ({ scope, gateway }) => keys(scope, undefined, gateway)],
    ['a reason', ({ route }) => route.allowAnonymous('a demo for $5 a day')],
  ])('is none with %s, and its standalone file agrees', (_, protect) => {
    const variables = () => 'demo-value';
    const { document, diagnostics } = readStandalone(synthesized(protect), { variables });
    expect(diagnostics).toEqual([]);
    expect(normalizeStandalone(document!).diagnostics).toEqual([]);
  });
});

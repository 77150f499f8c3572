import { join } from 'node:path';
import { Chart } from 'cdk8s';
import {
  AuthorizationPolicy,
  Cel,
  Gateway,
  HttpRoute,
  Jwks,
  JwtPolicy,
  Listener,
  LlmAuth,
  LlmBackend,
  LlmProvider,
  SecretReference,
} from 'cdk8s-agentgateway';
import type { Construct } from 'constructs';

/** A gateway in front of a language model that lets in the callers whom its rules name. */
export class JwtChart extends Chart {
  constructor(scope: Construct, id: string) {
    super(scope, id, { namespace: 'models' });

    const gateway = new Gateway(this, 'Gateway', {
      metadata: { name: 'models' },
      listeners: [Listener.http({ port: 80 })],
    });

    // The provider's key stays in the cluster: nothing that is synthesized holds it.
    const openai = new LlmBackend(this, 'OpenAi', {
      metadata: { name: 'openai' },
      provider: LlmProvider.openAi({ model: 'gpt-4.1-nano' }),
      auth: LlmAuth.fromSecret(SecretReference.fromSecretName('openai')),
    });
    const route = new HttpRoute(this, 'Route', { metadata: { name: 'openai' }, gateway });
    route.addRule(openai);

    new JwtPolicy(this, 'Tokens', {
      metadata: { name: 'tokens' },
      target: gateway,
      providers: [
        {
          issuer: 'https://issuer.example.com',
          audiences: ['models'],
          // In your own charts Jwks.fromUrl fetches the keys of your issuer, which may then change them.
          jwks: Jwks.fromFile(join(__dirname, 'demo-jwks.json')),
        },
      ],
    });
    new AuthorizationPolicy(this, 'Callers', {
      metadata: { name: 'callers' },
      target: gateway,
      allow: [
        Cel.of('jwt.sub == "alice"'),
        Cel.of('jwt.email.endsWith("@example.com")'),
        Cel.of('"admin" in jwt.roles'),
      ],
    });
  }
}

import { join } from 'node:path';
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceClientConstructor,
  type sendUnaryData,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { onTestFinished } from 'vitest';

/** What a service is asked, as far as tests look at it; fields by their names in Envoy's API. */
export interface CheckRequest {
  readonly attributes: {
    readonly source: Peer;
    readonly destination: Peer;
    readonly request: {
      readonly time: { readonly seconds: string; readonly nanos: number };
      readonly http: {
        readonly id: string;
        readonly method: string;
        readonly headers: Readonly<Record<string, string>>;
        readonly path: string;
        readonly host: string;
        readonly scheme: string;
        readonly query: string;
        readonly fragment: string;
        readonly size: string;
        readonly protocol: string;
        readonly body: string;
        readonly raw_body: Buffer;
      };
    };
    readonly context_extensions: Readonly<Record<string, string>>;
    readonly metadata_context: { readonly filter_metadata: Readonly<Record<string, object>> };
    readonly tls_session: { readonly sni: string } | null;
  };
}

interface Peer {
  readonly address: {
    readonly socket_address: { readonly address: string; readonly port_value: number };
  };
  readonly principal: string;
}

/** What it answers; nothing for never. */
export type CheckAnswer = object | undefined;

export interface ExtAuthServer {
  readonly port: number;
  /** What was asked, in order. */
  readonly checks: readonly CheckRequest[];
  /** Ends it at once, with every connection. */
  kill(): void;
}

const definition = loadSync(join(__dirname, 'ext-auth.proto'), {
  keepCase: true,
  longs: String,
  defaults: true,
});

/** An authorization service over gRPC that ends with the test. */
export async function extAuthServer(
  answer: (request: CheckRequest) => CheckAnswer | Promise<CheckAnswer>,
  port = 0,
  credentials = ServerCredentials.createInsecure(),
): Promise<ExtAuthServer> {
  const checks: CheckRequest[] = [];
  const server = new Server({ 'grpc.max_receive_message_length': -1 });
  server.addService(authorization().service, {
    Check: async (
      call: ServerUnaryCall<CheckRequest, object>,
      done: sendUnaryData<object>,
    ): Promise<void> => {
      checks.push(call.request);
      const answered = await answer(call.request);
      if (answered) done(null, answered);
    },
  });
  const bound = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, credentials, (error, actual) =>
      error ? reject(error) : resolve(actual),
    );
  });
  onTestFinished(() => server.forceShutdown());
  return { port: bound, checks, kill: () => server.forceShutdown() };
}

function authorization(): ServiceClientConstructor {
  const loaded = loadPackageDefinition(definition) as unknown as {
    envoy: { service: { auth: { v3: { Authorization: ServiceClientConstructor } } } };
  };
  return loaded.envoy.service.auth.v3.Authorization;
}

/** A header as a service sets it. */
export function header(key: string, value: string, beside: object = {}): object {
  return { header: { key, value }, ...beside };
}

/** Lets a request pass, changed so. */
export function allowing(ok: object = {}, beside: object = {}): object {
  return { status: { code: 0 }, ok_response: ok, ...beside };
}

/** Refuses one. Codes are those of gRPC: 7 is PERMISSION_DENIED. */
export function denying(denied?: object, beside: object = {}): object {
  return { status: { code: 7 }, ...(denied && { denied_response: denied }), ...beside };
}

const SAMPLE_BODY = 'denied by ext_authz for not found header `x-ext-authz: allow` in the request';

/** The service that Istio offers for trying external authorization out. */
export function sampleService({ attributes }: CheckRequest): object {
  const { http } = attributes.request;
  const seen = `source:${attributes.source.principal} ${http.method} ${http.host}${http.path}`;
  const override = http.headers['x-ext-authz-additional-header-override'] ?? '';
  const told = (result: string) => [
    header('x-ext-authz-check-result', result),
    header('x-ext-authz-check-received', seen),
    header('x-ext-authz-additional-header-override', override),
  ];
  return http.headers['x-ext-authz'] === 'allow'
    ? allowing({ headers: told('allowed') })
    : denying({
        status: { code: 403 },
        headers: told('denied'),
        body: SAMPLE_BODY,
      });
}

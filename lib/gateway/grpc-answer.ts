import type { Answer } from './answer';
import { grpcStatus } from './errors';

/** A gRPC client reads `grpc-status`, not the HTTP status; without a body the fields are a trailers-only answer. */
export function asGrpc(answer: Answer): Pick<Answer, 'status' | 'headers' | 'body' | 'bytes'> {
  if (answer.code === undefined) return answer;
  const status = String(grpcStatus(answer.code, answer.status));
  const message = encodeURIComponent(answer.body);
  return {
    status: 200,
    headers: ['content-type', 'application/grpc', 'grpc-status', status, 'grpc-message', message],
    body: '',
  };
}

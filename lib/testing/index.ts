export type { Diagnostic } from '../diagnostic';
export type { InProcessRequest, InProcessResponse } from '../gateway/in-process';
export type { TestGatewayOptions } from './test-gateway';
export { TestGateway } from './test-gateway';
export type { ForwardedRequest, TestUpstream, UpstreamAnswer } from './upstream';

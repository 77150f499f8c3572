export type { Diagnostic, ObjectKey, Severity } from '../diagnostic';
export { formatDiagnostic, hasErrors } from '../diagnostic';
export type {
  BodySource,
  DuplexSocket,
  Effects,
  HeaderList,
  Upstream,
  UpstreamAddress,
  UpstreamError,
  UpstreamHandler,
  UpstreamRequest,
  Upstreams,
} from '../effects';
export type { NormalDocument } from '../standalone/normal-document';
export type { Compilation, CompileOptions } from './compile';
export { compile } from './compile';
export { Gateway } from './gateway';
export type { InProcessRequest, InProcessResponse } from './in-process';
export type { Connection, GatewayRequest, HttpVersion, Reply } from './message';

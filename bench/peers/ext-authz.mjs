import grpc from '@grpc/grpc-js';

const [port] = process.argv.slice(2);

/** `ok_response {headers {header {key: "x-user" value: "alice"}}}`. */
const ALLOWED = Buffer.from('1a1312110a0f0a06782d757365721205616c696365', 'hex');

const bytes = (value) => value;
const service = {
  Check: {
    path: '/envoy.service.auth.v3.Authorization/Check',
    requestStream: false,
    responseStream: false,
    requestSerialize: bytes,
    requestDeserialize: bytes,
    responseSerialize: bytes,
    responseDeserialize: bytes,
  },
};

const server = new grpc.Server();
server.addService(service, { Check: (_call, done) => done(null, ALLOWED) });
server.bindAsync(`127.0.0.1:${port}`, grpc.ServerCredentials.createInsecure(), (error) => {
  if (error) throw error;
});

import httpProxy from '@fastify/http-proxy';
import fastify from 'fastify';

const [port, upstream] = process.argv.slice(2);

const app = fastify();
app.register(httpProxy, { upstream });
app.listen({ port: Number(port), host: '127.0.0.1' });

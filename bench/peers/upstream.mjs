import { createServer } from 'node:http';

const [port] = process.argv.slice(2);

const BODY = 'answered by upstream\n';
const HEADERS = { 'content-type': 'text/plain', 'content-length': BODY.length };

createServer((_request, response) => {
  response.writeHead(200, HEADERS);
  response.end(BODY);
}).listen(Number(port), '127.0.0.1');

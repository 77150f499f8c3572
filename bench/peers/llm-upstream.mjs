import { createServer } from 'node:http';

const [port, body, restDelayMs] = process.argv.slice(2);

const WHOLE = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };

const head = { id: 'chatcmpl-1', object: 'chat.completion.chunk', created: 1, model: 'gpt-4.1' };
const chunk = (delta, finish_reason = null) =>
  `data: ${JSON.stringify({ ...head, choices: [{ index: 0, delta, finish_reason }] })}\n\n`;

/** Streams where it is asked for, the first part at once and the rest after a pause. */
createServer(async (request, response) => {
  let asked = '';
  for await (const part of request) asked += part;
  if (!asked.includes('"stream":true')) return response.writeHead(200, WHOLE).end(body);
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.write(chunk({ role: 'assistant', content: 'first' }));
  setTimeout(
    () => response.end(`${chunk({ content: ' last' })}${chunk({}, 'stop')}data: [DONE]\n\n`),
    Number(restDelayMs),
  );
}).listen(Number(port), '127.0.0.1');

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** One process that does all the work, so that its core and its CPU time are easy to name. */
function configuration(folder: string, http: string): string {
  return `
daemon off;
master_process off;
pid ${join(folder, 'pid')};
error_log ${join(folder, 'error.log')} warn;
events { worker_connections 4096; }
http {
  access_log off;
  keepalive_requests 100000000;
  keepalive_timeout 3600s;
  client_body_temp_path ${folder};
  proxy_temp_path ${folder};
  fastcgi_temp_path ${folder};
  uwsgi_temp_path ${folder};
  scgi_temp_path ${folder};
  ${http}
}
`;
}

/** The arguments of an nginx that answers by itself. */
export function answering(
  folder: string,
  port: number,
  body = 'answered by upstream\\n',
  type = 'text/plain',
): string[] {
  const http = `server { listen 127.0.0.1:${port}; location / { default_type ${type}; return 200 '${body}'; } }`;
  return save(join(folder, 'upstream.conf'), configuration(folder, http));
}

/** The arguments of an nginx that forwards everything and does nothing else. */
export function forwarding(folder: string, port: number, upstreamPort: number): string[] {
  const http = `
  upstream behind { server 127.0.0.1:${upstreamPort}; keepalive 128; keepalive_requests 100000000; }
  server {
    listen 127.0.0.1:${port};
    location / {
      proxy_pass http://behind;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
    }
  }`;
  return save(join(folder, 'proxy.conf'), configuration(folder, http));
}

function save(file: string, text: string): string[] {
  writeFileSync(file, text);
  return ['-c', file];
}

/** An admission server that gives gVisor pods their mount hints. Run: CERTS=/certs PORT=8443 node server.js */
import { readFileSync, watch } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AdmitOptions, admit, isMountHintsError } from 'gvisor-mount-hints';

/** Larger than any AdmissionReview: etcd takes objects of 1.5 MiB, and a review of an update has two. */
const MAX_BODY = 8 * 1024 * 1024;

class BodyTooLarge extends Error {}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    length += chunk.length;
    if (length > MAX_BODY) throw new BodyTooLarge(`more than ${MAX_BODY} bytes`);
    chunks.push(chunk);
  }
  return JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

function statusOf(error: unknown): number {
  if (error instanceof BodyTooLarge) return 413;
  return error instanceof SyntaxError || isMountHintsError(error) ? 400 : 500;
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: AdmitOptions,
): Promise<void> {
  if (request.url === '/healthz') {
    response.end('ok');
    return;
  }
  try {
    const answered = JSON.stringify(admit(await bodyOf(request), options));
    response.setHeader('content-type', 'application/json').end(answered);
  } catch (error) {
    const { message } = error as Error;
    console.error(message);
    // What is left of the body is not read: the connection has to end.
    response.writeHead(statusOf(error), { connection: 'close' }).end(`${message}\n`);
  }
}

function certificates(directory: string): { cert: Buffer; key: Buffer } {
  return { cert: readFileSync(join(directory, 'tls.crt')), key: readFileSync(join(directory, 'tls.key')) };
}

/** Takes new certificates over while it serves. Kubelet swaps a link beside the files, so the directory is watched. */
function reload(server: Server, directory: string): void {
  let timer: NodeJS.Timeout | undefined;
  watch(directory, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      try {
        server.setSecureContext(certificates(directory));
      } catch (error) {
        // A pair that is written in two steps does not match in between: the old one serves on.
        console.error((error as Error).message);
      }
    }, 200).unref();
  }).unref();
}

/** Starts the server; `stop` finishes what is under way, and closes kept connections. */
export async function startWebhook(directory: string, port: number, options: AdmitOptions) {
  const server = createServer(certificates(directory), (request, response) => {
    if (!server.listening) response.setHeader('connection', 'close');
    void answer(request, response, options);
  });
  server.requestTimeout = 10_000;
  reload(server, directory);
  await new Promise<void>((resolve) => server.listen(port, resolve));
  const stop = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
      setTimeout(() => server.closeAllConnections(), 5_000).unref();
    });
  return { server, stop };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const { CERTS = '/certs', PORT = '8443' } = process.env;
  const { stop } = await startWebhook(CERTS, Number(PORT), { remember: true });
  process.once('SIGTERM', () => void stop());
}

import { Agent, request } from 'node:https';

/** How the administrator reaches an API server. */
export interface ApiAccess {
  readonly server: string;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
}

/** An API server's answer. */
export interface ApiAnswer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: objects of any kind come back
  readonly body: any;
  /** Texts of `Warning` headers, in order. */
  readonly warnings: readonly string[];
}

/** A client that keeps its connections. */
export class ApiClient {
  readonly #access: ApiAccess;
  readonly #agent: Agent;

  constructor(access: ApiAccess) {
    this.#access = access;
    const { ca, cert, key } = access;
    this.#agent = new Agent({ ca, cert, key, keepAlive: true, maxSockets: 8 });
  }

  /** Sends one request; the body is JSON. */
  send(method: string, path: string, body?: unknown, type = 'application/json'): Promise<ApiAnswer> {
    return new Promise((resolve, reject) => {
      const sent = request(
        `${this.#access.server}${path}`,
        { method, agent: this.#agent, headers: { 'content-type': type } },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString('utf8');
            const warning = response.headers.warning ?? '';
            resolve({
              status: response.statusCode ?? 0,
              body: text.startsWith('{') ? JSON.parse(text) : text,
              warnings: warningsOf(warning),
            });
          });
        },
      );
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** The texts of a joined header: `299 - "text", 299 - "text"`. */
function warningsOf(header: string | string[]): string[] {
  const text = Array.isArray(header) ? header.join(', ') : header;
  return [...text.matchAll(/299 \S+ ("(?:[^"\\]|\\.)*")/g)].map(([, quoted = '""']) => JSON.parse(quoted));
}

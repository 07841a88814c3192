import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { Manifest } from './apply.ts';
import type { Certificates } from './control-plane.ts';

/** A JSON Patch, as RFC 6902 has it. */
export type Patch = readonly object[];

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

/** A webhook of somebody else, that changes pods with what `patch` gives for them. */
export class AdmissionServer {
  readonly #server: Server;
  readonly #certificates: Certificates;

  private constructor(server: Server, certificates: Certificates) {
    this.#server = server;
    this.#certificates = certificates;
  }

  /** Starts one on loopback. */
  static async start(
    certificates: Certificates,
    // biome-ignore lint/suspicious/noExplicitAny: pods of any shape come in
    patch: (pod: any) => Patch,
  ): Promise<AdmissionServer> {
    const pair = certificates.sign('other-webhook', '/CN=other-webhook');
    const answer = async (request: IncomingMessage, response: ServerResponse) => {
      const { request: asked } = JSON.parse(await bodyOf(request));
      const operations = patch(asked.object);
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          apiVersion: 'admission.k8s.io/v1',
          kind: 'AdmissionReview',
          response: {
            uid: asked.uid,
            allowed: true,
            ...(operations.length > 0 && {
              patchType: 'JSONPatch',
              patch: Buffer.from(JSON.stringify(operations)).toString('base64'),
            }),
          },
        }),
      );
    };
    const server = createServer(pair, (request, response) => void answer(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new AdmissionServer(server, certificates);
  }

  /** The manifest by which the API server asks it about every pod that is created. */
  configuration(name: string, reinvocationPolicy = 'Never'): Manifest {
    const { port } = this.#server.address() as { port: number };
    return {
      apiVersion: 'admissionregistration.k8s.io/v1',
      kind: 'MutatingWebhookConfiguration',
      metadata: { name },
      webhooks: [
        {
          name: `${name}.example.com`,
          clientConfig: {
            url: `https://127.0.0.1:${port}/`,
            caBundle: Buffer.from(this.#certificates.read('ca.crt')).toString('base64'),
          },
          rules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }],
          admissionReviewVersions: ['v1'],
          sideEffects: 'None',
          failurePolicy: 'Fail',
          reinvocationPolicy,
        },
      ],
    };
  }

  /** Stops it, open connections too. */
  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

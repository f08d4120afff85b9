import { request } from "node:http";
import { text } from "node:stream/consumers";

/** GET `path` at a unix socket. Rejects unless the answer is JSON with status 200. */
export async function ask(socketPath: string, path: string): Promise<unknown> {
  return await new Promise((resolve, reject) => {
    const call = request({ socketPath, path, agent: false }, (response) => {
      text(response).then((body) => {
        if (response.statusCode === 200) resolve(JSON.parse(body));
        else reject(new Error(`status ${response.statusCode}: ${body}`));
      }, reject);
    });
    call.once("error", reject);
    call.end();
  });
}
